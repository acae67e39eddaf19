/**
 * Why an alarm is over, or an account may not log in, as data: a code of the catalogue and what its sentence fills in. The
 * ledger keeps both; the sentence in English stands beside them, for the journal and for releases before.
 */
import type { Language } from '../i18n/languages.ts';
import { isKey, type Params, t, type Under } from '../i18n/translate.ts';

/** As it is read from a ledger: of what an older release wrote nothing is known, and a later one knows further codes. */
export interface StoredReason {
  code: string;
  params: Params;
}

export interface AlarmEnd extends StoredReason {
  code: Under<'reasons.alarm'>;
}

export interface LoginReason extends StoredReason {
  code: Under<'reasons.login'>;
}

export const alarmEnd = (code: AlarmEnd['code'], params: Params = {}): AlarmEnd => ({ code, params });

/** The sentence in a person's language; undefined where the code is not known here. */
export function alarmEndText(language: Language, { code, params }: StoredReason): string | undefined {
  return textOf(language, `reasons.alarm.${code}`, params);
}

/** As alarmEndText. */
export function loginReasonText(language: Language, { code, params }: StoredReason): string | undefined {
  return textOf(language, `reasons.login.${code}`, params);
}

/** Why an alarm is over: in English, and as data where it is known. */
export function endOf({ closedWhy: why, closedFor }: { closedWhy: string; closedFor?: StoredReason }) {
  return { why, ...(closedFor === undefined ? {} : { closedFor }) };
}

function textOf(language: Language, key: string, params: Params): string | undefined {
  return isKey(key) ? t(language, key, params) : undefined;
}
