/**
 * Values on their way to PostgreSQL and back. Its text holds every character but NUL, which names of a server may hold
 * as SQLite's text does: NUL travels as two characters that stand for it, and so does the first of those two. Whole
 * numbers of 64 bits come as text, and as numbers from here on.
 */
import { RapError } from '../../errors/rap-error.ts';

/** The last character for private use: what it begins stands for something else. */
const MARK = '\u{10fffd}';

/** A value as PostgreSQL takes it. */
export function toPostgres(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPostgres);
  if (typeof value !== 'string') return value;
  if (!value.includes('\0') && !value.includes(MARK)) return value;
  return value.replaceAll(MARK, `${MARK}1`).replaceAll('\0', `${MARK}0`);
}

/** Text as it was given. */
function textFrom(text: string): string {
  if (!text.includes(MARK)) return text;
  return text.replaceAll(`${MARK}0`, '\0').replaceAll(`${MARK}1`, MARK);
}

/** @throws RapError LEDGER_UNUSABLE when it cannot be told from its neighbours any more */
function numberFrom(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  throw new RapError('LEDGER_UNUSABLE', `The ledger is damaged: ${text} is no number of ours`, {
    subject: 'ledger',
  });
}

/** Types of PostgreSQL (pg_type.oid). A sum of whole numbers is "numeric". */
const NUMBERS: readonly number[] = [20, 21, 23, 1700];
const TEXTS: readonly number[] = [25, 1043];
const BOOLEAN = 16;

/** How values of a type are read; whatever is not ours stays text. Yes and no are 1 and 0, as in SQLite. */
export const types = {
  getTypeParser(type: number): (text: string) => unknown {
    if (NUMBERS.includes(type)) return numberFrom;
    if (TEXTS.includes(type)) return textFrom;
    if (type === BOOLEAN) return (text) => (text === 't' ? 1 : 0);
    return (text) => text;
  },
};
