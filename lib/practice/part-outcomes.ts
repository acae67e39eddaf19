/** What becomes of each part of a session under a verdict. */
import type { DayReading, Decision } from '../weather/decide.ts';
import { type PracticePart, type PracticePlan, planMoment } from './plan.ts';

export interface PartOutcome {
  part: PracticePart;
  /** `cut`: it begins and is stopped before its end. */
  outcome: 'held' | 'cut' | 'not-held';
}

type Ending = Pick<Decision | DayReading, 'verdict' | 'effectiveAt' | 'trigger'>;

/**
 * A cancelled session has no part. After a terminating signal no part begins, also not for the minutes that are
 * left; a part under way is cut unless it ends before the notice does.
 */
export function partOutcomes(plan: PracticePlan, { verdict, effectiveAt, trigger }: Ending): PartOutcome[] {
  const ending = verdict.toLowerCase();
  return plan.parts.map((part) => {
    if (ending === 'cancelled') return { part, outcome: 'not-held' };
    if (!ending.startsWith('terminat') || effectiveAt === null) return { part, outcome: 'held' };
    if (planMoment(plan, part.start) > (trigger?.issued ?? effectiveAt)) return { part, outcome: 'not-held' };
    return { part, outcome: effectiveAt < planMoment(plan, part.end) ? 'cut' : 'held' };
  });
}
