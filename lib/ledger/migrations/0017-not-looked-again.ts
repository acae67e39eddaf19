/** Why a report that came whole was not looked at again; '' where it was, as all were before. */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('versions')
    .addColumn('not_looked_again', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
}

async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('versions').dropColumn('not_looked_again').execute();
}

export const notLookedAgain: Migration = { number: 17, name: 'not looked again', up, down };
