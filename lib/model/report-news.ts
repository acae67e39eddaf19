/**
 * What people have to hear of a check of reports, beyond what they heard of the checks before it. A pure reducer: what
 * stands after a check is kept with it, so that each fact becomes an event once, whoever checks and how often.
 */
import type { ErrorCode } from '../errors/codes.ts';
import {
  type Found,
  type FoundMessage,
  type FoundReport,
  isHere,
  isOpen,
  subjectOf,
} from './completeness.ts';
import { type AlarmEnd, alarmEnd } from './reasons.ts';

/** Stages of one report that is awaited, the gravest last. */
export const stages = ['at-risk', 'late', 'missing'] as const;
export type Stage = (typeof stages)[number];

/** The code of the alarm of each stage. */
export const stageCodes = {
  'at-risk': 'REPORT_AT_RISK',
  late: 'REPORT_LATE',
  missing: 'REPORT_MISSING',
} as const satisfies Record<Stage, ErrorCode>;

/** Codes of alarms whose subject is that of one report, the gravest last. */
export const reportCodes: readonly ErrorCode[] = stages.map((stage) => stageCodes[stage]);

/** What people have heard of and what has not ended since. */
export interface Standing {
  /** The gravest stage of each report and its business date, by its subject. */
  stages: Readonly<Record<string, { stage: Stage; businessDate: string }>>;
  /** Reports that came on a day on which nobody awaited them. */
  came: readonly string[];
  /** Nobody could look. */
  unknown: boolean;
}

export const nothingStands: Standing = { stages: {}, came: [], unknown: false };

/**
 * `settled`: nobody waits for it any more. `unknown` and `known`: whether somebody can look; these are about the account.
 * `checked` stands for all that the last check by an older release found.
 */
export const reportEvents = [
  ...(['report at risk', 'report late', 'report missing', 'report settled', 'report came'] as const),
  ...(['reports unknown', 'reports known', 'reports checked'] as const),
] as const;
export type ReportEventKind = (typeof reportEvents)[number];

export interface ReportNews {
  kind: ReportEventKind;
  /** See subjectOf; '' for what is about the account. */
  subject: string;
}

const kindOf = {
  'at-risk': 'report at risk',
  late: 'report late',
  missing: 'report missing',
} as const satisfies Record<Stage, ReportEventKind>;

/** @param found a check that leaves something out says nothing of it */
export function newsOf(
  before: Standing,
  { reports = [], messages = [], asked = [], shortfalls = [], blind = false }: Partial<Found>,
): { standing: Standing; news: ReportNews[] } {
  const found = { reports, messages, asked, shortfalls };
  const news: ReportNews[] = [];
  const standing: Record<string, Standing['stages'][string]> = {};
  const bySubject = new Map(reports.map((one) => [subjectOf(one), one]));
  for (const [subject, one] of Object.entries(before.stages)) {
    if (whyOver(bySubject.get(subject), one.businessDate, found) !== undefined)
      news.push({ kind: 'report settled', subject });
    else if (!isForgotten(one.businessDate, found)) standing[subject] = one;
  }
  for (const [subject, stage] of stagesReached(messages)) {
    const one = bySubject.get(subject);
    const was = standing[subject];
    if (one === undefined || !isOpen(one) || (was !== undefined && rank(stage) <= rank(was.stage))) continue;
    standing[subject] = { stage, businessDate: one.businessDate };
    news.push({ kind: kindOf[stage], subject });
  }
  const came = messages.flatMap((one) => (one.kind === 'event' ? [subjectOf(one)] : []));
  for (const subject of came) if (!before.came.includes(subject)) news.push({ kind: 'report came', subject });
  const dark = isDark(found);
  if (dark && !before.unknown) news.push({ kind: 'reports unknown', subject: '' });
  if (!blind && before.unknown) news.push({ kind: 'reports known', subject: '' });
  return { standing: { stages: standing, came, unknown: blind && (dark || before.unknown) }, news };
}

/** Is something awaited of which nobody can say whether it is here, for so long that people are to hear of it? */
function isDark({ reports, messages }: Pick<Found, 'reports' | 'messages'>): boolean {
  return (
    reports.some((one) => one.state === 'unknown' && isOpen(one)) &&
    messages.some(({ kind }) => kind === 'unknown')
  );
}

/** The gravest stage that each report reached, by its subject. */
export function stagesReached(messages: readonly FoundMessage[]): Map<string, Stage> {
  const reached = new Map<string, Stage>();
  for (const message of messages) {
    if (message.kind !== 'at-risk' && message.kind !== 'late' && message.kind !== 'missing') continue;
    const subject = subjectOf(message);
    const before = reached.get(subject);
    if (before === undefined || rank(message.kind) > rank(before)) reached.set(subject, message.kind);
  }
  return reached;
}

function rank(stage: Stage): number {
  return stages.indexOf(stage);
}

/**
 * Why nothing is waited for any more; undefined when it is, or when the answer does not speak of that date.
 * @param one the report, where the check found it
 * @param businessDate of it
 */
export function whyOver(
  one: FoundReport | undefined,
  businessDate: string,
  found: Pick<Found, 'asked' | 'shortfalls'>,
): AlarmEnd | undefined {
  if (one === undefined) {
    return found.asked.includes(businessDate) && isWhole(found) ? alarmEnd('notExpected') : undefined;
  }
  if (isHere(one)) return alarmEnd('came');
  if (one.closed === undefined) return undefined;
  const { by, reason } = one.closed;
  return alarmEnd('closedBy', { by, reason });
}

/** Nobody asks about its date any more: no alarm of it is open, or it would be asked about. */
function isForgotten(businessDate: string, found: Pick<Found, 'asked' | 'shortfalls'>): boolean {
  return found.asked.length > 0 && isWhole(found) && !found.asked.includes(businessDate);
}

function isWhole({ shortfalls }: Pick<Found, 'shortfalls'>): boolean {
  return shortfalls.every(({ kind }) => kind === 'year not official');
}
