/** Alarms that last: until somebody knows, and until the fault is over. Mails get a level, for floods. */
import { type CreateTableBuilder, type Kysely, sql } from 'kysely';
import type { Migration } from '../migration.ts';

type Table = CreateTableBuilder<string, string>;

const texts = (table: Table, ...names: string[]): Table =>
  names.reduce((so, name) => so.addColumn(name, 'text', (column) => column.notNull()), table);
const numbers = (table: Table, ...names: string[]): Table =>
  names.reduce((so, name) => so.addColumn(name, 'bigint', (column) => column.notNull()), table);
const moments = (table: Table, ...names: string[]): Table =>
  names.reduce((so, name) => so.addColumn(name, 'bigint'), table);

async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const create = (name: string): Table => schema.createTable(name);
  for (const [name, value] of [
    ['level', 'routine'],
    ['topic', ''],
  ] as const) {
    await schema
      .alterTable('mails')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(value))
      .execute();
  }
  await schema.alterTable('mails').addColumn('collected_into', 'bigint').execute();
  await sql`update mails set level = 'critical' where kind = 'alarm'`.execute(db);
  await schema.createIndex('mails_of_level').on('mails').columns(['level', 'created_at']).execute();
  await schema.createIndex('listings_of_account').on('listings').columns(['account', 'listed_at']).execute();

  let table = create('alarms').addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement());
  table = texts(table, 'key', 'level', 'account', 'code', 'place', 'message', 'cure', 'run', 'groups');
  table = numbers(table, 'raised_at', 'seen_at', 'seen', 'runs', 'round', 'reminders');
  table = moments(table, 'mailed_at', 'next_at', 'rest_until');
  table = texts(table, 'muted', 'acknowledged_by', 'acknowledged_why', 'closed_why');
  await moments(table, 'acknowledged_at', 'closed_at').execute();
  await schema.createIndex('alarms_open').on('alarms').columns(['key', 'closed_at']).execute();
  await schema.createIndex('alarms_of_run').on('alarms').columns(['run']).execute();

  await numbers(create('alarm_mails'), 'alarm_id', 'mail_id')
    .addPrimaryKeyConstraint('alarm_mails_key', ['alarm_id', 'mail_id'])
    .execute();

  table = numbers(create('second_tellings'), 'mail_id', 'told_at');
  await texts(table, 'channel', 'response')
    .addPrimaryKeyConstraint('second_tellings_key', ['mail_id', 'channel'])
    .execute();

  table = texts(create('maintenance_windows'), 'key', 'what', 'reason', 'set_by');
  await numbers(table, 'begins_at', 'ends_at')
    .addPrimaryKeyConstraint('maintenance_windows_key', ['key'])
    .execute();
}

const tables = ['alarms', 'alarm_mails', 'second_tellings', 'maintenance_windows'] as const;

async function down(db: Kysely<unknown>): Promise<void> {
  for (const name of tables.toReversed()) await db.schema.dropTable(name).execute();
  await db.schema.dropIndex('listings_of_account').execute();
  await db.schema.dropIndex('mails_of_level').execute();
  for (const column of ['collected_into', 'topic', 'level']) {
    await db.schema.alterTable('mails').dropColumn(column).execute();
  }
}

export const alarms: Migration = { number: 5, name: 'alarms', up, down };
