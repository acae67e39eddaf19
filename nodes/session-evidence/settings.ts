/** What the evidence of a practice session is set to. */
import { z } from 'zod';
import { languages } from '../../lib/i18n/languages.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';

const schema = z.object({
  action: z.enum(['result', 'pack']).default('result'),
  /** Of the evidence page; empty for that of the mails. */
  language: z.enum(['', ...languages]).default(''),
});

export type EvidenceSettings = z.infer<typeof schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readEvidence(config: unknown, lookup: EnvLookup): EvidenceSettings {
  return readSettings(schema, config, lookup);
}
