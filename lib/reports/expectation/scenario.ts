/**
 * A scenario as JSON: rules, facts and a moment, written by a person or a test. Everything is checked before it is
 * used; moments are Hong Kong time 'YYYY-MM-DD HH:MM' or with seconds. docs/expectations.md describes the fields.
 */
import { z } from 'zod';
import { type Fault, refusal, shapeFaults } from '../../errors/faults.ts';
import { RapError } from '../../errors/rap-error.ts';
import { dayKind, isMarketCalendar, marketCalendars } from '../../time/business-day.ts';
import { generalHolidays } from '../../time/calendar.ts';
import { dayNumber, secondOf } from '../../time/seconds.ts';
import { wholeName } from '../catalogue/file-name.ts';
import { timeOfDay } from './time-of-day.ts';
import type { Calendars, Question, Rule } from './types.ts';

/** Years whose general holidays a scenario need not bring. */
const BUILT_IN_YEARS = ['2025', '2026', '2027'];

/** A text read as something else; `problem` says what is wrong with one that cannot be. */
function readAs<T>(read: (text: string) => T | undefined, problem: string) {
  return z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `"${text}" ${problem}` });
    return z.NEVER;
  });
}

const date = readAs(
  (text) => (dayNumber(text) === undefined ? undefined : text),
  'is not a real date like 2026-11-27',
);
const moment = readAs(secondOf, 'is not a time like 2026-11-27 21:45 or 2026-11-27 21:45:01');
const clock = readAs(timeOfDay, 'is not a time like 21:45, 01:00+1d or 09:00+1bd');
const expression = readAs(wholeName, 'is not a regular expression');
const word = z.string().min(1, 'is empty');
const centre = z.enum(['primary', 'secondary']);

const times = z.strictObject({ about: clock, lateAfter: clock, cutOff: clock });
const ofRule = {
  report: word,
  set: z.string(),
  folder: word,
  name: expression,
  calendar: word.optional(),
  halves: z.array(word).min(1, 'names no half').optional(),
  history: z.array(clock).optional(),
  validFrom: date.optional(),
  validUntil: date.optional(),
};
const timed = { times, halfDay: times.optional() };
const rule = z.discriminatedUnion(
  'frequency',
  [
    z.strictObject({ ...ofRule, frequency: z.literal('business-day'), ...timed }),
    z.strictObject({ ...ofRule, frequency: z.literal('conditional'), condition: word, ...timed }),
    z.strictObject({ ...ofRule, frequency: z.literal('event') }),
    z.strictObject({ ...ofRule, frequency: z.literal('no-time') }),
  ],
  'must be one of business-day, conditional, event, no-time',
);

const ofFile = { at: moment, path: word, practice: z.boolean().optional() };
const ofEntry = { at: moment, fact: z.literal('entry'), by: word, reason: word };
const entry = z.discriminatedUnion(
  'entry',
  [
    z.strictObject({
      ...ofEntry,
      entry: z.literal('condition'),
      condition: word,
      date,
      holds: z.boolean().default(true),
    }),
    z.strictObject({
      ...ofEntry,
      entry: z.literal('calendar-day'),
      calendars: z.array(word).min(1, 'names no calendar'),
      date,
      day: z.enum(['open', 'closed', 'half', 'afternoon']),
    }),
    z
      .strictObject({
        ...ofEntry,
        entry: z.literal('deadline'),
        report: word,
        set: z.string(),
        businessDate: date,
        lateAfter: moment.optional(),
        cutOff: moment.optional(),
      })
      .refine(({ lateAfter, cutOff }) => lateAfter !== undefined || cutOff !== undefined, {
        message: 'moves nothing: it needs lateAfter, cutOff or both',
      }),
    z.strictObject({ ...ofEntry, entry: z.literal('centre'), centre }),
    z
      .strictObject({
        ...ofEntry,
        entry: z.literal('practice'),
        from: moment,
        to: moment,
        centre,
        businessDate: date,
      })
      .refine(({ from, to }) => to >= from, { path: ['to'], message: 'is before from' }),
    z.strictObject({ ...ofEntry, entry: z.literal('practice-stopped') }),
  ],
  'must be one of condition, calendar-day, deadline, centre, practice, practice-stopped',
);
const looked = z
  .strictObject({
    at: moment,
    fact: z.literal('looked'),
    centre,
    ok: z.array(word),
    failed: z.array(word),
    every: z.number().positive('is not a number of minutes').optional(),
    until: moment.optional(),
    practice: z.boolean().optional(),
  })
  .refine(({ ok, failed }) => !ok.some((folder) => failed.includes(folder)), {
    path: ['failed'],
    message: 'names a folder that is in ok, too',
  })
  .refine(({ every, until }) => (every === undefined) === (until === undefined), {
    path: ['every'],
    message: 'and until go together: give both or neither',
  })
  .refine(({ every = 1 }) => Number.isInteger(every * 60), {
    path: ['every'],
    message: 'is not a whole number of seconds',
  })
  .transform(({ every, ...fact }) => ({ ...fact, every: every === undefined ? undefined : every * 60 }));
const fact = z.discriminatedUnion(
  'fact',
  [
    looked,
    z.strictObject({ ...ofFile, fact: z.literal('listed'), centre }),
    z.strictObject({ ...ofFile, fact: z.literal('received'), centre, sha256: word }),
    z.strictObject({ ...ofFile, fact: z.literal('refused'), centre, code: word }),
    z.strictObject({ ...ofFile, fact: z.literal('filed'), sha256: word }),
    z.strictObject({ at: moment, fact: z.literal('weather'), text: z.string() }),
    entry,
  ],
  'must be one of looked, listed, received, refused, filed, weather, entry',
);

const monthDay = z.string().regex(/^\d{2}-\d{2}$/, 'is not a day like 01-02');
const shape = z.strictObject({
  account: z.strictObject({
    installation: z.string(),
    participant: word,
    calendar: word,
    calendars: z.record(word, z.strictObject({ open: z.array(date) })).default({}),
    holidays: z.record(z.string().regex(/^\d{4}$/, 'is not a year'), z.array(monthDay)).default({}),
  }),
  rules: z.array(rule),
  ask: z.array(date),
  askPractice: z.array(date).default([]),
  at: moment,
  facts: z.array(fact),
  // Of a test of this format: what it is about, and the answer it wants.
  id: z.unknown().optional(),
  title: z.unknown().optional(),
  basis: z.unknown().optional(),
  expected: z.unknown().optional(),
  tz: z.unknown().optional(),
});
type Scenario = z.infer<typeof shape>;

const SUBJECT = 'The scenario';

/**
 * Reads a scenario.
 * @param input what JSON.parse gave
 * @throws RapError CONFIG_INVALID; the message names every wrong field, the cure is for the first
 */
export function readScenario(input: unknown): Question {
  const parsed = shape.safeParse(input);
  if (!parsed.success) throw refusal(SUBJECT, shapeFaults(parsed.error, 'scenario', input));
  const scenario = parsed.data;
  const faults = [...calendarFaults(scenario), ...holidayFaults(scenario), ...versionFaults(scenario)];
  if (faults.length > 0) throw refusal(SUBJECT, faults);
  return {
    participant: scenario.account.participant,
    rules: scenario.rules.map(
      (one): Rule => ({
        ...one,
        calendar: one.calendar ?? scenario.account.calendar,
        halves: one.halves ?? [''],
        history: one.history ?? [],
      }),
    ),
    calendars: calendarsOf(scenario),
    // Equal ones keep their order.
    facts: scenario.facts.toSorted((a, b) => a.at - b.at),
    ask: scenario.ask,
    askPractice: scenario.askPractice,
    at: scenario.at,
  };
}

function calendarsOf({ account }: Scenario): Calendars {
  const lists = new Map(Object.entries(account.calendars).map(([name, { open }]) => [name, new Set(open)]));
  const holidays = (year: string) => account.holidays[year]?.toSorted() ?? builtIn(year);
  return {
    day(calendar, date) {
      const list = lists.get(calendar);
      if (list !== undefined) return list.has(date) ? 'open' : 'closed';
      // Holiday trading without a first day: a scenario says of every year what it means.
      const kind = isMarketCalendar(calendar) ? dayKind(calendar, date, holidays, '') : undefined;
      if (kind !== undefined) return kind;
      const year = date.slice(0, 4);
      throw new RapError('CONFIG_INVALID', `The scenario needs the general holidays of ${year} for ${date}`, {
        cure: `Add the days of ${year} to account.holidays: {"${year}": ["01-01", ...]}.`,
        details: { field: 'account.holidays' },
      });
    },
  };
}

function builtIn(year: string): readonly string[] | undefined {
  return BUILT_IN_YEARS.includes(year) ? generalHolidays(year) : undefined;
}

function calendarFaults({ account, rules, facts }: Scenario): Fault[] {
  const names = [...marketCalendars, ...Object.keys(account.calendars)];
  const used = [
    { field: 'account.calendar', name: account.calendar },
    ...rules.map((one, index) => ({
      field: `rules[${index}].calendar`,
      name: one.calendar ?? account.calendar,
    })),
    ...facts.flatMap((one, index) =>
      one.fact === 'entry' && one.entry === 'calendar-day'
        ? one.calendars.map((name, which) => ({ field: `facts[${index}].calendars[${which}]`, name }))
        : [],
    ),
  ];
  const unknown = used
    .filter(({ name }) => !names.includes(name))
    .map(({ field, name }) => ({
      field,
      problem: `"${name}" is not a calendar`,
      cure: `Enter one of ${names.join(', ')} in ${field}, or add "${name}" to account.calendars.`,
    }));
  const twice = Object.keys(account.calendars)
    .filter(isMarketCalendar)
    .map((name) => ({
      field: `account.calendars.${name}`,
      problem: 'has the name of a built-in calendar',
      cure: 'Give the list another name.',
    }));
  return [...unknown, ...twice];
}

function holidayFaults({ account }: Scenario): Fault[] {
  return Object.entries(account.holidays).flatMap(([year, days]) => {
    const field = `account.holidays.${year}`;
    const unreal = days.filter((day) => dayNumber(`${year}-${day}`) === undefined);
    if (unreal.length > 0) {
      const problem = `names ${unreal.join(', ')}, which is no day of ${year}`;
      return [{ field, problem, cure: `Correct ${unreal[0]} in ${field}.` }];
    }
    const known = builtIn(year);
    if (known === undefined || known.join() === [...new Set(days)].sort().join()) return [];
    const problem = 'contradicts the list that is built in';
    return [{ field, problem, cure: `Remove ${field}; a single day is changed by an entry "calendar-day".` }];
  });
}

function versionFaults({ rules }: Scenario): Fault[] {
  return rules.flatMap((one, index) => {
    const alike = rules.findIndex(
      (other) => other.report === one.report && other.set === one.set && other.validFrom === one.validFrom,
    );
    if (alike === index) return [];
    const of = `${one.report}${one.set === '' ? '' : ` set ${one.set}`}`;
    const field = `rules[${index}].validFrom`;
    const problem = `makes two versions of ${of} that begin alike; rules[${alike}] is the other`;
    return [{ field, problem, cure: `Enter in ${field} the first business date of the newer version.` }];
  });
}
