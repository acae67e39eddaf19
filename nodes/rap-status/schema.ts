/** What the node that answers questions is set to, as it is saved. */
import * as z from 'zod';
import { oneLine } from '../../lib/cells/index.ts';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';
import { cell } from '../../lib/cells/settings.ts';
import { questions } from '../../lib/model/questions.ts';

export const saved = {
  schema: z.object({
    question: z.enum(questions),
    /** A rap-account node; '' for all that are deployed. */
    account: z.string(),
    /** Any part of a report's name, where the message names none. */
    report: cell((typed) => ({ value: oneLine(typed) })),
  }),
  migrations: [unsaid({ question: 'today', account: '', report: '' })],
} satisfies SavedSettings;
