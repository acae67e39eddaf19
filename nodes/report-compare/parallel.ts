/** A day of the parallel run: all that RAP gave for a business date against what was taken from the terminal. */

import type { Ledger } from '../../lib/ledger/ledger.ts';
import type { ComparedDay } from '../../lib/ledger/records/comparisons.ts';
import { countsOf, daysInRow, type ParallelRules } from '../../lib/practice/parallel-run.ts';
import type { ParallelAccount } from '../../lib/practice/parallel-text.ts';
import type { Account } from '../../lib/rap/account.ts';
import type { Catalogue } from '../../lib/reports/catalogue.ts';
import type { ComparedFile, Comparison } from '../../lib/reports/compare.ts';
import type { MarketCalendar } from '../../lib/time/business-day.ts';
import type { CalendarBook } from '../../lib/time/calendar-book.ts';
import { addDays, fromHongKong, type IsoDate } from '../../lib/time/hong-kong.ts';

export interface ParallelSide {
  account: string;
  /** On whose business days somebody must have compared. */
  calendar: MarketCalendar;
}

/**
 * The business days of an account. Where nobody has said whether the firm takes part in holiday trading, its holidays
 * count as business days: that ends a row too early rather than too late.
 */
export function calendarOf({
  installation,
  holidayTrading,
}: Pick<Account, 'installation' | 'holidayTrading'>): MarketCalendar {
  if (installation === 'hkscc') return 'securities';
  return holidayTrading === 'no' ? 'derivatives-nh' : 'derivatives-h';
}

const DAYS_BACK = 400;

/** What came for the day, and how much of it has no copy here any more. */
export async function rapSide(
  ledger: Pick<Ledger, 'comparisons'>,
  account: string,
  date: IsoDate,
): Promise<{ files: ComparedFile[]; unread: number }> {
  const day = [fromHongKong(`${date} 00:00`), fromHongKong(`${addDays(date, 1)} 00:00`)] as const;
  const reports = await ledger.comparisons.reportsOfDay(account, date, day);
  const here = reports.filter(({ isHere }) => isHere);
  return { files: here.map(({ report }) => report), unread: reports.length - here.length };
}

/** The terminal's files of the day: a folder without the date in it holds those of other days as well. */
export function ofDay(files: readonly ComparedFile[], date: IsoDate, catalogue: Catalogue): ComparedFile[] {
  return files.filter(({ path, name }) => {
    const { businessDate } = catalogue.recognise(path, name);
    return businessDate === '' || businessDate === date;
  });
}

/** Writes the day down, and says how many days in a row there are with it. */
export async function recordDay(
  ledger: Pick<Ledger, 'comparisons'>,
  calendars: CalendarBook,
  { account, calendar }: ParallelSide,
  found: { date: IsoDate; folder: string; comparison: Comparison; unread: number },
  rules: ParallelRules,
): Promise<ParallelAccount> {
  const { date, folder, comparison, unread } = found;
  await ledger.comparisons.recordComparison({ account, date, ...countsOf(comparison), unread });
  const days: ComparedDay[] = await ledger.comparisons.comparedDays(account, date, DAYS_BACK);
  const isClosed = (of: IsoDate) => {
    const { kind, basis } = calendars.day(calendar, of);
    return kind === 'closed' && basis !== 'projected' && basis !== 'unknown';
  };
  return { account, folder, comparison, unread, days, row: daysInRow(days, isClosed, rules) };
}
