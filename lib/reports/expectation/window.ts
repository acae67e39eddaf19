/** Whether a report is expected on a business date, and when it is usual, at risk, late and given up. */

import { RapError } from '../../errors/rap-error.ts';
import type { DayKind } from '../../time/business-day.ts';
import type { IsoDate } from '../../time/hong-kong.ts';
import { dateOfDay, dayNumber, type Second, startOfDay } from '../../time/seconds.ts';
import type { Entries } from './entries.ts';
import type { Calendars, Rule, TimeOfDay } from './types.ts';

/** The moments of one expectation. After each of them, strictly, the next stage begins; `about` itself counts. */
export interface Window {
  about: Second;
  riskAfter: Second;
  lateAfter: Second;
  cutOff: Second;
}

export type Plan = { expected: false } | { expected: true; window?: Window };

/** Minutes (ours): without enough history a report is at risk so long before it is late. */
const RISK_LEAD = 10 * 60;
/** Of how many past arrivals the latest counts, how many are needed at least, and how much later is unusual (ours). */
const HISTORY = { counted: 20, needed: 5, allowance: 5 * 60 };
/** "Afternoon" means that the market opens at 14:00. */
const AFTERNOON = 14 * 3600;
/** No calendar is closed for so long. */
const HORIZON_DAYS = 400;

/**
 * Judges a rule for a business date with the entries known at a moment.
 * @throws RapError CONFIG_INVALID when a year or calendar that is needed is not known
 */
export function planOf(rule: Rule, date: IsoDate, calendars: Calendars, entries: Entries, at: Second): Plan {
  if (rule.frequency === 'event') return { expected: false };
  if (rule.frequency === 'conditional' && !entries.conditionHolds(rule.condition, date, at)) {
    return { expected: false };
  }
  const dayOf = (day: IsoDate): DayKind =>
    entries.day(rule.calendar, day, at) ?? calendars.day(rule.calendar, day);
  const kind = dayOf(date);
  if (kind === 'closed') return { expected: false };
  if (rule.frequency === 'no-time') return { expected: true };

  const onHalfDay = kind === 'half' && rule.halfDay !== undefined;
  const times = (onHalfDay ? rule.halfDay : undefined) ?? rule.times;
  const moment = (time: TimeOfDay) => momentOf(time, date, rule.calendar, dayOf);
  const about = moment(times.about);
  if (kind === 'afternoon' && about < startOfDay(date) + AFTERNOON) return { expected: false };

  const moved = entries.deadline(rule.report, rule.set, date, at);
  const lateAfter = moved?.lateAfter ?? moment(times.lateAfter);
  const cutOff = Math.max(moved?.cutOff ?? moment(times.cutOff), lateAfter);
  const usual = onHalfDay || moved !== undefined ? undefined : latestArrival(rule.history, moment);
  const risk = usual === undefined ? lateAfter - RISK_LEAD : usual + HISTORY.allowance;
  return {
    expected: true,
    window: { about, riskAfter: Math.max(about, Math.min(risk, lateAfter)), lateAfter, cutOff },
  };
}

function latestArrival(
  history: readonly TimeOfDay[],
  moment: (time: TimeOfDay) => Second,
): Second | undefined {
  if (history.length < HISTORY.needed) return undefined;
  return Math.max(...history.slice(-HISTORY.counted).map(moment));
}

function momentOf(
  time: TimeOfDay,
  date: IsoDate,
  calendar: string,
  dayOf: (day: IsoDate) => DayKind,
): Second {
  const day =
    time.unit === 'calendar' ? laterBy(date, time.days) : openDayAfter(date, time.days, calendar, dayOf);
  return startOfDay(day) + time.seconds;
}

function laterBy(date: IsoDate, days: number): IsoDate {
  return dateOfDay((dayNumber(date) ?? Number.NaN) + days);
}

/** The so-many-th open day after a date. @throws RapError CONFIG_INVALID when a list of open days ends before it */
function openDayAfter(
  date: IsoDate,
  days: number,
  calendar: string,
  dayOf: (day: IsoDate) => DayKind,
): IsoDate {
  let day = date;
  let left = days;
  for (let looked = 0; left > 0; looked++) {
    if (looked >= HORIZON_DAYS) {
      throw new RapError(
        'CONFIG_INVALID',
        `The calendar "${calendar}" has no ${days}. open day after ${date}`,
        {
          cure: `Import the days of "${calendar}" after ${date}.`,
        },
      );
    }
    day = laterBy(day, 1);
    if (dayOf(day) !== 'closed') left--;
  }
  return day;
}
