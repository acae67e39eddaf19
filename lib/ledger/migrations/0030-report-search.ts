/**
 * Indexes by which people look for reports: by business date and by code, the newest first; and what people, not the
 * program, did about them, which is a small part of the journal.
 */
import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migration.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('versions_by_date').on('versions').columns(['business_date', 'id']).execute();
  await db.schema.createIndex('versions_by_code').on('versions').columns(['code', 'id']).execute();
  await sql`create index "journal_acts" on "journal" ("sequence") where "who" <> 'rap'`.execute(db);
}

async function down({ schema }: Kysely<unknown>): Promise<void> {
  await schema.dropIndex('journal_acts').execute();
  await schema.dropIndex('versions_by_code').execute();
  await schema.dropIndex('versions_by_date').execute();
}

export const reportSearch: Migration = { number: 30, name: 'report search', up, down };
