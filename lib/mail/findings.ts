/** What a look inside found, as a digest says it. Pure. */
import { notCheckedReasons, type ReportFinding, type ReportWarning } from '../model/findings.ts';
import { fillPhrase, type MailTexts } from './texts/index.ts';

interface Looked {
  name: string;
  finding?: ReportFinding;
}

/** More names would make a sentence long. */
const MOST_NAMES = 5;

/** "3 of 32 not checked: nothing of its inside is known"; those in no catalogue are named. */
export function notCheckedSentences(reports: readonly Looked[], words: MailTexts): string[] {
  return notCheckedReasons.flatMap((reason) => {
    const of = reports.filter(({ finding }) => finding?.why === reason);
    if (of.length === 0) return [];
    const { notChecked, why } = words.findings;
    const sentence = fillPhrase(words, notChecked, { n: of.length, all: reports.length, why: why[reason] });
    if (reason !== 'unrecognised') return [sentence];
    const names = of.slice(0, MOST_NAMES).map(({ name }) => name);
    return [`${sentence}${words.colon}${names.join(words.comma)}${of.length > names.length ? ' …' : ''}`];
  });
}

/** The reports that came with warnings, each with a line for each of them. */
export function warnedOf<T extends Looked>(reports: readonly T[]): T[] {
  return reports.filter(({ finding }) => (finding?.warnings.length ?? 0) > 0);
}

export function warningLines({ finding }: Looked, words: MailTexts): string[] {
  return (finding?.warnings ?? []).map((warning) => warningLine(warning, words));
}

export function warningLine({ rule, record, field, reason, rows }: ReportWarning, words: MailTexts): string {
  const { findings } = words;
  const where = [
    ...(record === null ? [] : [fillPhrase(words, findings.record, { n: record })]),
    ...(field === '' ? [] : [fillPhrase(words, findings.field, { name: field })]),
  ].join(words.comma);
  const what = findings.rules[rule];
  const more =
    rows === undefined ? (rule === 'released' ? reason : '') : fillPhrase(words, findings.rows, { ...rows });
  return [where, what, more].filter((part) => part !== '').join(words.colon);
}
