/**
 * From here on each fact has its record in the journal, and the ledger holds its seal. The tables stay as they are; an
 * older release, which would write facts without records, does not open the ledger any more.
 */
import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migration.ts';

async function up(): Promise<void> {
  // What is there is taken over when the ledger is opened: that takes the key of the journal.
}

async function down(db: Kysely<unknown>): Promise<void> {
  await sql`delete from properties where name = 'sealed'`.execute(db);
}

export const records: Migration = { number: 19, name: 'records', up, down };
