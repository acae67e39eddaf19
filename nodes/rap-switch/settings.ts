/** What a switch of the data centre is set to. */
import type { z } from 'zod';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';
import { saved } from './schema.ts';

export type SwitchSettings = z.infer<typeof saved.schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readSwitch(config: unknown, lookup: EnvLookup): SwitchSettings {
  return readSettings(saved, config, lookup);
}
