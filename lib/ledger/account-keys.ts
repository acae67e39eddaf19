/** Which SSH key an account uses, by fingerprint: a key that changes is noticed also after a restart. */
import { appendJournal, type Pen } from './journal.ts';
import type { Database } from './tables.ts';
import { rowOf } from './vouched.ts';

export interface AccountKeys {
  /** Fingerprint 'SHA256:...' of the public half; undefined before the first log-in. */
  keyOf(account: string): Promise<string | undefined>;
  /** The same, with when this process or an earlier one used it first. */
  keyInUse(account: string): Promise<{ fingerprint: string; since: number } | undefined>;
  /** Notes the key of an account; a change is journalled. */
  noteKey(account: string, fingerprint: string): Promise<void>;
}

export function accountKeys(db: Database, pen: Pen): AccountKeys {
  const keyOf = async (work: Database, account: string) => {
    const row = await work
      .selectFrom('account_keys')
      .select('fingerprint')
      .where('account', '=', account)
      .executeTakeFirst();
    return row?.fingerprint;
  };
  return {
    keyOf: (account) => keyOf(db, account),

    keyInUse: (account) =>
      db
        .selectFrom('account_keys')
        .select(['fingerprint', 'since'])
        .where('account', '=', account)
        .executeTakeFirst(),

    async noteKey(account, fingerprint) {
      if ((await keyOf(db, account)) === fingerprint) return;
      await db.transaction().execute(async (work) => {
        const before = await keyOf(work, account);
        if (before === fingerprint) return;
        const values = { fingerprint, since: pen.clock.now() };
        const row = await work
          .insertInto('account_keys')
          .values({ account, ...values })
          .onConflict((on) => on.column('account').doUpdateSet(values))
          .returningAll()
          .executeTakeFirstOrThrow();
        const what = before === undefined ? 'SSH key noted' : 'SSH key changed';
        const details = { account, fingerprint, ...(before === undefined ? {} : { before }) };
        const entry = { who: 'rap', what, why: 'The account logs in with it', details };
        await appendJournal(work, pen, entry, rowOf('account_keys', row, before === undefined));
      });
    },
  };
}
