/** Ticks of schedules as rows, so that a tick is acted on once, whatever restarts or second instances do. */
import type { Clock } from '../time/clock.ts';
import { insertRun } from './runs.ts';
import { scheduleBegins } from './sessions.ts';
import type { Database } from './tables.ts';

export interface Ticks {
  /**
   * A schedule begins a run; that of a due time only for the first who asks for this schedule and time. All or
   * nothing: from the moment a tick is taken, its run is known as at work, and is taken up when it is cut off.
   * @returns false when the due time has had its run
   */
  beginRun(begin: { schedule: string; run: string; trigger: string; due?: number }): Promise<boolean>;
  /** The latest due time that has had its run. */
  lastTick(schedule: string): Promise<number | undefined>;
}

export function ticks(db: Database, clock: Clock): Ticks {
  return {
    beginRun: ({ schedule, run, trigger, due }) =>
      db.transaction().execute(async (work) => {
        if (due !== undefined) {
          const claimed = await work
            .insertInto('ticks')
            .values({ schedule, due, claimed_at: clock.now() })
            .onConflict((on) => on.columns(['schedule', 'due']).doNothing())
            .returning('due')
            .executeTakeFirst();
          if (claimed === undefined) return false;
        }
        await insertRun(work, clock, { run, trigger, schedule });
        await scheduleBegins(work, schedule, run);
        return true;
      }),

    async lastTick(schedule) {
      const row = await db
        .selectFrom('ticks')
        .select('due')
        .where('schedule', '=', schedule)
        .orderBy('due', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.due;
    },
  };
}
