/** What the evidence of a practice session is set to. */
import type { z } from 'zod';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';
import { saved } from './schema.ts';

export type EvidenceSettings = z.infer<typeof saved.schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readEvidence(config: unknown, lookup: EnvLookup): EvidenceSettings {
  return readSettings(saved, config, lookup);
}
