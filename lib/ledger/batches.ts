/**
 * Much at a time, in parts: databases limit the number of parameters of a query, and SQLite lets go of the thread only
 * between transactions and between statements outside of one.
 */

import { type RawBuilder, sql } from 'kysely';
import { isPostgres } from './engine.ts';
import type { Work } from './tables.ts';

/** How many rows go into one statement; some ten milliseconds of work. */
export const BATCH = 500;

export function batches<T>(all: readonly T[]): T[][] {
  const some: T[][] = [];
  for (let start = 0; start < all.length; start += BATCH) some.push(all.slice(start, start + BATCH));
  return some;
}

/**
 * Rows in the order of their ids, by one statement for each part of them. What is written meanwhile may be among them
 * or not; each row is as it was at one moment.
 * @param read so many of the rows with a greater id, in order
 */
export async function inPages<R extends { id: number }>(
  read: (after: number, most: number) => Promise<R[]>,
): Promise<R[]> {
  const rows: R[] = [];
  for (;;) {
    const page = await read(rows.at(-1)?.id ?? 0, BATCH);
    for (const row of page) rows.push(row);
    if (page.length < BATCH) return rows;
  }
}

/**
 * As inPages, for a table whose rows have no number: SQLite gives them one of its own. PostgreSQL has none and holds up
 * nobody while it reads; there all of them are one page.
 * @param read so many of the rows with a greater number, in its order
 */
export async function inRowPages<R extends { id: number }>(
  db: Work,
  table: string,
  read: (number: RawBuilder<number>, after: number, most: number) => Promise<R[]>,
): Promise<R[]> {
  if (isPostgres(db)) return read(sql<number>`cast(1 as bigint)`, 0, Number.MAX_SAFE_INTEGER);
  const number = sql<number>`${sql.ref(`${table}.rowid`)}`;
  return inPages((after, most) => read(number, after, most));
}
