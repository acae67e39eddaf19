/** What lies on the shares after delivery: how each file looked when it was proved there, and at the last look. */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('placed_files')
    .addColumn('version_id', 'bigint', (column) => column.notNull())
    .addColumn('share', 'text', (column) => column.notNull())
    .addColumn('destination', 'text', (column) => column.notNull())
    .addColumn('modified_at', 'bigint')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('why', 'text', (column) => column.notNull())
    .addColumn('looked_at', 'bigint')
    .addColumn('since', 'bigint')
    .addColumn('told_at', 'bigint')
    .addColumn('closed_at', 'bigint')
    .addColumn('closed_by', 'text', (column) => column.notNull())
    .addColumn('closed_why', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('placed_files_key', ['version_id', 'share'])
    .addForeignKeyConstraint('placed_files_delivery', ['version_id', 'share'], 'deliveries', [
      'version_id',
      'share',
    ])
    .execute();
  await schema.createIndex('placed_files_state').on('placed_files').columns(['state']).execute();
}

async function down({ schema }: Kysely<unknown>): Promise<void> {
  await schema.dropTable('placed_files').execute();
}

export const placedFiles: Migration = { number: 31, name: 'placed files', up, down };
