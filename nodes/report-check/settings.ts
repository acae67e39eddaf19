/** What the node that judges completeness is set to. */
import { z } from 'zod';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';

const schema = z.object({
  /** A rap-account node; '' for all that are deployed. */
  account: z.string().default(''),
});

export type CheckSettings = z.infer<typeof schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readCheck(config: unknown, lookup: EnvLookup): CheckSettings {
  return readSettings(schema, config, lookup);
}
