/** Whose file has the name of a report that came with other content, or with the name of another one. */
import path from 'node:path';
import type { Ledger, PendingAmendment } from '../ledger/ledger.ts';

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
