/** Which reports that came with other content are to be told of now; the digest marks them in any case. */
import path from 'node:path';
import type { Ledger, PendingAmendment } from '../ledger/ledger.ts';
import { NotificationTracker } from '../mail/notification-tracker.ts';
import type { Clock } from '../time/clock.ts';

/** What one process has told. */
export class AmendmentTracker {
  readonly #told = new Map<string, NotificationTracker<PendingAmendment>>();

  /** Amendments of an account that were not told yet in this life; the caller tells them. One call at a time. */
  async takePending(
    ledger: Pick<Ledger, 'amendments'>,
    account: string,
    clock: Clock,
  ): Promise<PendingAmendment[]> {
    const told = this.#told.get(account) ?? new NotificationTracker(keyOf);
    this.#told.set(account, told);
    return told.takePending(await ledger.amendments.pendingAmendments(account), forgetter(ledger), clock);
  }

  /** A life ends in good order. */
  async end(ledger: Pick<Ledger, 'amendments'>, clock: Clock): Promise<void> {
    for (const [account, told] of this.#told) {
      await told.end(await ledger.amendments.pendingAmendments(account), forgetter(ledger), clock);
    }
  }
}

/**
 * The other report that has the name on the share, where that is why a report lies under another one: the first content
 * of a report amends nothing. Undefined for an amendment, and where nobody knows whose file it is.
 */
export async function nameHolder(
  ledger: Pick<Ledger, 'amendments'>,
  account: string,
  { report, delivery }: Pick<PendingAmendment, 'report' | 'delivery'>,
): Promise<{ account: string; path: string } | undefined> {
  if (report.state === 'changed') return undefined;
  const { share } = delivery;
  const holder = await ledger.amendments.reportAt(share, path.join(share, report.name));
  return holder?.account === account && holder.path === report.path ? undefined : holder;
}

function forgetter(ledger: Pick<Ledger, 'amendments'>) {
  return (one: PendingAmendment) => ledger.amendments.forgetAmendment(amendmentOf(one));
}

function amendmentOf({ report, delivery }: PendingAmendment) {
  return { versionId: report.versionId, share: delivery.share };
}

function keyOf(one: PendingAmendment): string {
  const { versionId, share } = amendmentOf(one);
  return JSON.stringify([versionId, share]);
}
