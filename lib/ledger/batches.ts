/**
 * Much at a time, in parts: databases limit the number of parameters of a query, and SQLite lets go of the thread only
 * between transactions and between statements outside of one.
 */

import { sql } from 'kysely';

/** SQLite's own number of a row, for a table that has none. */
export const rowId = sql<number>`rowid`;

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
