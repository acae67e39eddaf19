/** What a comparison with the terminal is set to. */
import { z } from 'zod';
import { orEmpty, readPath, readWhole } from '../../lib/cells/index.ts';
import { cell } from '../../lib/cells/settings.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { languages } from '../../lib/i18n/languages.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { readSettings } from '../runtime/settings.ts';

const schema = z.object({
  /** Folder of the terminal's files; `{account}` and `{date}` are put in. Empty: that of the practice session. */
  folder: cell(readPath),
  /** A parallel run: all that came for a business date, of every account, and how many days in a row were equal. */
  daily: z.boolean().default(false),
  /** So many business days in a row without a difference are enough to leave the terminal; ours. */
  readyDays: cell(orEmpty(readWhole(1, 250), 10)),
  /** Line ends, blanks at line ends and packing are no difference. */
  ignoreForm: z.boolean().default(false),
  /** Of the text; empty for that of the mails. */
  language: z.enum(['', ...languages]).default(''),
});

export type CompareSettings = z.infer<typeof schema>;

/** @throws RapError CONFIG_INVALID naming the field */
export function readCompare(config: unknown, lookup: EnvLookup): CompareSettings {
  return readSettings(schema, config, lookup);
}

/**
 * A folder for each account and day is known from the start.
 * @throws RapError CONFIG_INVALID
 */
export function refuseFolder({ daily, folder }: CompareSettings, accounts: number): void {
  const refuse = (why: string, cure: string) => {
    throw new RapError('CONFIG_INVALID', `folder: ${why}`, { cure, details: { field: 'folder' } });
  };
  if (!daily) return;
  if (folder === '')
    refuse(
      'say where the files of the terminal lie',
      'Enter a folder such as /mnt/terminal/{date}/{account}.',
    );
  if (!folder.includes('{account}') && accounts > 1)
    refuse(
      'the files of several accounts would lie in one',
      'Put {account} into the folder, such as /mnt/terminal/{date}/{account}.',
    );
}
