/** The journal: who did what and why, append-only and chained (see chain.ts). */
import { type Compilable, type RawBuilder, sql } from 'kysely';
import { RapError } from '../../errors/rap-error.ts';
import type { Clock } from '../../time/clock.ts';
import { atOnce, withoutAnswer } from '../engine.ts';
import { fromColumn } from '../json-column.ts';
import type { Database, Work } from '../tables.ts';
import type { JournalEntry, JournalHead, JournalRecord } from '../types.ts';
import {
  EMPTY,
  finish,
  follow,
  hashOf,
  isKeyed,
  KEY_REPLACED,
  type Link,
  type Verification,
} from './chain.ts';
import type { Vouch } from './vouched.ts';

export interface JournalRecords {
  /** Appends a record; its place and hash. */
  append(entry: JournalEntry): Promise<{ sequence: number; hash: string }>;
  /** Put this into a mail: with it, a journal that was cut or built anew is found out. */
  head(): Promise<JournalHead>;
  /** Records after `sequence`, in order. */
  records(after?: number, limit?: number): Promise<JournalRecord[]>;
  /**
   * Computes the chain anew.
   * @param anchor a head known from elsewhere, such as the one in a digest
   */
  verify(anchor?: JournalHead): Promise<Verification>;
  /** @throws RapError CONFIG_INVALID when the last record was not made with the key given here */
  checkKey(): Promise<void>;
}

/** What it takes to write a record. */
export interface JournalWriter {
  clock: Clock;
  /** Key of the chain; without one the records are only hashed. */
  key?: Uint8Array;
  /** Who writes, where several hosts do: each record names it as `host`. */
  host?: string;
}

/** A record, with what it vouches for (see vouched.ts), which is kept among its details. */
export interface Recorded {
  entry: JournalEntry;
  rows: readonly Vouch[];
}

/**
 * Appends within the transaction of the fact that is journalled.
 * @param rows what the record vouches for
 * @throws RapError CONFIG_INVALID when the journal was written with a key and there is none now
 */
export async function appendJournal(
  work: Work,
  writer: JournalWriter,
  entry: JournalEntry,
  rows: readonly Vouch[] = [],
): Promise<{ sequence: number; hash: string }> {
  return appendAll(work, writer, [{ entry, rows }]);
}

/** As appendJournal, of several facts in their order. @returns the last record */
export async function appendAll(
  work: Work,
  { clock, key, host }: JournalWriter,
  records: readonly Recorded[],
): Promise<{ sequence: number; hash: string }> {
  const last = written.get(work) ?? (await lastRow(work));
  if (last !== undefined && isKeyed(last.hash) && key === undefined) {
    throw new RapError('CONFIG_INVALID', 'The journal was written with a key, and none is given', {
      cure: 'Give the journal key of this installation.',
    });
  }
  let next = last ?? BEFORE_ALL;
  const links = records.map(({ entry, rows }) => {
    const record = {
      sequence: next.sequence + 1,
      at: clock.now(),
      ...{ who: kept(entry.who), what: kept(entry.what), why: kept(entry.why) },
      details: JSON.stringify({
        ...entry.details,
        ...(host === undefined ? {} : { host }),
        ...(rows.length === 0 ? {} : { rows }),
      }),
      previous: next.hash,
    };
    const hash = hashOf(record, key);
    next = { sequence: record.sequence, hash };
    return { ...record, hash };
  });
  await withoutAnswer(work, work.insertInto('journal').values(links));
  if (work.isTransaction) written.set(work, next);
  return next;
}

/**
 * A text as every database gives it back: one takes half of a letter for another, one refuses NUL, and the chain would
 * not fit what is read. Whatever cuts a text may cut a letter in two.
 */
function kept(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** In the place of the last record where there is none. */
const BEFORE_ALL = { sequence: 0, hash: '' };

/** What a transaction has written last: nobody else writes as long as it lasts, so it need not be asked for. */
const written = new WeakMap<Work, { sequence: number; hash: string }>();

/**
 * Asks within a transaction that is going to append, together with what else it must ask first: so the journal need not
 * be asked by itself.
 * @returns the rows of each question, in order
 */
export async function atOnceWithLast<const Rows extends readonly unknown[]>(
  work: Work,
  ...questions: { readonly [At in keyof Rows]: Compilable<Rows[At]> }
): Promise<{ -readonly [At in keyof Rows]: Rows[At][] }> {
  if (written.has(work)) return atOnce<Rows>(work, questions);
  const all = await atOnce<[{ sequence: number; hash: string }, ...Rows]>(work, [
    lastQuery(work),
    ...questions,
  ] as never);
  const [[last], ...rows] = all;
  written.set(work, last ?? BEFORE_ALL);
  return rows as never;
}

function lastQuery(work: Work) {
  return work.selectFrom('journal').select(['sequence', 'hash']).orderBy('sequence', 'desc').limit(1);
}

function lastRow(work: Work) {
  return lastQuery(work).executeTakeFirst();
}

/** How far the journal has come. */
export async function headOf(work: Work): Promise<JournalHead> {
  const last = await lastRow(work);
  return { count: last?.sequence ?? 0, head: last?.hash ?? '' };
}

/** Records that are read and followed at once: so many, or so many bytes of details where they are large. */
const PAGE = 500;
const PAGE_BYTES = 512 * 1024;

/** The next records after a number, in order. @returns `isAll`: there were no more just then */
export async function linksAfter(work: Work, after: number): Promise<{ links: Link[]; isAll: boolean }> {
  const sizes = await work
    .selectFrom('journal')
    .select(['sequence', sql<number>`octet_length(details)`.as('bytes')])
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(PAGE)
    .execute();
  let last: number | undefined;
  let room = PAGE_BYTES;
  for (const { sequence, bytes } of sizes) {
    if (room <= 0) break;
    last = sequence;
    room -= bytes;
  }
  if (last === undefined) return { links: [], isAll: true };
  const links = await work
    .selectFrom('journal')
    .selectAll()
    .where('sequence', '>', after)
    .where('sequence', '<=', last)
    .orderBy('sequence')
    .execute();
  return { links, isAll: sizes.length < PAGE && sizes.at(-1)?.sequence === last };
}

/** So many records are looked at by one statement that only seeks. */
const STRETCH = 5000;

/**
 * Numbers of records for which something holds, in order: of each stretch of the journal the last one. Reads all of it,
 * one stretch after the other, whatever numbers the records have.
 * @param holds over the columns of "journal"
 */
export async function* lastRecords(work: Work, holds: RawBuilder<unknown>): AsyncGenerator<number> {
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const { rows } = await sql<{ last: number | null; found: number | null }>`
      select max(sequence) as last, max(case when ${holds} then sequence end) as found
      from (select sequence, what, details from journal where sequence > ${after} order by sequence limit ${STRETCH}) as stretch
    `.execute(work);
    const { last = null, found = null } = rows[0] ?? {};
    if (found !== null) yield found;
    if (last === null) return;
    after = last;
  }
}

/** Number of the record that began the present key; 1 where none was lost. */
export async function keyBegunAt(work: Work): Promise<number> {
  let begun = 1;
  for await (const sequence of lastRecords(work, sql`what = ${KEY_REPLACED}`)) begun = sequence;
  return begun;
}

const RECORDS = 1000;

export function journalRecords(db: Database, writer: JournalWriter): JournalRecords {
  return {
    append: (entry) => db.transaction().execute((work) => appendJournal(work, writer, entry)),

    head: () => headOf(db),

    async records(after = 0, limit = RECORDS) {
      const rows = await db
        .selectFrom('journal')
        .selectAll()
        .where('sequence', '>', after)
        .orderBy('sequence')
        .limit(limit)
        .execute();
      return rows.map(({ previous: _, details, ...row }) => {
        const { rows: vouched, ...told } = fromColumn<JournalRecord['details'] & { rows?: never }>(details);
        return { ...row, details: told };
      });
    },

    async verify(anchor = EMPTY) {
      let sound: Verification = EMPTY;
      const begun = await keyBegunAt(db);
      // Everything from below 1 on: a record with an impossible number must be seen as well.
      for (let after = Number.MIN_SAFE_INTEGER; ; ) {
        const { links: rows } = await linksAfter(db, after);
        sound = follow(sound, rows, writer.key, [anchor], begun);
        const last = rows.at(-1);
        if (sound.brokenAt !== undefined || last === undefined) return finish(sound, anchor);
        after = last.sequence;
      }
    },

    async checkKey() {
      const [last] = await db
        .selectFrom('journal')
        .selectAll()
        .orderBy('sequence', 'desc')
        .limit(1)
        .execute();
      if (last === undefined || !isKeyed(last.hash)) return;
      const { hash, ...record } = last;
      if (writer.key !== undefined && hashOf(record, writer.key) === hash) return;
      throw new RapError('CONFIG_INVALID', 'The journal was written with another key than the one given', {
        cure: 'Give the journal key of this ledger (RAP_JOURNAL_KEY or secrets/journal.key). If it is lost for good: "rap ledger newkey".',
      });
    },
  };
}
