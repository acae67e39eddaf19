/** What a mail node is set to. */
import { z } from 'zod';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { listOf, readSettings } from '../runtime/settings.ts';

const schema = z.object({
  kind: z.enum(['digest', 'alarm', 'text', 'practice', 'heartbeat']).default('digest'),
  contacts: z.string().default(''),
  groups: z.string().default('').transform(listOf),
  subject: z.string().default(''),
  text: z.string().default(''),
  /** While a run looks again and again, tell what each look brought, too. */
  arrivals: z.boolean().default(false),
});

export type NotifySettings = z.infer<typeof schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readNotify(config: unknown, lookup: EnvLookup): NotifySettings {
  return readSettings(schema, config, lookup);
}
