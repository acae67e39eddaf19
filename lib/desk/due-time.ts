/** Which due time of a schedule was to have a run by now. */
import { LATE_MS } from '../collection/due-runs.ts';
import type { DoneDueTime } from '../ledger/ledger.ts';
import type { LiveSchedule } from './live.ts';

/**
 * The last due time, where the schedule was there when it passed: this process knew of it by then, or it had a run before.
 * @param last the latest due time of it that had its run
 * @returns null where nothing was to be done yet, milliseconds otherwise
 */
export function countedDue(
  { last: due, since }: Pick<LiveSchedule, 'last' | 'since'>,
  last: DoneDueTime | undefined,
): number | null {
  return due !== null && (due > since || last !== undefined) ? due : null;
}

/**
 * Did the last run of a schedule begin late? The first one of a new schedule makes up for a time before it was there: that
 * is no delay of anybody's.
 * @param done the due times that had their run, the latest first; two are enough
 */
export function wasLate([last, before]: readonly DoneDueTime[], since: number): boolean {
  if (last === undefined || last.begunAt - last.due <= LATE_MS) return false;
  return last.due > since || before !== undefined;
}
