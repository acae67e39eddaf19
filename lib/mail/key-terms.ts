/** How long the key of each account may still be used, by the date that a person entered. */
import type { KeyLife, Ledger } from '../ledger/ledger.ts';
import { isBusinessDay } from '../time/calendar.ts';
import type { CalendarBook } from '../time/calendar-book.ts';
import { addDays, hongKongDate, type IsoDate } from '../time/hong-kong.ts';
import { dayNumber } from '../time/seconds.ts';

export interface KeyTerm extends KeyLife {
  /** Business days after today, the last one included; 0 on the last day, below 0 when it is over; null when unknown. */
  daysLeft: number | null;
}

/** So many days ahead holidays are looked at; what a person enters may be thousands of years away. */
const HORIZON = 400;

/**
 * Business days are those of the securities market: on these people at HKEX register a key. More than HORIZON days ahead
 * every day from Monday to Friday counts as one: nobody is reminded then, and nobody has listed the holidays.
 */
export function businessDaysLeft(today: IsoDate, until: IsoDate, calendars: CalendarBook): number {
  if (until < today) return -1;
  const horizon = addDays(today, HORIZON);
  const end = until < horizon ? until : horizon;
  let left = 0;
  for (let date = today; date < end; ) {
    date = addDays(date, 1);
    if (isBusinessDay('securities', date, calendars)) left++;
  }
  return left + weekdaysTo(until) - weekdaysTo(end);
}

/** Days from Monday to Friday up to a date, since one that does not matter. */
function weekdaysTo(date: IsoDate): number {
  // 1 January 1970 was a Thursday.
  const days = (dayNumber(date) ?? 0) + 4;
  return Math.floor(days / 7) * 5 + Math.min(5, days % 7);
}

/** The keys of all accounts with what is left of their time, for pages and mails. */
export async function keyTerms(
  ledger: Pick<Ledger, 'accountKeys'>,
  calendars: CalendarBook,
  now: number,
): Promise<KeyTerm[]> {
  const today = hongKongDate(now);
  return (await ledger.accountKeys.keyLives()).map((life) => ({
    ...life,
    daysLeft: life.until === '' ? null : businessDaysLeft(today, life.until, calendars),
  }));
}
