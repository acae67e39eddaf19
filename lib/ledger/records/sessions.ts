/**
 * Who is at work for which run, as rows, so that the next process knows which runs were cut off: an account from
 * its log-in to its log-out, and before that the schedule that began the run.
 */
import { withoutAnswer } from '../engine.ts';
import type { Database, Work } from '../tables.ts';

export interface SessionRecords {
  /** A run that came to no log-in needs none: it is over as far as this book is concerned. */
  runSettles(schedule: string): Promise<void>;
  /** An account logs in for a run; it has one session at a time. */
  sessionBegins(account: string, run: string): Promise<void>;
  /** It has logged out, or could not log in. */
  sessionEnds(account: string, run: string): Promise<void>;
  /** To be called when nothing can be at work: what is written down as at work was cut off. */
  cutOffSessions(): Promise<void>;
  /** The same of these accounts and schedules alone, on which nothing can be at work. */
  cutOffOf(accounts: readonly string[], schedules: readonly string[]): Promise<void>;
  /** Of these runs those of a schedule that are written down as at work, also before their first log-in. */
  notOver(schedule: string, runs: readonly string[]): Promise<string[]>;
  /** These runs were cut off, while others go on. */
  cutOffThese(runs: readonly string[]): Promise<void>;
  /** The runs of a schedule that were cut off and not yet taken up. */
  cutOffRuns(schedule: string): Promise<string[]>;
  /** The runs of a schedule that have an account now. */
  runsAtWork(schedule: string): Promise<string[]>;
  /** A run that has logged in nowhere leaves its work to another, which stands for it when both are cut off. */
  runGivesWay(run: string, other: string): Promise<void>;
  /** They have been taken up by another run. */
  forgetCutOffRuns(schedule: string): Promise<void>;
}

export function sessionRecords(db: Database): SessionRecords {
  const cuttingOff = () => db.updateTable('sessions').set({ cut_off: 1 }).where('cut_off', '=', 0);
  const runsOf = (schedule: string, cutOff: 0 | 1) =>
    db
      .selectFrom('sessions')
      .innerJoin('runs', 'runs.run', 'sessions.run')
      .select('runs.run')
      .where('sessions.cut_off', '=', cutOff)
      .where('runs.schedule', '=', schedule);
  return {
    async runSettles(schedule) {
      await db.deleteFrom('sessions').where('account', '=', '').where('schedule', '=', schedule).execute();
    },

    sessionBegins: (account, run) =>
      db.transaction().execute(async (work) => {
        await begins(work, { account, schedule: '' }, run);
        await withoutAnswer(
          work,
          work.deleteFrom('sessions').where('run', '=', run).where('account', '=', ''),
        );
      }),

    async sessionEnds(account, run) {
      await db.deleteFrom('sessions').where('account', '=', account).where('run', '=', run).execute();
    },

    async cutOffSessions() {
      await cuttingOff().execute();
    },

    async cutOffOf(accounts, schedules) {
      const of = [
        ...accounts.map((account) => ({ account, schedule: '' })),
        ...schedules.map((schedule) => ({ account: '', schedule })),
      ];
      for (const { account, schedule } of of) {
        await cuttingOff().where('account', '=', account).where('schedule', '=', schedule).execute();
      }
    },

    async notOver(schedule, runs) {
      const rows = await runsOf(schedule, 0).distinct().where('runs.run', 'in', runs).execute();
      return rows.map(({ run }) => run);
    },

    async cutOffThese(runs) {
      await cuttingOff().where('run', 'in', runs).execute();
    },

    async cutOffRuns(schedule) {
      const rows = await runsOf(schedule, 1).execute();
      return rows.map(({ run }) => run);
    },

    async runsAtWork(schedule) {
      const rows = await runsOf(schedule, 0).distinct().where('sessions.account', '!=', '').execute();
      return rows.map(({ run }) => run);
    },

    runGivesWay: (run, other) =>
      db.transaction().execute(async (work) => {
        const atWork = await work
          .selectFrom('sessions')
          .select('account')
          .where('run', '=', other)
          .where('account', '!=', '')
          .limit(1)
          .executeTakeFirst();
        if (other !== '' && atWork === undefined) {
          await work.updateTable('sessions').set({ run: other }).where('run', '=', run).execute();
        } else {
          await work.deleteFrom('sessions').where('run', '=', run).execute();
        }
      }),

    async forgetCutOffRuns(schedule) {
      await db
        .deleteFrom('sessions')
        .where('cut_off', '=', 1)
        .where('run', 'in', (query) =>
          query.selectFrom('runs').select('run').where('schedule', '=', schedule),
        )
        .execute();
    },
  };
}

/** Within the transaction that starts the run. */
export function scheduleBegins(work: Work, schedule: string, run: string): Promise<void> {
  return begins(work, { account: '', schedule }, run);
}

async function begins(work: Work, of: { account: string; schedule: string }, run: string): Promise<void> {
  const session = { run, cut_off: 0 };
  await work
    .insertInto('sessions')
    .values({ ...of, ...session })
    .onConflict((on) => on.columns(['account', 'schedule']).doUpdateSet(session))
    .execute();
}
