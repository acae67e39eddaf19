/**
 * A fault that is met: which open alarm it is, and whether it touches something of which nobody was told. Within the
 * transaction that decides what is mailed.
 */
import { type Selectable, sql } from 'kysely';
import type { ErrorCode } from '../../errors/codes.ts';
import type { ReportIdentity } from '../../model/completeness.ts';
import type { AlarmEnd, StoredReason } from '../../model/reasons.ts';
import { rowsOfNumbers, rowsOfTexts } from '../engine.ts';
import type { MailLevel, Tables, Work } from '../tables.ts';

export interface Fault {
  /** What makes two faults the same one: account, code, subject and groups. */
  key: string;
  level: MailLevel;
  account: string;
  code: string;
  /** What it is about; see RapError.subject. Null: it was raised before alarms had one, and not met since. */
  subject: string | null;
  /** The step that failed, as the person knows it. */
  place: string;
  message: string;
  cure: string;
  run: string;
  /** Groups of contacts that are told; none means everybody. */
  groups: string[];
  /** A node found it ahead of any run: it is over when that node finds all in order. */
  ahead?: boolean;
  /** The awaited report that it is about. */
  ofReport?: ReportIdentity;
}

export interface AlarmRecord extends Fault {
  id: number;
  /** The host of several that it is about. */
  host?: string;
  raisedAt: number;
  seenAt: number;
  /** How often it was met. */
  seen: number;
  /** In how many runs. */
  runs: number;
  /** How often it was told afresh; 0 when nobody was told yet. */
  round: number;
  /** Reminders of this round. */
  reminders: number;
  mailedAt: number | null;
  /** When the next reminder is due. */
  nextAt: number | null;
  /** Nothing more is told before then. */
  restUntil: number | null;
  /** Reason of the maintenance window that kept it quiet, or ''. */
  muted: string;
  acknowledgedAt: number | null;
  acknowledgedBy: string;
  acknowledgedWhy: string;
  closedAt: number | null;
  /** In English. */
  closedWhy: string;
  /** The same as data; of what an older release closed there is none. */
  closedFor?: StoredReason;
}

/** A fault as it is met. */
export interface Sighting extends Omit<Fault, 'subject'> {
  /** By default '': the account, or the run, as a whole. */
  subject?: string;
  /** It is about no account, or about what all share: the account is only who met it. */
  shared?: boolean;
  /** The reports that did not come for it, by path at RAP. */
  reports?: readonly string[];
  /** The event that the alarm tells of. */
  event?: number;
  /** Events before it that it tells of as well. */
  earlier?: readonly number[];
  /** Open alarms that end with it, as it takes their place, by number; not when its event was told before. */
  replaces?: { alarms: readonly number[]; why: AlarmEnd };
  /** The host of several that it is about. */
  host?: string;
}

/** What a sight changed. */
export interface SightingResult {
  /** Of the open alarm of this fault. */
  id: number;
  /** It touches something that was not told. */
  fresh: boolean;
  /** The alarm as it was; undefined when it is new. */
  before: Selectable<Tables['alarms']> | undefined;
  /** The reports that it is about from now on and was not before. */
  added: string[];
  /** Other open alarms, each about one of these reports alone: they are this one now. */
  former: number[];
}

export async function recordSighting(work: Work, now: number, fault: Sighting): Promise<SightingResult> {
  const { key, groups, level, account, code, subject = '', place, message, cure, run, event } = fault;
  const { reports = [], host = '', shared = false, ahead = false, ofReport } = fault;
  const news = event === undefined ? {} : { switch_news: event };
  const about = {
    ...{ subject, host, shared: shared ? 1 : 0, ahead: ahead ? 1 : 0, report: ofReport?.report ?? '' },
    ...{ report_set: ofReport?.set ?? '', business_date: ofReport?.businessDate ?? '' },
  };
  const ofOne = await alarmsOfOne(work, fault);
  const known = await openAlarmOf(work, fault);
  const open = known ?? ofOne.at(-1);
  if (open !== undefined) {
    const former = ofOne.filter(({ id }) => id !== open.id);

    const runs = open.runs + (run !== '' && run !== open.run ? 1 : 0);
    const sight = { key, account, message, cure, run, runs, seen: open.seen + 1, seen_at: now };
    await work
      .updateTable('alarms')
      .set({ ...sight, ...about, ...news })
      .where('id', '=', open.id)
      .execute();
    const hadNone = !(await hasReports(work, open.id));
    const added = await notYetOf(work, open.id, [...new Set(reports)]);
    await addReports(work, open.id, added);
    // An alarm that told nobody yet tells all it is about; one of before alarms knew their reports told them, too.
    const told = wasMailed(open);
    const heard = new Set(ofOne.filter(wasMailed).map((one) => one.subject));
    const unheard = added.filter((path) => !heard.has(path));
    const asked = told ? (hadNone && ofOne.length === 0 ? [] : unheard) : reports;
    const fresh = (await isUnmailed(work, open.id, fault, asked)) || (!told && reports.length === 0);
    return { id: open.id, fresh, before: open, added, former: former.map(({ id }) => id) };
  }
  const row = await work
    .insertInto('alarms')
    .values({
      ...{ key, level, account, code, place, message, cure, run },
      ...about,
      groups: JSON.stringify(groups),
      ...{ raised_at: now, seen_at: now, seen: 1, runs: 1, round: 0, reminders: 0 },
      ...{ mailed_at: null, next_at: null, rest_until: null, acknowledged_at: null, closed_at: null },
      ...{ muted: '', acknowledged_by: '', acknowledged_why: '', closed_why: '' },
      ...{ switch_news: null, ...news },
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const added = [...new Set(reports)];
  await addReports(work, row.id, added);
  const fresh = reports.length === 0 || (await isUnmailed(work, row.id, fault, added));
  return { id: row.id, fresh, before: undefined, added, former: [] };
}

/** The open alarm of a fault: by its key, or one of before alarms had a subject, which now takes it. */
async function openAlarmOf(work: Work, { key, account, code, groups }: Sighting) {
  const open = work.selectFrom('alarms').selectAll().where('closed_at', 'is', null);
  const known = await open.where('key', '=', key).executeTakeFirst();
  if (known !== undefined) return known;
  return open
    .where('subject', 'is', null)
    .where('account', '=', account)
    .where('code', '=', code)
    .where('groups', '=', JSON.stringify(groups))
    .orderBy('seen_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

const wasMailed = ({ mailed_at, acknowledged_at }: Selectable<Tables['alarms']>) =>
  mailed_at !== null || acknowledged_at !== null;

/** Open alarms of before the faults of an account's reports were one: each is about one of these reports, oldest first. */
async function alarmsOfOne(work: Work, { account, code, groups, subject = '', reports = [] }: Sighting) {
  if (subject !== '' || reports.length === 0) return [];
  const ofOne = await work
    .selectFrom('alarms')
    .selectAll()
    .where('closed_at', 'is', null)
    .where('account', '=', account)
    .where('code', '=', code)
    .where('groups', '=', JSON.stringify(groups))
    .where('subject', '!=', '')
    .orderBy('seen_at')
    .orderBy('id')
    .execute();
  const met: ReadonlySet<string | null> = new Set(ofOne.length === 0 ? [] : reports);
  return ofOne.filter((one) => met.has(one.subject));
}

async function hasReports(work: Work, id: number): Promise<boolean> {
  const report = work.selectFrom('alarm_reports').select('path').where('alarm_id', '=', id);
  return (await report.limit(1).executeTakeFirst()) !== undefined;
}

/** Those of the reports that the alarm is not about yet. */
async function notYetOf(work: Work, id: number, paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return [];
  const { rows } = await sql<{
    path: string;
  }>`select met.value as path from ${rowsOfTexts(work, paths, 'met')}
    where not exists (select 1 from alarm_reports as known where known.alarm_id = ${id} and known.path = met.value)
  `.execute(work);
  return rows.map(({ path }) => path);
}

async function addReports(work: Work, id: number, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  // One statement for all of them: a disk that is full may keep very many reports away.
  await sql`insert into alarm_reports (alarm_id, path)
    select cast(${id} as bigint), met.value from ${rowsOfTexts(work, paths, 'met')} where true
    on conflict (alarm_id, path) do nothing`.execute(work);
}

/** Is there one among the reports of which no other open alarm has told the same people as loudly? */
async function isUnmailed(
  work: Work,
  id: number,
  { account, groups, level }: Sighting,
  paths: readonly string[],
): Promise<boolean> {
  if (paths.length === 0) return false;
  let telling = work
    .selectFrom('alarms')
    .select('id')
    .where('id', '!=', id)
    .where('closed_at', 'is', null)
    .where('mailed_at', 'is not', null)
    .where('account', '=', account)
    .where('groups', '=', JSON.stringify(groups));
  if (level === 'critical') telling = telling.where('level', '=', 'critical');
  const others = (await telling.execute()).map((one) => one.id);
  if (others.length === 0) return true;
  const { rows } = await sql`select 1 from ${rowsOfTexts(work, paths, 'asked')}
    where not exists (select 1 from ${rowsOfNumbers(work, others, 'other')}
      join alarm_reports as told on told.alarm_id = other.value and told.path = asked.value) limit 1`.execute(
    work,
  );
  return rows.length > 0;
}

/** Alarms about the same subject do not remind any more, nor come back by themselves. @returns those, as they are now */
export async function quieten(
  work: Work,
  id: number,
  codes: readonly ErrorCode[],
): Promise<Selectable<Tables['alarms']>[]> {
  const { subject, groups } = await work
    .selectFrom('alarms')
    .select(['subject', 'groups'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (!subject) return [];
  return work
    .updateTable('alarms')
    .set({ next_at: null, rest_until: null })
    .where('closed_at', 'is', null)
    .where((row) => row.or([row('next_at', 'is not', null), row('rest_until', 'is not', null)]))
    .where('id', '!=', id)
    .where('subject', '=', subject)
    .where('groups', '=', groups)
    .where('code', 'in', [...codes])
    .returningAll()
    .execute();
}
