/**
 * Hong Kong time. The exchange lives in Asia/Hong_Kong whatever zone the server is set to.
 * A date is 'YYYY-MM-DD', a local time 'YYYY-MM-DD HH:MM' or with seconds.
 */
import { Temporal } from 'temporal-polyfill';
import { RapError } from '../errors/rap-error.ts';

const ZONE = 'Asia/Hong_Kong';

/** A calendar date as 'YYYY-MM-DD'. */
export type IsoDate = string;

function zoned(epochMs: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Math.trunc(epochMs)).toZonedDateTimeISO(ZONE);
}

/** The Hong Kong date at a moment. */
export function hongKongDate(epochMs: number): IsoDate {
  return zoned(epochMs).toPlainDate().toString();
}

/** The Hong Kong clock at a moment, 'HH:MM'. */
export function hongKongTime(epochMs: number): string {
  return zoned(epochMs).toPlainTime().toString({ smallestUnit: 'minute' });
}

/** 'YYYY-MM-DD HH:MM:SS' in Hong Kong, for people. */
export function hongKongStamp(epochMs: number): string {
  return zoned(epochMs).toPlainDateTime().toString({ smallestUnit: 'second' }).replace('T', ' ');
}

/**
 * The moment of a Hong Kong local time 'YYYY-MM-DD HH:MM[:SS]' (a 'T' between is accepted).
 * @throws RapError CONFIG_INVALID when the text is not such a time
 */
export function fromHongKong(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?$/.test(text)) {
    throw new RapError('CONFIG_INVALID', `"${text}" is not a time like 2025-06-21 14:00`);
  }
  try {
    return Temporal.PlainDateTime.from(text.replace(' ', 'T'), { overflow: 'reject' }).toZonedDateTime(ZONE)
      .epochMilliseconds;
  } catch (cause) {
    throw new RapError('CONFIG_INVALID', `"${text}" is not a real date and time`, { cause });
  }
}

/** Is the text a real date 'YYYY-MM-DD'? */
export function isIsoDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}

/** The date so many days later (earlier when negative). */
export function addDays(date: IsoDate, days: number): IsoDate {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** 1 Monday .. 7 Sunday. */
export function dayOfWeek(date: IsoDate): number {
  return Temporal.PlainDate.from(date).dayOfWeek;
}
