/** The calendars once more, written down by hand. Shares no code with lib/. */

const HOLIDAYS: Readonly<Record<string, string>> = {
  '2025': '0101 0129 0130 0131 0404 0418 0419 0421 0501 0505 0531 0701 1001 1007 1029 1225 1226',
  '2026': '0101 0217 0218 0219 0403 0404 0406 0407 0501 0525 0619 0701 0926 1001 1019 1225 1226',
  '2027': '0101 0206 0208 0209 0326 0327 0329 0405 0501 0513 0609 0701 0916 1001 1008 1225 1227',
};
const EVES = ['2025-01-28', '2026-02-16', '2027-02-05'];

/**
 * 'open', 'half' or 'closed'.
 * @param given general holidays 'MM-DD' of the date's year, where it is another than 2025 to 2027
 */
export function slowDay(calendar: string, date: string, given?: readonly string[]): string {
  const weekday = new Date(date).getUTCDay();
  if (weekday === 0 || (weekday === 6 && calendar !== 'securities+saturday')) return 'closed';
  const holidays = given?.map((day) => day.replace('-', '')) ?? HOLIDAYS[date.slice(0, 4)]?.split(' ');
  const day = date.slice(5).replace('-', '');
  if (calendar === 'derivatives-h' ? day === '0101' : holidays?.includes(day)) return 'closed';
  const isEve = day === '1224' || day === '1231' || EVES.includes(date);
  return isEve && weekday !== 6 ? 'half' : 'open';
}

/** The date so many days later. */
export function plus(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The first day after a date that is not closed. */
export function nextOpen(calendar: string, date: string): string {
  let day = plus(date, 1);
  while (slowDay(calendar, day) === 'closed') day = plus(day, 1);
  return day;
}

/** Seconds since 1970 of 'YYYY-MM-DD HH:MM[:SS]' in Hong Kong. */
export function sec(text: string): number {
  return Date.parse(`${text.slice(0, 10)}T${text.slice(11)}+08:00`) / 1000;
}

/** 'YYYY-MM-DD HH:MM:SS' in Hong Kong. */
export function stamp(second: number): string {
  return new Date((second + 8 * 3600) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** The same numbers from 0 to 1 for the same text (mulberry32). */
export function randomOf(text: string): () => number {
  let state = 0;
  for (const letter of text) state = (Math.imul(state, 31) + letter.charCodeAt(0)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
