/** Which of our languages a browser asks for. */
import type { Language } from './languages.ts';

/** Tags of a header that are looked at; people have a handful. */
const MOST_TAGS = 20;

/** The first of the tags in a header Accept-Language that is one of ours; English where none is. */
export function preferredLanguage(header: string | undefined): Language {
  for (const one of (header ?? '').split(',').slice(0, MOST_TAGS)) {
    const tag = one.split(';')[0]?.trim().toLowerCase() ?? '';
    if (/^zh\b.*\b(cn|sg|hans)\b/.test(tag)) return 'zh-Hans';
    if (/^zh\b/.test(tag)) return 'zh-Hant';
    if (/^en\b/.test(tag)) return 'en';
  }
  return 'en';
}
