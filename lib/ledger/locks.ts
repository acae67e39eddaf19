/** Decisions about accounts that outlive a restart: the login lock, and which data centre is in use. */
import type { DataCentre } from '../words/types.ts';
import { appendJournal, type Pen } from './journal.ts';
import { openSwitchNews } from './switch-news.ts';
import type { Database, Work } from './tables.ts';
import type { DataCentreChoice, LoginLock, RecordedChoice, SwitchEnd, SwitchResult } from './types.ts';

export interface Locks {
  loginLock(account: string): Promise<LoginLock | undefined>;
  loginLocks(): Promise<LoginLock[]>;
  /** Locks the account until a person unlocks it. An account that is locked already keeps its first lock. */
  lockLogin(lock: Omit<LoginLock, 'lockedAt'>): Promise<void>;
  /** @returns whether there was a lock */
  unlockLogin(account: string, act: { by: string; reason: string }): Promise<boolean>;
  /** The data centre in use: the recorded choice, else the primary one. */
  dataCentreOf(account: string): Promise<DataCentre>;
  /**
   * Records choices, all or nothing; what came of them `node` has to tell from then on, if one is given.
   * @returns the number of that news
   */
  chooseDataCentres(
    choices: readonly DataCentreChoice[],
    news?: { node: string; switched: readonly SwitchResult[] },
  ): Promise<number | undefined>;
  /**
   * Puts an account back to the primary data centre whose switch was to end by then; from then on `node` has it to
   * tell, if one is given.
   * @returns false when something else was decided meanwhile
   */
  endSwitch(end: SwitchEnd & { reason: string; node?: string }): Promise<boolean>;
  /** The recorded choices; an account without one is at the primary data centre. */
  dataCentreChoices(): Promise<RecordedChoice[]>;
}

export function locks(db: Database, pen: Pen): Locks {
  const { clock } = pen;
  const lockRows = () =>
    db.selectFrom('login_locks').select(['account', 'reason', 'address', 'locked_at as lockedAt']);

  return {
    loginLock: (account) => lockRows().where('account', '=', account).executeTakeFirst(),

    loginLocks: () => lockRows().orderBy('account').execute(),

    lockLogin: ({ account, reason, address }) =>
      db.transaction().execute(async (work) => {
        const locked = await work
          .insertInto('login_locks')
          .values({ account, reason, address, locked_at: clock.now() })
          .onConflict((on) => on.column('account').doNothing())
          .returning('account')
          .executeTakeFirst();
        if (locked === undefined) return;
        await appendJournal(work, pen, {
          who: 'rap',
          what: 'login locked',
          why: reason,
          details: { account, address },
        });
      }),

    unlockLogin: (account, { by, reason }) =>
      db.transaction().execute(async (work) => {
        const unlocked = await work
          .deleteFrom('login_locks')
          .where('account', '=', account)
          .returning('account')
          .executeTakeFirst();
        if (unlocked === undefined) return false;
        await appendJournal(work, pen, {
          who: by,
          what: 'login unlocked',
          why: reason,
          details: { account },
        });
        return true;
      }),

    async dataCentreOf(account) {
      const row = await db
        .selectFrom('data_centres')
        .select('data_centre')
        .where('account', '=', account)
        .executeTakeFirst();
      return row?.data_centre ?? 'primary';
    },

    chooseDataCentres: (choices, news) =>
      db.transaction().execute(async (work) => {
        for (const choice of choices) await writeDataCentre(work, pen, choice);
        return news && openSwitchNews(work, news);
      }),

    endSwitch: ({ account, until, by, reason, node }) =>
      db.transaction().execute(async (work) => {
        const away = await work
          .selectFrom('data_centres')
          .select('account')
          .where('account', '=', account)
          .where('data_centre', '=', 'secondary')
          .where('until', '=', until)
          .executeTakeFirst();
        if (away === undefined) return false;
        await writeDataCentre(work, pen, { account, dataCentre: 'primary', reason, by: 'rap' });
        if (node !== undefined) await openSwitchNews(work, { node, ended: { account, until, by } });
        return true;
      }),

    async dataCentreChoices() {
      const rows = await db.selectFrom('data_centres').selectAll().orderBy('account').execute();
      return rows.map((row) => ({
        account: row.account,
        dataCentre: row.data_centre,
        reason: row.reason,
        by: row.chosen_by,
        chosenAt: row.chosen_at,
        ...(row.seconded_by === '' ? {} : { second: row.seconded_by }),
        ...(row.until === null ? {} : { until: row.until }),
      }));
    },
  };
}

/** Records and journals a choice within the transaction of what led to it. */
export async function writeDataCentre(
  work: Work,
  pen: Pen,
  { account, dataCentre, reason, by, second = '', until }: DataCentreChoice,
): Promise<void> {
  const choice = {
    data_centre: dataCentre,
    reason,
    chosen_by: by,
    chosen_at: pen.clock.now(),
    seconded_by: second,
    until: until ?? null,
  };
  await work
    .insertInto('data_centres')
    .values({ account, ...choice })
    .onConflict((on) => on.column('account').doUpdateSet(choice))
    .execute();
  await appendJournal(work, pen, {
    who: by,
    what: 'data centre chosen',
    why: reason,
    details: {
      account,
      dataCentre,
      ...(second === '' ? {} : { second }),
      ...(until === undefined ? {} : { until }),
    },
  });
}
