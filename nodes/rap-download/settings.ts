/** What a download is set to. */
import { z } from 'zod';
import { orEmpty, readPercent, readWholeDays, within } from '../../lib/cells/index.ts';
import { cell } from '../../lib/cells/settings.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';

const schema = z.object({
  /** Business days for which local copies stay; 0 for ever. */
  keepDays: cell(orEmpty(readWholeDays(0, 10_000), 0)),
  /** Compare whose a data file is, and its totals. */
  lookInside: z.boolean().default(true),
  /** What breaks a rule that we infer lies in quarantine as well. */
  strict: z.boolean().default(false),
  /** Per cent beyond the usual number of rows from which it is told; 0 for none. */
  rowJump: cell(orEmpty(within(0, 10_000, readPercent), 20)),
});

export type DownloadSettings = z.infer<typeof schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readDownload(config: unknown, lookup: EnvLookup): DownloadSettings {
  return readSettings(schema, config, lookup);
}
