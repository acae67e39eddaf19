/** When each account logged in, and at which address; before, only how often a day. */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('login_log')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('data_centre', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('login_log_of_account').on('login_log').columns(['account', 'id']).execute();
}

async function down({ schema }: Kysely<unknown>): Promise<void> {
  await schema.dropTable('login_log').execute();
}

export const loginLog: Migration = { number: 32, name: 'login log', up, down };
