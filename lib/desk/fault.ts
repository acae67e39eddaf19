/**
 * Faults as pages say them. A fault brings a sentence that was written, in English, where it was met. What happened and
 * what to do is told to a reader of another language from the policy table, by the fault's code; the sentence stands
 * behind it, marked as English.
 */
import { isErrorCode, policyOf } from '../errors/codes.ts';
import { t } from '../i18n/translate.ts';
import { hasOwnWords, toldIn } from '../mail/cures.ts';
import { alarmEndText, type StoredReason } from '../model/reasons.ts';
import { type Html, html } from './html.ts';
import type { Kit } from './kit.ts';

/** A fault as the ledger or a node has it. */
export interface Fault {
  /** Of the policy table; a code of another release, or '' where none is known. */
  code: string;
  message: string;
  /** The one written for the case; the code's own where it is left out or ''. */
  cure?: string;
}

export interface ToldFault {
  /** What happened, in the reader's language. */
  what: string;
  /** What to do about it, in the reader's language; '' where nothing is known. */
  cure: string;
  /** The sentences that came with the fault, where they are in another language. */
  details: string[];
}

const isChinese = (text: string) => /\p{Script=Han}/u.test(text);

export function toldFault(
  { language }: Pick<Kit, 'language'>,
  { code, message, cure = '' }: Fault,
): ToldFault {
  const isOurs = language === 'en';
  if (!isErrorCode(code)) {
    if (isOurs) return { what: message, cure, details: [] };
    return {
      what: t(language, 'desk.frame.fault'),
      cure: '',
      details: [message, cure].filter((one) => one !== ''),
    };
  }
  // The contacts' language may be another one than the reader's.
  if (hasOwnWords(code) && message !== '' && isChinese(message) === isOurs) {
    const common = isOurs ? policyOf(code).cure : t(language, `errors.cure.${code}`);
    return { what: t(language, `errors.status.${code}`), cure: common, details: [message] };
  }
  const told = toldIn(language, { code, message, cure: cure || policyOf(code).cure });
  return told.what === '' ? { ...told, what: t(language, `errors.status.${code}`) } : told;
}

/**
 * What a machine wrote, as it wrote it: a sentence of an error, a relay's reply. It is English as far as can be told, and
 * marked so on a page of another language.
 */
export function verbatim({ language }: Pick<Kit, 'language'>, text: string): Html {
  if (text === '' || (language === 'en' && !isChinese(text))) return text;
  const tag = isChinese(text) ? '' : html` lang="en"`;
  return html`<span class="detail"${tag}>${text}</span>`;
}

/** Why an alarm is over: in the reader's language, or as an older release wrote it down. */
export function alarmEndIn(
  t: Pick<Kit, 'language'>,
  { why, closedFor }: { why: string; closedFor?: StoredReason },
): Html {
  const known = closedFor === undefined ? undefined : alarmEndText(t.language, closedFor);
  return known ?? verbatim(t, why);
}

/** The sentences behind a fault; nothing where the fault was told in them. */
export function detailsOf(t: Pick<Kit, 'language'>, { details }: Pick<ToldFault, 'details'>): Html {
  return details.map((one) => html` ${verbatim(t, one)}`);
}

/** What happened, with its sentence behind it. */
export function faultText(t: Pick<Kit, 'language'>, fault: Fault): Html {
  const told = toldFault(t, fault);
  return html`${told.what}${detailsOf(t, told)}`;
}

/** What happened and what to do, with its sentences behind it. */
export function faultWithCure(t: Pick<Kit, 'language'>, fault: Fault): Html {
  const told = toldFault(t, fault);
  const stop = t.language === 'en' ? '. ' : '。';
  const said = [told.what, told.cure].filter((one) => one !== '').map((one) => one.replace(/[.。]$/, ''));
  return html`${said.join(stop)}${detailsOf(t, told)}`;
}
