/** How often an account logged in, and until when it waits because a server turned it away. */
import type { Clock } from '../time/clock.ts';
import { hongKongDate } from '../time/hong-kong.ts';
import type { Database } from './tables.ts';
import type { LoginHold } from './types.ts';

export interface Logins {
  /** Counts one login, of today in Hong Kong. @returns how many there are today with this one */
  countLogin(account: string): Promise<number>;
  loginHold(account: string): Promise<LoginHold | undefined>;
  holdLogin(hold: LoginHold): Promise<void>;
  endLoginHold(account: string): Promise<void>;
}

export function logins(db: Database, clock: Clock): Logins {
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

    loginHold: (account) =>
      db.selectFrom('login_holds').selectAll().where('account', '=', account).executeTakeFirst(),

    async holdLogin({ account, until, wait, reason }) {
      await db
        .insertInto('login_holds')
        .values({ account, until, wait, reason })
        .onConflict((on) => on.column('account').doUpdateSet({ until, wait, reason }))
        .execute();
    },

    async endLoginHold(account) {
      await db.deleteFrom('login_holds').where('account', '=', account).execute();
    },
  };
}
