/** Which reports that came with other content are to be told of now; the digest marks them in any case. */
import path from 'node:path';
import type { Ledger, UntoldAmendment } from '../ledger/ledger.ts';
import { Telling } from '../ledger/telling.ts';
import type { Clock } from '../time/clock.ts';

/** What one process has told. */
export class Amendments {
  readonly #told = new Map<string, Telling<UntoldAmendment>>();

  /** Amendments of an account that were not told yet in this life; the caller tells them. One call at a time. */
  async toTell(ledger: Ledger, account: string, clock: Clock): Promise<UntoldAmendment[]> {
    const told = this.#told.get(account) ?? new Telling(keyOf);
    this.#told.set(account, told);
    return told.toTell(await ledger.untoldAmendments(account), forgetter(ledger), clock);
  }

  /** A life ends in good order. */
  async end(ledger: Ledger, clock: Clock): Promise<void> {
    for (const [account, told] of this.#told) {
      await told.end(await ledger.untoldAmendments(account), forgetter(ledger), clock);
    }
  }
}

/**
 * The other report that has the name on the share, where that is why a report lies under another one: the first content
 * of a report amends nothing. Undefined for an amendment, and where nobody knows whose file it is.
 */
export async function nameHolder(
  ledger: Pick<Ledger, 'reportAt'>,
  account: string,
  { report, delivery }: Pick<UntoldAmendment, 'report' | 'delivery'>,
): Promise<{ account: string; path: string } | undefined> {
  if (report.state === 'changed') return undefined;
  const { share } = delivery;
  const holder = await ledger.reportAt(share, path.join(share, report.name));
  return holder?.account === account && holder.path === report.path ? undefined : holder;
}

function forgetter(ledger: Ledger) {
  return (one: UntoldAmendment) => ledger.forgetAmendment(amendmentOf(one));
}

function amendmentOf({ report, delivery }: UntoldAmendment) {
  return { versionId: report.versionId, share: delivery.share };
}

function keyOf(one: UntoldAmendment): string {
  const { versionId, share } = amendmentOf(one);
  return JSON.stringify([versionId, share]);
}
