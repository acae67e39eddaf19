/** What the timer of a practice session is set to, as it is saved. */
import * as z from 'zod';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';
import { written } from '../../lib/cells/settings.ts';

export const saved = {
  schema: z.object({
    /** A rap-plan node. */
    plan: z.string(),
    /** What the button rehearses, and the signals of a day of one's own. */
    rehearse: written,
    signals: written,
  }),
  migrations: [unsaid({ plan: '', rehearse: 'gale-in-part-1', signals: '' })],
} satisfies SavedSettings;
