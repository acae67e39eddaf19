/** What a login is set to. */
import type { z } from 'zod';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';
import { saved } from './schema.ts';

export type ConnectSettings = z.infer<typeof saved.schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readConnect(config: unknown, lookup: EnvLookup): ConnectSettings {
  return readSettings(saved, config, lookup);
}
