import { z } from 'zod';
import { orEmpty, readMinutes, readPattern, readSeconds, readTimes, within } from '../../lib/cells/index.ts';
import { cell } from '../../lib/cells/settings.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import type { CalendarBook } from '../../lib/time/calendar-book.ts';
import { checkRule, nextDue, type ScheduleRule } from '../../lib/time/schedule.ts';
import { readSettings } from '../runtime/settings.ts';

export interface ScheduleSettings {
  rule: ScheduleRule;
  /** Start the run that was missed while Node-RED was down. */
  catchUp: boolean;
  /** How to look while something is due; undefined for not at all. Milliseconds. */
  whileDue?: { every: number; lead: number };
}

const shared = {
  calendar: z.enum([
    'none',
    'securities',
    'securities+saturday',
    'derivatives',
    'derivatives-h',
    'derivatives-nh',
  ]),
  catchUp: z.boolean().default(true),
  /** Flows of earlier releases go on as they did. */
  whileDue: z.boolean().default(false),
  lookSeconds: cell(orEmpty(within(5, 600, readSeconds), 30)),
  leadMinutes: cell(orEmpty(within(0, 120, readMinutes), 5)),
};

/** What belongs to the other mode is kept by the dialog and means nothing. */
const schema = z.discriminatedUnion('mode', [
  z.object({
    mode: z.literal('times'),
    times: z.array(z.object({ time: cell(readTimes) })).default([]),
    ...shared,
  }),
  z.object({ mode: z.literal('pattern'), pattern: cell(readPattern), ...shared }),
]);

/** @throws RapError CONFIG_INVALID */
export function readSchedule(config: unknown, lookup: EnvLookup): ScheduleSettings {
  const saved = readSettings(schema, config, lookup);
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
