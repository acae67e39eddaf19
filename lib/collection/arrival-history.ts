/** When reports usually came: the past arrivals by which a report is at risk before it is late. */
import type { Ledger } from '../ledger/ledger.ts';
import type { CatalogueRow } from '../reports/catalogue/rows.ts';
import { belonging } from '../reports/expectation/belonging.ts';
import type { Rule, TimeOfDay } from '../reports/expectation/types.ts';
import type { CalendarBook } from '../time/calendar-book.ts';
import { addDays, type IsoDate } from '../time/hong-kong.ts';
import { dateOfDay, dayNumber, startOfDay } from '../time/seconds.ts';
import type { AwaitingAccount } from './awaiting-account.ts';

/** How far back arrivals count, and of how many files at most; the rules look at 20 of each report (ours). */
const LOOK_BACK_DAYS = 60;
const MOST = 2000;

const DAY = 86_400;
const HONG_KONG = 8 * 3600;

export interface ArrivalHistory {
  /** Codes of which something came. */
  codes: ReadonlySet<string>;
  /** Past arrivals of a rule's report, the oldest first: of each business date the last half. */
  of(rule: Rule, calendars: CalendarBook): TimeOfDay[];
}

interface Arrival {
  path: string;
  code: string;
  receivedAt: number;
}

/** What was read of an account last; business dates before today do not change much within a day. */
const remembered = new WeakMap<object, Map<string, { today: IsoDate; arrivals: readonly Arrival[] }>>();

/** Reads the history of an account, once a day. */
export async function arrivalHistory(
  ledger: Pick<Ledger, 'expectations'>,
  { account, installation, participant }: AwaitingAccount,
  rows: readonly CatalogueRow[],
  today: IsoDate,
): Promise<ArrivalHistory> {
  const ofLedger =
    remembered.get(ledger) ?? new Map<string, { today: IsoDate; arrivals: readonly Arrival[] }>();
  remembered.set(ledger, ofLedger);
  const known = ofLedger.get(account);
  const ofAccount = rows.filter((row) => row.installation === installation);
  const codes = [...new Set(ofAccount.filter(isAwaited).map(({ code }) => code))];
  const span = { from: addDays(today, -LOOK_BACK_DAYS), before: today, codes, most: MOST };
  const arrivals =
    known?.today === today ? known.arrivals : await ledger.expectations.arrivalsBetween(account, span);
  // Nothing yet: what comes first may come today.
  if (arrivals.length > 0) ofLedger.set(account, { today, arrivals });
  const byCode = Map.groupBy(arrivals, ({ code }) => code);
  return {
    codes: new Set(byCode.keys()),
    of: (rule, calendars) => timesOf(byCode.get(rule.report) ?? [], rule, participant, calendars),
  };
}

/** Reports that are never awaited would crowd out the others. */
function isAwaited({ sets }: CatalogueRow): boolean {
  return sets.some(({ frequency }) => frequency !== 'optional');
}

function timesOf(
  arrivals: readonly Arrival[],
  rule: Rule,
  participant: string,
  calendars: CalendarBook,
): TimeOfDay[] {
  if (rule.frequency !== 'business-day' || !calendars.names.includes(rule.calendar)) return [];
  const belongs = belonging([rule], participant);
  const last = new Map<IsoDate, number>();
  for (const { path, receivedAt } of arrivals) {
    const date = belongs(path)?.businessDate;
    if (date !== undefined) last.set(date, Math.max(last.get(date) ?? 0, receivedAt));
  }
  const { unit } = rule.times.lateAfter;
  return [...last]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .filter(([date]) => calendars.day(rule.calendar, date).kind === 'open')
    .flatMap(([date, at]) => timeAfter(date, at, unit, rule.calendar, calendars));
}

/** An arrival as the rule counts its days; none when it came before the business date. */
function timeAfter(
  date: IsoDate,
  receivedAt: number,
  unit: TimeOfDay['unit'],
  calendar: string,
  calendars: CalendarBook,
): TimeOfDay[] {
  const second = Math.floor(receivedAt / 1000);
  const [day, came] = [dayNumber(date) ?? 0, Math.floor((second + HONG_KONG) / DAY)];
  if (came < day || came > day + LOOK_BACK_DAYS) return [];
  let days = 0;
  for (let next = day + 1; next <= came; next++) {
    if (unit === 'calendar' || next === came || calendars.day(calendar, dateOfDay(next)).kind !== 'closed')
      days++;
  }
  return [{ seconds: second - startOfDay(dateOfDay(came)), days, unit }];
}
