/** Counts logins by day, and holds them back after a server turned one away. */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('login_counts')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('day', 'text', (column) => column.notNull())
    .addColumn('logins', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('login_counts_key', ['account', 'day'])
    .execute();
  await db.schema
    .createTable('login_holds')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .addColumn('wait', 'bigint', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('login_holds_key', ['account'])
    .execute();
}

async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('login_holds').execute();
  await db.schema.dropTable('login_counts').execute();
}

export const logins: Migration = { number: 2, name: 'logins', up, down };
