/**
 * What the ledger holds for expectations: the copies of business dates, what is in quarantine of them, what people
 * entered, and what was found when an account was checked last.
 */
import { isDeepStrictEqual } from 'node:util';
import { type RawBuilder, sql } from 'kysely';
import type { Found } from '../../model/completeness.ts';
import { newsOf, nothingStands, type Standing } from '../../model/report-news.ts';
import type { DataCentre } from '../../model/types.ts';
import { BATCH } from '../batches.ts';
import { isPostgres } from '../engine.ts';
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { rowOf } from '../journal/vouched.ts';
import { fromColumn } from '../json-column.ts';
import type { Database } from '../tables.ts';
import type { NewVersion } from '../types.ts';
import { appendEvent } from './events.ts';
import type { Act } from './quarantine.ts';

/** A version of a report. Times are milliseconds since 1970. */
export interface CopyOfDate {
  path: string;
  sha256: string;
  dataCentre: DataCentre;
  receivedAt: number;
  /** When RAP offered this content last. */
  seenAt: number;
  /** When it lay on all its shares; null as long as it does not. */
  routedAt: number | null;
}

/** What a person said of an account's reports. */
export type PersonsEntry =
  /** A condition of conditional reports holds for a date, or does not. */
  | { entry: 'condition'; condition: string; date: string; holds: boolean }
  /** Other deadlines for one night; milliseconds since 1970. */
  | {
      entry: 'deadline';
      report: string;
      set: string;
      businessDate: string;
      lateAfter?: number | undefined;
      cutOff?: number | undefined;
    }
  /** Nobody waits for it any more. */
  | { entry: 'closed'; report: string; set: string; businessDate: string };

export interface RecordedEntry {
  id: number;
  /** '' for all accounts. */
  account: string;
  at: number;
  by: string;
  reason: string;
  said: PersonsEntry;
}

/** @typeParam A who was asked about, @typeParam F what was found; both plain data */
export interface RecordedCheck<A = unknown, F = unknown> {
  account: string;
  at: number;
  asked: A;
  found: F;
}

export interface ExpectationRecords {
  /** Copies of these business dates, and of none that came since a moment, in the order in which they came. */
  copiesOfDates(account: string, dates: readonly string[], since: number): Promise<CopyOfDate[]>;
  /** The latest copies of reports of business dates within a span, of some codes; the newest dates first. */
  arrivalsBetween(
    account: string,
    span: { from: string; before: string; codes: readonly string[]; most: number },
  ): Promise<{ path: string; code: string; receivedAt: number }[]>;
  /** Copies in quarantine, held since a moment or of these business dates. */
  quarantinedOfDates(
    account: string,
    dates: readonly string[],
    since: number,
  ): Promise<{ path: string; code: string; dataCentre: DataCentre; heldAt: number }[]>;
  /**
   * Writes down what a person said, from now on. Journalled.
   * @param account '' for all
   * @returns its number; undefined when the last that was said of it is the very same
   */
  enterExpectation(account: string, said: PersonsEntry, act: Act): Promise<number | undefined>;
  /** What was said of these business dates, of an account or of all, in order. */
  expectationEntries(account: string, dates: readonly string[]): Promise<RecordedEntry[]>;
  /** Keeps what was found of an account; what was found before it goes. What people have to hear of it becomes events. */
  recordCheck(check: RecordedCheck<unknown, Partial<Found>>): Promise<void>;
  /** What was found last, of one account or of all, in order of name. */
  checks<A, F>(account?: string): Promise<RecordedCheck<A, F>[]>;
}

export function expectationRecords(db: Database, writer: JournalWriter): ExpectationRecords {
  const { clock } = writer;
  return {
    async copiesOfDates(account, dates, since) {
      const copies: CopyOfDate[] = [];
      // A page at a time, in the order of the index.
      for (const date of new Set([...dates, ''])) {
        let last = { receivedAt: date === '' ? since - 1 : -1, id: Number.MAX_SAFE_INTEGER };
        for (;;) {
          const page = await db
            .selectFrom('versions')
            .select(['id', 'path', 'sha256', 'data_centre as dataCentre', 'received_at as receivedAt'])
            .select(['seen_at as seenAt', 'routed_at as routedAt'])
            .where('account', '=', account)
            .where('business_date', '=', date)
            .where(({ eb, refTuple, tuple }) =>
              eb(refTuple('received_at', 'id'), '>', tuple(last.receivedAt, last.id)),
            )
            .orderBy('received_at')
            .orderBy('id')
            .limit(BATCH)
            .execute();
          for (const { id: _, ...copy } of page) copies.push(copy);
          const end = page.at(-1);
          if (end === undefined || page.length < BATCH) break;
          last = end;
        }
      }
      return copies.sort((one, two) => one.receivedAt - two.receivedAt);
    },

    arrivalsBetween: (account, { from, before, codes, most }) =>
      db
        .selectFrom('versions')
        .select(['path', 'code', 'received_at as receivedAt'])
        .where('account', '=', account)
        .where('business_date', '>=', from)
        .where('business_date', '<', before)
        .where('code', 'in', [...codes])
        .orderBy('business_date', 'desc')
        .orderBy('received_at', 'desc')
        .limit(most)
        .execute(),

    async quarantinedOfDates(account, dates, since) {
      const rows = await db
        .selectFrom('quarantine')
        .select(['path', 'code', 'report', 'held_at as heldAt'])
        .where('account', '=', account)
        .where((row) => row.or([row('held_at', '>=', since), row(businessDateOf(db), 'in', [...dates])]))
        .orderBy('id')
        .execute();
      return rows
        .map(({ report, ...row }) => ({ ...row, report: fromColumn<NewVersion>(report) }))
        .map(({ path, code, heldAt, report }) => ({ path, code, heldAt, dataCentre: report.dataCentre }));
    },

    enterExpectation: (account, said, { by, reason }) =>
      db.transaction().execute(async (work) => {
        const date = said.entry === 'condition' ? said.date : said.businessDate;
        const text = JSON.stringify(said);
        const before = await work
          .selectFrom('expectation_entries')
          .select('entry')
          .where('account', '=', account)
          .where('business_date', '=', date)
          .orderBy('id', 'desc')
          .execute();
        const last = before.map(({ entry }) => fromColumn<PersonsEntry>(entry)).find(isAbout(said));
        if (last !== undefined && isDeepStrictEqual(last, JSON.parse(text))) return undefined;
        const row = await work
          .insertInto('expectation_entries')
          .values({
            account,
            at: clock.now(),
            business_date: date,
            entry: text,
            entered_by: by,
            reason,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        const { entry, ...of } = said;
        const details = { account, ...of };
        const record = { who: by, what: `expectation: ${entry}`, why: reason, details };
        await appendJournal(work, writer, record, rowOf('expectation_entries', row, true));
        return row.id;
      }),

    async expectationEntries(account, dates) {
      const rows = await db
        .selectFrom('expectation_entries')
        .selectAll()
        .where('account', 'in', ['', account])
        .where('business_date', 'in', [...dates])
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map(({ entry, entered_by: by, business_date: _, ...row }) => ({
        ...row,
        by,
        said: fromColumn<PersonsEntry>(entry),
      }));
    },

    recordCheck: ({ account, at, asked, found }) =>
      db.transaction().execute(async (work) => {
        const before = await work
          .selectFrom('completeness')
          .select('standing')
          .where('account', '=', account)
          .executeTakeFirst();
        const { standing, news } = newsOf(
          before === undefined ? nothingStands : fromColumn<Standing>(before.standing),
          found,
        );
        for (const { kind, subject } of news)
          await appendEvent(work, clock.now(), { kind, subject, account, run: '', payload: {} });
        const row = {
          at,
          asked: JSON.stringify(asked),
          found: JSON.stringify(found),
          standing: JSON.stringify(standing),
        };
        await work
          .insertInto('completeness')
          .values({ account, ...row })
          .onConflict((on) => on.column('account').doUpdateSet(row))
          .execute();
      }),

    async checks<A, F>(account?: string) {
      const rows = await db
        .selectFrom('completeness')
        .selectAll()
        .$if(account !== undefined, (query) => query.where('account', '=', account ?? ''))
        .orderBy('account')
        .execute();
      return rows.map(({ account: name, at, asked, found }) => ({
        ...{ account: name, at },
        asked: fromColumn<A>(asked),
        found: fromColumn<F>(found),
      }));
    },
  };
}

/** Is another entry of the same date about the same report, or the same condition? */
function isAbout(said: PersonsEntry): (one: PersonsEntry) => boolean {
  return (one) =>
    said.entry === 'condition'
      ? one.entry === 'condition' && one.condition === said.condition
      : one.entry !== 'condition' && one.report === said.report && one.set === said.set;
}

/** The business date in a report that is held: its JSON may say what the JSON of PostgreSQL refuses, such as NUL. */
function businessDateOf(db: Database): RawBuilder<string> {
  return isPostgres(db)
    ? sql<string>`substring(report from '"businessDate":"([^"]*)"')`
    : sql<string>`json_extract(report, '$.businessDate')`;
}
