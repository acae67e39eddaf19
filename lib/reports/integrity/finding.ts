/** What a look into a file can say of it. */
import type {
  NotChecked,
  ReportFinding,
  ReportShape,
  ReportWarning,
  WarningRule,
} from '../../model/findings.ts';

/**
 * - sound: what is known of this report agrees
 * - damaged, foreign: it does not, or it is another participant's
 * - not-checked: nothing of its inside is known, or it cannot be looked into
 */
export type Verdict = 'sound' | 'damaged' | 'foreign' | 'not-checked';

/**
 * How sure we are of the rule that was broken. A verdict that rests on a stated rule keeps the report in quarantine;
 * one that rests on an inferred rule warns and delivers: a wrong guess of ours must not keep a file from its readers.
 * What is only not as usual makes no file damaged; it warns.
 */
export type Certainty = 'stated' | 'inferred' | 'usual';

/** Where it is wrong. Says where, never what: reports are confidential. */
export interface Place {
  /** Record or line, from 1; null where the fault is of the whole file or of a member of a zip. */
  record: number | null;
  /** Name of the field, of the head row, or of the zip's member; '' where it is none of them. */
  field: string;
  reason: string;
}

/** A stated rule is broken. */
export interface Fault extends Place {
  verdict: 'damaged' | 'foreign';
}

/** A rule is broken that keeps no report back. */
export interface Warning extends ReportWarning {
  certainty: 'inferred' | 'usual';
}

export interface Finding {
  /** The first stated rule that is broken. */
  fault?: Fault;
  /** In the order of the file; the first of each rule and field. */
  warnings: readonly Warning[];
  /** Why it, or a part of it, was not looked into. */
  why?: NotChecked;
  /** The member of a zip that was not looked into. */
  unread?: string;
  shape?: ReportShape;
}

export function damaged(reason: string, where: { record?: number | null; field?: string } = {}): Fault {
  const { record = null, field = '' } = where;
  return { verdict: 'damaged', record, field, reason };
}

/** Collects what a look meets: the first of each rule and field, so that a file of nonsense says little. */
export class Warnings {
  readonly all: Warning[] = [];
  readonly #met = new Set<string>();

  add(
    rule: WarningRule,
    reason: string,
    where: { record?: number | null; field?: string; certainty?: Warning['certainty'] } = {},
  ): void {
    const { record = null, field = '', certainty = 'inferred' } = where;
    const key = `${rule} ${field}`;
    if (this.#met.has(key)) return;
    this.#met.add(key);
    this.all.push({ rule, certainty, record, field, reason });
  }
}

/**
 * The verdict, and where the file is wrong first; what is only not as usual leaves it sound.
 * `place` is undefined where nothing is wrong.
 */
export function verdictOf({ fault, warnings, why }: Finding): { verdict: Verdict; place?: Place } {
  const doubt = warnings.find(({ certainty }) => certainty === 'inferred');
  const before = doubt !== undefined && (fault === undefined || isBefore(doubt, fault));
  if (before) return { verdict: 'damaged', place: doubt };
  if (fault !== undefined) return { verdict: fault.verdict, place: fault };
  return { verdict: why === undefined ? 'sound' : 'not-checked' };
}

function isBefore(one: Place, other: Place): boolean {
  return one.record !== null && other.record !== null && one.record < other.record;
}

/**
 * What is kept with a report that is delivered. A zip of no known report is sound as a zip, and nobody knows what it
 * is.
 * @param isKnown whether the report is in the catalogue
 */
export function keptFinding(finding: Finding, isKnown: boolean): ReportFinding {
  const { warnings, shape } = finding;
  const nameless = !isKnown && (finding.why === undefined || finding.why === 'no-layout');
  const why = nameless ? 'unrecognised' : finding.why;
  return {
    state: warnings.length > 0 ? 'warnings' : why === undefined ? 'sound' : 'not-checked',
    ...(why === undefined ? {} : { why }),
    warnings: warnings.map(({ certainty: _, ...warning }) => warning),
    ...(shape === undefined ? {} : { shape }),
  };
}
