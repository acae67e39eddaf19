/**
 * Accounts that have received reports. What asks for a path, or for what came since a moment, names them all: every index
 * of reports that helps there begins with the account, and without it a large ledger is read from end to end.
 */
import type { Database } from '../tables.ts';

/** From one to the next in an index: as many questions as there are accounts, whatever the number of reports. */
export async function accountsWithReports(db: Database): Promise<string[]> {
  const accounts: string[] = [];
  for (;;) {
    const next = await db
      .selectFrom('versions')
      .select('account')
      .where('account', '>', accounts.at(-1) ?? '')
      .orderBy('account')
      .limit(1)
      .executeTakeFirst();
    if (next === undefined) return accounts;
    accounts.push(next.account);
  }
}
