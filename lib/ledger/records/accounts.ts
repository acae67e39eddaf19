/** Decisions about accounts that outlive a restart: the login lock, and which data centre is in use. */

import type { Selectable } from 'kysely';
import { RapError } from '../../errors/rap-error.ts';
import type { DataCentre } from '../../model/types.ts';
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import type { Decision, RecordedState } from '../journal/recorded-state.ts';
import { type Row, rowOf, type Vouch } from '../journal/vouched.ts';
import { deviations } from '../journal/vouches.ts';
import { reasonColumns, reasonOf } from '../reason-columns.ts';
import type { Database, Tables, Work } from '../tables.ts';
import type { DataCentreChoice, LoginLock, RecordedChoice, SwitchEnd, SwitchResult } from '../types.ts';
import { appendEvent } from './events.ts';

export interface AccountRecords {
  /** Also one that is gone from the table, as long as no record says that a person took it away. */
  loginLock(account: string): Promise<LoginLock | undefined>;
  loginLocks(): Promise<LoginLock[]>;
  /** Locks the account until a person unlocks it. An account that is locked already keeps its first lock. */
  lockLogin(lock: Omit<LoginLock, 'lockedAt'>): Promise<void>;
  /** @returns whether there was a lock */
  unlockLogin(account: string, act: { by: string; reason: string }): Promise<boolean>;
  /**
   * The data centre in use: the recorded choice, else the primary one.
   * @throws RapError LEDGER_CHANGED when the table and the journal say different things, or the journal is broken
   */
  dataCentreOf(account: string): Promise<DataCentre>;
  /**
   * Records choices, all or nothing; what came of them `node` has to tell from then on, if one is given.
   * @returns the number of that event
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
  /** Rows of this name are those of a practice; say so before the first of them is written. */
  keepPracticeAccount(practice: PracticeAccount): Promise<void>;
  /** The names under which practices keep their rows, in order. */
  practiceAccounts(): Promise<PracticeAccount[]>;
  /** The recorded choices; an account without one is at the primary data centre. */
  dataCentreChoices(): Promise<RecordedChoice[]>;
}

/** Under which name a practice keeps what it lists and receives, and of which account and date ('YYYY-MM-DD') it is. */
export interface PracticeAccount {
  name: string;
  account: string;
  date: string;
}

/** How often row and record may differ because somebody was choosing just then. */
const LOOKS = 3;

export function accountRecords(
  db: Database,
  writer: JournalWriter,
  recordedState: RecordedState,
): AccountRecords {
  const { clock } = writer;
  const lockRows = () => db.selectFrom('login_locks').selectAll();

  return {
    async keepPracticeAccount({ name, ...of }) {
      await db
        .insertInto('practice_accounts')
        .values({ name, ...of })
        .onConflict((on) => on.column('name').doUpdateSet(of))
        .execute();
    },

    practiceAccounts: () => db.selectFrom('practice_accounts').selectAll().orderBy('name').execute(),

    async loginLock(account) {
      const row = await lockRows().where('account', '=', account).executeTakeFirst();
      if (row !== undefined) return lockOf(row);
      await recordedState.catchUp();
      return recordedLock(recordedState.decision('login_locks', account));
    },

    async loginLocks() {
      const rows = (await lockRows().execute()).map(lockOf);
      await recordedState.catchUp();
      const known = new Set(rows.map(({ account }) => account));
      const gone = [...recordedState.decisions('login_locks').values()].map(recordedLock);
      const all = [...rows, ...gone.filter((lock) => lock !== undefined && !known.has(lock.account))];
      return all.filter((lock) => lock !== undefined).sort((a, b) => (a.account < b.account ? -1 : 1));
    },

    lockLogin: ({ account, reason, cause, address }) =>
      db.transaction().execute(async (work) => {
        const { code: reason_code, params: reason_params } = reasonColumns(cause);
        const locked = await work
          .insertInto('login_locks')
          .values({ account, reason, address, locked_at: clock.now(), reason_code, reason_params })
          .onConflict((on) => on.column('account').doNothing())
          .returningAll()
          .executeTakeFirst();
        if (locked === undefined) return;
        const entry = { who: 'rap', what: 'login locked', why: reason, details: { account, address } };
        await appendJournal(work, writer, entry, rowOf('login_locks', locked, true));
      }),

    async unlockLogin(account, { by, reason }) {
      await recordedState.catchUp();
      const recorded = recordedState.decision('login_locks', account);
      return db.transaction().execute(async (work) => {
        const removed = await work
          .deleteFrom('login_locks')
          .where('account', '=', account)
          .returningAll()
          .executeTakeFirst();
        const locked = removed ?? recorded;
        if (locked === undefined) return false;
        const entry = { who: by, what: 'login unlocked', why: reason, details: { account } };
        const rows: Vouch[] = [{ of: 'login_locks', gone: [account] }];
        await appendJournal(work, writer, entry, rows);
        return true;
      });
    },

    async dataCentreOf(account) {
      for (let look = 1; ; look++) {
        const row = await db
          .selectFrom('data_centres')
          .selectAll()
          .where('account', '=', account)
          .executeTakeFirst();
        await recordedState.catchUp();
        const { brokenAt, problem } = recordedState.sound;
        if (brokenAt !== undefined) throw changed(`The journal is broken at record ${brokenAt}: ${problem}`);
        const chosen = recordedState.decision('data_centres', account);
        if (isAsDecided(row, chosen)) return row?.data_centre ?? 'primary';
        // Perhaps another process has just chosen, between the two.
        if (look === LOOKS) throw notAsDecided(account, row?.data_centre, chosen);
      }
    },

    chooseDataCentres: (choices, news) =>
      db.transaction().execute(async (work) => {
        for (const choice of choices) await writeDataCentre(work, writer, choice);
        const of = { kind: 'switched', subject: '', account: '', run: '' } as const;
        return news && (await appendEvent(work, clock.now(), { ...of, payload: news })).id;
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
        await writeDataCentre(work, writer, { account, dataCentre: 'primary', reason, by: 'rap' });
        if (node !== undefined) {
          const of = { kind: 'switch ended', subject: account, account, run: '' } as const;
          await appendEvent(work, clock.now(), { ...of, payload: { node, until, by } });
        }
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

function lockOf(row: Selectable<Tables['login_locks']>): LoginLock {
  const { account, reason, address, locked_at: lockedAt } = row;
  const cause = reasonOf(row.reason_code, row.reason_params);
  return { account, reason, ...(cause === undefined ? {} : { cause }), address, lockedAt };
}

function recordedLock(decision: Decision | undefined): LoginLock | undefined {
  if (decision === undefined) return undefined;
  const { account, reason, address, locked_at, reason_code, reason_params } = decision.row;
  const params = String(reason_params ?? '');
  return lockOf({
    account: String(account),
    reason: String(reason),
    address: String(address),
    locked_at: Number(locked_at ?? 0),
    // Of long ones a record holds the hash.
    reason_code: params.startsWith('{') ? String(reason_code ?? '') : '',
    reason_params: params,
  });
}

function isAsDecided(row: Row | undefined, decision: Decision | undefined): boolean {
  if (row === undefined || decision === undefined) return row === decision;
  return deviations(row, decision.row).length === 0;
}

function notAsDecided(account: string, is: DataCentre | undefined, decision: Decision | undefined): RapError {
  const table = is === undefined ? 'names no data centre' : `names the ${is} data centre`;
  const said =
    decision === undefined
      ? 'no record of the journal says that anybody chose it'
      : `record ${decision.record} of the journal says that the ${decision.row.data_centre} one was chosen`;
  return changed(`The ledger ${table} for account ${account}, but ${said}`, account);
}

function changed(message: string, subject = 'ledger'): RapError {
  return new RapError('LEDGER_CHANGED', message, { subject });
}

/** Records and journals a choice within the transaction of what led to it. */
export async function writeDataCentre(
  work: Work,
  writer: JournalWriter,
  { account, dataCentre, reason, by, second = '', until }: DataCentreChoice,
): Promise<void> {
  const choice = {
    data_centre: dataCentre,
    reason,
    chosen_by: by,
    chosen_at: writer.clock.now(),
    seconded_by: second,
    until: until ?? null,
  };
  const before = work.selectFrom('data_centres').select('account').where('account', '=', account);
  const fresh = (await before.executeTakeFirst()) === undefined;
  const row = await work
    .insertInto('data_centres')
    .values({ account, ...choice })
    .onConflict((on) => on.column('account').doUpdateSet(choice))
    .returningAll()
    .executeTakeFirstOrThrow();
  const details = {
    account,
    dataCentre,
    ...(second === '' ? {} : { second }),
    ...(until === undefined ? {} : { until }),
  };
  const entry = { who: by, what: 'data centre chosen', why: reason, details };
  await appendJournal(work, writer, entry, rowOf('data_centres', row, fresh));
}
