/** Which due time of a schedule was to have a run by now. */
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
