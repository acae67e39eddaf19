/** Which of our languages a browser asks for. */
import { type Language, languageOfTag } from './languages.ts';

/** Tags of a header that are looked at; people have a handful. */
const MOST_TAGS = 20;

/** The first of the tags in a header Accept-Language that is one of ours; English where none is. */
export function preferredLanguage(header: string | undefined): Language {
  const tags = (header ?? '').split(',').slice(0, MOST_TAGS);
  return tags.map((one) => languageOfTag(one.split(';')[0] ?? '')).find((one) => one !== undefined) ?? 'en';
}
