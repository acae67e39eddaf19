import type { ErrorCode } from '../../lib/errors/codes.ts';
import type { Fault } from '../fault.ts';

/** What a careful client makes of a fault: everything right all the same, or a failure with this code. */
export type Verdict = 'right' | ErrorCode;

export interface NamedFault {
  /** P06, or with a variant P11-READ. */
  name: string;
  title: string;
  /** Every verdict that is acceptable; nothing wrong ever stands at a final name. */
  expected: readonly Verdict[];
  /** Said where `expected` alone would mislead: what must be true for the verdict. */
  note?: string;
  /** A fresh fault: some remember what they have done. */
  make(): Fault;
}
