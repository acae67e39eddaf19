/** Subjects: what it means first, then whose account and what it is about, as far as a phone shows them. */

import { isErrorCode, policyOf } from '../errors/codes.ts';
import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import type { ReportIdentity } from '../model/completeness.ts';
import { fitting } from './escape.ts';
import { nameIn } from './report-name.ts';

/** 'RMAMR03' of RMAMR03_B01234_20261127_4_DAT.zip, by which people call the report. */
const REPORT_CODE = /^[A-Z]{2,8}\d{2,3}(?=_)/;

/** Scopes whose subject a person knows by its name; of others it stands in the mail. */
const NAMED: readonly string[] = ['report', 'folder', 'expectation', 'destination', 'calendar'];

interface Fault {
  code: string;
  message: string;
  account: string;
  /** See RapError.subject. */
  subject?: string | null;
  /** The awaited report that it is about. */
  ofReport?: ReportIdentity;
  reports?: readonly string[];
  /** How many there are, where the first one stands for all. */
  reportCount?: number;
}

/**
 * "RAP CRITICAL SIM001: host key changed", "RAP alarm SIMC01: report late · RP009 2026-11-27 (reminder 1/3)". What does
 * not fit goes in this order: the date, the name, the account.
 * @param head 'RAP CRITICAL' and the like
 */
export function faultSubject(
  head: string,
  fault: Fault,
  language: Language,
  reminder?: { n: number; of: number },
): string {
  const { code, message, account } = fault;
  const mark = reminder ? `${spaceBefore(language)}${t(language, 'mail.reminderMark', reminder)}` : '';
  const what = isErrorCode(code) ? t(language, `errors.status.${code}`) : (message.split('\n')[0] ?? code);
  const whose = account === '' ? head : `${head} ${account}`;
  return fitting(
    ...aboutOf(fault, language).map(
      (about) => `${whose}${t(language, 'mail.colon')}${what} · ${about}${mark}`,
    ),
    `${whose}${t(language, 'mail.colon')}${what}${mark}`,
    // The message of another maker's error may be a page long.
    ...(isErrorCode(code)
      ? [`${head}${t(language, 'mail.colon')}${what}${mark}`]
      : [`${whose}${t(language, 'mail.colon')}${code}${mark}`]),
    ...(isErrorCode(code) ? [] : [`${head}${mark}`]),
  );
}

/** A mark in round brackets of Chinese width needs no blank before it. */
function spaceBefore(language: Language): string {
  return language === 'en' ? ' ' : '';
}

/** What a fault is about, the fullest wording first; none where a person would not know it by its name. */
function aboutOf(fault: Fault, language: Language): string[] {
  const { code, account, subject, reports = [], reportCount: n = reports.length } = fault;
  const { scope } = policyOf(code);
  if (!isErrorCode(code) || !NAMED.includes(scope)) return [];
  if (n > 1) return [t(language, 'mail.reports', { n })];
  if (fault.ofReport !== undefined) {
    const { report: name, date } = nameIn(fault.ofReport, language);
    return [`${name} ${date}`, name];
  }
  const about = reports[0] ?? subject ?? '';
  if (about === '' || about === account || scope === 'expectation') return [];
  const name = lastPartOf(about);
  const [short = name] = REPORT_CODE.exec(name) ?? [];
  return [about, name, short];
}

/** The name at the end of a path. */
function lastPartOf(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
}
