/** What a look inside found, as a digest says it. Pure. */

import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import { notCheckedReasons, type ReportFinding, type ReportWarning } from '../model/findings.ts';

interface Looked {
  name: string;
  finding?: ReportFinding;
}

/** More names would make a sentence long. */
const MOST_NAMES = 5;

/** "3 of 32 not checked: nothing of its inside is known"; those in no catalogue are named. */
export function notCheckedSentences(reports: readonly Looked[], language: Language): string[] {
  return notCheckedReasons.flatMap((reason) => {
    const of = reports.filter(({ finding }) => finding?.why === reason);
    if (of.length === 0) return [];
    const sentence = t(language, 'mail.findings.notChecked', {
      n: of.length,
      all: reports.length,
      why: t(language, `mail.findings.why.${reason}`),
    });
    if (reason !== 'unrecognised') return [sentence];
    const names = of.slice(0, MOST_NAMES).map(({ name }) => name);
    return [
      `${sentence}${t(language, 'mail.colon')}${names.join(t(language, 'mail.comma'))}${of.length > names.length ? ' …' : ''}`,
    ];
  });
}

/** The reports that came with warnings, each with a line for each of them. */
export function warnedOf<T extends Looked>(reports: readonly T[]): T[] {
  return reports.filter(({ finding }) => (finding?.warnings.length ?? 0) > 0);
}

export function warningLines({ finding }: Looked, language: Language): string[] {
  return (finding?.warnings ?? []).map((warning) => warningLine(warning, language));
}

export function warningLine(
  { rule, record, field, reason, rows }: ReportWarning,
  language: Language,
): string {
  const where = [
    ...(record === null ? [] : [t(language, 'mail.findings.record', { n: record })]),
    ...(field === '' ? [] : [t(language, 'mail.findings.field', { name: field })]),
  ].join(t(language, 'mail.comma'));
  const more =
    rows === undefined ? (rule === 'released' ? reason : '') : t(language, 'mail.findings.rows', { ...rows });
  return [where, t(language, `mail.findings.rules.${rule}`), more]
    .filter((part) => part !== '')
    .join(t(language, 'mail.colon'));
}
