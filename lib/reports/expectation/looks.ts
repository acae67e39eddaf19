/**
 * When somebody could look into a folder, and when nobody could. A look counts when its data centre was the one in use
 * at that second; looks of the practice session count for the practice session alone.
 */

import type { DataCentre } from '../../model/types.ts';
import type { Second } from '../../time/seconds.ts';
import type { Entries } from './entries.ts';
import type { Fact } from './types.ts';

/** How long a look tells what is in a folder, seconds (ours). */
export const LOOK_HOLDS = 600;

/** A span of seconds, both ends included. */
export interface Span {
  from: Second;
  to: Second;
}

interface Look {
  at: Second;
  ok: boolean;
  centre: DataCentre;
}

/** The counted looks into one folder, in order; one for each second. */
export class FolderLooks {
  readonly #good: readonly Look[];
  /** When nobody could say what is in the folder, in order and apart from each other. */
  readonly #blind: readonly Span[];

  constructor(looks: readonly Look[]) {
    this.#good = looks.filter((look) => look.ok);
    this.#blind = blindSpans(looks);
  }

  /** Could nobody say at this second what is in the folder? */
  blindAt(moment: Second): boolean {
    return this.blindSpans(moment, moment).length > 0;
  }

  /** The spans within from..to in which the folder was blind, in order. */
  blindSpans(from: Second, to: Second): Span[] {
    const spans: Span[] = [];
    for (let index = countWhile(this.#blind, (span) => span.to < from); ; index++) {
      const span = this.#blind[index];
      if (span === undefined || span.from > to) return spans;
      spans.push({ from: Math.max(from, span.from), to: Math.min(to, span.to) });
    }
  }

  /** The first successful look later than `after` and before `end` for which `says` is true. */
  firstGood(after: Second, end: Second, says: (look: Look) => boolean): Second | undefined {
    for (let index = countWhile(this.#good, ({ at }) => at <= after); ; index++) {
      const look = this.#good[index];
      if (look === undefined || look.at >= end) return undefined;
      if (says(look)) return look.at;
    }
  }

  /** The last successful look up to a moment. */
  lastGood(moment: Second): Look | undefined {
    return this.#good[countWhile(this.#good, ({ at }) => at <= moment) - 1];
  }
}

function blindSpans(looks: readonly Look[]): Span[] {
  const spans: Span[] = [];
  let seenUntil = Number.NEGATIVE_INFINITY;
  for (const { at, ok } of looks) {
    join(spans, { from: seenUntil + 1, to: at - 1 });
    // A failed look ends what the one before it told.
    seenUntil = ok ? at + LOOK_HOLDS : at - 1;
  }
  join(spans, { from: seenUntil + 1, to: Number.POSITIVE_INFINITY });
  return spans;
}

/** How many things at the beginning of an ordered list a condition holds for. */
function countWhile<T>(ordered: readonly T[], holds: (one: T) => boolean): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(ordered[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Appends a span to ordered ones; spans that touch become one, an empty one is left out. */
function join(spans: Span[], span: Span): void {
  if (span.from > span.to) return;
  const last = spans.at(-1);
  if (last !== undefined && span.from <= last.to + 1) last.to = Math.max(last.to, span.to);
  else spans.push({ ...span });
}

/** Spans of several kinds as one set of spans without overlaps, in order; spans that touch are one. */
export function union(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) join(joined, span);
  return joined;
}

/**
 * The looks into each folder up to a moment.
 * @param practice those of the practice session instead of production's
 */
export function looksByFolder(
  facts: readonly Fact[],
  entries: Entries,
  until: Second,
  practice: boolean,
): (folder: string) => FolderLooks {
  const byFolder = new Map<string, Look[]>();
  const looksOf = (folder: string) => {
    const looks = byFolder.get(folder) ?? [];
    byFolder.set(folder, looks);
    return looks;
  };
  for (const fact of facts) {
    if (fact.at > until) break;
    if (fact.fact !== 'looked' || (fact.practice === true) !== practice) continue;
    const { centre, every, ok, failed } = fact;
    const last = every === undefined ? fact.at : Math.min(fact.until ?? fact.at, until);
    const [good, bad] = [ok.map(looksOf), failed.map(looksOf)];
    for (let at = fact.at; at <= last; at += every ?? Number.POSITIVE_INFINITY) {
      if (!practice && entries.centre(at) !== centre) continue;
      const [seen, unseen] = [
        { at, ok: true, centre },
        { at, ok: false, centre },
      ];
      for (const looks of good) looks.push(seen);
      for (const looks of bad) looks.push(unseen);
    }
  }
  const folders = new Map([...byFolder].map(([folder, looks]) => [folder, new FolderLooks(inOrder(looks))]));
  const never = new FolderLooks([]);
  return (folder) => folders.get(folder) ?? never;
}

/** Sorted by time; of two looks in one second the later in the list counts. */
function inOrder(looks: Look[]): Look[] {
  // Array.prototype.sort keeps the order of equal ones, and is quick where little is out of order.
  const sorted = looks.sort((a, b) => a.at - b.at);
  return sorted.filter((look, index) => sorted[index + 1]?.at !== look.at);
}
