/** Whether a decision says something that the one before it did not. */
import type { Decision } from './decide.ts';

export function hasChanged(now: Decision, before: Decision | undefined): boolean {
  return (
    before === undefined ||
    before.date !== now.date ||
    before.verdict !== now.verdict ||
    before.effectiveAt !== now.effectiveAt ||
    before.quality !== now.quality ||
    before.trigger?.code !== now.trigger?.code
  );
}
