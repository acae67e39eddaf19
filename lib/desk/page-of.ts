/** A page of a list that is in memory as a whole, by key: nothing is lost or shown twice while things come and go. */

export interface PageOf<T> {
  lines: T[];
  /** How many there are in all. */
  total: number;
  /** The key after which the next page begins; '' when there is none. */
  next: string;
}

/** Lines of one list on a page that has other lists, too, and on a page of its own. */
export const FEW = 12;
export const PAGE = 30;

/** @param after the last key of the page before; '' for the first page */
export function pageOf<T>(all: readonly T[], keyOf: (one: T) => string, after: string): PageOf<T> {
  const keyed = all.map((one) => ({ key: keyOf(one), one })).filter(({ key }) => key > after);
  const sorted = keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const lines = sorted.slice(0, PAGE);
  const next = sorted.length > PAGE ? (lines.at(-1)?.key ?? '') : '';
  return { lines: lines.map(({ one }) => one), total: all.length, next };
}

/** The first of a list, those in trouble before the others. */
export function fewOf<T>(all: readonly T[], isTrouble: (one: T) => boolean): T[] {
  return [...all.filter(isTrouble), ...all.filter((one) => !isTrouble(one))].slice(0, FEW);
}
