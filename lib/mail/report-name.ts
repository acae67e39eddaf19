/** What a mail calls a report of a business date. */

import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import type { ReportIdentity } from '../model/completeness.ts';

/** For phrases with {report} and {date}. */
export function nameIn(one: ReportIdentity, language: Language): { report: string; date: string } {
  const set = one.set === '' ? '' : ` ${t(language, 'mail.awaited.set', { set: one.set })}`;
  return { report: `${one.report}${set}`, date: one.businessDate };
}
