/** What the filing of reports is set to, as it is saved. */
import * as z from 'zod';
import { fault, orEmpty, readPath, readWholeDays } from '../../lib/cells/index.ts';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';
import { cell, typed, written } from '../../lib/cells/settings.ts';

/** What else a rule must fulfil, the deploy finds out with the system it runs on; the dialog's preview shows it. */
const share = typed((text) => {
  const path = readPath(text);
  return 'value' in path && path.value === '' ? fault('noShare', text) : path;
});

export const saved = {
  schema: z.object({
    rules: z.array(z.object({ system: written, code: written, folder: written, share })),
    /** Write only on marked shares, or on any. */
    shares: z.enum(['marked', 'any']),
    /** Business days whose delivered files are looked at again, once a day; 0 for none. */
    lookAgain: cell(orEmpty(readWholeDays(0, 60), 0)),
  }),
  /** Flows of earlier releases have no word about marks and looks: they go on as they did. */
  migrations: [unsaid({ shares: 'any', lookAgain: '0' })],
} satisfies SavedSettings;
