/** What a download is set to. */
import type { z } from 'zod';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';
import { saved } from './schema.ts';

export type DownloadSettings = z.infer<typeof saved.schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readDownload(config: unknown, lookup: EnvLookup): DownloadSettings {
  return readSettings(saved, config, lookup);
}
