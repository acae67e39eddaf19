/** What the page of alarms says: what nobody has taken up first, a few of it, and the rest behind one link each. */
import { whyOutstanding } from '../../collection/outstanding.ts';
import type { AlarmRecord, AlarmsAsked, MailLine } from '../../ledger/ledger.ts';
import type { ReadLedger } from '../../ledger/read-ledger.ts';
import type { FindingCounts } from '../../ledger/records/findings.ts';
import { acknowledgedUntil } from '../../mail/alarm-mail.ts';
import type { ReportWarning } from '../../model/findings.ts';
import { endOf, type StoredReason } from '../../model/reasons.ts';
import type { Fault } from '../fault.ts';
import { NotHere, type Query } from '../page.ts';

export type AlarmsAsk = {
  ledger: Pick<ReadLedger, 'alarmList' | 'alarms' | 'findings' | 'mailList' | 'openLists'>;
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
      findings: FindingCounts;
    }
  /** `total`: how many there are on all pages; null where nobody waits for them. */
  | { part: AlarmsAsked; alarms: AlarmLine[]; total: number | null; next: string }
  | { part: 'outstanding'; lines: OutstandingLine[]; total: number; next: string }
  | { part: 'findings'; lines: FindingLine[]; total: number; next: string }
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
    const counts = await ledger.alarmList.alarmCounts(now);
    const total = show === 'closed' ? null : counts[show];
    return { part: show, alarms: shown.map((one) => lineOf(one, now)), total, next };
  }
  const counts = await ledger.openLists.openCounts();
  const totalOutstanding = counts.outstanding + counts.quarantine + counts.refused;
  if (show === 'outstanding') {
    return { part: show, ...(await outstandingPage(ledger, after, PAGE)), total: totalOutstanding };
  }
  const findings = await ledger.findings.countsSince(now - RECENT);
  if (show === 'findings') {
    return { part: show, ...(await findingsPage(ledger, now, after)), total: findings.told };
  }
  const unheard = await ledger.alarmList.alarmLines({ show: 'unheard', now, limit: FIRST });
  return {
    part: 'all',
    counts: await ledger.alarmList.alarmCounts(now),
    unheard: unheard.map((one) => lineOf(one, now)),
    outstanding: (await outstandingPage(ledger, '', FIRST)).lines,
    ...{ totalOutstanding, findings },
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

const plain = ({ code, message, cure }: Fault): Fault => ({ code, message, cure });

/** In this order on the page. */
const kinds = ['outstanding', 'quarantine', 'refused'] as const;
type Kind = (typeof kinds)[number];

/** What was seen at RAP and is not here. About what lies in quarantine, or was refused, that page decides. */
async function outstandingPage(
  ledger: AlarmsAsk['ledger'],
  after: string,
  limit: number,
): Promise<{ lines: OutstandingLine[]; next: string }> {
  const [kind = '', id = ''] = after.split('.');
  const begin = Math.max(0, (kinds as readonly string[]).indexOf(kind));
  const found: (OutstandingLine & { key: string })[] = [];
  for (const [at, one] of kinds.slice(begin).entries()) {
    const before = at === 0 && /^\d{1,15}$/.test(id) ? { before: Number(id) } : {};
    const most = limit + 1 - found.length;
    if (most > 0) found.push(...(await linesOf(ledger, one, { limit: most, ...before })));
  }
  const last = found.length > limit ? found[limit - 1] : undefined;
  return { lines: found.slice(0, limit).map(({ key: _, ...line }) => line), next: last?.key ?? '' };
}

/** Of one kind, each with where the next page begins after it. */
async function linesOf(
  { openLists }: AlarmsAsk['ledger'],
  kind: Kind,
  page: { limit: number; before?: number },
): Promise<(OutstandingLine & { key: string })[]> {
  const line = (id: number, of: OutstandingLine) => ({ ...of, key: `${kind}.${id}` });
  switch (kind) {
    case 'outstanding':
      return (await openLists.outstandingPage(page)).map((report) => {
        const { id, account, path, firstSeenAt: since } = report;
        return line(id, { close: id, account, path, why: plain(whyOutstanding(report)), since });
      });
    case 'quarantine':
      return (await openLists.quarantinePage(page)).map(
        ({ id, account, path, code, reason: message, heldAt: since }) =>
          line(id, { close: null, account, path, why: { code, message }, since }),
      );
    case 'refused':
      return (await openLists.refusedPage(page)).map(
        ({ id, account, folder, shown, code, reason: message, firstSeenAt: since }) =>
          line(id, { close: null, account, path: `${folder}/${shown}`, why: { code, message }, since }),
      );
  }
}

/** Reports that came with warnings or are in no catalogue. */
async function findingsPage(
  ledger: AlarmsAsk['ledger'],
  now: number,
  after: string,
): Promise<{ lines: FindingLine[]; next: string }> {
  const before = /^\d{1,15}$/.test(after) ? { before: Number(after) } : {};
  const found = await ledger.findings.toldSince(now - RECENT, { limit: PAGE + 1, ...before });
  const shown = found.slice(0, PAGE);
  const lines = shown.map(({ account, path, receivedAt, finding }) => ({
    ...{ account, path, receivedAt, warnings: [...finding.warnings] },
    unrecognised: finding.why === 'unrecognised',
  }));
  return { lines, next: found.length > PAGE ? String(shown.at(-1)?.id ?? '') : '' };
}
