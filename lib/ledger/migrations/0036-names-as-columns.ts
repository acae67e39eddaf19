/**
 * What stood in names stands in columns: a run that a schedule began and that has not logged in ('schedule X' in the
 * place of an account), and whose reports a routing node files ('routed X ACCOUNT' among the properties).
 */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

interface Tables {
  sessions: { account: string; schedule: string; run: string; cut_off: number };
  /** As it was before. */
  sessions_named: { account: string; run: string; cut_off: number };
  properties: { name: string; value: string };
  routed_accounts: { node: string; account: string; context: string };
}

const SCHEDULE = 'schedule ';
const ROUTED = 'routed ';

async function up(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  const { schema } = db;
  await schema.alterTable('sessions').renameTo('sessions_named').execute();
  await schema
    .createTable('sessions')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('schedule', 'text', (column) => column.notNull())
    .addColumn('run', 'text', (column) => column.notNull())
    .addColumn('cut_off', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('sessions_key', ['account', 'schedule'])
    .execute();
  for (const { account, ...row } of await db.selectFrom('sessions_named').selectAll().execute()) {
    const of = account.startsWith(SCHEDULE)
      ? { account: '', schedule: account.slice(SCHEDULE.length) }
      : { account, schedule: '' };
    await db
      .insertInto('sessions')
      .values({ ...of, ...row })
      .execute();
  }
  await schema.dropTable('sessions_named').execute();
  await schema
    .createTable('routed_accounts')
    .addColumn('node', 'text', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('context', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('routed_accounts_key', ['node', 'account'])
    .execute();
  for (const { name, value: context } of await db.selectFrom('properties').selectAll().execute()) {
    if (!name.startsWith(ROUTED)) continue;
    // No account has a space in its name.
    const [, node = '', account = ''] = /^routed (.*) ([^ ]*)$/s.exec(name) ?? [];
    await db.insertInto('routed_accounts').values({ node, account, context }).execute();
    await db.deleteFrom('properties').where('name', '=', name).execute();
  }
}

async function down(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  const { schema } = db;
  for (const { node, account, context: value } of await db
    .selectFrom('routed_accounts')
    .selectAll()
    .execute()) {
    await db
      .insertInto('properties')
      .values({ name: `${ROUTED}${node} ${account}`, value })
      .execute();
  }
  await schema.dropTable('routed_accounts').execute();
  await schema
    .createTable('sessions_named')
    .addColumn('account', 'text', (column) => column.primaryKey())
    .addColumn('run', 'text', (column) => column.notNull())
    .addColumn('cut_off', 'integer', (column) => column.notNull())
    .execute();
  for (const { account, schedule, ...row } of await db.selectFrom('sessions').selectAll().execute()) {
    await db
      .insertInto('sessions_named')
      .values({ account: account === '' ? SCHEDULE + schedule : account, ...row })
      .execute();
  }
  await schema.dropTable('sessions').execute();
  await schema.alterTable('sessions_named').renameTo('sessions').execute();
}

export const namesAsColumns: Migration = { number: 36, name: 'names as columns', up, down };
