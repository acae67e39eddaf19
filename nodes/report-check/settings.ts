/** What the node that judges completeness is set to. */
import type { z } from 'zod';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';
import { saved } from './schema.ts';

export type CheckSettings = z.infer<typeof saved.schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readCheck(config: unknown, lookup: EnvLookup): CheckSettings {
  return readSettings(saved, config, lookup);
}
