/** What a mail node is set to, as it is saved. */
import * as z from 'zod';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';

export const saved = {
  schema: z.object({
    kind: z.enum(['digest', 'alarm', 'text', 'practice', 'heartbeat']),
    /** A rap-contacts node. */
    contacts: z.string(),
    groups: z.string(),
    subject: z.string(),
    text: z.string(),
    /** While a run looks again and again, tell what each look brought, too. */
    arrivals: z.boolean(),
  }),
  migrations: [unsaid({ kind: 'digest', contacts: '', groups: '', subject: '', text: '', arrivals: false })],
} satisfies SavedSettings;
