/** What a look into a file can say of it. */

/**
 * - sound: what is known of this report agrees
 * - damaged, foreign: it does not, or it is another participant's
 * - not-checked: nothing of its inside is known, or it cannot be looked into
 */
export type Verdict = 'sound' | 'damaged' | 'foreign' | 'not-checked';

/**
 * How sure we are of the rule that was broken. A verdict that rests on a stated rule keeps the report in quarantine;
 * one that rests on an inferred rule warns and delivers: a wrong guess of ours must not keep a file from its readers.
 */
export type Certainty = 'stated' | 'inferred';

/** The first thing that is wrong. Says where, never what: reports are confidential. */
export interface Fault {
  verdict: 'damaged' | 'foreign';
  certainty: Certainty;
  /** Record or line, from 1; null where the fault is of the whole file or of a member of a zip. */
  record: number | null;
  /** Name of the field, of the head row, or of the zip's member; '' where it is none of them. */
  field: string;
  reason: string;
}

export type Finding =
  | Fault
  | { verdict: 'sound' }
  /** `reason` says why. */
  | { verdict: 'not-checked'; reason: string };

export const sound: Finding = { verdict: 'sound' };

export function damaged(
  reason: string,
  where: { record?: number; field?: string; certainty?: Certainty } = {},
): Fault {
  const { record = null, field = '', certainty = 'stated' } = where;
  return { verdict: 'damaged', certainty, record, field, reason };
}
