/**
 * What expectations are judged by: when an account's folders were looked at and with what result, and when a listing
 * showed a file first. What people entered about single nights and dates.
 */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('looks')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('data_centre', 'text', (column) => column.notNull())
    .addColumn('good', 'text', (column) => column.notNull())
    .addColumn('failed', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('looks_of_account').on('looks').columns(['account', 'at']).execute();
  await schema
    .createTable('listed_files')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('data_centre', 'text', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('modified_at', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('listed_files_key', ['account', 'data_centre', 'path', 'size', 'modified_at'])
    .execute();
  await schema.createIndex('listed_files_at').on('listed_files').columns(['account', 'at']).execute();
  await schema
    .createIndex('versions_of_date')
    .on('versions')
    .columns(['account', 'business_date', 'received_at'])
    .execute();
  await schema
    .createTable('expectation_entries')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('business_date', 'text', (column) => column.notNull())
    .addColumn('entry', 'text', (column) => column.notNull())
    .addColumn('entered_by', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .execute();
}

async function down({ schema }: Kysely<unknown>): Promise<void> {
  await schema.dropTable('expectation_entries').execute();
  await schema.dropIndex('versions_of_date').execute();
  await schema.dropTable('listed_files').execute();
  await schema.dropTable('looks').execute();
}

export const looks: Migration = { number: 24, name: 'looks', up, down };
