/**
 * Which reports that came with other content are to be told of now. The ledger holds each one until its mail is
 * in the outbox; a process tells it once, and what it did not live to see queued, the next one tells again.
 */
import type { Ledger, UntoldAmendment } from '../ledger/ledger.ts';
import type { Clock } from '../time/clock.ts';

/**
 * A process that has told of an amendment and was still at work so long afterwards has done its part: a mail would
 * have been queued long since, so what was told goes somewhere else, or nowhere. To tell it again at each start
 * would be a nuisance without an end, and whoever wires a mail one day would get a heap of old news; the digest
 * marks the report in any case. No age counts here: a process that was killed may stay away for any time. Far longer
 * than a mail takes to be queued, shorter than the usual time between two runs.
 */
export const PATIENCE = 10 * 60_000;

/** What one process has told. */
export class Amendments {
  /** By account: when each was told, on the monotonic clock. */
  readonly #told = new Map<string, Map<string, number>>();

  /** Amendments of an account that were not told yet in this life; the caller tells them. One call at a time. */
  async toTell(ledger: Ledger, account: string, clock: Clock): Promise<UntoldAmendment[]> {
    const now = clock.monotonic();
    const before = this.#told.get(account);
    const told = new Map<string, number>();
    const fresh: UntoldAmendment[] = [];
    for (const one of await ledger.untoldAmendments(account)) {
      const { versionId } = one.report;
      const { share } = one.delivery;
      const key = JSON.stringify([versionId, share]);
      const at = before?.get(key);
      if (at === undefined) fresh.push(one);
      if (at !== undefined && now - at >= PATIENCE) await ledger.forgetAmendment({ versionId, share });
      else told.set(key, at ?? now);
    }
    // Only now: after a fault above, all are still to be told.
    this.#told.set(account, told);
    return fresh;
  }
}
