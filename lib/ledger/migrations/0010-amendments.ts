/** Deliveries beside other content of their name that no mail in the outbox tells of yet. */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('untold_amendments')
    .addColumn('version_id', 'bigint', (column) => column.notNull())
    .addColumn('share', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('untold_amendments_key', ['version_id', 'share'])
    .addForeignKeyConstraint('untold_amendments_version', ['version_id'], 'versions', ['id'])
    .execute();
}

async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('untold_amendments').execute();
}

export const amendments: Migration = { number: 10, name: 'amendments', up, down };
