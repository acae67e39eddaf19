/** The words of a session in the reader's language, and how a phrase is filled in. */
import type { Language } from '../../contacts/config.ts';
import { type Phrase, say, wordsOf } from '../../contacts/words/index.ts';
import { en } from './en.ts';
import type { PracticeWords } from './words.ts';
import { zhHans } from './zh-hans.ts';
import { zhHant } from './zh-hant.ts';

export type { PracticeWords } from './words.ts';

export const practiceWords: Readonly<Record<Language, PracticeWords>> = {
  en,
  'zh-Hant': zhHant,
  'zh-Hans': zhHans,
};

/** Words of one language together with the way to fill a phrase of them. */
export interface Speech {
  words: PracticeWords;
  language: Language;
  fill(phrase: Phrase, values?: Record<string, string | number>): string;
}

export function speechOf(language: Language): Speech {
  const counting = wordsOf[language];
  return {
    words: practiceWords[language],
    language,
    fill: (phrase, values = {}) => say(counting, phrase, values),
  };
}
