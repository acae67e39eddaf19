import type { ErrorCode } from '../../lib/errors/codes.ts';
import type { Language } from '../../lib/i18n/languages.ts';
import { t, type Under } from '../../lib/i18n/translate.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { Fault } from '../fault.ts';

/** What a careful client makes of a fault: everything right all the same, or a failure with this code. */
export type Verdict = 'right' | ErrorCode;

export type FaultName = Under<'demo.faults'>;

export interface NamedFault {
  /** P06, or with a variant P11-READ. What happens is said in the catalogues of texts, under this name. */
  name: FaultName;
  /** Every verdict of a first run that is acceptable; nothing wrong ever stands at a final name. */
  expected: readonly Verdict[];
  /** Of the run after it, where that tells something. */
  later?: readonly Verdict[];
  /** Said where the verdicts alone would mislead: what must be true for them. */
  note?: string;
  /**
   * A fresh fault: some remember what they have done.
   * @param clock for those that hang on the time of day; real time when left out
   */
  make(clock?: Clock): Fault;
}

/** What happens, in a sentence without its full stop. */
export function faultTitle(name: FaultName, language: Language): string {
  return t(language, `demo.faults.${name}`);
}
