/** The language in which a command speaks to people. What it prints with --json is the same in all. */
import { RapError } from '../lib/errors/rap-error.ts';
import { type Language, languageOfTag, languages } from '../lib/i18n/languages.ts';

export const languageOptions = { language: { type: 'string' } } as const;

export const languageHelp =
  '  --language TAG         en, zh-Hant or zh-Hans; without it RAP_LANGUAGE says which, else English';

/** @throws RapError USAGE for a language that we do not write */
export function languageFromOptions({ language }: { language?: string | undefined }): Language {
  const tag = language ?? process.env.RAP_LANGUAGE ?? '';
  const found = tag.trim() === '' ? 'en' : languageOfTag(tag);
  if (found !== undefined) return found;
  const place = language === undefined ? 'RAP_LANGUAGE' : '--language';
  throw new RapError('USAGE', `${place} "${tag}" is not a language that is written here`, {
    cure: `Use one of ${languages.join(', ')}.`,
  });
}
