/**
 * The calendars a site has of its own, as readable YAML: years that a person accepted from the Government's file, lists
 * of open days, and what people said of single dates. Changes keep the comments in it.
 */
import { z } from 'zod';
import { readYaml } from '../errors/yaml.ts';
import type { DayList, DayOverride, SiteCalendars } from './calendar-book.ts';
import type { HolidayYear } from './general-holidays.ts';
import type { NamedDay } from './holiday-file.ts';
import { dayNumber, secondOf } from './seconds.ts';

const date = z.string().refine((text) => dayNumber(text) !== undefined, 'is not a real date like 2028-01-26');
const moment = z
  .string()
  .refine((text) => secondOf(text) !== undefined, 'is not a time like 2027-06-02 10:00');
const word = z.string().trim().min(1, 'is empty');
const acceptance = { by: word, at: moment, reason: z.string().default('') };

const shape = z.strictObject({
  years: z
    .record(
      z.string().regex(/^\d{4}$/, 'is not a year'),
      z.strictObject({ source: word, seen: date, ...acceptance, holidays: z.record(date, z.string()) }),
    )
    .default({}),
  lists: z
    .record(word, z.strictObject({ source: word, from: date, to: date, ...acceptance, open: z.array(date) }))
    .default({}),
  overrides: z
    .array(
      z.strictObject({
        date,
        calendars: z.array(word).min(1, 'names no calendar'),
        day: z.enum(['open', 'closed', 'half', 'afternoon']),
        by: word,
        reason: word,
        at: moment,
      }),
    )
    .default([]),
});

const whole = 'calendar file';

/** Who accepted something, when and why. */
export interface Acceptance {
  by: string;
  /** 'YYYY-MM-DD HH:MM', Hong Kong. */
  at: string;
  reason: string;
}

/**
 * @param subject begins the sentence of a refusal, with the path
 * @throws RapError CONFIG_INVALID naming line, field and cure
 */
export function readSiteCalendars(text: string, subject: string): SiteCalendars {
  const { data } = readYaml(text, shape, { subject, whole });
  const years = Object.entries(data.years).map(([year, { source, seen, holidays }]): HolidayYear => {
    const days = Object.keys(holidays).map((day) => day.slice(5));
    return { year, source, seen, days: days.sort() };
  });
  const lists = Object.entries(data.lists).map(([name, list]): DayList => ({ name, ...list }));
  return { years, lists, overrides: data.overrides };
}

const HEAD = ` The calendars of this site, beside those that are shipped ("rap calendar show" shows both).
 years: general holidays that a person accepted. lists: calendars that are open on the listed days only.
 overrides: what a person said of one date; the last one on a date and calendar counts.
`;

/** The text with years of general holidays put in; those that were there are replaced. */
export function withYears(
  text: string,
  subject: string,
  years: readonly { year: string; days: readonly NamedDay[] }[],
  source: { source: string; seen: string },
  accepted: Acceptance,
): string {
  return changed(text, subject, (set) => {
    for (const { year, days } of years) {
      const holidays = Object.fromEntries(days.map((day) => [day.date, day.name]));
      set(['years', year], { ...source, ...accepted, holidays });
    }
  });
}

/** The text with a list of open days put in. */
export function withList(
  text: string,
  subject: string,
  { name, ...list }: DayList,
  accepted: Acceptance,
): string {
  const { open, ...rest } = list;
  return changed(text, subject, (set) => set(['lists', name], { ...rest, ...accepted, open }));
}

/** The text with one more override. */
export function withOverride(text: string, subject: string, override: DayOverride): string {
  const { overrides } = readSiteCalendars(text, subject);
  return changed(text, subject, (set) => set(['overrides', overrides.length], override));
}

function changed(
  text: string,
  subject: string,
  change: (set: (path: (string | number)[], value: unknown) => void) => void,
): string {
  const { document } = readYaml(text, shape, { subject, whole });
  if (document.contents === null) document.commentBefore = HEAD;
  change((path, value) => document.setIn(path, document.createNode(value)));
  const after = document.toString({ lineWidth: 0 });
  readSiteCalendars(after, subject);
  return after;
}
