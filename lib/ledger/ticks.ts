/** Ticks of schedules as rows, so that a tick is acted on once, whatever restarts or second instances do. */
import type { Clock } from '../time/clock.ts';
import type { Database } from './tables.ts';

export interface Ticks {
  /** True for the first who asks for this schedule and due time, false ever after. */
  claimTick(schedule: string, due: number): Promise<boolean>;
  /** The latest due time that was claimed. */
  lastTick(schedule: string): Promise<number | undefined>;
}

export function ticks(db: Database, clock: Clock): Ticks {
  return {
    async claimTick(schedule, due) {
      const claimed = await db
        .insertInto('ticks')
        .values({ schedule, due, claimed_at: clock.now() })
        .onConflict((on) => on.columns(['schedule', 'due']).doNothing())
        .returning('due')
        .executeTakeFirst();
      return claimed !== undefined;
    },

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
