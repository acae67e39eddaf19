/** What the evidence of a practice session is set to, as it is saved. */
import * as z from 'zod';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';
import { languages } from '../../lib/i18n/languages.ts';

export const saved = {
  schema: z.object({
    action: z.enum(['result', 'pack']),
    /** Of the evidence page; empty for that of the mails. */
    language: z.enum(['', ...languages]),
  }),
  migrations: [unsaid({ action: 'result', language: '' })],
} satisfies SavedSettings;
