/** Practice sessions and the weather: what a day must find again when the process was killed and started anew. */
import { sql } from 'kysely';
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { rowOf, rowsOf } from '../journal/vouched.ts';
import type { Database } from '../tables.ts';
import type {
  DrillRow,
  JournalEntry,
  PracticeDayRow,
  PracticeEvent,
  PracticeResultRow,
  SavedWeather,
  WeatherRow,
} from '../types.ts';
import {
  acknowledgeEvent,
  appendEvent,
  pendingEvents,
  practiceEvents,
  type StoredOrder,
  withdrawEvents,
} from './events.ts';

const drillColumns = [
  'date',
  'name',
  'email',
  'code',
  'how',
  'entered_by as enteredBy',
  'sent_at as sentAt',
  'answered_at as answeredAt',
] as const;

export interface PracticeRecords {
  /**
   * Saves what a watch knows. One without answers and with the verdict of the one before only moves times on and
   * takes its place. What was decided is journalled with it, both or neither.
   * @param verdict what people are to hear of it, when it decides otherwise than the one before
   */
  saveWeather(row: WeatherRow, decided?: readonly JournalEntry[], verdict?: string): Promise<void>;
  /** What a watch knew of a date, oldest first. */
  weatherOf(watch: string, date: string): Promise<SavedWeather[]>;
  lastWeather(watch: string, date: string): Promise<SavedWeather | undefined>;

  practiceDay(date: string): Promise<PracticeDayRow | undefined>;
  practiceDays(): Promise<PracticeDayRow[]>;
  /**
   * @param step left out, nothing is ordered. Of the orders of the day that are not acted on, new ones become events, and
   * those left out are settled
   */
  savePracticeDay(row: PracticeDayRow, step?: { run: string; orders: readonly StoredOrder[] }): Promise<void>;
  /** Orders of a session that are not acted on, in the order in which they were given. */
  practiceOrders<O extends StoredOrder>(run: string): Promise<O[]>;

  /** Records what happened and journals it, both or neither. @returns false when it is recorded already */
  recordPracticeEvent(event: PracticeEvent): Promise<boolean>;
  practiceEvents(date: string): Promise<PracticeEvent[]>;

  /**
   * What a clock that was ahead has recorded and mailed of a session after a moment is no record of the real day: each
   * may be recorded and mailed again when its time has come. Journalled.
   */
  takeBackPractice(date: string, after: number): Promise<void>;

  /** The result of a part for an account; a later one replaces it. */
  savePracticeResult(row: PracticeResultRow): Promise<void>;
  practiceResults(date: string): Promise<PracticeResultRow[]>;

  /** Keeps the code of a contact; the first one stays. @returns the one that counts */
  keepDrill(row: Pick<DrillRow, 'date' | 'name' | 'email' | 'code'>): Promise<DrillRow>;
  /**
   * Records the answer to a code and journals it, once: a second answer changes nothing.
   * @returns whether this was the first answer to a code that exists
   */
  answerDrill(answer: { date: string; code: string; how: string; by: string }): Promise<boolean>;
  drillOf(date: string): Promise<DrillRow[]>;
}

export function practiceRecords(db: Database, writer: JournalWriter): PracticeRecords {
  const { clock } = writer;
  const drills = (date: string) =>
    db.selectFrom('practice_drills').select(drillColumns).where('date', '=', date);
  const weather = (watch: string, date: string) =>
    db
      .selectFrom('weather_records')
      .select(['id', 'watch', 'date', 'verdict', 'known', 'answers', 'saved_at as savedAt'])
      .where('watch', '=', watch)
      .where('date', '=', date);

  return {
    saveWeather: (row, decided = [], verdict = undefined) =>
      db.transaction().execute(async (work) => {
        for (const entry of decided) await appendJournal(work, writer, entry);
        const { watch, date: subject } = row;
        if (verdict !== undefined) {
          const event = { kind: 'verdict', subject, account: '', run: '' } as const;
          await appendEvent(work, clock.now(), { ...event, payload: { watch, verdict } });
        }
        const last = await work
          .selectFrom('weather_records')
          .select(['id', 'verdict', 'answers'])
          .where('watch', '=', row.watch)
          .where('date', '=', row.date)
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst();
        const values = { ...row, saved_at: clock.now() };
        const replaces = row.answers === '[]' && last?.answers === '[]' && last.verdict === row.verdict;
        if (replaces)
          await work.updateTable('weather_records').set(values).where('id', '=', last.id).execute();
        else await work.insertInto('weather_records').values(values).execute();
      }),

    async weatherOf(watch, date) {
      const rows = await weather(watch, date).orderBy('id').execute();
      return rows.map(({ id: _, ...row }) => row);
    },

    async lastWeather(watch, date) {
      const row = await weather(watch, date).orderBy('id', 'desc').limit(1).executeTakeFirst();
      if (row === undefined) return undefined;
      const { id: _, ...saved } = row;
      return saved;
    },

    practiceDay: (date) =>
      db
        .selectFrom('practice_days')
        .select(['date', 'plan', 'day'])
        .where('date', '=', date)
        .executeTakeFirst(),

    practiceDays: () =>
      db.selectFrom('practice_days').select(['date', 'plan', 'day']).orderBy('date').execute(),

    savePracticeDay: (row, step) =>
      db.transaction().execute(async (work) => {
        const values = { ...row, saved_at: clock.now() };
        await work
          .insertInto('practice_days')
          .values(values)
          .onConflict((on) => on.column('date').doUpdateSet(values))
          .execute();
        if (step === undefined) return;
        const { run, orders } = step;
        const pending = await pendingEvents(work, { kinds: practiceEvents, run });
        const nameOf = ({ key, at }: StoredOrder) => JSON.stringify([key, at]);
        const left = new Set(orders.map(nameOf));
        const known = new Set(pending.map(({ payload }) => nameOf(payload.order)));
        const now = clock.now();
        const over = pending.filter(({ payload }) => !left.has(nameOf(payload.order)));
        // What a clock that was ahead has ordered was never an order.
        await withdrawEvents(
          work,
          over.filter(({ at }) => at > now).map(({ id }) => id),
        );
        for (const { id, at } of over) if (at <= now) await acknowledgeEvent(work, id, 'flow', now);
        for (const order of orders) {
          if (known.has(nameOf(order))) continue;
          const kind = `practice ${order.kind}` as const;
          await appendEvent(work, order.at, {
            kind,
            subject: order.key,
            account: '',
            run,
            payload: { order },
          });
        }
      }),

    async practiceOrders<O extends StoredOrder>(run: string) {
      const pending = await pendingEvents(db, { kinds: practiceEvents, run });
      return pending.map(({ payload }) => payload.order as O);
    },

    recordPracticeEvent: ({ details, ...event }) =>
      db.transaction().execute(async (work) => {
        const fresh = await work
          .insertInto('practice_events')
          .values({ ...event, details: JSON.stringify(details) })
          .onConflict((on) => on.columns(['date', 'key']).doNothing())
          .returningAll()
          .executeTakeFirst();
        if (fresh === undefined) return false;
        const what = `practice session: ${event.what}`;
        const entry = { who: 'rap', what, why: event.title, details: { ...details, practice: event.date } };
        await appendJournal(work, writer, entry, rowOf('practice_events', fresh, true));
        return true;
      }),

    async practiceEvents(date) {
      const rows = await db
        .selectFrom('practice_events')
        .select(['date', 'key', 'at', 'what', 'title', 'details'])
        .where('date', '=', date)
        .orderBy('sequence')
        .execute();
      return rows.map((row) => ({ ...row, details: JSON.parse(row.details) }));
    },

    takeBackPractice: (date, after) =>
      db.transaction().execute(async (work) => {
        const mark = ` (clock put back at ${clock.now()})`;
        const events = await work
          .updateTable('practice_events')
          .set({ key: sql`key || ${mark}` })
          .where('date', '=', date)
          .where('at', '>', after)
          .returningAll()
          .execute();
        const mails = await work
          .updateTable('mails')
          .set({ event_key: sql`event_key || ${mark}` })
          .where('practice', '=', date)
          .where('created_at', '>', after)
          .returningAll()
          .execute();
        const why = 'The clock had been ahead and was put back';
        const entry = {
          who: 'rap',
          what: 'practice session: taken back',
          why,
          details: { practice: date, after },
        };
        const rows = [...rowsOf('practice_events', events, false), ...rowsOf('mails', mails, false)];
        await appendJournal(work, writer, entry, rows);
      }),

    savePracticeResult: (row) =>
      db.transaction().execute(async (work) => {
        const { date, part, account } = row;
        const before = await work
          .selectFrom('practice_results')
          .select('part')
          .where('date', '=', date)
          .where('part', '=', part)
          .where('account', '=', account)
          .executeTakeFirst();
        const values = { ...row, recorded_at: clock.now() };
        await work
          .insertInto('practice_results')
          .values(values)
          .onConflict((on) => on.columns(['date', 'part', 'account']).doUpdateSet(values))
          .execute();
        const details = { practice: date, part, account };
        const entry = {
          who: 'rap',
          what: 'practice session: result',
          why: `Part ${part} of ${account}`,
          details,
        };
        await appendJournal(work, writer, entry, rowOf('practice_results', values, before === undefined));
      }),

    practiceResults: (date) =>
      db
        .selectFrom('practice_results')
        .select(['date', 'part', 'account', 'result'])
        .where('date', '=', date)
        .orderBy('recorded_at')
        .orderBy('part')
        .orderBy('account')
        .execute(),

    keepDrill: (row) =>
      db.transaction().execute(async (work) => {
        const kept = await work
          .insertInto('practice_drills')
          .values({ ...row, sent_at: clock.now(), answered_at: null, how: '', entered_by: '' })
          .onConflict((on) => on.columns(['date', 'email']).doNothing())
          .returningAll()
          .executeTakeFirst();
        if (kept !== undefined) {
          const details = { practice: row.date, contact: row.email };
          const entry = {
            who: 'rap',
            what: 'drill code kept',
            why: 'The contact is to answer',
            details,
          };
          await appendJournal(work, writer, entry, rowOf('practice_drills', kept, true));
        }
        return work
          .selectFrom('practice_drills')
          .select(drillColumns)
          .where('date', '=', row.date)
          .where('email', '=', row.email)
          .executeTakeFirstOrThrow();
      }),

    answerDrill: ({ date, code, how, by }) =>
      db.transaction().execute(async (work) => {
        const answered = await work
          .updateTable('practice_drills')
          .set({ answered_at: clock.now(), how, entered_by: by })
          .where('date', '=', date)
          .where('code', '=', code)
          .where('answered_at', 'is', null)
          .returningAll()
          .executeTakeFirst();
        if (answered === undefined) return false;
        const details = { practice: date, contact: answered.email };
        const entry = { who: by || answered.email, what: 'reachability drill answered', why: how, details };
        await appendJournal(work, writer, entry, rowOf('practice_drills', answered, false));
        return true;
      }),

    drillOf: (date) => drills(date).orderBy('email').execute(),
  };
}
