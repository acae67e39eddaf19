/**
 * Files with days: the Government's "Hong Kong Public Holidays" of 1823 as JSON or as iCalendar, and a plain list with
 * a date in each line. Only what can be read in one way is read.
 */
import ICAL from 'ical.js';
import { z } from 'zod';
import { RapError } from '../errors/rap-error.ts';
import { weekday } from './business-day.ts';
import type { CalendarBook } from './calendar-book.ts';
import type { IsoDate } from './hong-kong.ts';
import { dateOfDay, dayNumber } from './seconds.ts';

export interface NamedDay {
  date: IsoDate;
  name: string;
}

/** Longer events of a calendar file are no holidays. */
const LONGEST_EVENT = 14;
/** Since 1999 every year has had so many general holidays besides Sundays, or more (Cap. 149). */
const LEAST_HOLIDAYS = 17;

/**
 * Reads the days of a file, in order, each once.
 * @param text without a byte order mark
 * @param name of the file, for messages
 * @throws RapError CONFIG_INVALID naming the place and the cure
 */
export function readDays(text: string, name: string): NamedDay[] {
  const start = text.trimStart();
  const days = start.startsWith('{')
    ? fromJson(start, name)
    : /^BEGIN:VCALENDAR/i.test(start)
      ? fromCalendar(start, name)
      : fromList(text, name);
  if (days.length === 0) throw wrong(name, 'names no day', 'Give the file that lists the days.');
  const first = new Map<IsoDate, NamedDay>();
  for (const day of days) if (!first.has(day.date)) first.set(day.date, day);
  return [...first.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

function wrong(name: string, what: string, cure: string, cause?: unknown): RapError {
  return new RapError('CONFIG_INVALID', `${name} ${what}`, { cure, cause });
}

const as1823 = z.object({
  vcalendar: z
    .array(
      z.object({
        vevent: z.array(z.object({ dtstart: z.tuple([z.string()], z.unknown()), summary: z.string() })),
      }),
    )
    .min(1),
});

function fromJson(text: string, name: string): NamedDay[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw wrong(name, `is not JSON: ${why}`, 'Fetch the file again; it may have been cut off.', cause);
  }
  const found = as1823.safeParse(parsed);
  if (!found.success) {
    throw wrong(
      name,
      'is not the JSON of 1823',
      'Give en.json, tc.json or sc.json of 1823 as it was fetched.',
    );
  }
  return found.data.vcalendar
    .flatMap(({ vevent }) => vevent)
    .map(({ dtstart: [digits], summary }) => ({
      date: dayOf(digits, name, `event "${summary}"`),
      name: summary,
    }));
}

function fromCalendar(text: string, name: string): NamedDay[] {
  let events: ICAL.Event[];
  try {
    const calendar = new ICAL.Component(ICAL.parse(text));
    events = calendar
      .getAllSubcomponents('vevent')
      .filter((one) => !/^cancelled$/i.test(String(one.getFirstPropertyValue('status'))))
      .map((one) => new ICAL.Event(one));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw wrong(
      name,
      `is not an iCalendar file: ${why}`,
      'Fetch the file again; it may have been cut off.',
      cause,
    );
  }
  return events.flatMap((event) => {
    const place = `event "${event.summary}"`;
    if (event.startDate?.isDate !== true || event.isRecurring()) {
      throw wrong(
        name,
        `has in ${place} no single day`,
        'Give a file whose events are whole days, each by itself.',
      );
    }
    const begin = dayNumber(dayOf(event.startDate.toString(), name, place)) ?? 0;
    const end = dayNumber(dayOf(event.endDate.toString(), name, place)) ?? 0;
    const length = Math.max(1, end - begin);
    if (length > LONGEST_EVENT) {
      throw wrong(name, `has in ${place} ${length} days`, 'Give a file that lists single days.');
    }
    return Array.from({ length }, (_, index) => ({
      date: dateOfDay(begin + index),
      name: event.summary ?? '',
    }));
  });
}

function fromList(text: string, name: string): NamedDay[] {
  return text.split(/\r\n|\n|\r/).flatMap((line, index) => {
    const content = line.replace(/#.*/, '').trim();
    if (content === '' || (index === 0 && /^"?date\b/i.test(content))) return [];
    const [, date = '', rest = ''] = /^"?([\d/-]+)"?[\s,;]*(.*)$/.exec(content) ?? [];
    return [{ date: dayOf(date, name, `line ${index + 1}`), name: rest.replaceAll('"', '').trim() }];
  });
}

/** 'YYYYMMDD', 'YYYY-MM-DD' or 'YYYY/MM/DD' as a date. */
function dayOf(text: string, name: string, place: string): IsoDate {
  const found = /^(\d{4})([-/]?)(\d{2})\2(\d{2})$/.exec(text);
  const date = found === null ? '' : `${found[1]}-${found[3]}-${found[4]}`;
  if (dayNumber(date) !== undefined) return date;
  throw wrong(
    name,
    `has in ${place} no date like 2028-01-26`,
    'Write every date as year, month and day: 2028-01-26.',
  );
}

/** What a list would change of one year. */
export interface YearChange {
  year: string;
  days: NamedDay[];
  /** same: known already; confirms: what was projected; changes: what is known is another; new: nothing is known. */
  what: 'same' | 'confirms' | 'changes' | 'new';
  added: NamedDay[];
  removed: IsoDate[];
}

/**
 * What a list of general holidays would change, year by year.
 * @throws RapError CONFIG_INVALID when a year cannot be a whole list of general holidays
 */
export function changesOfYears(days: readonly NamedDay[], book: CalendarBook, name: string): YearChange[] {
  const years = Map.groupBy(days, ({ date }) => date.slice(0, 4));
  return [...years].map(([year, ofYear]) => {
    const sunday = ofYear.find(({ date }) => weekday(date) === 7);
    if (sunday !== undefined) {
      throw wrong(
        name,
        `lists ${sunday.date}, a Sunday`,
        'Give a list of the general holidays besides Sundays.',
      );
    }
    if (ofYear.length < LEAST_HOLIDAYS) {
      throw wrong(
        name,
        `lists ${ofYear.length} general holidays for ${year}; every year has ${LEAST_HOLIDAYS}`,
        'Give the whole list. The statutory holidays alone are too few, and a file may have been cut off.',
      );
    }
    const known = book.year(year);
    const before = new Set(known?.days.map((day) => `${year}-${day}`));
    const now = new Set(ofYear.map(({ date }) => date));
    const added = ofYear.filter(({ date }) => !before.has(date));
    const removed = [...before].filter((date) => !now.has(date));
    const equal = added.length === 0 && removed.length === 0;
    const what =
      known === undefined ? 'new' : !equal ? 'changes' : known.basis === 'official' ? 'same' : 'confirms';
    return { year, days: ofYear, what, added, removed };
  });
}
