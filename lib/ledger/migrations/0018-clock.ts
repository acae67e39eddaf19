/**
 * Jumps of the clock, and under which of them a due time was taken: what a clock that was ahead took is no run of the
 * real day. Each due time bears the run it has had.
 */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('clock_jumps')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('jump', 'bigint', (column) => column.notNull())
    .addColumn('noticed_at', 'bigint', (column) => column.notNull())
    .addColumn('told_at', 'bigint')
    .execute();
  await schema
    .alterTable('ticks')
    .addColumn('run', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
  await schema
    .alterTable('ticks')
    .addColumn('jump', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
}

async function down({ schema }: Kysely<unknown>): Promise<void> {
  for (const column of ['jump', 'run']) await schema.alterTable('ticks').dropColumn(column).execute();
  await schema.dropTable('clock_jumps').execute();
}

export const clock: Migration = { number: 18, name: 'clock', up, down };
