/** Which SSH key an account uses, by fingerprint, since when and until when: a change is noticed also after a restart. */
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { rowOf } from '../journal/vouched.ts';
import type { Database } from '../tables.ts';

/** What is known of the key of an account. */
export interface KeyLife {
  account: string;
  /** Of the public half, 'SHA256:...'; '' when none was read yet. */
  fingerprint: string;
  /** When it took the place of another one in the settings, milliseconds since 1970. */
  since: number | null;
  /** When it was first logged in with; null when never, or before that was kept. */
  firstUsedAt: number | null;
  /** 'YYYY-MM-DD', until when a person says that it may be used; '' when nobody does. */
  until: string;
}

export interface AccountKeyRecords {
  /** Fingerprint 'SHA256:...' of the public half; undefined before the first log-in. */
  keyOf(account: string): Promise<string | undefined>;
  /** The same, with when this process or an earlier one used it first. */
  keyInUse(account: string): Promise<{ fingerprint: string; since: number } | undefined>;
  /** Notes the key of an account; a change is journalled. */
  noteKey(account: string, fingerprint: string): Promise<void>;
  /** Notes a log-in with a key; the first one is journalled. */
  noteKeyUse(account: string, fingerprint: string): Promise<void>;
  /** Notes until when the key may be used, '' for unknown; a change is journalled. */
  setKeyUntil(account: string, until: string): Promise<void>;
  /** The keys that an account has logged in with, the first of each. */
  keyUses(account: string): Promise<{ fingerprint: string; firstLoginAt: number }[]>;
  /** Of every account whose key or its end is known, in order of name. */
  keyLives(): Promise<KeyLife[]>;
}

export function accountKeyRecords(db: Database, writer: JournalWriter): AccountKeyRecords {
  const keyOf = async (work: Database, account: string) => {
    const row = await work
      .selectFrom('account_keys')
      .select('fingerprint')
      .where('account', '=', account)
      .executeTakeFirst();
    return row?.fingerprint;
  };
  const untilOf = async (work: Database, account: string) => {
    const row = await work
      .selectFrom('key_terms')
      .select('until')
      .where('account', '=', account)
      .executeTakeFirst();
    return row?.until;
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
        const values = { fingerprint, since: writer.clock.now() };
        const row = await work
          .insertInto('account_keys')
          .values({ account, ...values })
          .onConflict((on) => on.column('account').doUpdateSet(values))
          .returningAll()
          .executeTakeFirstOrThrow();
        const what = before === undefined ? 'SSH key noted' : 'SSH key changed';
        const details = { account, fingerprint, ...(before === undefined ? {} : { before }) };
        const entry = { who: 'rap', what, why: 'The account logs in with it', details };
        await appendJournal(work, writer, entry, rowOf('account_keys', row, before === undefined));
      });
    },

    async noteKeyUse(account, fingerprint) {
      await db.transaction().execute(async (work) => {
        const row = await work
          .insertInto('key_uses')
          .values({ account, fingerprint, first_login_at: writer.clock.now() })
          .onConflict((on) => on.columns(['account', 'fingerprint']).doNothing())
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return;
        const details = { account, fingerprint };
        const entry = {
          who: 'rap',
          what: 'SSH key first used',
          why: 'The account logged in with it',
          details,
        };
        await appendJournal(work, writer, entry, rowOf('key_uses', row, true));
      });
    },

    keyUses: (account) =>
      db
        .selectFrom('key_uses')
        .select(['fingerprint', 'first_login_at as firstLoginAt'])
        .where('account', '=', account)
        .orderBy('first_login_at')
        .execute(),

    async setKeyUntil(account, until) {
      if (((await untilOf(db, account)) ?? '') === until) return;
      await db.transaction().execute(async (work) => {
        const before = await untilOf(work, account);
        const row = await work
          .insertInto('key_terms')
          .values({ account, until })
          .onConflict((on) => on.column('account').doUpdateSet({ until }))
          .returningAll()
          .executeTakeFirstOrThrow();
        const details = { account, until, ...(before === undefined ? {} : { before }) };
        const entry = {
          who: 'rap',
          what: 'end of the SSH key noted',
          why: 'The settings of the account',
          details,
        };
        await appendJournal(work, writer, entry, rowOf('key_terms', row, before === undefined));
      });
    },

    async keyLives() {
      const keys = await db.selectFrom('account_keys').selectAll().execute();
      const uses = await db.selectFrom('key_uses').selectAll().execute();
      const terms = await db.selectFrom('key_terms').selectAll().execute();
      const accounts = [...new Set([...keys, ...terms].map(({ account }) => account))].sort();
      return accounts.map((account) => {
        const key = keys.find((one) => one.account === account);
        const fingerprint = key?.fingerprint ?? '';
        const use = uses.find((one) => one.account === account && one.fingerprint === fingerprint);
        return {
          ...{ account, fingerprint, since: key?.since ?? null, firstUsedAt: use?.first_login_at ?? null },
          until: terms.find((one) => one.account === account)?.until ?? '',
        };
      });
    },
  };
}
