/** Errors in the reader's language. Their own sentences are English, and are given as what they are: a detail. */
import { codes, type ErrorCode, isErrorCode, policyOf } from '../errors/codes.ts';
import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';

/** An error as a mail tells it. */
export interface Told {
  /** What happened. */
  what: string;
  cure: string;
  /** Sentences in English for a reader of another language; empty for one of English. */
  details: string[];
}

/** What happened, as lines of a list: in another language than English the error's own sentence is the second. */
export function sentencesIn(
  language: Language,
  { code, message }: { code: string; message: string },
): string[] {
  const { what, details } = toldIn(language, { code, message, cure: policyOf(code).cure });
  return [
    what,
    ...details.map((detail) => `${t(language, 'mail.detail')}${t(language, 'mail.colon')}${detail}`),
  ];
}

const OWN_WORDS: readonly string[] = ['expectation', 'calendar', 'key'];

/** Are the sentences about a code written in the language of the contacts? All others are English. */
export function hasOwnWords(code: ErrorCode): boolean {
  return OWN_WORDS.includes(policyOf(code).scope);
}

/**
 * What an error says to a reader. A cure that was written for the very case is better than the common one; in another
 * language the common one is said, and the other stands with the detail.
 * @param language of the words
 */
export function toldIn(
  language: Language,
  { code, message, cure }: { code: string; message: string; cure: string },
): Told {
  if (language === 'en' || !isErrorCode(code)) return { what: message, cure, details: [] };
  const common = cure === codes[code].cure;
  const own = hasOwnWords(code);
  const sentences = [...(own || message === '' ? [] : [message]), ...(common || cure === '' ? [] : [cure])];
  return {
    what: own ? message : t(language, `errors.status.${code}`),
    cure: t(language, `errors.cure.${code}`),
    details: sentences.filter((sentence, index) => sentences.indexOf(sentence) === index),
  };
}
