/** When each key was first logged in with, and until when a person says that HKEX lets an account's key be used. */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('key_uses')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('first_login_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('key_uses_key', ['account', 'fingerprint'])
    .execute();
  await schema
    .createTable('key_terms')
    .addColumn('account', 'text', (column) => column.primaryKey())
    .addColumn('until', 'text', (column) => column.notNull())
    .execute();
}

async function down({ schema }: Kysely<unknown>): Promise<void> {
  await schema.dropTable('key_terms').execute();
  await schema.dropTable('key_uses').execute();
}

export const keyLife: Migration = { number: 33, name: 'key life', up, down };
