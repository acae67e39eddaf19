/**
 * Alarms: a fault from its first sight until it is over, and what people were told of it. The same fault met
 * again is the same alarm; what is mailed is decided in the transaction that records the sight.
 */

import type { Selectable } from 'kysely';
import type { ErrorCode } from '../../errors/codes.ts';
import { type AlarmEnd, alarmEnd, alarmEndText } from '../../model/reasons.ts';
import { BATCH } from '../batches.ts';
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { digestsOf, isSame, rowOf, rowsOf } from '../journal/vouched.ts';
import { reasonColumns, reasonOf } from '../reason-columns.ts';
import type { Database, Tables, Work } from '../tables.ts';
import type { NewMail } from '../types.ts';
import {
  type AlarmRecord,
  quieten,
  recordSighting,
  type Sighting,
  type SightingResult,
} from './alarm-sightings.ts';
import { type AlarmNotice, acknowledgeEvent, appendEvent, type Event } from './events.ts';
import { queueMail } from './mails.ts';
import { together } from './together.ts';

/** What happens to an alarm next. */
export interface AlarmStep {
  /** It is mailed: an event from which the mail is made when the facts are in the ledger. */
  notice?: AlarmNotice;
  change?: Partial<
    Pick<AlarmRecord, 'level' | 'round' | 'reminders' | 'mailedAt' | 'nextAt' | 'restUntil' | 'muted'>
  >;
  /** Ends the alarm, for this reason. */
  close?: AlarmEnd;
  /** No more reminders of open alarms with these codes about the same subject: this one stands for them. */
  standsFor?: readonly ErrorCode[];
}

export interface AlarmMail {
  id: number;
  messageId: string;
  fresh: boolean;
}

/** A time in which some alarms are not told. It ends by itself. */
export interface MaintenanceWindow {
  /** The same window set again is changed. */
  key: string;
  beginsAt: number;
  endsAt: number;
  /** Which alarms; the contacts room knows the words. */
  what: string;
  reason: string;
  by: string;
}

export interface AlarmRecords {
  /**
   * Records that a fault was met, and what `decide` says is done about it. `fresh` says that it touches something of
   * which no open alarm has told those people, or not as loudly: for an alarm about reports another report, for any
   * other its first sight. With `event` the alarm is what tells of it; the same event again is no new sight,
   * whatever has become of the alarm.
   */
  recordFault(
    fault: Sighting,
    decide: (alarm: AlarmRecord, fresh: boolean) => AlarmStep,
  ): Promise<RecordedFault>;
  /** Alarms whose next reminder is due, or whose rest is over. */
  dueAlarms(now: number): Promise<AlarmRecord[]>;
  /**
   * Takes an open alarm as it is now and does what `decide` says; an end is journalled.
   * @returns the event, where it is to be mailed
   */
  stepAlarm(id: number, decide: (alarm: AlarmRecord) => AlarmStep): Promise<Event<'alarm'> | undefined>;
  /** Queues a mail of an alarm; that acknowledges its event. */
  queueAlarmMail(id: number, mail: NewMail): Promise<AlarmMail>;
  /** Closes alarms together and queues the mail that says so. Journalled. */
  closeAlarms(ids: readonly number[], why: AlarmEnd, mail?: NewMail): Promise<AlarmMail | undefined>;
  /** Open alarms, oldest first. */
  openAlarms(filter?: { account?: string }): Promise<AlarmRecord[]>;
  /** The last alarm of a fault by its key, open or closed; undefined when it was never met. */
  lastAlarmOf(key: string): Promise<AlarmRecord | undefined>;
  alarm(id: number): Promise<AlarmRecord | undefined>;
  /** The reports that alarms are about, by path at RAP; an alarm about none is not in the map. */
  reportsOfAlarms(ids: readonly number[]): Promise<Map<number, string[]>>;
  /** Alarms last met in a run. */
  alarmsOfRun(run: string): Promise<AlarmRecord[]>;
  /** Who has been told of an alarm by a mail of its own, or will be: nobody who was refused, and no mail held back. */
  recipientsOf(id: number): Promise<string[]>;
  /** The last mail of an alarm. */
  lastMailOf(id: number): Promise<{ id: number; messageId: string } | undefined>;
  /**
   * A person knows. Nothing is told again before `until`. Journalled.
   * @returns false when there is no such open alarm
   */
  acknowledgeAlarm(id: number, act: { by: string; why: string; until: number }): Promise<boolean>;

  /** Journalled. The same key again changes the window. */
  setMaintenance(window: MaintenanceWindow): Promise<void>;
  /** Windows that have not ended. */
  maintenanceWindows(now: number): Promise<MaintenanceWindow[]>;
}

export interface RecordedFault {
  alarm: AlarmRecord;
  /** Where it is to be mailed. */
  event?: Event<'alarm'>;
}

interface FaultToRecord {
  fault: Sighting;
  decide: (alarm: AlarmRecord, fresh: boolean) => AlarmStep;
}

const MOST_TOGETHER = 200;

/** No alarm waits longer for its next step: the longest acknowledgement and the longest maintenance window, and a day. */
export const LONGEST_REST = 15 * 86_400_000;

export function alarmRecords(db: Database, writer: JournalWriter): AlarmRecords {
  const { clock } = writer;
  const rows = (work: Work) => work.selectFrom('alarms').selectAll();
  const openOnes = (work: Work) => rows(work).where('closed_at', 'is', null);

  /** @returns the event of the mail that is to be made */
  async function apply(work: Work, id: number, { notice, change, close, standsFor = [] }: AlarmStep) {
    if (standsFor.length > 0) await standFor(work, id, standsFor);
    const set = change === undefined ? {} : columnsOf(change);
    if (Object.keys(set).length > 0) {
      await work.updateTable('alarms').set(set).where('id', '=', id).execute();
    }
    if (close !== undefined) await end(work, id, close);
    if (notice === undefined) return undefined;
    const { account, run } = notice.alarm;
    const of = { kind: 'alarm', subject: String(id), account, run, payload: notice } as const;
    return appendEvent(work, clock.now(), of);
  }

  async function standFor(work: Work, id: number, codes: readonly ErrorCode[]): Promise<void> {
    const quiet = await quieten(work, id, codes);
    if (quiet.length === 0) return;
    const entry = {
      who: 'rap',
      what: 'alarms quieted',
      why: 'A graver alarm of the same subject stands for them',
      details: { alarm: id },
    };
    await appendJournal(work, writer, entry, rowsOf('alarms', quiet, false));
  }

  async function end(work: Work, id: number, reason: AlarmEnd): Promise<void> {
    const why = alarmEndText('en', reason) ?? '';
    const { code: closed_code, params: closed_params } = reasonColumns(reason);
    const closed = await work
      .updateTable('alarms')
      .set({ closed_at: clock.now(), closed_why: why, closed_code, closed_params, next_at: null })
      .where('id', '=', id)
      .where('closed_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (closed === undefined) return;
    const details = { alarm: id, code: closed.code, account: closed.account };
    const entry = { who: 'rap', what: 'alarm closed', why, details };
    await appendJournal(work, writer, entry, rowOf('alarms', closed, false));
  }

  /** Writes down what of an alarm has changed since, where a record must vouch for it. */
  async function noteChange(
    work: Work,
    { id, before, added }: Omit<SightingResult, 'fresh' | 'former'>,
  ): Promise<Selectable<Tables['alarms']>> {
    const row = await rows(work).where('id', '=', id).executeTakeFirstOrThrow();
    const reports = added.map((path) => ({ alarm_id: id, path }));
    const same = before !== undefined && isSame('alarms', before, row);
    const { code, account, message, closed_at } = row;
    // Its end has a record of its own.
    if ((same || closed_at !== null) && reports.length === 0) return row;
    const what = before === undefined ? 'alarm raised' : 'alarm changed';
    const entry = { who: 'rap', what, why: message, details: { alarm: id, code, account } };
    const vouched = [
      ...rowOf('alarms', row, before === undefined),
      ...digestsOf('alarm_reports', reports, true),
    ];
    await appendJournal(work, writer, entry, vouched);
    return row;
  }

  async function meet(work: Work, { fault, decide }: FaultToRecord): Promise<RecordedFault> {
    const { key, event, earlier = [], replaces } = fault;
    for (const id of earlier) await acknowledgeEvent(work, id, 'mail', clock.now());
    if (event !== undefined) {
      await acknowledgeEvent(work, event, 'mail', clock.now());
      const met = await rows(work).where('key', '=', key).where('switch_news', '=', event).executeTakeFirst();
      if (met !== undefined) return { alarm: alarmOf(met) };
    }
    if (replaces !== undefined) for (const id of replaces.alarms) await end(work, id, replaces.why);
    const sighted = await recordSighting(work, clock.now(), fault);
    const { id, fresh } = sighted;
    const seen = await noteChange(work, sighted);
    for (const former of sighted.former) {
      await end(work, former, alarmEnd('sameFault', { alarm: id }));
      await linkMailsOf(work, former, id);
    }
    const told = await apply(work, id, decide(alarmOf(seen), fresh));
    const alarm = alarmOf(await noteChange(work, { id, before: seen, added: [] }));
    return told === undefined ? { alarm } : { alarm, event: told };
  }

  // What comes while the disk is busy is recorded together: in a flood the disk is what takes the time.
  const record = together(db, meet, MOST_TOGETHER);
  const mailTogether = together(
    db,
    async (work, { id, mail }: { id: number; mail: NewMail }) => {
      const queued = await queueMail(work, writer, mail);
      await link(work, id, queued.id);
      return queued;
    },
    MOST_TOGETHER,
  );

  return {
    recordFault: (fault, decide) => record({ fault, decide }),

    queueAlarmMail: (id, mail) => mailTogether({ id, mail }),

    async dueAlarms(now) {
      const due = await openOnes(db)
        .where((row) =>
          row.or([
            ...[row('next_at', '<=', now), row('rest_until', '<=', now)],
            // No wait is longer: it was reckoned by a clock that was ahead.
            ...[row('next_at', '>', now + LONGEST_REST), row('rest_until', '>', now + LONGEST_REST)],
          ]),
        )
        .orderBy('id')
        .execute();
      return due.map(alarmOf);
    },

    stepAlarm: (id, decide) =>
      db.transaction().execute(async (work) => {
        const row = await openOnes(work).where('id', '=', id).executeTakeFirst();
        if (row === undefined) return undefined;
        const event = await apply(work, id, decide(alarmOf(row)));
        await noteChange(work, { id, before: row, added: [] });
        return event;
      }),

    closeAlarms: (ids, why, mail) =>
      db.transaction().execute(async (work) => {
        const queued = mail && (await queueMail(work, writer, mail));
        for (const id of ids) {
          await end(work, id, why);
          if (queued) await link(work, id, queued.id);
        }
        return queued;
      }),

    async openAlarms({ account } = {}) {
      let query = openOnes(db).orderBy('id');
      if (account !== undefined) query = query.where('account', '=', account);
      return (await query.execute()).map(alarmOf);
    },

    async alarm(id) {
      const row = await rows(db).where('id', '=', id).executeTakeFirst();
      return row && alarmOf(row);
    },

    async lastAlarmOf(key) {
      const row = await rows(db).where('key', '=', key).orderBy('id', 'desc').limit(1).executeTakeFirst();
      return row && alarmOf(row);
    },

    async reportsOfAlarms(ids) {
      const reports = new Map<number, string[]>();
      for (const id of ids) {
        const paths: string[] = [];
        for (let more = true; more; ) {
          const page = await db
            .selectFrom('alarm_reports')
            .select('path')
            .where('alarm_id', '=', id)
            .$if(paths.length > 0, (query) => query.where('path', '>', paths.at(-1) ?? ''))
            .orderBy('path')
            .limit(BATCH)
            .execute();
          for (const { path } of page) paths.push(path);
          more = page.length === BATCH;
        }
        if (paths.length > 0) reports.set(id, paths);
      }
      return reports;
    },

    async alarmsOfRun(run) {
      return (await rows(db).where('run', '=', run).orderBy('id').execute()).map(alarmOf);
    },

    async recipientsOf(id) {
      const told = await db
        .selectFrom('alarm_mails')
        .innerJoin('mails', 'mails.id', 'alarm_mails.mail_id')
        .innerJoin('mail_recipients as recipient', 'recipient.mail_id', 'mails.id')
        .select('recipient.address')
        .distinct()
        .where('alarm_mails.alarm_id', '=', id)
        .where('mails.state', '!=', 'collected')
        .where('recipient.state', '!=', 'refused')
        .orderBy('recipient.address')
        .execute();
      return told.map(({ address }) => address);
    },

    async lastMailOf(id) {
      const row = await db
        .selectFrom('alarm_mails')
        .innerJoin('mail_recipients as recipient', 'recipient.mail_id', 'alarm_mails.mail_id')
        .select(['alarm_mails.mail_id as id', 'recipient.message_id as messageId'])
        .where('alarm_mails.alarm_id', '=', id)
        .orderBy('alarm_mails.mail_id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row;
    },

    acknowledgeAlarm: (id, { by, why, until }) =>
      db.transaction().execute(async (work) => {
        const row = await work
          .updateTable('alarms')
          .set({
            acknowledged_at: clock.now(),
            acknowledged_by: by,
            acknowledged_why: why,
            next_at: null,
            rest_until: until,
          })
          .where('id', '=', id)
          .where('closed_at', 'is', null)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return false;
        const details = { alarm: id, code: row.code, account: row.account, until };
        const entry = { who: by, what: 'alarm acknowledged', why, details };
        await appendJournal(work, writer, entry, rowOf('alarms', row, false));
        return true;
      }),

    setMaintenance: ({ key, beginsAt, endsAt, what, reason, by }) =>
      db.transaction().execute(async (work) => {
        const window = { begins_at: beginsAt, ends_at: endsAt, what, reason, set_by: by };
        const same = await work
          .selectFrom('maintenance_windows')
          .selectAll()
          .where('key', '=', key)
          .executeTakeFirst();
        // Set again at every start of a plan: what did not change is not written down again.
        if (
          same &&
          Object.entries(window).every(([name, value]) => same[name as keyof typeof same] === value)
        )
          return;
        await work
          .insertInto('maintenance_windows')
          .values({ key, ...window })
          .onConflict((on) => on.column('key').doUpdateSet(window))
          .execute();
        const details = { key, beginsAt, endsAt, what };
        const entry = { who: by, what: 'maintenance window set', why: reason, details };
        const set = rowOf('maintenance_windows', { key, ...window }, same === undefined);
        await appendJournal(work, writer, entry, set);
      }),

    async maintenanceWindows(now) {
      const windows = await db
        .selectFrom('maintenance_windows')
        .selectAll()
        .where('ends_at', '>', now)
        .orderBy('begins_at')
        .execute();
      return windows.map(({ key, begins_at, ends_at, what, reason, set_by }) => ({
        key,
        beginsAt: begins_at,
        endsAt: ends_at,
        what,
        reason,
        by: set_by,
      }));
    },
  };
}

async function link(work: Work, alarm: number, mail: number): Promise<void> {
  await work
    .insertInto('alarm_mails')
    .values({ alarm_id: alarm, mail_id: mail })
    .onConflict((on) => on.columns(['alarm_id', 'mail_id']).doNothing())
    .execute();
}

/** Whoever was told of one alarm hears when the other is over. */
async function linkMailsOf(work: Work, former: number, alarm: number): Promise<void> {
  const mails = await work
    .selectFrom('alarm_mails')
    .select('mail_id')
    .where('alarm_id', '=', former)
    .execute();
  for (const { mail_id } of mails) await link(work, alarm, mail_id);
}

function columnsOf(change: NonNullable<AlarmStep['change']>) {
  const { mailedAt, nextAt, restUntil, ...same } = change;
  return {
    ...same,
    ...(mailedAt === undefined ? {} : { mailed_at: mailedAt }),
    ...(nextAt === undefined ? {} : { next_at: nextAt }),
    ...(restUntil === undefined ? {} : { rest_until: restUntil }),
  };
}

export function alarmOf(row: Selectable<Tables['alarms']>): AlarmRecord {
  const { raised_at, seen_at, mailed_at, next_at, rest_until, closed_at, closed_why, ...rest } = row;
  const { acknowledged_at, acknowledged_by, acknowledged_why, closed_code, closed_params, ...others } = rest;
  const { groups, switch_news: _, shared: __, host, ahead, ...about } = others;
  const { report, report_set: set, business_date: businessDate, ...same } = about;
  const closedFor = reasonOf(closed_code, closed_params);
  return {
    ...same,
    ...(host === '' ? {} : { host }),
    ...(ahead === 1 ? { ahead: true } : {}),
    ...(report === '' ? {} : { ofReport: { report, set, businessDate } }),
    groups: JSON.parse(groups),
    raisedAt: raised_at,
    seenAt: seen_at,
    mailedAt: mailed_at,
    nextAt: next_at,
    restUntil: rest_until,
    acknowledgedAt: acknowledged_at,
    acknowledgedBy: acknowledged_by,
    acknowledgedWhy: acknowledged_why,
    closedAt: closed_at,
    closedWhy: closed_why,
    ...(closedFor === undefined ? {} : { closedFor }),
  };
}
