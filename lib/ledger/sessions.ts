/** Sessions as rows, so that the next process knows which runs were cut off in the middle. */
import type { Database } from './tables.ts';

export interface Sessions {
  /** An account logs in for a run; it has one session at a time. */
  sessionBegins(account: string, run: string): Promise<void>;
  /** It has logged out, or could not log in. */
  sessionEnds(account: string, run: string): Promise<void>;
  /** To be called when no session can be open: what is written down as open was cut off. */
  cutOffSessions(): Promise<void>;
  /** The runs of a schedule that were cut off. Each is told once: whoever asks takes it up. */
  takeCutOffRuns(schedule: string): Promise<string[]>;
}

export function sessions(db: Database): Sessions {
  return {
    async sessionBegins(account, run) {
      const session = { run, cut_off: 0 };
      await db
        .insertInto('sessions')
        .values({ account, ...session })
        .onConflict((on) => on.column('account').doUpdateSet(session))
        .execute();
    },

    async sessionEnds(account, run) {
      await db.deleteFrom('sessions').where('account', '=', account).where('run', '=', run).execute();
    },

    async cutOffSessions() {
      await db.updateTable('sessions').set({ cut_off: 1 }).where('cut_off', '=', 0).execute();
    },

    async takeCutOffRuns(schedule) {
      const rows = await db
        .deleteFrom('sessions')
        .where('cut_off', '=', 1)
        .where('run', 'in', (query) =>
          query.selectFrom('runs').select('run').where('schedule', '=', schedule),
        )
        .returning('run')
        .execute();
      return rows.map(({ run }) => run);
    },
  };
}
