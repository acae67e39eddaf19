/** The language of the server, `lang` in settings.js, as one of ours. */
import type { NodeAPI } from 'node-red';
import { type Language, languageOfTag } from '../../lib/i18n/languages.ts';

/** English where it is set to none, or to one that we do not write. */
export function languageOfServer({ settings }: Pick<NodeAPI, 'settings'>): Language {
  const tag: unknown = settings['lang' as never];
  return (typeof tag === 'string' ? languageOfTag(tag) : undefined) ?? 'en';
}
