/** What the timer of a practice session is set to. */
import { z } from 'zod';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';

const schema = z.object({ plan: z.string().default('') });

export type TimerSettings = z.infer<typeof schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readTimer(config: unknown, lookup: EnvLookup): TimerSettings {
  return readSettings(schema, config, lookup);
}
