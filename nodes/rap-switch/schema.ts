/** What a switch of the data centre is set to, as it is saved. */
import * as z from 'zod';
import { orEmpty, readUntil } from '../../lib/cells/index.ts';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';
import { cell } from '../../lib/cells/settings.ts';

export const saved = {
  schema: z.object({
    dataCentre: z.enum(['primary', 'secondary']),
    scope: z.enum(['all', 'one']),
    /** A rap-account node, where the scope is one. */
    account: z.string(),
    reason: z.string().trim(),
    by: z.string().trim(),
    requireSecond: z.boolean(),
    until: cell(orEmpty(readUntil, '')),
  }),
  migrations: [
    unsaid({
      ...{ dataCentre: 'primary', scope: 'all', account: '', reason: '', by: '' },
      ...{ requireSecond: false, until: '' },
    }),
  ],
} satisfies SavedSettings;
