/**
 * Hong Kong time in whole seconds since 1970 (UTC), for rules that are exact about a second. Hong Kong has been eight
 * hours ahead of UTC, without summer time, since 1979.
 */
import type { IsoDate } from './hong-kong.ts';

/** Whole seconds since 1970-01-01 UTC. */
export type Second = number;

const OFFSET = 8 * 3600;
const DAY = 86_400;

/** The second of 'YYYY-MM-DD HH:MM' or 'YYYY-MM-DD HH:MM:SS'; undefined when the text is no such time. */
export function secondOf(text: string): Second | undefined {
  const found = /^(\d{4}-\d{2}-\d{2}) ([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  if (found === null) return undefined;
  const [, date = '', hours, minutes, seconds = '0'] = found;
  const day = dayNumber(date);
  if (day === undefined) return undefined;
  return day * DAY + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) - OFFSET;
}

/** 'YYYY-MM-DD HH:MM', with ':SS' where the seconds are not 0. */
export function secondText(second: Second): string {
  const text = new Date((second + OFFSET) * 1000).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, second % 60 === 0 ? 16 : 19)}`;
}

/** The second at which a date begins. */
export function startOfDay(date: IsoDate): Second {
  return (dayNumber(date) ?? Number.NaN) * DAY - OFFSET;
}

/** Days since 1970-01-01 of 'YYYY-MM-DD'; undefined when there is no such day. */
export function dayNumber(date: string): number | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  if (found === null) return undefined;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const moment = new Date(Date.UTC(year, month - 1, day));
  const isReal = moment.getUTCFullYear() === year && moment.getUTCMonth() === month - 1;
  return isReal && moment.getUTCDate() === day ? moment.getTime() / 1000 / DAY : undefined;
}

/** The date so many days after 1970-01-01. */
export function dateOfDay(day: number): IsoDate {
  const moment = new Date(day * DAY * 1000);
  return `${padded(moment.getUTCFullYear(), 4)}-${padded(moment.getUTCMonth() + 1, 2)}-${padded(moment.getUTCDate(), 2)}`;
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}
