/** What a listing is set to, as it is saved. */
import * as z from 'zod';
import { orEmpty, readMinutes, readSeconds, readWhole, within } from '../../lib/cells/index.ts';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';
import { cell } from '../../lib/cells/settings.ts';

/** Left empty, they are ours. */
export const saved = {
  schema: z.object({
    settleSeconds: cell(orEmpty(within(0, 600, readSeconds), undefined)),
    /** After so many runs, or minutes, a report that does not come is an alarm. */
    alarmRuns: cell(orEmpty(readWhole(1, 1000), undefined)),
    alarmMinutes: cell(orEmpty(within(1, 10_080, readMinutes), undefined)),
  }),
  migrations: [unsaid({ settleSeconds: '', alarmRuns: '', alarmMinutes: '' })],
} satisfies SavedSettings;
