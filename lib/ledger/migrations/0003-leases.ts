/** Leases: which instance is at work on what, until when. */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('leases')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('fence', 'bigint', (column) => column.notNull())
    .addColumn('held_until', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('leases_key', ['name'])
    .execute();
}

async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('leases').execute();
}

export const leases: Migration = { number: 3, name: 'leases', up, down };
