/** Which account is logged in for which run, and which schedule began a run: a run cut off by a restart goes on. */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .alterTable('runs')
    .addColumn('schedule', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
  await schema
    .createTable('sessions')
    .addColumn('account', 'text', (column) => column.primaryKey())
    .addColumn('run', 'text', (column) => column.notNull())
    .addColumn('cut_off', 'integer', (column) => column.notNull())
    .execute();
}

async function down({ schema }: Kysely<unknown>): Promise<void> {
  await schema.dropTable('sessions').execute();
  await schema.alterTable('runs').dropColumn('schedule').execute();
}

export const sessions: Migration = { number: 6, name: 'sessions', up, down };
