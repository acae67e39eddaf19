/** The days of a parallel run: RAP against the terminal, account by account. */
import type { ReceivedReport } from '../../model/types.ts';
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { rowOf } from '../journal/vouched.ts';
import type { Database } from '../tables.ts';
import { receivedReport } from './reports.ts';

/** How many files of one business date were equal, and how many were not. */
export interface ComparedDay {
  account: string;
  /** Business date, YYYY-MM-DD. */
  date: string;
  /** Milliseconds since 1970. */
  comparedAt: number;
  equal: number;
  different: number;
  /** Of the different ones, those that differ by form alone: line ends, packing. */
  form: number;
  onlyRap: number;
  onlyTerminal: number;
  /** Received, and no copy is left here to compare. */
  unread: number;
}

export interface ComparisonRecords {
  /** The last comparison of a day counts. */
  recordComparison(day: Omit<ComparedDay, 'comparedAt'>): Promise<void>;
  /** Of one account, the newest day first, none after `until`. */
  comparedDays(account: string, until: string, most: number): Promise<ComparedDay[]>;
  /**
   * The present version of each report of a business date, or of none that came in the given time (milliseconds since
   * 1970, the second excluded); `isHere` is false where its copy was removed.
   */
  reportsOfDay(
    account: string,
    date: string,
    came: readonly [from: number, to: number],
  ): Promise<{ report: ReceivedReport; isHere: boolean }[]>;
}

export function comparisonRecords(db: Database, writer: JournalWriter): ComparisonRecords {
  return {
    recordComparison: ({ account, date, ...counts }) =>
      db.transaction().execute(async (work) => {
        const { equal, different, form, onlyRap, onlyTerminal, unread } = counts;
        const row = {
          ...{ compared_at: writer.clock.now(), equal, different, form, unread },
          ...{ only_rap: onlyRap, only_terminal: onlyTerminal },
        };
        const before = await work
          .selectFrom('comparisons')
          .select('date')
          .where('account', '=', account)
          .where('date', '=', date)
          .executeTakeFirst();
        const now = await work
          .insertInto('comparisons')
          .values({ account, date, ...row })
          .onConflict((on) => on.columns(['account', 'date']).doUpdateSet(row))
          .returningAll()
          .executeTakeFirstOrThrow();
        const details = { account, date, ...counts };
        const entry = { who: 'rap', what: 'compared with the terminal', why: date, details };
        await appendJournal(work, writer, entry, rowOf('comparisons', now, before === undefined));
      }),

    async comparedDays(account, until, most) {
      const rows = await db
        .selectFrom('comparisons')
        .selectAll()
        .where('account', '=', account)
        .where('date', '<=', until)
        .orderBy('date', 'desc')
        .limit(most)
        .execute();
      return rows.map(({ compared_at, only_rap, only_terminal, ...same }) => ({
        ...same,
        ...{ comparedAt: compared_at, onlyRap: only_rap, onlyTerminal: only_terminal },
      }));
    },

    async reportsOfDay(account, date, [from, to]) {
      const rows = await db
        .selectFrom('versions')
        .selectAll()
        .where('account', '=', account)
        .where((row) =>
          row.or([
            row('business_date', '=', date),
            row.and([
              row('business_date', '=', ''),
              row('received_at', '>=', from),
              row('received_at', '<', to),
            ]),
          ]),
        )
        .orderBy('seen_at')
        .orderBy('id')
        .execute();
      // The version offered last comes last and stays.
      const present = new Map(rows.map((row) => [row.path, row]));
      return [...present.values()].map((row) => ({
        report: receivedReport(row),
        isHere: row.cleaned_at === null,
      }));
    },
  };
}
