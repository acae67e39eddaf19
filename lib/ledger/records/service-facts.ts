/** What is asked of the ledger to say whether the service works: few rows each, whatever has piled up. */
import { sql } from 'kysely';
import { JUMP_MS } from '../../time/clock-watch.ts';
import { isPostgres } from '../engine.ts';
import type { JournalWriter } from '../journal/journal.ts';
import type { Database, MailLevel } from '../tables.ts';
import { isWaiting } from './mail-list.ts';

export interface WaitingMails {
  count: number;
  /** When the one that has waited longest was queued, milliseconds since 1970; null when none waits. */
  oldest: number | null;
}

export interface AlarmCount {
  code: string;
  level: MailLevel;
  acknowledged: boolean;
  count: number;
}

export interface ReceivedBytes {
  account: string;
  reports: number;
  bytes: number;
}

export interface ServiceFacts {
  /** Writes what the clock shows, so that it is known whether the ledger can be written. Not journalled. */
  noteAlive(): Promise<void>;
  /** Mails that wait for a relay; what is held back for a summary does not. */
  waitingMails(): Promise<WaitingMails>;
  /** Open alarms, by code and level. */
  openAlarmCounts(): Promise<AlarmCount[]>;
  /** When the account was listed last, whole, in a run that met no fault of it; null when it never was. */
  lastGoodRun(account: string): Promise<number | null>;
  /** When all folders of the account could be looked into last; null when it is not written down. */
  lastGoodLook(account: string): Promise<number | null>;
  /** Since when the account logs in with the key it has; null before its first log-in. */
  keySince(account: string): Promise<number | null>;
  /** Bytes of the tables and their indexes on PostgreSQL; 0 where they are a file. */
  tableBytes(): Promise<number>;
  /** The number of the last copy of a report that was received; 0 when there is none. */
  lastReceived(): Promise<number>;
  /** What came after the copy with this number, by account. */
  receivedAfter(copy: number): Promise<{ last: number; accounts: ReceivedBytes[] }>;
}

const ALIVE = 'alive';
/** So many copies are added up at once. */
const SOME = 5_000;

export function serviceFacts(db: Database, { clock }: JournalWriter): ServiceFacts {
  const lastReceived = async (): Promise<number> => {
    const query = db.selectFrom('versions').select('id').orderBy('id', 'desc').limit(1);
    return (await query.executeTakeFirst())?.id ?? 0;
  };

  return {
    async noteAlive() {
      const value = String(clock.now());
      await db
        .insertInto('properties')
        .values({ name: ALIVE, value })
        .onConflict((on) => on.column('name').doUpdateSet({ value }))
        .execute();
    },

    async tableBytes() {
      if (!isPostgres(db)) return 0;
      const { rows } = await sql<{ bytes: number | null }>`
        select sum(pg_total_relation_size(oid)) as bytes from pg_class
        where relnamespace = current_schema()::regnamespace and relkind = 'r'
      `.execute(db);
      return rows[0]?.bytes ?? 0;
    },

    async waitingMails() {
      const row = await db
        .selectFrom('mails')
        .select((mail) => [
          mail.fn.countAll<number>().as('count'),
          mail.fn.min<number | null>('created_at').as('oldest'),
        ])
        .where(isWaiting)
        .executeTakeFirstOrThrow();
      return { count: Number(row.count), oldest: row.oldest };
    },

    async openAlarmCounts() {
      const rows = await db
        .selectFrom('alarms')
        .select([
          'code',
          'level',
          sql<number>`case when acknowledged_at is null then 0 else 1 end`.as('acknowledged'),
        ])
        .select((alarm) => alarm.fn.countAll<number>().as('count'))
        .where('closed_at', 'is', null)
        .groupBy(['code', 'level', 'acknowledged'])
        .execute();
      return rows.map(({ code, level, acknowledged, count }) => ({
        ...{ code, level, acknowledged: acknowledged === 1, count: Number(count) },
      }));
    },

    async lastGoodRun(account) {
      const row = await db
        .selectFrom('listings')
        .select('listed_at')
        .where('account', '=', account)
        .where('complete', '=', 1)
        // What a clock that was ahead has stamped would look good for years.
        .where('listed_at', '<=', clock.now() + JUMP_MS)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('failures')
                .select('failures.id')
                .whereRef('failures.run', '=', 'listings.run')
                .whereRef('failures.account', '=', 'listings.account')
                .where('failures.past', '=', 0),
            ),
          ),
        )
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('delivery_failures as failed')
                .innerJoin('versions', 'versions.id', 'failed.version_id')
                .select('failed.version_id')
                .whereRef('failed.run', '=', 'listings.run')
                .whereRef('versions.account', '=', 'listings.account')
                .where('failed.resolved_run', 'is', null),
            ),
          ),
        )
        .orderBy('listed_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.listed_at ?? null;
    },

    async lastGoodLook(account) {
      const row = await db
        .selectFrom('looks')
        .select('at')
        .where('account', '=', account)
        .where('failed', '=', '[]')
        .where('at', '<=', clock.now() + JUMP_MS)
        .orderBy('at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.at ?? null;
    },

    async keySince(account) {
      const query = db.selectFrom('account_keys').select('since').where('account', '=', account);
      return (await query.executeTakeFirst())?.since ?? null;
    },

    lastReceived,

    async receivedAfter(copy) {
      const sums = new Map<string, ReceivedBytes>();
      const newest = await lastReceived();
      for (let last = copy; last < newest; last += SOME) {
        const rows = await db
          .selectFrom('versions')
          .select('account')
          .select((version) => [
            version.fn.countAll<number>().as('reports'),
            version.fn.sum<number>('bytes').as('bytes'),
          ])
          .where('id', '>', last)
          .where('id', '<=', Math.min(newest, last + SOME))
          .groupBy('account')
          .execute();
        for (const { account, reports, bytes } of rows) {
          const before = sums.get(account) ?? { account, reports: 0, bytes: 0 };
          const [more, moreBytes] = [Number(reports), Number(bytes)];
          sums.set(account, { account, reports: before.reports + more, bytes: before.bytes + moreBytes });
        }
      }
      return { last: newest, accounts: [...sums.values()] };
    },
  };
}
