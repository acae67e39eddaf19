/** Reports that another host received and did not bring to the shares: its landing folder is not here. */
import type { Ledger } from '../ledger/ledger.ts';

/**
 * Paths at RAP of what is to be fetched once more, because it still has to be delivered and there is no copy of it on this
 * host. What lies on its shares already is not fetched again.
 * @param exists is there such a file on this host?
 */
export async function notOnThisHost(
  ledger: Pick<Ledger, 'deliveries'>,
  account: string,
  exists: (file: string) => Promise<boolean>,
): Promise<Set<string>> {
  const away = new Set<string>();
  for (const { path, file } of await ledger.deliveries.openVersions(account))
    if (!(await exists(file))) away.add(path);
  return away;
}
