import { z } from 'zod';
import { checkRule, type ScheduleRule } from '../../lib/time/schedule.ts';
import type { EnvLookup } from '../../lib/words/expand-env.ts';
import { readSettings } from '../base/settings.ts';

export interface ScheduleSettings {
  rule: ScheduleRule;
  /** Start the run that was missed while Node-RED was down. */
  catchUp: boolean;
}

const schema = z.object({
  mode: z.enum(['times', 'pattern']),
  times: z.array(z.object({ time: z.string().trim() })).default([]),
  pattern: z.string().trim().default(''),
  calendar: z.enum(['none', 'securities', 'derivatives']),
  catchUp: z.boolean().default(true),
});

/** @throws RapError CONFIG_INVALID */
export function readSchedule(config: unknown, lookup: EnvLookup): ScheduleSettings {
  const { mode, times, pattern, calendar, catchUp } = readSettings(schema, config, lookup);
  const rule =
    mode === 'times'
      ? { times: times.map((row) => row.time), pattern: '', calendar }
      : { times: [], pattern: pattern === '' ? '?' : pattern, calendar };
  return { rule: checkRule(rule), catchUp };
}
