/** Begins the run of a due time, when it has come and has had none. */
import type { Ledger } from '../ledger/ledger.ts';
import type { CalendarBook } from '../time/calendar-book.ts';
import type { Clock } from '../time/clock.ts';
import { lastDue, type ScheduleRule } from '../time/schedule.ts';
import { newRun, type Trigger } from './run.ts';

export interface Watch {
  /** Id of the schedule. */
  schedule: string;
  rule: ScheduleRule;
  /** Due times up to this one are not made up for (epoch ms). */
  floor: number;
  /** Left out, the holidays that come along. */
  calendars?: CalendarBook;
  /** A run that has begun already and can be that of the due time; left out, a new one is begun. */
  run?: string | undefined;
}

export interface DueRun {
  run: string;
  due: number;
  trigger: Trigger;
  /** Earlier due times that had no run, for which this one makes up as well, the latest first. */
  missed: number[];
}

/** Later than this a due time counts as missed and made up for. */
export const LATE_MS = 2 * 60_000;

/** So long after its time a run has begun where all is well: a schedule looks at the clock each minute. */
export const RUN_WAITS_MS = LATE_MS + 60_000;

/** So many missed due times are named; a pattern of every minute has more in a weekend. */
const MOST_MISSED = 500;

/**
 * Looks at the clock: of all due times that have passed without a run the last one gets it, and it counts for them all.
 * @param late the look comes late in any case: it is the first one after a start
 * @returns undefined when there is nothing to do
 */
export async function beginDueRun(
  ledger: Pick<Ledger, 'scheduleRuns'>,
  clock: Clock,
  { schedule, rule, floor, calendars, run: begun }: Watch,
  late: boolean,
): Promise<DueRun | undefined> {
  const now = clock.now();
  const due = lastDue(rule, now, calendars);
  if (due === undefined || due <= floor) return undefined;
  const [done] = await ledger.scheduleRuns.doneDueTimes(schedule, 1);
  if (done !== undefined && done.due >= due) return undefined;
  const trigger = late || now - due > LATE_MS ? 'catch-up' : 'timer';
  const missed = done === undefined ? [] : passed(rule, due, Math.max(floor, done.due), calendars);
  const run = begun ?? newRun(clock);
  return (await ledger.scheduleRuns.beginRun({ schedule, run, trigger, due, missed }))
    ? { run, due, trigger, missed }
    : undefined;
}

/** The due times between two moments, both left out, the latest first. */
function passed(rule: ScheduleRule, before: number, after: number, calendars?: CalendarBook): number[] {
  const found: number[] = [];
  const last = (at: number) => lastDue(rule, at, calendars);
  for (let one = last(before - 1); one !== undefined && one > after; one = last(one - 1)) {
    if (found.push(one) >= MOST_MISSED) break;
  }
  return found;
}
