/** What of an account was seen at the server and is not here, wherever the ledger keeps it. */
import { openRows } from './outstanding.ts';
import { heldReportsOf, judgedNamesOf } from './quarantine.ts';
import type { Database } from './tables.ts';
import type { OpenThings } from './types.ts';

export interface OpenThingRecords {
  /** Of one account or of all. What the flow left out is not among them. */
  openThings(account?: string): Promise<OpenThings>;
  /** The paths of all of them, of one account: what neither came nor was closed. */
  undecidedPaths(account: string): Promise<Set<string>>;
}

export function openThingRecords(db: Database): OpenThingRecords {
  return {
    async openThings(account) {
      const { leftOut: _, ...open } = await openThingsOf(db, account);
      return open;
    },

    async undecidedPaths(account) {
      const { outstanding, quarantine, refused } = await openThingsOf(db, account);
      return new Set([
        ...[...outstanding, ...quarantine].map(({ path }) => path),
        ...refused.map(({ folder, shown }) => `${folder}/${shown}`),
      ]);
    },
  };
}

/** The same, and how many reports the flow left out. */
export async function openThingsOf(
  db: Database,
  account?: string,
): Promise<OpenThings & { leftOut: number }> {
  const reports = await openRows(db, account);
  const outstanding = reports.filter(({ leftOut }) => !leftOut);
  const held = await heldReportsOf(db, account, true);
  // An entry may have been refused for more than one reason: the last one counts.
  const entries = Map.groupBy(await judgedNamesOf(db, account, true), (name) =>
    JSON.stringify([name.account, name.folder, name.nameHex]),
  );
  const refused = [...entries.values()].flatMap((names) => names.slice(-1));
  return { outstanding, quarantine: held, refused, leftOut: reports.length - outstanding.length };
}

/** Accounts of which something was ever outstanding, in quarantine or refused. */
export async function accountsOfThings(db: Database): Promise<Set<string>> {
  const accounts = new Set<string>();
  for (const table of ['outstanding', 'quarantine', 'refusals'] as const) {
    for (const { account } of await db.selectFrom(table).select('account').distinct().execute()) {
      accounts.add(account);
    }
  }
  return accounts;
}
