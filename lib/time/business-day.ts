/**
 * The rule of each market calendar over a list of general holidays. Securities: Monday to Friday without general
 * holidays; some reports also come on Saturdays. Derivatives: since 9 May 2022 the exchange trades and clears some
 * products on general holidays ("Derivatives Holiday Trading", HKEX), on all but 1 January; whether a firm takes part
 * is a property of the firm (H and NH participants; firms of SEOCH alone are NH). Pure.
 */
import type { IsoDate } from './hong-kong.ts';
import { dateOfDay, dayNumber } from './seconds.ts';

export const marketCalendars = [
  'securities',
  'securities+saturday',
  'derivatives-h',
  'derivatives-nh',
] as const;
export type MarketCalendar = (typeof marketCalendars)[number];

/** Half: the market closes at noon. Afternoon: it opens at 14:00, and only a person or the weather makes it so. */
export type DayKind = 'open' | 'closed' | 'half' | 'afternoon';

/** General holidays of a year besides Sundays, 'MM-DD' in order; undefined when nobody knows them. */
export type HolidaysOfYear = (year: string) => readonly string[] | undefined;

/** The first business date on which holiday trading took place. */
const HOLIDAY_TRADING_SINCE = '2022-05-09';

export function isMarketCalendar(name: string): name is MarketCalendar {
  return (marketCalendars as readonly string[]).includes(name);
}

/** 1 Monday .. 7 Sunday. */
export function weekday(date: IsoDate): number {
  return (((dayNumber(date) ?? 0) + 3) % 7) + 1;
}

/**
 * Which day a date is in a calendar.
 * @param tradingSince derivatives-h equals securities before this date
 * @returns undefined when the answer needs the holidays of a year that are not known
 */
export function dayKind(
  calendar: MarketCalendar,
  date: IsoDate,
  holidays: HolidaysOfYear,
  tradingSince: IsoDate = HOLIDAY_TRADING_SINCE,
): DayKind | undefined {
  if (weekday(date) > (calendar === 'securities+saturday' ? 6 : 5)) return 'closed';
  const ofYear = holidays(date.slice(0, 4));
  if (calendar === 'derivatives-h' && date >= tradingSince) {
    if (date.endsWith('-01-01')) return 'closed';
    return isHalfDay(date, ofYear) ? 'half' : 'open';
  }
  if (ofYear === undefined) return undefined;
  if (ofYear.includes(date.slice(5))) return 'closed';
  return isHalfDay(date, ofYear) ? 'half' : 'open';
}

/** Weekdays at whose noon the markets close: 24 and 31 December and the eve of Lunar New Year (trading hours, HKEX). */
function isHalfDay(date: IsoDate, holidays: readonly string[] | undefined): boolean {
  if (weekday(date) > 5) return false;
  return ['12-24', '12-31'].includes(date.slice(5)) || date === eveOfLunarNewYear(date.slice(0, 4), holidays);
}

/**
 * The day before the first holiday of Lunar New Year, which lies between 21 January and 21 February. Where New Year's
 * Day is a Sunday the first holiday is a Monday, and the Sunday before it is no weekday, as the true eve is none.
 */
function eveOfLunarNewYear(year: string, holidays: readonly string[] = []): IsoDate | undefined {
  const first = holidays.find((day) => day >= '01-21' && day <= '02-22');
  const day = first === undefined ? undefined : dayNumber(`${year}-${first}`);
  return day === undefined ? undefined : dateOfDay(day - 1);
}
