/** The first ledger: runs, reports, deliveries, mails, locks, ticks and the journal. */
import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

type Table = CreateTableBuilder<string, string>;

/** A required column of each kind; 'bigint' because milliseconds do not fit in 32 bits on every database. */
function columns(table: Table, kind: 'text' | 'bigint', names: string[]): Table {
  return names.reduce((so, name) => so.addColumn(name, kind, (column) => column.notNull()), table);
}

const texts = (table: Table, ...names: string[]) => columns(table, 'text', names);
const numbers = (table: Table, ...names: string[]) => columns(table, 'bigint', names);
const rowId = (table: Table) =>
  table.addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement());

async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const create = (name: string): Table => schema.createTable(name);

  await texts(create('properties'), 'name', 'value')
    .addPrimaryKeyConstraint('properties_key', ['name'])
    .execute();

  let table = texts(create('login_locks'), 'account', 'reason', 'address');
  await numbers(table, 'locked_at').addPrimaryKeyConstraint('login_locks_key', ['account']).execute();

  table = texts(create('data_centres'), 'account', 'data_centre', 'reason', 'chosen_by');
  await numbers(table, 'chosen_at').addPrimaryKeyConstraint('data_centres_key', ['account']).execute();

  table = texts(create('runs'), 'run', 'trigger');
  await numbers(table, 'started_at').addPrimaryKeyConstraint('runs_key', ['run']).execute();

  table = texts(create('listings'), 'run', 'account', 'installation', 'address', 'data_centre');
  table = numbers(table, 'new_count', 'changed_count', 'known_count', 'writing_count', 'refused_count');
  await numbers(table, 'complete', 'listed_at')
    .addPrimaryKeyConstraint('listings_key', ['run', 'account'])
    .execute();

  table = rowId(create('failures'));
  table = texts(table, 'run', 'account', 'code', 'subject', 'message', 'cure');
  await numbers(table, 'failed_at')
    .addUniqueConstraint('failures_once', ['run', 'account', 'code', 'subject'])
    .execute();

  table = texts(create('observations'), 'account', 'path');
  await numbers(table, 'size', 'modified_at', 'same_since', 'seen_at')
    .addPrimaryKeyConstraint('observations_key', ['account', 'path'])
    .execute();

  table = texts(create('intents'), 'account', 'path', 'run');
  await numbers(table, 'size', 'modified_at', 'intended_at')
    .addPrimaryKeyConstraint('intents_key', ['account', 'path'])
    .execute();

  table = rowId(create('versions'));
  table = texts(table, 'account', 'installation', 'run', 'path', 'name', 'folder', 'system', 'code');
  table = texts(table, 'business_date', 'sequence', 'sha256', 'file', 'data_centre', 'address');
  table = numbers(table, 'size', 'modified_at', 'bytes', 'amended', 'received_at', 'seen_at');
  await table
    .addColumn('routed_at', 'bigint')
    .addUniqueConstraint('versions_once', ['account', 'path', 'sha256'])
    .execute();
  await schema.createIndex('versions_of_run').on('versions').columns(['run', 'account']).execute();
  await schema.createIndex('versions_routed').on('versions').columns(['account', 'routed_at']).execute();

  table = rowId(create('refusals'));
  table = texts(table, 'account', 'folder', 'name_hex', 'shown', 'code', 'reason', 'first_run');
  await numbers(table, 'first_seen_at')
    .addUniqueConstraint('refusals_once', ['account', 'folder', 'name_hex', 'code'])
    .execute();
  await schema.createIndex('refusals_of_run').on('refusals').columns(['first_run']).execute();

  table = numbers(create('deliveries'), 'version_id', 'delivered_at');
  await texts(table, 'share', 'file', 'sha256', 'outcome', 'run')
    .addPrimaryKeyConstraint('deliveries_key', ['version_id', 'share'])
    .addForeignKeyConstraint('deliveries_version', ['version_id'], 'versions', ['id'])
    .execute();
  await schema.createIndex('deliveries_of_run').on('deliveries').columns(['run']).execute();

  table = numbers(create('delivery_failures'), 'version_id', 'failed_at');
  await texts(table, 'share', 'run', 'code', 'message', 'cure')
    .addColumn('resolved_run', 'text')
    .addPrimaryKeyConstraint('delivery_failures_key', ['version_id', 'share', 'run'])
    .addForeignKeyConstraint('delivery_failures_version', ['version_id'], 'versions', ['id'])
    .execute();
  await schema.createIndex('delivery_failures_of_run').on('delivery_failures').columns(['run']).execute();

  table = rowId(create('mails'));
  table = texts(table, 'event_key', 'kind', 'run', 'domain', 'subject', 'text', 'html', 'state', 'error');
  await numbers(table, 'attempts', 'created_at')
    .addColumn('next_attempt', 'bigint')
    .addColumn('sending_since', 'bigint')
    .addColumn('deadline', 'bigint')
    .addColumn('settled_at', 'bigint')
    .addUniqueConstraint('mails_once', ['event_key'])
    .execute();
  await schema.createIndex('mails_due').on('mails').columns(['state', 'next_attempt']).execute();

  table = numbers(create('mail_recipients'), 'mail_id');
  await texts(table, 'address', 'state', 'message_id', 'response')
    .addPrimaryKeyConstraint('mail_recipients_key', ['mail_id', 'address'])
    .addForeignKeyConstraint('mail_recipients_mail', ['mail_id'], 'mails', ['id'])
    .execute();

  await numbers(create('mail_told'), 'mail_id', 'version_id')
    .addPrimaryKeyConstraint('mail_told_key', ['mail_id', 'version_id'])
    .addForeignKeyConstraint('mail_told_mail', ['mail_id'], 'mails', ['id'])
    .addForeignKeyConstraint('mail_told_version', ['version_id'], 'versions', ['id'])
    .execute();

  table = texts(create('ticks'), 'schedule');
  await numbers(table, 'due', 'claimed_at')
    .addPrimaryKeyConstraint('ticks_key', ['schedule', 'due'])
    .execute();

  table = texts(create('journal'), 'who', 'what', 'why', 'details', 'previous', 'hash');
  await numbers(table, 'sequence', 'at').addPrimaryKeyConstraint('journal_key', ['sequence']).execute();
}

const NAMES = [
  'properties',
  'login_locks',
  'data_centres',
  'runs',
  'listings',
  'failures',
  'observations',
  'intents',
  'versions',
  'refusals',
  'deliveries',
  'delivery_failures',
  'mails',
  'mail_recipients',
  'mail_told',
  'ticks',
  'journal',
] as const;

async function down(db: Kysely<unknown>): Promise<void> {
  for (const name of NAMES.toReversed()) await db.schema.dropTable(name).execute();
}

export const first: Migration = { number: 1, name: 'first', up, down };
