/**
 * The answer to "is all well?" as data: what there is to say, the gravest first. It is well only when every report of
 * the business day lies on the share, read back; whatever is not known is a point of its own, never silence.
 */

import { isErrorCode } from '../../errors/codes.ts';
import type { Language } from '../../i18n/languages.ts';
import { isKey, t } from '../../i18n/translate.ts';
import {
  type FoundReport,
  isHere,
  isOpen,
  type ReportIdentity,
  reportName,
  summaryOf,
} from '../../model/completeness.ts';
import type { CheckName } from '../../watch/health.ts';
import type { Fault } from '../fault.ts';
import type { Tone } from '../kit.ts';
import type { AccountToday, AlarmAbout, Many, TodayFacts } from './facts.ts';

/** What can be said, the gravest first: the first of those that are true is the headline. */
const pointKinds = [
  'missing',
  'late',
  'unknown',
  'nobody in charge',
  'locked',
  'key over',
  'no account',
  'not computed',
  'shortfall',
  'blind',
  'not ready',
  'critical alarms',
  'not begun',
  'other in charge',
  'account gone',
  'at risk',
  'not on share',
  'lost copies',
  'share silent',
  'node fault',
  'no schedule',
  'unwatched',
  'key ends',
  'secondary',
  'mail failed',
  'mail waiting',
  'held',
  'outstanding',
  'alarms',
  'due',
  'not known ready',
  'later',
  'untimed',
  'closed',
  'year',
  'none expected',
  'well',
] as const;
export type PointKind = (typeof pointKinds)[number];

export interface Point {
  kind: PointKind;
  tone: Tone;
  /** How many; chooses the form of the phrase. */
  n: number;
  /** Names of reports, shares, accounts or nodes; of very many some only. */
  names: string[];
  /** For how many of them each name stands. */
  each: number[];
  /** Of which account, or ''. */
  account: string;
  /** What a shortfall means, or a date; '' where there is none. */
  text: string;
  /** What is wrong, where something failed. */
  fault?: Fault;
}

const tones: Readonly<Record<PointKind, Tone>> = {
  missing: 'bad',
  late: 'bad',
  unknown: 'bad',
  'nobody in charge': 'bad',
  locked: 'bad',
  'key over': 'bad',
  'no account': 'warn',
  'not computed': 'bad',
  shortfall: 'warn',
  blind: 'bad',
  'not ready': 'bad',
  'critical alarms': 'bad',
  'not begun': 'bad',
  'other in charge': 'warn',
  'account gone': 'warn',
  'at risk': 'warn',
  'not on share': 'warn',
  'lost copies': 'warn',
  'share silent': 'bad',
  'node fault': 'warn',
  'no schedule': 'warn',
  unwatched: 'warn',
  'key ends': 'warn',
  secondary: 'warn',
  'mail failed': 'warn',
  'mail waiting': 'warn',
  held: 'warn',
  outstanding: 'warn',
  alarms: 'warn',
  due: 'grey',
  'not known ready': 'grey',
  later: 'grey',
  untimed: 'grey',
  closed: 'grey',
  year: 'grey',
  'none expected': 'grey',
  well: 'ok',
};

/** So many business days before its end a key is part of the answer; before that it stands under "also well?". */
const LAST_DAYS = 1;

/** Of today, or asked about from before, and not on the share though nobody gave it up. */
function isFiled(account: AccountToday, one: FoundReport): boolean {
  return account.filed.includes(keyOf(one));
}

export function keyOf({ report, set, businessDate }: ReportIdentity): string {
  return JSON.stringify([report, set, businessDate]);
}

/**
 * What is counted, as in the mails: reports of today that come at a time and that nobody has given up.
 * @returns besides: those of no known time that lie on the shares
 */
export function countOf(account: AccountToday): { onShare: number; all: number; besides: number } {
  const { found } = account;
  const ofToday = (found?.reports ?? []).filter(
    ({ businessDate, closed }) => businessDate === found?.today && closed === undefined,
  );
  const timed = ofToday.filter(({ about }) => about !== null);
  const filed = (some: readonly FoundReport[]) => some.filter((one) => isFiled(account, one)).length;
  return { onShare: filed(timed), all: timed.length, besides: filed(ofToday) - filed(timed) };
}

/** The next moment at which something open is given up, seconds; undefined when nothing open has one. */
export function nextCutOff(accounts: readonly AccountToday[], at: number): number | undefined {
  const ends = accounts.flatMap(({ found }) =>
    (found?.reports ?? []).flatMap((one) => (isOpen(one) && one.cutOff !== null ? [one.cutOff] : [])),
  );
  const ahead = ends.filter((end) => end > at);
  return ahead.length === 0 ? undefined : Math.min(...ahead);
}

/** What an alarm is about, in few words; it may be of a release that knew other codes. */
export function alarmName({ account, code }: Omit<AlarmAbout, 'n'>, language: Language): string {
  const name = isErrorCode(code) ? t(language, `errors.status.${code}`) : code;
  return `${account} ${name}`.trim();
}

/**
 * All points that are true, in order; the first says it, its tone is the page's.
 * @param language of the names of alarms
 */
export function verdictOf(facts: TodayFacts, language: Language = 'en'): [Point, ...Point[]] {
  const points: Point[] = [];
  const add: Add = (kind, names, { account = '', text = '', fault, n = names.length, each } = {}) => {
    if (n === 0) return;
    const of = { kind, tone: tones[kind], n, names: [...names], each: each ?? names.map(() => 1) };
    points.push({ ...of, account, text, ...(fault === undefined ? {} : { fault }) });
  };
  const addMany = (kind: PointKind, { names, n }: Many) => add(kind, names, { n });
  const { accounts, alarms } = facts;
  if (accounts.length === 0) add('no account', ['']);
  addCharge(facts, add);
  addService(facts, language, add);
  for (const one of accounts) addAccount(one, add);
  addAlarms('critical alarms', alarms.critical, language, add);
  addAlarms('alarms', alarms.others, language, add);
  add('share silent', facts.silentShares);
  // One account that is not right keeps many nodes from work.
  for (const all of Map.groupBy(facts.faults, ({ code, message }) => `${code} ${message}`).values()) {
    const [fault] = all;
    if (fault !== undefined) add('node fault', [...new Set(all.map(({ node }) => node))], { fault });
  }
  add('no schedule', facts.unscheduled);
  add('not begun', facts.notBegun);
  add('account gone', facts.gone);
  addMany('lost copies', facts.lost);
  addMany('mail waiting', { names: [], n: facts.mails.waiting });
  addMany('mail failed', { names: [], n: facts.mails.failed });
  addMany('held', facts.held);
  addMany('outstanding', facts.outstanding);
  const order = (point: Point) => pointKinds.indexOf(point.kind);
  const [first, ...rest] = merged(points).sort((a, b) => order(a) - order(b));
  return first === undefined ? [calm(accounts)] : [first, ...rest];
}

type Add = (
  kind: PointKind,
  names: readonly string[],
  more?: { account?: string; text?: string; fault?: Fault; n?: number; each?: number[] },
) => void;

/** Each kind of alarm is named once, with how many there are of it. */
function addAlarms(
  kind: 'critical alarms' | 'alarms',
  all: readonly AlarmAbout[],
  language: Language,
  add: Add,
): void {
  const kinds = new Map<string, number>();
  for (const one of all) {
    const name = alarmName(one, language);
    kinds.set(name, (kinds.get(name) ?? 0) + one.n);
  }
  const each = [...kinds.values()];
  const names = [...kinds].map(([name, n]) => (n === 1 ? name : `${name} (${n})`));
  add(kind, names, { n: each.reduce((sum, n) => sum + n, 0), each });
}

function addCharge({ charge }: TodayFacts, add: Add): void {
  if (charge.holder === undefined) add('nobody in charge', ['']);
  else if (!charge.own) add('other in charge', [charge.holder]);
}

/** It may be of a process that knows other checks. */
function checkName(check: string, language: Language): string {
  const key = `desk.today.checks.${check}`;
  return isKey(key) ? t(language, key) : check;
}

/** What health says, and no other point does. */
function addService({ service, charge, mails, unscheduled }: TodayFacts, language: Language, add: Add): void {
  const said = {
    ...{ lease: !charge.own, mail: mails.waiting > 0, schedule: unscheduled.length > 0 },
    ...{ ledger: false, space: false },
  };
  const named = (checks: readonly CheckName[]) =>
    checks.filter((one) => !said[one]).map((one) => checkName(one, language));
  add('not ready', named(service.failed));
  add('not known ready', named(service.unknown));
}

function addAccount(one: AccountToday, add: Add): void {
  const { account, found } = one;
  add('not on share', one.unfiled.names, { n: one.unfiled.n });
  if (one.locked) add('locked', [account], { fault: { code: 'LOGIN_LOCKED', message: one.locked } });
  const { until, daysLeft } = one.key;
  if (daysLeft !== null && daysLeft <= LAST_DAYS)
    add(daysLeft < 0 ? 'key over' : 'key ends', [account], { account, text: until });
  if (one.dataCentre === 'secondary') add('secondary', [account]);
  if (!one.watched) add('unwatched', [account]);
  if (found === undefined) {
    const { fault: message, code, cure } = one;
    add('not computed', [account], { account, fault: { code, message, cure } });
    return;
  }
  const named = (reports: readonly FoundReport[]) => reports.map((report) => nameOf(report, found.today));
  const { trouble, due, later } = summaryOf(found);
  const inState = (state: FoundReport['state']) => named(trouble.filter((report) => report.state === state));
  add('missing', inState('missing'));
  add('late', inState('late'));
  add('unknown', inState('unknown'));
  add('at risk', inState('at-risk'));
  add('due', named(due));
  add('later', [], { n: later });
  for (const shortfall of found.shortfalls) {
    if (shortfall.kind === 'year not official') add('year', [shortfall.year]);
    else if (shortfall.kind === 'not computed')
      add('not computed', [account], {
        account,
        fault: { code: shortfall.code ?? '', message: shortfall.reason },
      });
    else add('shortfall', [account], { account, text: JSON.stringify(shortfall) });
  }
  if (found.blind && found.reports.some(isOpen)) add('blind', [account]);
  add('not on share', named(found.reports.filter((report) => isHere(report) && !isFiled(one, report))));
  const untimed = ({ about, businessDate, closed }: FoundReport) =>
    about === null && businessDate === found.today && closed === undefined;
  add('untimed', named(found.reports.filter((report) => untimed(report) && !isHere(report))));
  add('closed', named(found.reports.filter(({ closed }) => closed !== undefined)));
}

/** 'RMAMR03 set 4', with the date where it is not today's. */
export function nameOf(one: FoundReport, today: string): string {
  return one.businessDate === today ? reportName(one) : `${reportName(one)} (${one.businessDate})`;
}

/** The same kind is said once, and the same sentence once for all whom it is about. */
function merged(points: readonly Point[]): Point[] {
  const all = new Map<string, Point>();
  for (const point of points) {
    const key = `${point.kind} ${point.text} ${point.fault?.code} ${point.fault?.message}`;
    const same = all.get(key);
    const names = [...(same?.names ?? []), ...point.names];
    const each = [...(same?.each ?? []), ...point.each];
    const accounts = [same?.account ?? '', point.account].filter((one) => one !== '');
    all.set(key, { ...point, names, each, n: (same?.n ?? 0) + point.n, account: accounts.join(', ') });
  }
  return [...all.values()];
}

function calm(accounts: readonly AccountToday[]): Point {
  const all = accounts.map(countOf);
  const n = all.reduce((sum, one) => sum + one.all, 0);
  const onShare = all.reduce((sum, one) => sum + one.onShare, 0);
  const of = { names: [], each: [], account: '', text: '' };
  if (n === 0) return { kind: 'none expected', tone: tones['none expected'], n: 0, ...of };
  // Nothing was found that says otherwise; the count itself has the last word.
  if (onShare === n) return { kind: 'well', tone: tones.well, n, ...of };
  return { kind: 'not on share', tone: tones['not on share'], n: n - onShare, ...of };
}
