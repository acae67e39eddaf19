/** What a login is set to. */
import { z } from 'zod';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';

const schema = z.object({
  action: z.enum(['login', 'check', 'logout']).default('login'),
  account: z.string().default(''),
});

export type ConnectSettings = z.infer<typeof schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readConnect(config: unknown, lookup: EnvLookup): ConnectSettings {
  return readSettings(schema, config, lookup);
}
