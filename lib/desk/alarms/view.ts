/** What the page of alarms says: what nobody has taken up first, a few of it, and the rest behind one link each. */
import { whyOutstanding } from '../../collection/outstanding.ts';
import type { AlarmRecord, AlarmsAsked, MailLine } from '../../ledger/ledger.ts';
import { acknowledgedUntil } from '../../mail/alarm-mail.ts';
import { type NotChecked, notCheckedReasons, type ReportWarning } from '../../model/findings.ts';
import { endOf, type StoredReason } from '../../model/reasons.ts';
import type { Fault } from '../fault.ts';
import { type Ask, NotHere, type Query } from '../page.ts';

export type AlarmsAsk = {
  ledger: Pick<Ask['ledger'], 'alarmList' | 'alarms' | 'findings' | 'mailList' | 'openItems'>;
  now: number;
};

/** Of an alarm, what a line says. Moments are milliseconds since 1970. */
export interface AlarmLine {
  id: number;
  level: AlarmRecord['level'];
  account: string;
  code: string;
  place: string;
  message: string;
  cure: string;
  raisedAt: number;
  seenAt: number;
  seen: number;
  /** Reason of the maintenance window that keeps it quiet, or ''. */
  muted: string;
  /** Who knows, and until when his word counts. */
  known: { by: string; why: string; until: number } | null;
  /** Who acknowledged it last, also where his word does not count any more. */
  acknowledged: { at: number; by: string; why: string } | null;
  closed: { at: number; why: string; closedFor?: StoredReason } | null;
}

/** Something that was seen at RAP and is not here. */
export interface OutstandingLine {
  /** Number under which a person closes it; null where the page of the quarantine decides. */
  close: number | null;
  account: string;
  path: string;
  why: Fault;
  since: number;
}

export interface FindingLine {
  account: string;
  path: string;
  receivedAt: number;
  unrecognised: boolean;
  warnings: ReportWarning[];
}

export type AlarmsModel =
  | {
      part: 'all';
      counts: { unheard: number; known: number; critical: number };
      unheard: AlarmLine[];
      outstanding: OutstandingLine[];
      totalOutstanding: number;
      findings: { looked: number; told: number; unchecked: { reason: NotChecked; n: number }[] };
    }
  | { part: AlarmsAsked; alarms: AlarmLine[]; next: string }
  | { part: 'outstanding'; lines: OutstandingLine[]; next: string }
  | { part: 'findings'; lines: FindingLine[]; next: string }
  | {
      part: 'one';
      alarm: AlarmLine;
      groups: string[];
      run: string;
      runs: number;
      nextAt: number | null;
      mails: MailLine[];
      reports: string[];
    };

/** So many on the first page: what a person can take in. */
const FIRST = 5;
const PAGE = 30;
const MAILS = 50;
/** So far back findings are shown, milliseconds. */
const RECENT = 3 * 24 * 3600_000;

/**
 * @param query `alarm` for one; `show` for a list of one kind, and `after` for its next page
 * @throws NotHere when there is no such alarm
 */
export async function alarmsView({ ledger, now }: AlarmsAsk, query: Query): Promise<AlarmsModel> {
  const { alarm, show = '', after = '' } = query;
  if (alarm !== undefined && alarm !== '') return oneAlarm(ledger, now, Number(alarm));
  if (show === 'unheard' || show === 'known' || show === 'closed') {
    const [id, level] = after.split('.');
    const last = /^\d{1,15}$/.test(id ?? '') ? { id: Number(id), level: levelOf(level) } : undefined;
    const found = await ledger.alarmList.alarmLines({
      ...{ show, now, limit: PAGE + 1 },
      ...(last === undefined ? {} : { after: last }),
    });
    const shown = found.slice(0, PAGE);
    const end = shown.at(-1);
    const next = found.length > PAGE && end !== undefined ? `${end.id}.${end.level}` : '';
    return { part: show, alarms: shown.map((one) => lineOf(one, now)), next };
  }
  if (show === 'outstanding') return { part: show, ...pageOf(await outstandingOf(ledger), after) };
  if (show === 'findings') return { part: show, ...pageOf((await findingsOf(ledger, now)).told, after) };
  const outstanding = await outstandingOf(ledger);
  const { looked, told, unchecked } = await findingsOf(ledger, now);
  const unheard = await ledger.alarmList.alarmLines({ show: 'unheard', now, limit: FIRST });
  return {
    part: 'all',
    counts: await ledger.alarmList.alarmCounts(now),
    unheard: unheard.map((one) => lineOf(one, now)),
    outstanding: outstanding.slice(0, FIRST),
    totalOutstanding: outstanding.length,
    findings: { looked, told: told.length, unchecked },
  };
}

async function oneAlarm(ledger: AlarmsAsk['ledger'], now: number, id: number): Promise<AlarmsModel> {
  const found = Number.isSafeInteger(id) ? await ledger.alarms.alarm(id) : undefined;
  if (found === undefined) throw new NotHere();
  const { groups, run, runs, nextAt } = found;
  const reports = (await ledger.alarms.reportsOfAlarms([id])).get(id) ?? [];
  return {
    ...{ part: 'one', alarm: lineOf(found, now), groups, run, runs, nextAt },
    ...{ mails: await ledger.mailList.mailsOfAlarm(id, MAILS), reports: reports.slice(0, PAGE) },
  };
}

function lineOf(alarm: AlarmRecord, now: number): AlarmLine {
  const { id, level, account, code, place, message, cure, raisedAt, seenAt, seen, muted } = alarm;
  const until = acknowledgedUntil(alarm, now);
  const { acknowledgedAt, acknowledgedBy: by, acknowledgedWhy: why, closedAt } = alarm;
  return {
    ...{ id, level, account, code, place, message, cure, raisedAt, seenAt, seen, muted },
    known: until === undefined || closedAt !== null ? null : { by, why, until },
    acknowledged: acknowledgedAt === null ? null : { at: acknowledgedAt, by, why },
    closed: closedAt === null ? null : { at: closedAt, ...endOf(alarm) },
  };
}

function levelOf(text: string | undefined): AlarmRecord['level'] {
  return text === 'information' || text === 'routine' ? text : 'critical';
}

/** A page of a list that is there as a whole; `after` is how many were shown. */
function pageOf<T>(all: readonly T[], after: string): { lines: T[]; next: string } {
  const from = /^\d{1,9}$/.test(after) ? Number(after) : 0;
  const lines = all.slice(from, from + PAGE);
  return { lines, next: from + PAGE < all.length ? String(from + PAGE) : '' };
}

const plain = ({ code, message, cure }: Fault): Fault => ({ code, message, cure });

/** What was seen at RAP and is not here. About what lies in quarantine, or was refused, that page decides. */
async function outstandingOf(ledger: AlarmsAsk['ledger']): Promise<OutstandingLine[]> {
  const { outstanding, quarantine, refused } = await ledger.openItems.openItems();
  return [
    ...outstanding.map((report) => {
      const { id, account, path, firstSeenAt } = report;
      return { close: id, account, path, why: plain(whyOutstanding(report)), since: firstSeenAt };
    }),
    ...quarantine.map(({ account, path, code, reason: message, heldAt }) => ({
      ...{ close: null, account, path, why: { code, message }, since: heldAt },
    })),
    ...refused.map(({ account, folder, shown, code, reason: message, firstSeenAt }) => ({
      ...{ close: null, account, path: `${folder}/${shown}`, why: { code, message }, since: firstSeenAt },
    })),
  ];
}

/** Reports that came with warnings or are in no catalogue, and how many were not checked for which reason. */
async function findingsOf(ledger: AlarmsAsk['ledger'], now: number) {
  const looked = await ledger.findings.lookedAt({ since: now - RECENT });
  const findings = looked.flatMap(({ finding, ...of }) =>
    finding === undefined ? [] : [{ ...of, finding }],
  );
  const told = findings
    .filter(({ finding }) => finding.warnings.length > 0 || finding.why === 'unrecognised')
    .map(
      ({ account, path, receivedAt, finding }): FindingLine => ({
        ...{ account, path, receivedAt, warnings: [...finding.warnings] },
        unrecognised: finding.why === 'unrecognised',
      }),
    );
  const unchecked = notCheckedReasons
    .map((reason) => ({ reason, n: findings.filter(({ finding }) => finding.why === reason).length }))
    .filter(({ n }) => n > 0);
  return { looked: findings.length, told, unchecked };
}
