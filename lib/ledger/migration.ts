/** What a migration of the ledger is. */
import type { Kysely } from 'kysely';
import { isPostgres } from './engine.ts';

export interface Migration {
  /** Ascending; a released migration never changes. */
  number: number;
  name: string;
  up(db: Kysely<unknown>): Promise<void>;
  down(db: Kysely<unknown>): Promise<void>;
}

/**
 * An index that holds each row of a table a second time, so that SQLite's check of the file finds a byte that a disk
 * changed. PostgreSQL has checksums of its own, and its indexes hold no long texts: there it is left out.
 */
export async function addWholeIndex(
  db: Kysely<unknown>,
  table: string,
  columns: readonly string[],
): Promise<void> {
  if (isPostgres(db)) return;
  await db.schema
    .createIndex(`${table}_whole`)
    .on(table)
    .columns([...columns])
    .execute();
}

export async function dropWholeIndex(db: Kysely<unknown>, table: string): Promise<void> {
  if (!isPostgres(db)) await db.schema.dropIndex(`${table}_whole`).execute();
}
