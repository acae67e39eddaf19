/** How often an account logged in, and until when it waits because a server turned it away. */

import type { DataCentre } from '../../model/types.ts';
import type { Clock } from '../../time/clock.ts';
import { hongKongDate } from '../../time/hong-kong.ts';
import { withoutAnswer } from '../engine.ts';
import { reasonColumns, reasonOf } from '../reason-columns.ts';
import type { Database } from '../tables.ts';
import type { LoginBackOff } from '../types.ts';

/** A log-in that succeeded. */
export interface LoggedIn {
  /** Milliseconds since 1970. */
  at: number;
  dataCentre: DataCentre;
  /** 'host:port'. */
  address: string;
}

/** Of each account so many are kept: some weeks of them. */
const KEPT = 500;

export interface LoginRecords {
  /** Counts one login, of today in Hong Kong. @returns how many there are today with this one */
  countLogin(account: string): Promise<number>;
  /** Writes down a log-in that succeeded. @param login.address 'host:port' */
  noteLogin(login: { account: string; dataCentre: DataCentre; address: string }): Promise<void>;
  /** The last log-ins of an account that succeeded, the latest first. */
  lastLogins(account: string, limit: number): Promise<LoggedIn[]>;
  /** How often an account has logged in, or tried, on the Hong Kong day of a moment. */
  loginsOn(account: string, at: number): Promise<number>;
  loginBackOff(account: string): Promise<LoginBackOff | undefined>;
  backOffLogin(hold: LoginBackOff): Promise<void>;
  endLoginBackOff(account: string): Promise<void>;
}

export function loginRecords(db: Database, clock: Clock): LoginRecords {
  return {
    async countLogin(account) {
      const row = await db
        .insertInto('login_counts')
        .values({ account, day: hongKongDate(clock.now()), logins: 1 })
        .onConflict((on) =>
          on.columns(['account', 'day']).doUpdateSet((eb) => ({ logins: eb('login_counts.logins', '+', 1) })),
        )
        .returning('logins')
        .executeTakeFirstOrThrow();
      return row.logins;
    },

    noteLogin: ({ account, dataCentre, address }) =>
      db.transaction().execute(async (work) => {
        const login = { account, at: clock.now(), data_centre: dataCentre, address };
        await withoutAnswer(work, work.insertInto('login_log').values(login));
        const oldest = await work
          .selectFrom('login_log')
          .select('id')
          .where('account', '=', account)
          .orderBy('id', 'desc')
          .offset(KEPT)
          .limit(1)
          .executeTakeFirst();
        if (oldest === undefined) return;
        await work
          .deleteFrom('login_log')
          .where('account', '=', account)
          .where('id', '<=', oldest.id)
          .execute();
      }),

    async loginsOn(account, at) {
      const row = await db
        .selectFrom('login_counts')
        .select('logins')
        .where('account', '=', account)
        .where('day', '=', hongKongDate(at))
        .executeTakeFirst();
      return row?.logins ?? 0;
    },

    lastLogins: (account, limit) =>
      db
        .selectFrom('login_log')
        .select(['at', 'data_centre as dataCentre', 'address'])
        .where('account', '=', account)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),

    async loginBackOff(account) {
      const row = await db
        .selectFrom('login_holds')
        .selectAll()
        .where('account', '=', account)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { reason_code, reason_params, ...same } = row;
      const cause = reasonOf(reason_code, reason_params);
      return { ...same, ...(cause === undefined ? {} : { cause }) };
    },

    async backOffLogin({ account, until, wait, reason, cause }) {
      const { code: reason_code, params: reason_params } = reasonColumns(cause);
      const hold = { until, wait, reason, reason_code, reason_params };
      await db
        .insertInto('login_holds')
        .values({ account, ...hold })
        .onConflict((on) => on.column('account').doUpdateSet(hold))
        .execute();
    },

    async endLoginBackOff(account) {
      await db.deleteFrom('login_holds').where('account', '=', account).execute();
    },
  };
}
