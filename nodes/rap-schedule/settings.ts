import { z } from 'zod';
import { readPattern, readTimes } from '../../lib/cells/index.ts';
import { cell } from '../../lib/cells/settings.ts';
import { checkRule, type ScheduleRule } from '../../lib/time/schedule.ts';
import type { EnvLookup } from '../../lib/words/expand-env.ts';
import { readSettings } from '../base/settings.ts';

export interface ScheduleSettings {
  rule: ScheduleRule;
  /** Start the run that was missed while Node-RED was down. */
  catchUp: boolean;
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
  const { calendar, catchUp } = saved;
  const rule =
    saved.mode === 'times'
      ? { times: saved.times.flatMap((row) => row.time), pattern: '', calendar }
      : { times: [], pattern: saved.pattern, calendar };
  return { rule: checkRule(rule), catchUp };
}
