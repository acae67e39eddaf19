/**
 * Which of the news that the ledger holds are to be told now, and which are told. A process tells each one once, and
 * the ledger holds it until a process lived on for a while after that; what no process lived to see through, the
 * next one tells again. Everything that is mailed has a key of its own there, so whoever has the mail in the outbox
 * already gets no second one.
 */

import type { Mailed } from '../ledger/types.ts';
import type { Clock } from '../time/clock.ts';

/**
 * News that no mail tells of: so long after it was told a mail would have been queued long since, so it goes
 * somewhere else, or nowhere. To tell it again at each start would be a nuisance without an end, and whoever wires a
 * mail one day would get a heap of old news. No age counts here: a process that was killed may stay away for any
 * time. Far longer than a mail takes to be queued, shorter than the usual time between two runs.
 */
export const UNMAILED_LIMIT = 10 * 60_000;

/** News with a mail in the outbox: so long after it all others who are told at the same time have queued theirs. */
export const MAILED_GRACE = 5_000;

/** What one process has told. */
export class NotificationTracker<T extends Mailed> {
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
  async takePending(untold: readonly T[], forget: (one: T) => Promise<void>, clock: Clock): Promise<T[]> {
    const now = clock.monotonic();
    const told = new Map<string, number>();
    const fresh: T[] = [];
    for (const one of untold) {
      const key = this.#keyOf(one);
      const at = this.#told.get(key);
      if (at === undefined) fresh.push(one);
      if (at !== undefined && isDone(one, at, clock)) await forget(one);
      else told.set(key, at ?? now);
    }
    // Only now: after a fault above, all are still to be told.
    this.#told = told;
    return fresh;
  }

  /**
   * The same at the end of a life that ends in good order: nothing more is told, so that the next one repeats no more
   * than it must.
   * @param handedOn news that went on in a flow, whether a mail hangs on it or not
   */
  async end(
    untold: readonly T[],
    forget: (one: T) => Promise<void>,
    clock: Clock,
    handedOn: (one: T) => boolean = () => false,
  ): Promise<void> {
    for (const one of untold) {
      const at = this.#told.get(this.#keyOf(one));
      if (at === undefined) continue;
      const arrived = handedOn(one) && clock.monotonic() - at >= MAILED_GRACE;
      if (arrived || isDone(one, at, clock)) await forget(one);
    }
  }
}

function isDone({ mailedAt }: Mailed, at: number, clock: Clock): boolean {
  const age = clock.monotonic() - at;
  return (
    age >= UNMAILED_LIMIT || (mailedAt !== null && Math.min(age, clock.now() - mailedAt) >= MAILED_GRACE)
  );
}
