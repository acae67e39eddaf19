/** What a login is set to, as it is saved. */
import * as z from 'zod';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';

export const saved = {
  schema: z.object({
    action: z.enum(['login', 'check', 'logout']),
    /** A rap-account node. */
    account: z.string(),
  }),
  migrations: [unsaid({ action: 'login', account: '' })],
} satisfies SavedSettings;
