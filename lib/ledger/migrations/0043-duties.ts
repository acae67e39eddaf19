/** Work that several hosts share: which host is there, and which has which duty. */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('hosts')
    .addColumn('owner', 'text', (column) => column.primaryKey())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('joined_at', 'bigint', (column) => column.notNull())
    .addColumn('seen_until', 'bigint', (column) => column.notNull())
    .addColumn('clock_offset', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('duties')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('fence', 'bigint', (column) => column.notNull())
    .addColumn('held_until', 'bigint', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('given_to', 'text', (column) => column.notNull())
    .addColumn('wanted_by', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('duties_key', ['kind', 'subject'])
    .execute();
}

async function down({ schema }: Kysely<unknown>): Promise<void> {
  await schema.dropTable('duties').execute();
  await schema.dropTable('hosts').execute();
}

export const duties: Migration = { number: 43, name: 'duties', up, down };
