/** The words of a session in the reader's language, and how a phrase is filled in. */

import type { Language } from '../../i18n/languages.ts';
import { fillPhrase, type Phrase } from '../../i18n/phrase.ts';
import { type Reason, reasonText, signalName, signalTitle } from '../../weather/reasons/index.ts';
import { en } from './en.ts';
import type { PracticeTexts } from './texts.ts';
import { zhHans } from './zh-hans.ts';
import { zhHant } from './zh-hant.ts';

export type { PracticeTexts } from './texts.ts';

export const practiceTexts: Readonly<Record<Language, PracticeTexts>> = {
  en,
  'zh-Hant': zhHant,
  'zh-Hans': zhHans,
};

/** Words of one language together with the way to fill a phrase of them. */
export interface PracticeTranslator {
  words: PracticeTexts;
  language: Language;
  fill(phrase: Phrase, values?: Record<string, string | number>): string;
  /** A reason of the weather rule. */
  tell(reason: Reason): string;
  /** 'Signal No. 8 Northeast (TC8NE)'. */
  signal(code: string): string;
  /** The title alone: 'Extreme Conditions'. */
  signalName(code: string): string;
}

export function practiceTranslator(language: Language): PracticeTranslator {
  return {
    words: practiceTexts[language],
    language,
    fill: (phrase, values = {}) => fillPhrase({ tag: language }, phrase, values),
    tell: (reason) => reasonText(reason, language),
    signal: (code) => signalTitle(code, language),
    signalName: (code) => signalName(code, language),
  };
}
