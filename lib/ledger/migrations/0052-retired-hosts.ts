/**
 * When the hosts that share the work were heard of last, by their names, also of those that ended in order; and of which
 * host an alarm is, so that it can end when that one is heard of no more: '' for those that are there already.
 */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('known_hosts')
    .addColumn('host', 'text', (column) => column.primaryKey())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .alterTable('alarms')
    .addColumn('host', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
}

async function down({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('alarms').dropColumn('host').execute();
  await schema.dropTable('known_hosts').execute();
}

export const retiredHosts: Migration = { number: 52, name: 'retired-hosts', up, down };
