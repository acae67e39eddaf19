/** Puts a reason into words of the reader's language. */
import type { Language } from '../../i18n/languages.ts';
import { fillPhrase } from '../../i18n/phrase.ts';
import { en } from './en.ts';
import type { Reason, ReasonCode, ReasonTexts, Sentence, Sentences } from './reason.ts';
import { zhHans } from './zh-hans.ts';
import { zhHant } from './zh-hant.ts';

export type { Reason, ReasonCode, ReasonTexts, Sentence } from './reason.ts';

export const reasonTexts: Readonly<Record<Language, ReasonTexts>> = {
  en,
  'zh-Hant': zhHant,
  'zh-Hans': zhHans,
};

/** A sentence that has nothing to fill in, or with its values. */
export function because<Code extends ReasonCode>(code: Code, values: Sentences[Code]): Sentence {
  return { code, values } as Sentence;
}

/** A code in words: 'Signal No. 8 Northeast (TC8NE)'. */
export function signalTitle(code: string, language: Language): string {
  const { signals, titled } = reasonTexts[language];
  const title = signals[code];
  return title === undefined ? code : fillPhrase({ tag: language }, titled, { title, code });
}

/**
 * A reason in words. What a newer version wrote down, whose sentence is not known here, is shown with its bare
 * code and values.
 */
export function reasonText(reason: Reason, language: Language): string {
  if (typeof reason === 'string') return reason;
  const words = reasonTexts[language];
  const { code, values } = reason;
  const phrase: string | undefined = words.sentences[code];
  if (phrase === undefined) return `${code} ${JSON.stringify(values)}`;
  const shown = Object.entries(values).map(([name, value]) => [name, worded(name, value, language)]);
  return fillPhrase({ tag: language }, phrase, Object.fromEntries(shown));
}

function worded(name: string, value: Reason | number | readonly Reason[], language: Language): string {
  const words = reasonTexts[language];
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map((one) => reasonText(one, language)).join(words.semicolon);
  if (typeof value !== 'string') return reasonText(value as Sentence, language);
  switch (name) {
    case 'signal':
      return signalTitle(value, language);
    case 'who':
    case 'says':
    case 'source': {
      const titles: Readonly<Record<string, string>> = words[name];
      return titles[value] ?? value;
    }
    default:
      return value;
  }
}
