/**
 * Which reports of an account are here, due, late or missing now: the catalogue, the calendars and what people entered,
 * judged by the facts of the ledger. docs/expectations.md says the rules; this file says which business dates matter.
 */
import type { Ledger, RecordedEntry } from '../ledger/ledger.ts';
import { LOOKS_KEPT_MS } from '../ledger/records/looks.ts';
import {
  type Found,
  type FoundReport,
  isHere,
  type ReportIdentity,
  type Shortfall,
  subjectOf,
} from '../model/completeness.ts';
import type { Account } from '../rap/account.ts';
import { remoteFolders } from '../rap/folders.ts';
import { awaitedOf, rulesOf, type Unaccepted } from '../reports/catalogue/account-rules.ts';
import type { Catalogue } from '../reports/catalogue.ts';
import { belonging } from '../reports/expectation/belonging.ts';
import { AllCopies } from '../reports/expectation/copies.ts';
import { Entries } from '../reports/expectation/entries.ts';
import { expect } from '../reports/expectation/expect.ts';
import { LOOK_HOLDS, looksByFolder } from '../reports/expectation/looks.ts';
import type { Calendars, Expectation, Message, Rule } from '../reports/expectation/types.ts';
import { type CalendarBook, isCertain } from '../time/calendar-book.ts';
import { addDays, hongKongDate, type IsoDate } from '../time/hong-kong.ts';
import { dateOfDay, dayNumber, type Second, startOfDay } from '../time/seconds.ts';
import { arrivalHistory } from './arrival-history.ts';
import type { AwaitingAccount } from './awaiting-account.ts';
import { coveringFolder, type FactsLedger, factsOf } from './expectation-facts.ts';

export { isHere };

/** The account of a rap-account node, as it awaits. */
export function awaitingAccount(account: Account, everything: boolean): AwaitingAccount {
  const { name, installation, participant, holidayTrading, folders } = account;
  return {
    ...{ account: name, installation, participant: participant.trim(), holidayTrading, everything },
    folders: remoteFolders(folders).map(({ path }) => path),
  };
}

/** What a site knows of reports and days. */
export interface SiteRules {
  catalogue: Catalogue;
  calendars: CalendarBook;
}

export type CompletenessLedger = FactsLedger & Pick<Ledger, 'alarmList' | 'expectations' | 'looks'>;

/**
 * Answers for an account at a moment.
 * @param now milliseconds since 1970
 * @throws RapError of the ledger
 */
export async function completenessOf(
  ledger: CompletenessLedger,
  site: SiteRules,
  account: AwaitingAccount,
  now: number,
): Promise<Found> {
  return (await arrivalsOf(ledger, site, account, now)).found;
}

/** When all of a report was here, and whether the last copy of all of it lies on the share, read back. */
export interface Arrival {
  at: Second;
  filed: boolean;
}

/**
 * The same, and of each report that is here when it came.
 * @returns `arrivals` by the subject of the report; `reportOf` tells of which report a file is, by its path at RAP
 * @throws RapError of the ledger
 */
export async function arrivalsOf(
  ledger: CompletenessLedger,
  { catalogue, calendars }: SiteRules,
  account: AwaitingAccount,
  now: number,
): Promise<{
  found: Found;
  arrivals: Map<string, Arrival>;
  reportOf: (path: string) => ReportIdentity | undefined;
}> {
  const at = Math.floor(now / 1000);
  const today = hongKongDate(now);
  const { rules, unaccepted, shortfalls, folders } = await rulesFor(
    ledger,
    account,
    { catalogue, calendars },
    today,
  );
  const open: IsoDate[] = await ledger.alarmList.openDates(account.account);
  const firstLook = await ledger.looks.firstLook(account.account);
  const begun = firstLook === undefined ? at : Math.floor(firstLook / 1000);
  const recent = recentDates(rules, calendars, today);
  // Before the first look nobody was there who could have missed anything.
  const dates = [...new Set([...recent, ...open.filter((date) => date < today)])]
    .filter((date) => date >= hongKongDate(begun * 1000))
    .sort();
  const { facts, entries } = await factsOf(ledger, {
    account: account.account,
    folders: account.folders,
    ofRules: folders,
    dates,
    // Of dates before it only what came plays a part: somebody has been told of them.
    from: Math.max(startOfDay(recent[0] ?? today), begun),
    overrides: calendars.overrides,
  });
  const plain: Calendars = { day: (calendar, date) => calendars.plainDay(calendar, date).kind };
  const question = { participant: account.participant, rules, calendars: plain, facts, at };
  const answer = expect({ ...question, ask: dates, askPractice: [] });
  const lately = facts.filter((fact) => fact.fact === 'entry' || fact.at >= at - LOOK_HOLDS);
  const looks = looksByFolder(lately, new Entries(lately, at), at, false);
  const systems = new Map(
    catalogue.rows
      .filter((row) => row.installation === account.installation)
      .map((row) => [row.code, row.system]),
  );
  const reports = answer.expectations
    .map(
      (one): FoundReport => ({
        ...one,
        system: systems.get(one.report) ?? '',
        ...personsStatement(one, entries),
      }),
    )
    .filter(({ state }) => state !== 'not-expected')
    .sort(inOrder);
  if (firstLook === undefined && rules.length > 0) shortfalls.push({ kind: 'never looked' });
  const belongs = belonging(rules, account.participant);
  const copies = new AllCopies(facts, belongs, at, false);
  const arrivals = new Map(
    reports.filter(isHere).map((one) => {
      const { halves = [] } =
        rules.find(({ report, set }) => report === one.report && set === one.set) ??
        rules.find(({ report }) => report === one.report) ??
        {};
      const came = copies.of(one.report, one.set, one.businessDate);
      return [subjectOf(one), { at: came.completeAt(halves), filed: came.areFiled(halves) }] as const;
    }),
  );
  const found: Found = {
    ...{ account: account.account, installation: account.installation, at, today, asked: dates, reports },
    messages: firstLook === undefined ? [] : answer.messages.filter(since(begun, answer.expectations)),
    shortfalls: [...shortfalls, ...dayShortfalls(rules, calendars, account, dates)],
    unaccepted,
    // Where nothing can be judged, nobody can say that somebody looks again.
    blind: folders.length === 0 || folders.some((folder) => looks(folder).blindAt(at)),
  };
  const reportOf = (path: string) => {
    const place = belongs(path);
    return place && { report: place.rule.report, set: place.set, businessDate: place.businessDate };
  };
  return { found, arrivals, reportOf };
}

/** Leaves out mails about what was over before anybody looked for the first time. */
function since(from: Second, expectations: readonly Expectation[]): (message: Message) => boolean {
  const over = new Set(expectations.filter(({ cutOff }) => cutOff !== null && cutOff < from).map(subjectOf));
  return (message) => {
    if (message.kind === 'unknown') return true;
    return message.kind === 'event' ? message.at > from : !over.has(subjectOf(message));
  };
}

/** What a person said of a report that is not here. */
function personsStatement(one: Expectation, entries: readonly RecordedEntry[]) {
  const of = (entry: 'closed' | 'deadline') => {
    const found = entries.findLast(
      ({ said }) =>
        said.entry === entry &&
        said.report === one.report &&
        said.set === one.set &&
        said.businessDate === one.businessDate,
    );
    return found && { by: found.by, reason: found.reason };
  };
  const [closed, moved] = [of('closed'), of('deadline')];
  return { ...(closed && !isHere(one) ? { closed } : {}), ...(moved ? { moved } : {}) };
}

function inOrder(one: FoundReport, other: FoundReport): number {
  const key = ({ businessDate, system, report, set }: FoundReport) => [businessDate, system, report, set];
  const [a, b] = [key(one), key(other)];
  const index = a.findIndex((part, place) => part !== b[place]);
  if (index < 0) return 0;
  return (a[index] ?? '') < (b[index] ?? '') ? -1 : 1;
}

interface AccountRules {
  rules: Rule[];
  unaccepted: Unaccepted[];
  shortfalls: Shortfall[];
  /** Folders that must be looked at, also for rules that cannot be judged now. */
  folders: string[];
}

/** The rules that can be judged, and what is said of the others. */
async function rulesFor(
  ledger: CompletenessLedger,
  account: AwaitingAccount,
  { catalogue, calendars }: SiteRules,
  today: IsoDate,
): Promise<AccountRules> {
  const of = {
    installation: account.installation,
    derivatives: account.holidayTrading === 'yes' ? ('derivatives-h' as const) : ('derivatives-nh' as const),
  };
  const rows = catalogue.rows.filter(({ watch }) => watch !== false);
  const history = await arrivalHistory(ledger, account, rows, today);
  const { rules: all, unaccepted } = account.everything
    ? { rules: rulesOf(rows, of), unaccepted: [] }
    : awaitedOf(rows, of, (code) => history.codes.has(code));
  const shortfalls: Shortfall[] = [];
  const leave = (wrong: (rule: Rule) => boolean, say: (left: readonly Rule[]) => Shortfall) => {
    const left = rules.filter(wrong);
    if (left.length === 0) return;
    shortfalls.push(say(left));
    rules = rules.filter((rule) => !wrong(rule));
  };
  let rules = all.map((rule) => ({ ...rule, history: history.of(rule, calendars) }));
  if (rules.length === 0) shortfalls.push({ kind: 'nothing accepted', reports: unaccepted.length });
  if (account.participant === '') {
    leave(
      ({ name }) => name.source.includes('(?<participant>'),
      ({ length }) => ({ kind: 'no participant', reports: length }),
    );
  }
  for (const calendar of new Set(rules.map((rule) => rule.calendar))) {
    if (calendars.names.includes(calendar)) continue;
    leave(
      (rule) => rule.calendar === calendar,
      ({ length }) => ({ kind: 'no calendar', calendar, reports: length }),
    );
  }
  for (const folder of new Set(rules.map((rule) => rule.folder))) {
    if (coveringFolder(folder, account.folders) !== undefined) continue;
    leave(
      (rule) => rule.folder === folder,
      ({ length }) => ({ kind: 'folder not listed', folder, reports: length }),
    );
  }
  const folders = [...new Set(all.map(({ folder }) => folder))].filter(
    (folder) => coveringFolder(folder, account.folders) !== undefined,
  );
  return { rules, unaccepted, shortfalls, folders };
}

/** No calendar is closed for so long. */
const LOOK_BACK_DAYS = LOOKS_KEPT_MS / 86_400_000 - 1;

/** Today, and the open day before it in each calendar; in order. */
function recentDates(rules: readonly Rule[], calendars: CalendarBook, today: IsoDate): IsoDate[] {
  const now = dayNumber(today) ?? 0;
  const before = [...new Set(rules.map(({ calendar }) => calendar))].flatMap((calendar) => {
    for (let day = now - 1; day >= now - LOOK_BACK_DAYS; day--) {
      const date = dateOfDay(day);
      if (calendars.day(calendar, date).kind !== 'closed') return [date];
    }
    return [];
  });
  return [...new Set([today, ...before])].sort();
}

/** What is to be said of the days themselves. */
function dayShortfalls(
  rules: readonly Rule[],
  calendars: CalendarBook,
  account: AwaitingAccount,
  dates: readonly IsoDate[],
): Shortfall[] {
  const used = [...new Set(rules.map(({ calendar }) => calendar))];
  const years = dates
    .filter((date) => used.some((calendar) => !isCertain(calendars.day(calendar, date))))
    .map((date) => date.slice(0, 4));
  const shortfalls: Shortfall[] = [...new Set(years)].map((year) => ({ kind: 'year not official', year }));
  if (account.holidayTrading === '' && used.includes('derivatives-nh')) {
    for (const date of dates) {
      const [without, taking] = (['derivatives-nh', 'derivatives-h'] as const).map(
        (calendar) => calendars.day(calendar, date).kind,
      );
      if (without === 'closed' && taking !== 'closed') {
        shortfalls.push({ kind: 'holiday trading not said', date });
      }
    }
  }
  return shortfalls;
}

/** A report that is due, and between which moments it is looked for; seconds since 1970. */
export interface DueReport {
  report: string;
  set: string;
  businessDate: IsoDate;
  from: Second;
  until: Second;
}

/** What a schedule needs to know. Moments are milliseconds since 1970. */
export interface DueWindow {
  /** What is due now: from a little before its usual time until all of it is on the share, or its cut-off has passed. */
  due: DueReport[];
  /** The end of the last of them; null when nothing is due now. */
  until: number | null;
  /** When to ask again at the latest: the next window begins, or the next day. */
  next: number;
}

/** Before its usual time a report is looked for this long (ours), seconds. */
const DUE_LEAD = 5 * 60;

/**
 * What is due at the moment of an answer, and when something is due next.
 * @param lead seconds before the usual time
 * @param settled is a report done with: on the share, or here where nothing is delivered
 */
export function dueWindow(
  { at, reports }: Pick<Found, 'at' | 'reports'>,
  lead: number = DUE_LEAD,
  settled: (one: FoundReport) => boolean = isHere,
): DueWindow {
  const windows = reports.flatMap((one): DueReport[] => {
    const { about, cutOff, report, set, businessDate, closed } = one;
    if (about === null || cutOff === null || closed !== undefined || settled(one)) return [];
    return [{ report, set, businessDate, from: about - lead, until: cutOff }];
  });
  const due = windows.filter(({ from, until }) => from <= at && at <= until);
  const later = windows.map(({ from }) => from).filter((from) => from > at);
  return {
    due,
    until: due.length === 0 ? null : Math.max(...due.map(({ until }) => until)) * 1000,
    next: Math.min(midnightAfter(at), ...later) * 1000,
  };
}

/**
 * When an answer may be another one though nothing happens: a stage begins, or nobody has looked for too long. Midnight
 * at the latest, milliseconds since 1970.
 */
export function nextDeadline({ at, reports }: Pick<Found, 'at' | 'reports'>): number {
  const open = reports.filter((one) => !isHere(one));
  const stages = open.flatMap(({ about, riskAfter, lateAfter, cutOff, lastLook }) => [
    ...(about === null ? [] : [about]),
    ...[riskAfter, lateAfter, cutOff].flatMap((after) => (after === null ? [] : [after + 1])),
    ...(lastLook === undefined ? [] : [lastLook.at + LOOK_HOLDS + 1]),
  ]);
  return Math.min(midnightAfter(at), ...stages.filter((moment) => moment > at)) * 1000;
}

function midnightAfter(at: Second): Second {
  return startOfDay(addDays(hongKongDate(at * 1000), 1));
}
