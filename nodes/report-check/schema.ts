/** What the node that judges completeness is set to, as it is saved. */
import * as z from 'zod';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';

export const saved = {
  schema: z.object({
    /** A rap-account node; '' for all that are deployed. */
    account: z.string(),
  }),
  migrations: [unsaid({ account: '' })],
} satisfies SavedSettings;
