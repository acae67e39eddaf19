/** What the calendar says to the dates inside a report. Silent where a day rests on a projection. Pure. */

import { weekday } from '../../time/business-day.ts';
import type { CalendarBook } from '../../time/calendar-book.ts';
import { isCertain } from '../../time/calendar-book.ts';
import { addDays, type IsoDate } from '../../time/hong-kong.ts';

/** So far ahead holidays are looked for, calendar days; ours. */
const AHEAD = 14;

/** The open day that comes so many open days after a date; undefined where a day on the way is not certain. */
export function openDayAfter(
  date: IsoDate,
  days: number,
  calendar: string,
  book: CalendarBook,
): IsoDate | undefined {
  let day = date;
  for (let left = days; left > 0; ) {
    day = addDays(day, 1);
    const found = book.day(calendar, day);
    if (!isCertain(found)) return undefined;
    if (found.kind !== 'closed') left--;
  }
  return day;
}

/**
 * How many holidays in a row come next, Saturdays and Sundays not counted; 0 where none comes within 14 days,
 * undefined where that is not certain.
 */
export function holidaysAhead(date: IsoDate, book: CalendarBook): number | undefined {
  let count = 0;
  for (let ahead = 1; ahead <= AHEAD || count > 0; ahead++) {
    const day = addDays(date, ahead);
    if (weekday(day) > 5) continue;
    const found = book.day('securities', day);
    if (!isCertain(found)) return undefined;
    if (found.kind === 'closed') count++;
    else if (count > 0) return count;
  }
  return 0;
}
