/** A fault in few words, where a sentence of another language would stand in the middle of one. */
import { isErrorCode } from '../errors/codes.ts';
import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';

/** In English its own sentence; in another language the name of its code, where it has one. */
export function faultWords({ code, message }: { code: string; message: string }, language: Language): string {
  return language === 'en' || !isErrorCode(code) ? message : t(language, `errors.status.${code}`);
}
