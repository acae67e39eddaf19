/** Dates with a time as people type them and spreadsheets rewrite them, Hong Kong time. */
import { RapError } from '../errors/rap-error.ts';
import { addDays, fromHongKong, isIsoDate } from './hong-kong.ts';

/** '2025-06-21', '2025/6/21', '2025.6.21', '2025年6月21日'; the time after it is the last group. */
const YEAR_FIRST = /^(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日)[T ]? ?(.*)$/;
/** Earlier years are slips of the keyboard. */
const FIRST_YEAR = 1900;
/** '14:20', '6:40:00', '06:40:00.000', '6:40 PM', '下午 6:40'. */
const TIME = /^(上午|下午)? ?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)? ?(AM|PM)?$/i;

/**
 * The moment of a date and time with one reading: the year first, so that nobody has to guess which number is the
 * month. '24:00' is the midnight that ends the day.
 * @param where named in the error
 * @returns milliseconds since 1970
 * @throws RapError CONFIG_INVALID
 */
export function typedTime(text: string, where: string): number {
  const [, year = '', , month, day, monthOfChinese, dayOfChinese, time = ''] = YEAR_FIRST.exec(text) ?? [];
  const date = [year, two(month ?? monthOfChinese), two(day ?? dayOfChinese)].join('-');
  const clock = clockOf(time);
  if (Number(year) < FIRST_YEAR || !isIsoDate(date) || clock === undefined) {
    throw new RapError('CONFIG_INVALID', `${where}: "${text}" is not a time like 2025-06-21 14:00`, {
      cure: cureOf(text),
    });
  }
  return clock === '24:00:00' ? fromHongKong(`${addDays(date, 1)} 00:00`) : fromHongKong(`${date} ${clock}`);
}

/** 'HH:MM:SS', also '24:00:00'; undefined for what is no time of a day. */
function clockOf(text: string): string | undefined {
  const [whole, before, hour = '', minute = '', second = '00', after] = TIME.exec(text) ?? [];
  const half = before ?? after?.toUpperCase();
  const late = half === 'PM' || half === '下午';
  if (whole === undefined || (before !== undefined && after !== undefined)) return undefined;
  if (half !== undefined && (Number(hour) < 1 || Number(hour) > 12)) return undefined;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (late ? 12 : 0);
  const clock = `${two(String(hours))}:${minute}:${second}`;
  const inDay = hours < 24 && Number(minute) < 60 && Number(second) < 60;
  return inDay || clock === '24:00:00' ? clock : undefined;
}

function two(number = ''): string {
  return number.padStart(2, '0');
}

function cureOf(text: string): string {
  const rewritten = 'Excel has rewritten it: give the column the format yyyy-mm-dd hh:mm, and save again.';
  return /^\d{5}(\.\d+)?$/.test(text) || /^\d{1,2}[-/. ]/.test(text)
    ? rewritten
    : 'Write Hong Kong time as YYYY-MM-DD HH:MM.';
}
