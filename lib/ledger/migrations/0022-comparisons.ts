/** What each day of a parallel run brought: the reports of RAP against the files of the terminal, one row a day. */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

const NUMBERS = ['compared_at', 'equal', 'different', 'form', 'only_rap', 'only_terminal', 'unread'] as const;

async function up({ schema }: Kysely<unknown>): Promise<void> {
  let table = schema
    .createTable('comparisons')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('date', 'text', (column) => column.notNull());
  for (const name of NUMBERS) table = table.addColumn(name, 'bigint', (column) => column.notNull());
  await table.addPrimaryKeyConstraint('comparisons_key', ['account', 'date']).execute();
}

async function down({ schema }: Kysely<unknown>): Promise<void> {
  await schema.dropTable('comparisons').execute();
}

export const comparisons: Migration = { number: 22, name: 'comparisons', up, down };
