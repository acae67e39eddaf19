/**
 * Rows that an older release wrote have no record. At the upgrade the journal takes them over as they are then, by
 * digest and a thousand in a record: from then on a change of an old row is found like that of a new one. The last of
 * these records says that all are taken over; an upgrade that was cut off begins them anew.
 */
import { sql } from 'kysely';
import { isPostgres } from '../engine.ts';
import type { Database, Tables, Work } from '../tables.ts';
import type { JournalEntry } from '../types.ts';
import { appendJournal, type JournalWriter } from './journal.ts';
import { decidedTables, digestsOf, type Row, rowsOf, vouchedTables } from './vouched.ts';

/** What the records say; the last one of a take-over has `all` among its details. */
export const TAKEN_OVER = 'rows taken over';

const PAGE = 1000;

const DECIDED: readonly string[] = decidedTables;

interface Act {
  who: string;
  why: string;
}

/** What a person does by it, as it stands in the journal. */
export interface Anew {
  what: string;
  details?: JournalEntry['details'];
}

/**
 * Writes the records for all rows that are there now.
 * @param anew a person says so: what was decided about log-ins is taken over as well, and no earlier record
 *   vouches for anything any more
 */
export async function takeOver(db: Database, writer: JournalWriter, act: Act, anew?: Anew): Promise<void> {
  if (anew !== undefined) {
    const entry = { ...act, what: anew.what, details: { ...anew.details, anew: true } };
    await db.transaction().execute((work) => appendJournal(work, writer, entry));
  }
  for (const table of vouchedTables) {
    if (DECIDED.includes(table) && anew === undefined) continue;
    for (let after: Place | undefined = FIRST; after !== undefined; ) {
      after = await takeOverPage(db, writer, act, table, after);
    }
  }
  await db.transaction().execute(async (work) => {
    const counts: [string, number][] = [];
    for (const table of vouchedTables) counts.push([table, await countOf(work, table)]);
    const details = { all: true, counts: JSON.stringify(counts) };
    await appendJournal(work, writer, { ...act, what: TAKEN_OVER, details });
  });
}

/** How many rows a table has. */
export async function countOf(work: Work, table: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(work);
  return Number(rows[0]?.n ?? 0);
}

/** Where a row lies, in each database's own way: nobody else writes meanwhile, so that none of them moves. */
type Place = number | string;
const FIRST: Place = 0;

function pageAfter(work: Work, table: string, after: Place) {
  const page = sql`from ${sql.table(table)}`;
  if (!isPostgres(work)) {
    return sql<Row & { place: Place }>`
      select rowid as place, * ${page} where rowid > ${after} order by rowid limit ${PAGE}`;
  }
  const from = after === FIRST ? '(0,0)' : after;
  return sql<Row & { place: Place }>`
    select ctid::text as place, * ${page} where ctid > ${from}::text::tid order by ctid limit ${PAGE}`;
}

/** @returns where the next page begins; undefined after the last one */
function takeOverPage(
  db: Database,
  writer: JournalWriter,
  { who, why }: Act,
  table: keyof Tables,
  after: Place,
): Promise<Place | undefined> {
  return db.transaction().execute(async (work) => {
    const { rows } = await pageAfter(work, table, after).execute(work);
    // What was decided must be known by its content.
    const vouched = DECIDED.includes(table)
      ? rowsOf(table, rows as never, false)
      : digestsOf(table, rows, false);
    const entry = { who, why, what: TAKEN_OVER, details: { table, rows: rows.length } };
    if (vouched.length > 0) await appendJournal(work, writer, entry, vouched);
    return rows.length < PAGE ? undefined : rows.at(-1)?.place;
  });
}
