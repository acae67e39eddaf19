/** What was found when the reports of an account were checked last, and whether the contacts were told of it. */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('completeness')
    .addColumn('account', 'text', (column) => column.primaryKey().notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('asked', 'text', (column) => column.notNull())
    .addColumn('found', 'text', (column) => column.notNull())
    .addColumn('told_at', 'bigint')
    .execute();
}

async function down({ schema }: Kysely<unknown>): Promise<void> {
  await schema.dropTable('completeness').execute();
}

export const completeness: Migration = { number: 25, name: 'completeness', up, down };
