/** Puts a reason into words of the reader's language. */
import type { Language } from '../../i18n/languages.ts';
import { isKey, t } from '../../i18n/translate.ts';
import type { Reason, ReasonCode, Sentence, Sentences } from './reason.ts';

export type { Reason, ReasonCode, Sentence } from './reason.ts';

/** A sentence that has nothing to fill in, or with its values. */
export function because<Code extends ReasonCode>(code: Code, values: Sentences[Code]): Sentence {
  return { code, values } as Sentence;
}

/** A code in words: 'Signal No. 8 Northeast (TC8NE)'. */
export function signalTitle(code: string, language: Language): string {
  const title = signalName(code, language);
  return title === code ? code : t(language, 'weather.titled', { title, code });
}

/** The title alone, 'Extreme Conditions'; a code without one is shown as it is. */
export function signalName(code: string, language: Language): string {
  const key = `weather.signals.${code}`;
  return isKey(key) ? t(language, key) : code;
}

/**
 * A reason in words. What a newer version wrote down, whose sentence is not known here, is shown with its bare
 * code and values.
 */
export function reasonText(reason: Reason, language: Language): string {
  if (typeof reason === 'string') return reason;
  const { code, values } = reason;
  const key: string = `weather.sentences.${code}`;
  if (!isKey(key)) return `${code} ${JSON.stringify(values)}`;
  const shown = Object.entries(values).map(([name, value]) => [name, worded(name, value, language)]);
  return t(language, key, Object.fromEntries(shown));
}

function worded(name: string, value: Reason | number | readonly Reason[], language: Language): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value))
    return value.map((one) => reasonText(one, language)).join(t(language, 'weather.semicolon'));
  if (typeof value !== 'string') return reasonText(value as Sentence, language);
  switch (name) {
    case 'signal':
      return signalTitle(value, language);
    case 'who':
    case 'says':
    case 'source': {
      const key = `weather.${name}.${value}`;
      return isKey(key) ? t(language, key) : value;
    }
    default:
      return value;
  }
}
