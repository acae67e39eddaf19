/** What a mail calls a report of a business date. */
import type { ReportIdentity } from '../words/completeness.ts';
import { say, type Words } from './words/index.ts';

/** For phrases with {report} and {date}. */
export function nameIn(one: ReportIdentity, words: Words): { report: string; date: string } {
  const set = one.set === '' ? '' : ` ${say(words, words.awaited.set, { set: one.set })}`;
  return { report: `${one.report}${set}`, date: one.businessDate };
}
