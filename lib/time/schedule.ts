/**
 * When something is due, in Hong Kong time: a list of times of the day, or a cron pattern, on every day or on
 * business days only. Pure: the same rule and the same moment always give the same answer.
 */
import { Cron } from 'croner';
import { RapError } from '../errors/rap-error.ts';
import { type Calendar, mayBeBusinessDay } from './calendar.ts';
import { type CalendarBook, shippedCalendars } from './calendar-book.ts';
import { addDays, fromHongKong, hongKongDate } from './hong-kong.ts';

const ZONE = 'Asia/Hong_Kong';

/** How far to look before saying "never": longer than any holiday, long enough for "29 February". */
const HORIZON_DAYS = 4 * 366;

export interface ScheduleRule {
  /** Times of the day 'HH:MM'. Used when `pattern` is ''. */
  times: readonly string[];
  /** Cron pattern (five fields, or six with seconds first), or ''. */
  pattern: string;
  /**
   * Only on the business days of this calendar; 'none' is every day. A day that a projection alone closes counts as
   * one: a run too many harms nobody.
   */
  calendar: Calendar | 'none';
}

/**
 * Checks a rule and brings its times into order, each once.
 * @throws RapError CONFIG_INVALID naming what cannot be understood
 */
export function checkRule(rule: ScheduleRule): ScheduleRule {
  if (rule.pattern !== '') {
    cron(rule.pattern);
    return { ...rule, times: [] };
  }
  if (rule.times.length === 0) {
    throw new RapError('CONFIG_INVALID', 'The schedule has no times: add at least one, such as 21:30');
  }
  for (const time of rule.times) {
    if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) {
      throw new RapError('CONFIG_INVALID', `"${time}" is not a time of the day like 07:00 or 21:30`);
    }
  }
  return { ...rule, times: [...new Set(rule.times)].sort() };
}

/** The first moment after `after` at which the rule is due (epoch ms), or undefined when there is none. */
export function nextDue(
  rule: ScheduleRule,
  after: number,
  book: CalendarBook = shippedCalendars,
): number | undefined {
  return find({ ...rule, book }, after, 1);
}

/** The last moment at or before `at` at which the rule was due (epoch ms), or undefined when there is none. */
export function lastDue(
  rule: ScheduleRule,
  at: number,
  book: CalendarBook = shippedCalendars,
): number | undefined {
  return find({ ...rule, book }, at, -1);
}

/** A rule with the calendars by which it goes. */
type Rule = ScheduleRule & { book: CalendarBook };

function find(rule: Rule, from: number, direction: 1 | -1): number | undefined {
  return rule.pattern === '' ? findTime(rule, from, direction) : findPattern(rule, from, direction);
}

function findTime(rule: Rule, from: number, direction: 1 | -1): number | undefined {
  const times = [...rule.times].sort();
  if (direction === -1) times.reverse();
  const fits = (moment: number) => (direction === 1 ? moment > from : moment <= from);
  for (
    let day = hongKongDate(from), looked = 0;
    looked < HORIZON_DAYS;
    day = addDays(day, direction), looked++
  ) {
    if (!allowed(rule, day)) continue;
    const found = times.map((time) => fromHongKong(`${day} ${time}`)).find(fits);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findPattern(rule: Rule, from: number, direction: 1 | -1): number | undefined {
  const job = cron(rule.pattern);
  // A pattern knows whole seconds and looks strictly before or after; backwards the moment itself counts.
  let at = direction === 1 ? from : Math.floor(from / 1000) * 1000 + 1000;
  for (;;) {
    const runs = direction === 1 ? job.nextRuns(1, new Date(at)) : job.previousRuns(1, new Date(at));
    const found = runs[0]?.getTime();
    if (found === undefined || Math.abs(found - from) > HORIZON_DAYS * 86_400_000) return undefined;
    const day = hongKongDate(found);
    if (allowed(rule, day)) return found;
    // Over the whole day at once, so that a pattern of every second costs no more than a daily one.
    at = direction === 1 ? fromHongKong(`${addDays(day, 1)} 00:00`) - 1000 : fromHongKong(`${day} 00:00`);
  }
}

function allowed({ calendar, book }: Rule, day: string): boolean {
  return calendar === 'none' || mayBeBusinessDay(calendar, day, book);
}

/** What the library says is wrong, without the numbers that it counts in its own way. */
function whyNot(cause: unknown): string {
  const [, why] =
    /^CronPattern: (.*?)(?:: -?\d+)?\.?$/.exec(cause instanceof Error ? cause.message : '') ?? [];
  return why === undefined ? '' : `: ${why.charAt(0).toLowerCase()}${why.slice(1)}`;
}

function cron(pattern: string): Cron {
  // croner also takes a single date, which is no rule.
  if (!/^\S+( +\S+){4,5}$/.test(pattern)) {
    throw new RapError(
      'CONFIG_INVALID',
      `"${pattern}" is not a cron pattern: it needs five fields, such as "30 21 * * 1-5"`,
    );
  }
  try {
    return new Cron(pattern, { timezone: ZONE, paused: true });
  } catch (cause) {
    throw new RapError('CONFIG_INVALID', `"${pattern}" is not a cron pattern${whyNot(cause)}`, { cause });
  }
}
