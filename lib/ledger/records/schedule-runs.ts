/**
 * Ticks of schedules as rows, so that a tick is acted on once, whatever restarts, second instances or clocks do. A tick
 * counts as done only by a run that, by the clock of now, was begun when it was due or later: one that a clock which
 * was ahead began before is no run of it.
 */
import { JUMP_MS } from '../../time/clock-watch.ts';
import type { JournalWriter } from '../journal/journal.ts';
import { rowOf, type Vouch } from '../journal/vouched.ts';
import type { Database, Work } from '../tables.ts';
import { jumpedSince, lastJump } from './clock.ts';
import { insertRun } from './runs.ts';
import { scheduleBegins } from './sessions.ts';

export interface DoneDueTime {
  schedule: string;
  due: number;
  /** When its run was begun, by the clock of now. */
  begunAt: number;
  /** '' where an older release did not write it down. */
  run: string;
}

export interface ScheduleRunRecords {
  /**
   * A schedule begins a run; that of a due time only for the first who asks for this schedule and time. All or
   * nothing: from the moment a tick is taken, its run is known as at work, and is taken up when it is cut off.
   * @param begin with `missed`, earlier due times that had no run and that this one makes up for as well
   * @returns false when the due time has had its run
   */
  beginRun(begin: {
    schedule: string;
    run: string;
    trigger: string;
    due?: number;
    missed?: readonly number[];
  }): Promise<boolean>;
  /** The latest due time that has had its run. */
  lastDueTime(schedule: string): Promise<number | undefined>;
  /** The due times of a schedule that have had their run, or of all schedules; the latest first. */
  doneDueTimes(schedule?: string, limit?: number): Promise<DoneDueTime[]>;
}

const SOME = 20;

export function scheduleRunRecords(db: Database, writer: JournalWriter): ScheduleRunRecords {
  const { clock } = writer;
  async function done(schedule: string | undefined, limit = SOME): Promise<DoneDueTime[]> {
    const jumps = await db.selectFrom('clock_jumps').select(['id', 'jump']).execute();
    let query = db.selectFrom('ticks').selectAll().orderBy('due', 'desc');
    // One of the future was taken by a clock that was ahead.
    query = query.where('due', '<=', clock.now() + JUMP_MS);
    if (schedule !== undefined) query = query.where('schedule', '=', schedule);
    const found: DoneDueTime[] = [];
    for (let from = 0; found.length < limit; from += SOME) {
      const rows = await query.limit(SOME).offset(from).execute();
      for (const { due, run, jump, claimed_at, schedule: of } of rows) {
        const since = jumps.filter(({ id }) => id > jump).reduce((sum, one) => sum + one.jump, 0);
        if (isDone(due, claimed_at + since)) {
          found.push({ schedule: of, due, begunAt: claimed_at + since, run });
        }
      }
      if (rows.length < SOME) break;
    }
    return found.slice(0, limit);
  }

  return {
    beginRun: ({ schedule, run, trigger, due, missed = [] }) =>
      db.transaction().execute(async (work) => {
        const rows: Vouch[] = [];
        if (due !== undefined) {
          const jump = await lastJump(work);
          const tick = { claimed_at: clock.now(), run, jump };
          const taken = await take(work, { schedule, due, ...tick });
          if (taken === undefined) return false;
          rows.push(...taken);
          for (const one of missed) rows.push(...((await take(work, { schedule, due: one, ...tick })) ?? []));
        }
        await insertRun(work, writer, { run, trigger, schedule }, rows);
        await scheduleBegins(work, schedule, run);
        return true;
      }),

    async lastDueTime(schedule) {
      return (await done(schedule, 1)).at(0)?.due;
    },

    doneDueTimes: done,
  };
}

/** Takes a tick that has had no run. @returns undefined when it has had one */
async function take(
  work: Work,
  row: { schedule: string; due: number; claimed_at: number; run: string; jump: number },
): Promise<Vouch[] | undefined> {
  const same = () =>
    work.selectFrom('ticks').selectAll().where('schedule', '=', row.schedule).where('due', '=', row.due);
  const before = await same().executeTakeFirst();
  if (before !== undefined && isDone(before.due, await begunAt(work, before))) return undefined;
  const { claimed_at, run, jump } = row;
  await work
    .insertInto('ticks')
    .values(row)
    .onConflict((on) => on.columns(['schedule', 'due']).doUpdateSet({ claimed_at, run, jump }))
    .execute();
  return rowOf('ticks', row, before === undefined);
}

async function begunAt(work: Work, row: { claimed_at: number; jump: number }): Promise<number> {
  return row.claimed_at + (await jumpedSince(work, row.jump));
}

/** A run that began so little too early is one of a clock that was corrected by seconds. */
function isDone(due: number, begun: number): boolean {
  return begun >= due - JUMP_MS;
}
