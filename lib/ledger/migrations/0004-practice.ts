/** Practice sessions and the weather: what must outlive a restart of the day, and who stands behind a switch. */
import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

type Table = CreateTableBuilder<string, string>;

const texts = (table: Table, ...names: string[]): Table =>
  names.reduce((so, name) => so.addColumn(name, 'text', (column) => column.notNull()), table);
const moment = (table: Table, name: string): Table =>
  table.addColumn(name, 'bigint', (column) => column.notNull());
const rowId = (table: Table, name: string): Table =>
  table.addColumn(name, 'integer', (column) => column.primaryKey().autoIncrement());

async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const create = (name: string): Table => schema.createTable(name);
  await schema
    .alterTable('data_centres')
    .addColumn('seconded_by', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
  await schema.alterTable('data_centres').addColumn('until', 'bigint').execute();

  let table = rowId(create('weather_records'), 'id');
  table = texts(table, 'watch', 'date', 'verdict', 'known', 'answers');
  await moment(table, 'saved_at').execute();
  await schema
    .createIndex('weather_records_of_date')
    .on('weather_records')
    .columns(['watch', 'date'])
    .execute();

  table = texts(create('practice_days'), 'date', 'plan', 'day');
  await moment(table, 'saved_at').addPrimaryKeyConstraint('practice_days_key', ['date']).execute();

  table = rowId(create('practice_events'), 'sequence');
  table = texts(table, 'date', 'key', 'what', 'title', 'details');
  await moment(table, 'at').addUniqueConstraint('practice_events_once', ['date', 'key']).execute();

  table = texts(create('practice_results'), 'date', 'part', 'account', 'result');
  await moment(table, 'recorded_at')
    .addPrimaryKeyConstraint('practice_results_key', ['date', 'part', 'account'])
    .execute();

  table = texts(create('practice_drills'), 'date', 'email', 'code', 'how');
  await moment(table, 'sent_at')
    .addColumn('answered_at', 'bigint')
    .addPrimaryKeyConstraint('practice_drills_key', ['date', 'email'])
    .execute();
}

const tables = [
  'weather_records',
  'practice_days',
  'practice_events',
  'practice_results',
  'practice_drills',
] as const;

async function down(db: Kysely<unknown>): Promise<void> {
  for (const name of tables.toReversed()) await db.schema.dropTable(name).execute();
  for (const column of ['until', 'seconded_by']) {
    await db.schema.alterTable('data_centres').dropColumn(column).execute();
  }
}

export const practice: Migration = { number: 4, name: 'practice', up, down };
