/** What the timer of a practice session is set to. */
import type { z } from 'zod';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';
import { saved } from './schema.ts';

export type TimerSettings = z.infer<typeof saved.schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readTimer(config: unknown, lookup: EnvLookup): TimerSettings {
  return readSettings(saved, config, lookup);
}
