/**
 * Events: facts that somebody must hear of. An event is written in the transaction of its fact, and each consumer
 * acknowledges it by itself: every event reaches every consumer at least once, whatever is killed in between. What a
 * consumer does about an event has a key of its own (the key of a mail, of an alarm), so that twice is harmless.
 */
import { sql } from 'kysely';
import type { ErrorCode } from '../../errors/codes.ts';
import { type ReportEventKind, reportEvents } from '../../model/report-news.ts';
import { batches } from '../batches.ts';
import { fromColumn } from '../json-column.ts';
import type { Database, Work } from '../tables.ts';
import type { SwitchResult } from '../types.ts';
import type { AlarmRecord } from './alarm-sightings.ts';

/** What each kind of event carries besides its subject, its account and its run. */
export interface EventPayloads
  extends Record<ReportEventKind, Record<string, never>>,
    Record<PracticeEventKind, { order: StoredOrder }> {
  /** A delivery that lies beside other content of its name. Subject: the report's path at RAP. */
  amended: { versionId: number; share: string };
  /** A rap-switch node switched accounts. */
  switched: { node: string; switched: readonly SwitchResult[] };
  /** A switch waits for a second person, or its request was settled. Subject: the request's number. */
  'switch asked': { node: string };
  'switch settled': { node: string };
  /** An account was put back because the time of its switch was over; `by` had decided it. Times are epoch ms. */
  'switch ended': { node: string; until: number; by: string };
  /** The first digest of a run is in the outbox; others may be about to be queued. */
  digest: Record<string, never>;
  /** The clock of the machine was set; `at` is what it shows since. Milliseconds, positive when it was put forward. */
  'clock jumped': { jump: number };
  /** An alarm is to be mailed. Subject: its number. */
  alarm: AlarmNotice;
  /** A destination on a shared drive cannot be written. Subject: its folder. `node` files reports there. */
  'share away': { node: string; code: ErrorCode; message: string };
  /** It serves again, and so many reports that had waited lie there. `was` is what was wrong. */
  'share back': { node: string; was: readonly { code: ErrorCode; message: string }[]; delivered: number };
  /**
   * Delivered files of an account are gone from a share or changed there since (`lost`, by version), are there again, or a
   * person has closed them. Subject: the share.
   */
  copies: { lost: readonly number[] };
  /** A watch of the weather has decided. Subject: the date of the session. */
  verdict: { watch: string; verdict: string };
}

/**
 * The plan of a practice session orders something: a milestone is told, a verdict, a part begins or ends, accounts go to
 * another data centre. Subject: the order's key; run: that of the session.
 */
export const practiceEvents = [
  'practice milestone',
  'practice verdict',
  'practice part',
  'practice data-centre',
] as const;
export type PracticeEventKind = (typeof practiceEvents)[number];

/** An order as data; what else it says its reader knows. */
export interface StoredOrder {
  kind: 'milestone' | 'verdict' | 'part' | 'data-centre';
  key: string;
  /** When it was given, epoch ms. */
  at: number;
}

/** All that a mail of an alarm is made of, besides the language of its readers. */
export interface AlarmNotice {
  /** The alarm as it was decided upon. */
  alarm: AlarmRecord;
  /** Which mail of the alarm: the same one is never queued twice. */
  key: string;
  to: readonly string[];
  footer: readonly string[];
  /** How many reports it is about, and the first of them, or ''. */
  reports: number;
  report: string;
  reminder?: { n: number; of: number };
}

export type EventKind = keyof EventPayloads;

export interface NewEvent<K extends EventKind = EventKind> {
  kind: K;
  subject: string;
  account: string;
  run: string;
  payload: EventPayloads[K];
}

/** One kind of event, or any of several. */
export type Event<K extends EventKind = EventKind> = {
  [One in K]: NewEvent<One> & {
    id: number;
    at: number;
    /** When a mail about it was queued last; null as long as there is none. */
    mailedAt: number | null;
  };
}[K];

/**
 * `mail`: a mail in the outbox tells of it, written in the transaction of the mail. More than one may.
 * `flow`: it was handed to a flow, and the process lived to see it through. Nobody has to hear of it any more.
 */
export type Consumer = 'mail' | 'flow';

interface Asked<K extends EventKind> {
  kinds: readonly K[];
  account?: string;
  run?: string;
  consumer?: Consumer;
}

export interface EventRecords {
  /** Events that a consumer has not acknowledged, by default a flow; oldest first. */
  pendingEvents<K extends EventKind>(asked: Asked<K>): Promise<Event<K>[]>;
  /** A consumer has acted on them. */
  acknowledgeEvents(ids: readonly number[], consumer: Consumer): Promise<void>;
}

/** So many events that are settled stay, for people who ask what was told. */
export const KEPT = 1000;

export function eventRecords(db: Database, clock: { now(): number }): EventRecords {
  return {
    pendingEvents: (asked) => pendingEvents(db, asked),

    async acknowledgeEvents(ids, consumer) {
      if (ids.length === 0) return;
      await db.transaction().execute(async (work) => {
        for (const id of ids) await acknowledgeEvent(work, id, consumer, clock.now());
        await forgetOld(work);
      });
    },
  };
}

/** See EventRecords; also within a transaction. */
export async function pendingEvents<K extends EventKind>(
  work: Work,
  { kinds, account, run, consumer = 'flow' }: Asked<K>,
): Promise<Event<K>[]> {
  const rows = await pending(work, kinds, consumer)
    .leftJoin('event_receipts as mailed', (on) =>
      on.onRef('mailed.event_id', '=', 'events.id').on('mailed.consumer', '=', 'mail'),
    )
    .$if(account !== undefined, (query) => query.where('events.account', '=', account ?? ''))
    .$if(run !== undefined, (query) => query.where('events.run', '=', run ?? ''))
    .selectAll('events')
    .select('mailed.at as mailedAt')
    .orderBy('events.id')
    .execute();
  return rows.map(({ payload, ...row }) => ({ ...row, payload: fromColumn(payload) }) as Event<K>);
}

function pending(work: Work, kinds: readonly EventKind[], consumer: Consumer) {
  return work
    .selectFrom('events')
    .where('events.kind', 'in', [...kinds])
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('event_receipts as receipt')
            .select('receipt.event_id')
            .whereRef('receipt.event_id', '=', 'events.id')
            .where('receipt.consumer', '=', consumer),
        ),
      ),
    );
}

/** Within the transaction of the fact. */
export async function appendEvent<K extends EventKind>(
  work: Work,
  at: number,
  { payload, ...event }: NewEvent<K>,
): Promise<Event<K>> {
  const { id } = await work
    .insertInto('events')
    .values({ at, ...event, payload: JSON.stringify(payload) })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, at, ...event, payload, mailedAt: null } as Event<K>;
}

/** Within the transaction of what the consumer did about it. An event that is gone by now is left alone. */
export async function acknowledgeEvent(
  work: Work,
  id: number,
  consumer: Consumer,
  at: number,
): Promise<void> {
  await work
    .insertInto('event_receipts')
    .columns(['event_id', 'consumer', 'at'])
    .expression((query) =>
      query
        .selectFrom('events')
        .select([
          'id',
          sql<string>`cast(${consumer} as text)`.as('consumer'),
          sql<number>`cast(${at} as bigint)`.as('at'),
        ])
        .where('id', '=', id),
    )
    .onConflict((on) => on.columns(['event_id', 'consumer']).doUpdateSet({ at }))
    .execute();
}

/** Within the transaction that overtakes them: nobody is to hear of them any more. */
export async function withdrawEventsOf(
  work: Work,
  kinds: readonly EventKind[],
  subjects: readonly string[],
): Promise<void> {
  if (subjects.length === 0) return;
  const ids = await work
    .selectFrom('events')
    .select('id')
    .where('kind', 'in', [...kinds])
    .where('subject', 'in', [...subjects])
    .execute();
  await withdrawEvents(
    work,
    ids.map(({ id }) => id),
  );
}

/** Within the transaction that queues a digest: its run has one event, until the process lived on. */
export async function appendDigest(work: Work, at: number, run: string): Promise<void> {
  const open = await pending(work, ['digest'], 'flow')
    .select('events.id')
    .where('events.run', '=', run)
    .executeTakeFirst();
  if (open === undefined)
    await appendEvent(work, at, { kind: 'digest', subject: '', account: '', run, payload: {} });
}

/** What nobody but mails tells of. */
const ofMails: readonly EventKind[] = ['alarm', 'clock jumped', 'copies', ...reportEvents];

/** By number and not by age: what is kept does not hang on a clock. */
async function forgetOld(work: Work): Promise<void> {
  const old = await work
    .selectFrom('event_receipts')
    .innerJoin('events', 'events.id', 'event_id')
    .select('event_id')
    .where((row) => row.or([row('consumer', '=', 'flow'), row('kind', 'in', ofMails)]))
    .where('event_id', '<=', ({ selectFrom }) =>
      selectFrom('events').select((row) => sql<number>`${row.fn.max('id')} - ${KEPT}`.as('edge')),
    )
    .execute();
  await withdrawEvents(
    work,
    old.map(({ event_id }) => event_id),
  );
}

/** As withdrawEventsOf, by their numbers. */
export async function withdrawEvents(work: Work, ids: readonly number[]): Promise<void> {
  for (const some of batches(ids)) {
    await work.deleteFrom('event_receipts').where('event_id', 'in', some).execute();
    await work.deleteFrom('events').where('id', 'in', some).execute();
  }
}
