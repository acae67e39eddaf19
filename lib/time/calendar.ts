/** Business days by the name of a calendar, for what needs nothing but open or closed. */
import { type CalendarBook, mayBeOpen, shippedCalendars } from './calendar-book.ts';
import { addDays, type IsoDate } from './hong-kong.ts';

/**
 * Securities: CCASS, CCMS and the VaR Platform of HKSCC. Derivatives: DCASS of HKCC and SEOCH; without -h or -nh it
 * is that of an H participant. The names of imported lists are calendars, too.
 */
export type Calendar =
  | 'securities'
  | 'securities+saturday'
  | 'derivatives'
  | 'derivatives-h'
  | 'derivatives-nh';

/** The calendar's name in the book: settings of earlier releases say "derivatives". */
function bookName(calendar: Calendar): string {
  return calendar === 'derivatives' ? 'derivatives-h' : calendar;
}

/** General holidays of a year, 'MM-DD' in order; undefined when nobody official has listed them. */
export function generalHolidays(year: string): readonly string[] | undefined {
  const known = shippedCalendars.year(year);
  return known?.basis === 'official' ? known.days : undefined;
}

/** Is the date a general holiday (Sundays not counted), listed or projected? */
export function isGeneralHoliday(date: IsoDate, book: CalendarBook = shippedCalendars): boolean {
  return book.year(date.slice(0, 4))?.days.includes(date.slice(5)) ?? false;
}

/** Does this calendar's market clear on that date, as far as is known or projected? */
export function isBusinessDay(
  calendar: Calendar,
  date: IsoDate,
  book: CalendarBook = shippedCalendars,
): boolean {
  return book.day(bookName(calendar), date).kind !== 'closed';
}

/** Must one reckon with it? True, too, on a day that is closed by a projection alone. */
export function mayBeBusinessDay(
  calendar: Calendar,
  date: IsoDate,
  book: CalendarBook = shippedCalendars,
): boolean {
  return mayBeOpen(book.day(bookName(calendar), date));
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
