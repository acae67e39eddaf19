/** Who entered a contact's answer, a switch that waits for its second person, and which key an account uses. */
import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

type Table = CreateTableBuilder<string, string>;

const texts = (table: Table, ...names: string[]): Table =>
  names.reduce((so, name) => so.addColumn(name, 'text', (column) => column.notNull()), table);
const moments = (table: Table, ...names: string[]): Table =>
  names.reduce((so, name) => so.addColumn(name, 'bigint', (column) => column.notNull()), table);

const drillColumns = ['name', 'entered_by'] as const;

async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  for (const column of drillColumns) {
    await schema
      .alterTable('practice_drills')
      .addColumn(column, 'text', (one) => one.notNull().defaultTo(''))
      .execute();
  }
  let table: Table = schema.createTable('switch_requests');
  table = table.addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement());
  table = texts(
    table,
    'node',
    'accounts',
    'data_centre',
    'reason',
    'requested_by',
    'state',
    'settled_by',
    'settled_why',
  );
  table = moments(table, 'requested_at', 'expires_at').addColumn('until', 'bigint');
  await table.addColumn('settled_at', 'bigint').execute();

  table = texts(schema.createTable('account_keys'), 'account', 'fingerprint');
  await moments(table, 'since').addPrimaryKeyConstraint('account_keys_key', ['account']).execute();
}

async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('account_keys').execute();
  await db.schema.dropTable('switch_requests').execute();
  for (const column of drillColumns.toReversed()) {
    await db.schema.alterTable('practice_drills').dropColumn(column).execute();
  }
}

export const secondPerson: Migration = { number: 9, name: 'second person', up, down };
