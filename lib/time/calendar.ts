/**
 * The two calendars. Securities: Monday to Friday without Hong Kong's general holidays. Derivatives: Monday to
 * Friday without 1 January, because since 9 May 2022 some derivatives trade and clear on general holidays
 * ("Derivatives Holiday Trading", HKEX; New Year's Day stays closed). Typhoons are no holidays: since
 * 23 September 2024 the markets work through them ("Severe Weather Trading", HKEX).
 */
import { addDays, dayOfWeek, type IsoDate } from './hong-kong.ts';

/** Securities: CCASS, CCMS and the VaR Platform of HKSCC. Derivatives: DCASS of HKCC and SEOCH. */
export type Calendar = 'securities' | 'derivatives';

/**
 * General holidays besides Sundays, 'MM-DD', as gazetted and published by the Hong Kong government
 * (www.gov.hk, "General Holidays"). Each new year is one more row.
 */
const holidayTable: Readonly<Record<string, readonly string[]>> = {
  '2025':
    '01-01 01-29 01-30 01-31 04-04 04-18 04-19 04-21 05-01 05-05 05-31 07-01 10-01 10-07 10-29 12-25 12-26'.split(
      ' ',
    ),
  '2026':
    '01-01 02-17 02-18 02-19 04-03 04-04 04-06 04-07 05-01 05-25 06-19 07-01 09-26 10-01 10-19 12-25 12-26'.split(
      ' ',
    ),
  '2027':
    '01-01 02-06 02-08 02-09 03-26 03-27 03-29 04-05 05-01 05-13 06-09 07-01 09-16 10-01 10-08 12-25 12-27'.split(
      ' ',
    ),
};

/** General holidays of a year, 'MM-DD' in order; undefined when they are not known. */
export function generalHolidays(year: string): readonly string[] | undefined {
  return Object.hasOwn(holidayTable, year) ? holidayTable[year] : undefined;
}

/** Is the year of this date in the holiday table? Elsewhere every weekday counts as a working day. */
export function holidaysKnown(date: IsoDate): boolean {
  return date.slice(0, 4) in holidayTable;
}

/** Is the date a gazetted general holiday (Sundays not counted)? False in years without a table. */
export function isGeneralHoliday(date: IsoDate): boolean {
  return holidayTable[date.slice(0, 4)]?.includes(date.slice(5)) ?? false;
}

/** Does this calendar's market clear on that date? */
export function isBusinessDay(calendar: Calendar, date: IsoDate): boolean {
  if (dayOfWeek(date) > 5) return false;
  return calendar === 'derivatives' ? date.slice(5) !== '01-01' : !isGeneralHoliday(date);
}

/** The last business day before the date. */
export function previousBusinessDay(calendar: Calendar, date: IsoDate): IsoDate {
  return walk(calendar, date, -1);
}

/** The first business day after the date. */
export function nextBusinessDay(calendar: Calendar, date: IsoDate): IsoDate {
  return walk(calendar, date, 1);
}

function walk(calendar: Calendar, date: IsoDate, step: 1 | -1): IsoDate {
  let day = addDays(date, step);
  while (!isBusinessDay(calendar, day)) day = addDays(day, step);
  return day;
}
