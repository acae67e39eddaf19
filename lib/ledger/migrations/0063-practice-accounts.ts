/**
 * Which account and date a practice keeps its rows for stands in columns; it was read out of the name of its rows
 * ('SIM001.practice-2025-06-21'). The names stay: messages, folders and the journal know the rows by them.
 */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

interface Tables {
  versions: { account: string };
  practice_accounts: { name: string; account: string; date: string };
}

/** Tables that may hold rows of a practice. */
const TABLES = [
  ...['versions', 'intents', 'listings', 'failures', 'outstanding', 'observations', 'refusals', 'quarantine'],
  ...['looks', 'listed_files', 'alarms', 'events', 'routed_accounts', 'data_centres', 'login_counts'],
] as const;

async function up(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  await db.schema
    .createTable('practice_accounts')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('date', 'text', (column) => column.notNull())
    .execute();
  const names = new Set<string>();
  for (const table of TABLES) {
    const rows = await db
      .selectFrom(table as 'versions')
      .select('account')
      .distinct()
      .where('account', 'like', '%.practice-%')
      .execute();
    for (const { account } of rows) names.add(account);
  }
  for (const name of names) {
    const [, account, date] = /^([^.]+)\.practice-(\d{4}-\d{2}-\d{2})$/.exec(name) ?? [];
    if (account === undefined || date === undefined) continue;
    await db.insertInto('practice_accounts').values({ name, account, date }).execute();
  }
}

async function down(database: Kysely<unknown>): Promise<void> {
  await database.schema.dropTable('practice_accounts').execute();
}

export const practiceAccounts: Migration = { number: 63, name: 'practice accounts', up, down };
