/** How long the key of each account may still be used, by the date that a person entered. */
import type { KeyLife, Ledger } from '../ledger/ledger.ts';
import { isBusinessDay } from '../time/calendar.ts';
import type { CalendarBook } from '../time/calendar-book.ts';
import { addDays, hongKongDate, type IsoDate } from '../time/hong-kong.ts';

export interface KeyTerm extends KeyLife {
  /** Business days after today, the last one included; 0 on the last day, below 0 when it is over; null when unknown. */
  daysLeft: number | null;
}

/** Business days are those of the securities market: on these people at HKEX register a key. */
export function businessDaysLeft(today: IsoDate, until: IsoDate, calendars: CalendarBook): number {
  if (until < today) return -1;
  let left = 0;
  for (let date = today; date < until; ) {
    date = addDays(date, 1);
    if (isBusinessDay('securities', date, calendars)) left++;
  }
  return left;
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
