/**
 * Keeping: what lies in quarantine and what people decided about it, and when a local copy was removed.
 *
 * The indexes named "whole" hold each row of a table a second time. SQLite has no checksums, but its full check
 * compares every row with every index: a byte that a disk changed in a fact is found, not believed.
 */
import type { CreateTableBuilder, Kysely } from 'kysely';
import { addWholeIndex, dropWholeIndex, type Migration } from '../migration.ts';

const WHOLE: Readonly<Record<string, readonly string[]>> = {
  versions: [
    'id',
    ...['account', 'installation', 'run', 'path', 'name', 'folder', 'system', 'code', 'business_date'],
    ...['sequence', 'sha256', 'file', 'data_centre', 'address', 'size', 'modified_at', 'bytes', 'amended'],
    ...['received_at', 'seen_at', 'routed_at', 'cleaned_at'],
  ],
  deliveries: ['version_id', 'share', 'file', 'sha256', 'outcome', 'run', 'delivered_at'],
  intents: ['account', 'path', 'run', 'size', 'modified_at', 'intended_at'],
  refusals: [
    'id',
    ...['account', 'folder', 'name_hex', 'shown', 'code', 'reason', 'first_run', 'first_seen_at'],
    ...['decision', 'released_as'],
  ],
  quarantine: [
    'id',
    ...[
      'account',
      'path',
      'sha256',
      'report',
      'file',
      'code',
      'reason',
      'run',
      'size',
      'modified_at',
      'bytes',
    ],
    ...['held_at', 'decision'],
  ],
  login_locks: ['account', 'reason', 'address', 'locked_at'],
  data_centres: ['account', 'data_centre', 'reason', 'chosen_by', 'chosen_at', 'seconded_by', 'until'],
  mail_recipients: ['mail_id', 'address', 'state', 'message_id', 'response'],
};

async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema.alterTable('versions').addColumn('cleaned_at', 'bigint').execute();
  for (const name of ['decision', 'released_as']) {
    await schema
      .alterTable('refusals')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
      .execute();
  }
  let table: CreateTableBuilder<string, string> = schema
    .createTable('quarantine')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement());
  for (const name of ['account', 'path', 'sha256', 'report', 'file', 'code', 'reason', 'run', 'decision']) {
    table = table.addColumn(name, 'text', (column) => column.notNull());
  }
  for (const name of ['size', 'modified_at', 'bytes', 'held_at']) {
    table = table.addColumn(name, 'bigint', (column) => column.notNull());
  }
  await table.addUniqueConstraint('quarantine_once', ['account', 'path', 'sha256']).execute();
  await schema
    .createIndex('versions_kept')
    .on('versions')
    .columns(['account', 'cleaned_at', 'business_date'])
    .execute();
  // Which mails told of a version: without this, every question reads all that was ever told.
  await schema.createIndex('mail_told_version').on('mail_told').columns(['version_id']).execute();
  for (const [name, columns] of Object.entries(WHOLE)) await addWholeIndex(db, name, columns);
}

async function down(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  for (const name of Object.keys(WHOLE)) await dropWholeIndex(db, name);
  for (const name of ['mail_told_version', 'versions_kept']) await schema.dropIndex(name).execute();
  await schema.dropTable('quarantine').execute();
  for (const name of ['released_as', 'decision']) {
    await schema.alterTable('refusals').dropColumn(name).execute();
  }
  await schema.alterTable('versions').dropColumn('cleaned_at').execute();
}

export const keeping: Migration = { number: 8, name: 'keeping', up, down };
