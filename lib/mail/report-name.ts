/** What a mail calls a report of a business date. */
import type { ReportIdentity } from '../model/completeness.ts';
import { fillPhrase, type MailTexts } from './texts/index.ts';

/** For phrases with {report} and {date}. */
export function nameIn(one: ReportIdentity, words: MailTexts): { report: string; date: string } {
  const set = one.set === '' ? '' : ` ${fillPhrase(words, words.awaited.set, { set: one.set })}`;
  return { report: `${one.report}${set}`, date: one.businessDate };
}
