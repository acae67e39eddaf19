/** What of an account was seen at the server and is not here, wherever the ledger keeps it. */

import type { Database } from '../tables.ts';
import type { OpenItems } from '../types.ts';
import { openRows } from './outstanding.ts';
import { judgedNamesOf, quarantinedReportsOf } from './quarantine.ts';

export interface OpenItemRecords {
  /** Of one account or of all. What the flow left out is not among them. */
  openItems(account?: string): Promise<OpenItems>;
  /** The paths of all of them, of one account: what neither came nor was closed. */
  undecidedPaths(account: string): Promise<Set<string>>;
}

export function openItemRecords(db: Database): OpenItemRecords {
  return {
    async openItems(account) {
      const { leftOut: _, ...open } = await openItemsOf(db, account);
      return open;
    },

    async undecidedPaths(account) {
      const { outstanding, quarantine, refused } = await openItemsOf(db, account);
      return new Set([
        ...[...outstanding, ...quarantine].map(({ path }) => path),
        ...refused.map(({ folder, shown }) => `${folder}/${shown}`),
      ]);
    },
  };
}

/** The same, and how many reports the flow left out. */
export async function openItemsOf(db: Database, account?: string): Promise<OpenItems & { leftOut: number }> {
  const [reports, held, names] = await Promise.all([
    openRows(db, account),
    quarantinedReportsOf(db, account, true),
    judgedNamesOf(db, account, true),
  ]);
  const outstanding = reports.filter(({ leftOut }) => !leftOut);
  // An entry may have been refused for more than one reason: the last one counts.
  const entries = Map.groupBy(names, (name) => JSON.stringify([name.account, name.folder, name.nameHex]));
  const refused = [...entries.values()].flatMap((names) => names.slice(-1));
  return { outstanding, quarantine: held, refused, leftOut: reports.length - outstanding.length };
}

/** Accounts of which something was ever outstanding, in quarantine or refused. */
export async function accountsWithOpenItems(db: Database): Promise<Set<string>> {
  const rows = await Promise.all(
    (['outstanding', 'quarantine', 'refusals'] as const).map((table) =>
      db.selectFrom(table).select('account').distinct().execute(),
    ),
  );
  return new Set(rows.flat().map(({ account }) => account));
}
