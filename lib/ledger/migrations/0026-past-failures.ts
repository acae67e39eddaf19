/** Failures that a run met at one look and not at the next; before, a run looked at each account once. */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('failures')
    .addColumn('past', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}

async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('failures').dropColumn('past').execute();
}

export const pastFailures: Migration = { number: 26, name: 'past failures', up, down };
