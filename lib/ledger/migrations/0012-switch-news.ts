/** What became of switches of the data centre and no mail in the outbox tells of yet. */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('switch_news')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('node', 'text', (column) => column.notNull())
    .addColumn('request', 'bigint')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('until', 'bigint')
    .addColumn('chosen_by', 'text', (column) => column.notNull())
    .addForeignKeyConstraint('switch_news_request', ['request'], 'switch_requests', ['id'])
    .execute();
}

async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('switch_news').execute();
}

export const switchNews: Migration = { number: 12, name: 'switch news', up, down };
