/** What a download is set to, as it is saved. */
import * as z from 'zod';
import { orEmpty, readPercent, readWholeDays, within } from '../../lib/cells/index.ts';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';
import { cell } from '../../lib/cells/settings.ts';

export const saved = {
  schema: z.object({
    /** Business days for which local copies stay; 0 for ever. */
    keepDays: cell(orEmpty(readWholeDays(0, 10_000), 0)),
    /** Compare whose a data file is, and its totals. */
    lookInside: z.boolean(),
    /** What breaks a rule that we infer lies in quarantine as well. */
    strict: z.boolean(),
    /** Per cent beyond the usual number of rows from which it is told; 0 for none. */
    rowJump: cell(orEmpty(within(0, 10_000, readPercent), 20)),
  }),
  migrations: [unsaid({ keepDays: '0', lookInside: true, strict: false, rowJump: '20' })],
} satisfies SavedSettings;
