/** The words of a session in the reader's language, and how a phrase is filled in. */
import { type Reason, reasonWords, signalTitle, tell } from '../../weather/reasons/index.ts';
import type { Language } from '../../words/languages.ts';
import { type Phrase, say } from '../../words/phrase.ts';
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
  /** A reason of the weather rule. */
  tell(reason: Reason): string;
  /** 'Signal No. 8 Northeast (TC8NE)'. */
  signal(code: string): string;
  /** The title alone: 'Extreme Conditions'. */
  signalName(code: string): string;
}

export function speechOf(language: Language): Speech {
  return {
    words: practiceWords[language],
    language,
    fill: (phrase, values = {}) => say({ tag: language }, phrase, values),
    tell: (reason) => tell(reason, language),
    signal: (code) => signalTitle(code, language),
    signalName: (code) => reasonWords[language].signals[code] ?? code,
  };
}
