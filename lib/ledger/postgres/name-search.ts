/**
 * Any part of a report's name on PostgreSQL: trigrams of the names, where the extension pg_trgm is there or may be
 * created. Without it the names are read one by one, as on SQLite without its index.
 */
import { sql } from 'kysely';
import type { Database } from '../tables.ts';

/** Makes the index where it is missing and may be made; another process that opens the ledger waits for it. */
export async function indexNames(db: Database): Promise<void> {
  const { rows } = await sql<{ there: number; may: number; made: number }>`
    select exists (select 1 from pg_extension where extname = 'pg_trgm') as there,
      exists (select 1 from pg_available_extension_versions where name = 'pg_trgm' and trusted)
        and has_database_privilege(current_database(), 'create') as may,
      to_regclass('versions_trigrams') is not null as made
  `.execute(db);
  const [found] = rows;
  if (found === undefined || found.made === 1 || (found.there === 0 && found.may === 0)) return;
  await db.transaction().execute(async (work) => {
    await sql`create extension if not exists pg_trgm`.execute(work);
    await sql`create index if not exists versions_trigrams on versions using gin (lower(name) gin_trgm_ops)`.execute(
      work,
    );
  });
}
