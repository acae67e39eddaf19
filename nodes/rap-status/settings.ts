/** What the node that answers questions is set to. */
import type { z } from 'zod';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';
import { saved } from './schema.ts';

export type StatusSettings = z.infer<typeof saved.schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readStatus(config: unknown, lookup: EnvLookup): StatusSettings {
  return readSettings(saved, config, lookup);
}
