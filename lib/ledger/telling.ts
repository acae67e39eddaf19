/**
 * Which of the news that the ledger holds are to be told now. The ledger holds each one until its mail is in the
 * outbox; a process tells it once, and what it did not live to see queued, the next one tells again.
 */
import type { Clock } from '../time/clock.ts';

/**
 * A process that has told something and was still at work so long afterwards has done its part: a mail would have
 * been queued long since, so what was told goes somewhere else, or nowhere. To tell it again at each start would be
 * a nuisance without an end, and whoever wires a mail one day would get a heap of old news. No age counts here: a
 * process that was killed may stay away for any time. Far longer than a mail takes to be queued, shorter than the
 * usual time between two runs.
 */
export const PATIENCE = 10 * 60_000;

/** What one process has told. */
export class Telling<T> {
  readonly #keyOf: (one: T) => string;
  /** When each was told, on the monotonic clock. */
  #told = new Map<string, number>();

  /** @param keyOf the same for the same news whenever it is read */
  constructor(keyOf: (one: T) => string) {
    this.#keyOf = keyOf;
  }

  /**
   * Those that were not told yet in this life; the caller tells them. One call at a time.
   * @param untold what the ledger holds
   * @param forget takes one out of the ledger
   */
  async toTell(untold: readonly T[], forget: (one: T) => Promise<void>, clock: Clock): Promise<T[]> {
    const now = clock.monotonic();
    const told = new Map<string, number>();
    const fresh: T[] = [];
    for (const one of untold) {
      const key = this.#keyOf(one);
      const at = this.#told.get(key);
      if (at === undefined) fresh.push(one);
      if (at !== undefined && now - at >= PATIENCE) await forget(one);
      else told.set(key, at ?? now);
    }
    // Only now: after a fault above, all are still to be told.
    this.#told = told;
    return fresh;
  }
}
