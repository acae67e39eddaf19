/** What a comparison with the terminal is set to, as it is saved. */
import * as z from 'zod';
import { fault, orEmpty, readFilePath, readWhole } from '../../lib/cells/index.ts';
import { type SavedSettings, unsaid } from '../../lib/cells/saved.ts';
import { about, cell, refuse } from '../../lib/cells/settings.ts';
import { languages } from '../../lib/i18n/languages.ts';

const fields = z.object({
  /** Folder of the terminal's files; `{account}` and `{date}` are put in. Empty: that of the practice session. */
  folder: cell(readFilePath),
  /** A parallel run: all that came for a business date, of every account, and how many days in a row were equal. */
  daily: z.boolean(),
  /** So many business days in a row without a difference are enough to leave the terminal; ours. */
  readyDays: cell(orEmpty(readWhole(1, 250), 10)),
  /** Line ends, blanks at line ends and packing are no difference. */
  ignoreForm: z.boolean(),
  /** Of the text; empty for that of the mails. */
  language: z.enum(['', ...languages]),
});

export const saved = {
  schema: fields.superRefine(
    ({ daily, folder }, context) => {
      if (daily && folder === '') refuse(context, fault('noTerminal', '').fault, 'folder');
    },
    about('daily', 'folder'),
  ),
  migrations: [unsaid({ folder: '', daily: false, readyDays: '10', ignoreForm: false, language: '' })],
} satisfies SavedSettings;
