import { RapError } from '../../lib/errors/rap-error.ts';
import type { Language } from '../../lib/i18n/languages.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import type { CalendarBook } from '../../lib/time/calendar-book.ts';
import { checkRule, nextDue, type ScheduleRule } from '../../lib/time/schedule.ts';
import { readSettings } from '../runtime/settings.ts';
import { saved as settings } from './schema.ts';

export interface ScheduleSettings {
  rule: ScheduleRule;
  /** Start the run that was missed while Node-RED was down. */
  catchUp: boolean;
  /** How to look while something is due; undefined for not at all. Milliseconds. */
  whileDue?: { every: number; lead: number };
}

/**
 * @param language of what is said of a wrong setting
 * @throws RapError CONFIG_INVALID
 */
export function readSchedule(config: unknown, lookup: EnvLookup, language?: Language): ScheduleSettings {
  const saved = readSettings(settings, config, lookup, language);
  const { calendar, catchUp, whileDue, lookSeconds, leadMinutes } = saved;
  const rule =
    saved.mode === 'times'
      ? { times: saved.times.flatMap((row) => row.time), pattern: '', calendar }
      : { times: [], pattern: saved.pattern, calendar };
  return {
    rule: checkRule(rule),
    catchUp,
    ...(whileDue ? { whileDue: { every: lookSeconds * 1000, lead: leadMinutes * 60_000 } } : {}),
  };
}

/** @throws RapError CONFIG_INVALID when no moment after `now` is one of the schedule's */
export function refuseNever({ rule }: ScheduleSettings, now: number, calendars?: CalendarBook): void {
  if (nextDue(rule, now, calendars) !== undefined) return;
  throw new RapError(
    'CONFIG_INVALID',
    'The schedule is never due: its pattern and its days have no day in common',
    {
      cure: 'Change the pattern or the days; the dialog shows when it is due next.',
      details: { field: 'pattern' },
    },
  );
}
