/** Something that the inbox's page offers to begin, and what has become of it. */
import type { Language } from '../../lib/i18n/languages.ts';

/** What is said in each language; a bare string is said as it is. */
export type Said = string | Readonly<Record<Language, string>>;

export interface Offer {
  /** On the button. */
  title: Said;
  /** What it does, in a sentence. */
  about: Said;
  /** undefined while nothing goes on. */
  readonly running: Said | undefined;
  /** How it ended last; '' before the first time. */
  readonly last: Said;
  /** Begins it, unless it goes on. */
  start(): void;
}

export function inLanguage(said: Said, language: Language): string {
  return typeof said === 'string' ? said : said[language];
}
