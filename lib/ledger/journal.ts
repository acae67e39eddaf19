/**
 * The journal: who did what and why, append-only. Each record holds the hash of the one before, so that
 * changing, removing or reordering a record breaks every later hash.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../time/clock.ts';
import type { Database, Tables, Work } from './tables.ts';
import type { JournalEntry, JournalHead, JournalRecord } from './types.ts';

export interface JournalBook {
  /** Appends a record; its place and hash. */
  journal(entry: JournalEntry): Promise<{ sequence: number; hash: string }>;
  journalHead(): Promise<JournalHead>;
  /** Records after `sequence`, in order. */
  journalRecords(after?: number, limit?: number): Promise<JournalRecord[]>;
  /** Computes the chain anew; `brokenAt` is the first record that does not fit. */
  verifyJournal(): Promise<JournalHead & { brokenAt?: number }>;
}

type Row = Tables['journal'];

/** The text that is hashed: names in order, so that it does not depend on who built the object. */
function canonical(record: Omit<Row, 'hash'>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function hashOf(record: Omit<Row, 'hash'>): string {
  return createHash('sha256').update(canonical(record)).digest('hex');
}

/** Appends within the transaction of the fact that is journalled. */
export async function appendJournal(
  work: Work,
  clock: Clock,
  entry: JournalEntry,
): Promise<{ sequence: number; hash: string }> {
  const last = await lastRow(work);
  const record = {
    sequence: (last?.sequence ?? 0) + 1,
    at: clock.now(),
    who: entry.who,
    what: entry.what,
    why: entry.why,
    details: JSON.stringify(entry.details ?? {}),
    previous: last?.hash ?? '',
  };
  const hash = hashOf(record);
  await work
    .insertInto('journal')
    .values({ ...record, hash })
    .execute();
  return { sequence: record.sequence, hash };
}

function lastRow(work: Work) {
  return work
    .selectFrom('journal')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
}

const PAGE = 1000;

export function journalBook(db: Database, clock: Clock): JournalBook {
  const page = (after: number, limit: number) =>
    db
      .selectFrom('journal')
      .selectAll()
      .where('sequence', '>', after)
      .orderBy('sequence')
      .limit(limit)
      .execute();

  return {
    journal: (entry) => db.transaction().execute((work) => appendJournal(work, clock, entry)),

    async journalHead() {
      const last = await lastRow(db);
      return { count: last?.sequence ?? 0, head: last?.hash ?? '' };
    },

    async journalRecords(after = 0, limit = PAGE) {
      const rows = await page(after, limit);
      return rows.map(({ previous: _, details, ...row }) => ({ ...row, details: JSON.parse(details) }));
    },

    async verifyJournal() {
      let count = 0;
      let head = '';
      for (;;) {
        const rows = await page(count, PAGE);
        if (rows.length === 0) return { count, head };
        for (const { hash, ...record } of rows) {
          const fits = record.sequence === count + 1 && record.previous === head && hashOf(record) === hash;
          if (!fits) return { count, head, brokenAt: count + 1 };
          count++;
          head = hash;
        }
      }
    },
  };
}
