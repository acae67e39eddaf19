/** Alarms for people who look, a page at a time: what nobody has taken up comes first. */
import { type ExpressionBuilder, sql } from 'kysely';
import { reportCodes } from '../../model/report-news.ts';
import { batches } from '../batches.ts';
import type { Database, Tables } from '../tables.ts';
import type { AlarmRecord } from './alarm-sightings.ts';
import { alarmOf } from './alarms.ts';

/** `unheard`: open, and nobody has said that he knows; `known`: open, and somebody has; `closed`: over. */
export type AlarmsAsked = 'unheard' | 'known' | 'closed';

export interface AlarmList {
  /**
   * Alarms of a kind: critical ones first, then the newest; closed ones by when they were raised alone.
   * @param ask.now an acknowledgement counts until its time is over, milliseconds since 1970
   * @param ask.after the last alarm of the page before
   */
  alarmLines(ask: {
    show: AlarmsAsked;
    now: number;
    limit: number;
    after?: Pick<AlarmRecord, 'id' | 'level'>;
  }): Promise<AlarmRecord[]>;
  /** Open alarms: critical ones first, of each those that were met last. */
  loudestAlarms(limit: number): Promise<AlarmRecord[]>;
  /** How many are open, of what; those that were raised first come first. */
  alarmGroups(now: number): Promise<AlarmGroup[]>;
  /** The same of those about single reports, by subject. @param subjects of one account */
  reportAlarmGroups(now: number, account: string, subjects: readonly string[]): Promise<AlarmGroup[]>;
  /** The business dates of the reports that open alarms of an account are about, each once. */
  openDates(account: string): Promise<string[]>;
  /** How many alarms are open. */
  openCount(): Promise<number>;
  /** The same, by whether somebody has taken them up. */
  alarmCounts(now: number): Promise<{ unheard: number; known: number; critical: number }>;
}

/** Open alarms about the same: so many of an account and code. */
export interface AlarmGroup {
  account: string;
  code: string;
  critical: boolean;
  /** Has somebody said that he knows, and does it still count? */
  known: boolean;
  n: number;
}

type Row = ExpressionBuilder<Tables, 'alarms'>;

/** Somebody's word counts when it was given after the last mail, and its time is not over. */
const isKnown = (now: number) => (row: Row) =>
  row.and([
    row('acknowledged_at', 'is not', null),
    row(row.fn.coalesce('rest_until', row.lit(0)), '>', now),
    row.or([row('mailed_at', 'is', null), row('acknowledged_at', '>=', row.ref('mailed_at'))]),
  ]);

export function alarmList(db: Database): AlarmList {
  const groups = (now: number) =>
    db
      .selectFrom('alarms')
      .select(['account', 'code'])
      .select((row) => [
        sql<number>`case when level = 'critical' then 1 else 0 end`.as('critical'),
        sql<number>`case when ${isKnown(now)(row)} then 1 else 0 end`.as('known'),
        row.fn.countAll<number>().as('n'),
      ])
      .where('closed_at', 'is', null)
      .groupBy(['account', 'code', 'critical', 'known'])
      .orderBy((row) => row.fn.min('id'));
  const grouped = (rows: { account: string; code: string; critical: number; known: number; n: number }[]) =>
    rows.map(({ account, code, critical, known, n }) => ({
      ...{ account, code, critical: Number(critical) === 1, known: Number(known) === 1, n: Number(n) },
    }));

  return {
    async loudestAlarms(limit) {
      const found: AlarmRecord[] = [];
      for (const critical of [true, false]) {
        if (found.length >= limit) break;
        const rows = await db
          .selectFrom('alarms')
          .selectAll()
          .where('closed_at', 'is', null)
          .where('level', critical ? '=' : '!=', 'critical')
          .orderBy('seen_at', 'desc')
          .orderBy('id')
          .limit(limit - found.length)
          .execute();
        found.push(...rows.map(alarmOf));
      }
      return found;
    },

    alarmGroups: async (now) => grouped(await groups(now).execute()),

    async reportAlarmGroups(now, account, subjects) {
      const found: AlarmGroup[] = [];
      for (const some of batches(subjects)) {
        const rows = await groups(now)
          .where('account', '=', account)
          .where('subject', 'in', some)
          .where('code', 'in', [...reportCodes])
          .execute();
        found.push(...grouped(rows));
      }
      return found;
    },

    async openDates(account) {
      const rows = await db
        .selectFrom('alarms')
        .select('business_date as date')
        .distinct()
        .where('closed_at', 'is', null)
        .where('account', '=', account)
        .where('business_date', '!=', '')
        .execute();
      return rows.map(({ date }) => date);
    },

    async alarmLines({ show, now, limit, after }) {
      const all = db.selectFrom('alarms').selectAll().limit(limit);
      if (show === 'closed') {
        const past = all.where('closed_at', 'is not', null).orderBy('id', 'desc');
        const page = after === undefined ? past : past.where('id', '<', after.id);
        return (await page.execute()).map(alarmOf);
      }
      const known = isKnown(now);
      const open = all
        .where('closed_at', 'is', null)
        .where((row) => (show === 'known' ? known(row) : row.not(known(row))));
      const found: AlarmRecord[] = [];
      // The level is the first half of the key: critical ones, then all others.
      for (const critical of [true, false]) {
        if (found.length >= limit) break;
        if (after !== undefined && critical && after.level !== 'critical') continue;
        let page = open.where('level', critical ? '=' : '!=', 'critical').orderBy('id', 'desc');
        if (after !== undefined && (after.level === 'critical') === critical)
          page = page.where('id', '<', after.id);
        const rows = await page.limit(limit - found.length).execute();
        found.push(...rows.map(alarmOf));
      }
      return found;
    },

    async openCount() {
      const { n } = await db
        .selectFrom('alarms')
        .select((row) => row.fn.countAll<number>().as('n'))
        .where('closed_at', 'is', null)
        .executeTakeFirstOrThrow();
      return Number(n);
    },

    async alarmCounts(now) {
      const open = () =>
        db
          .selectFrom('alarms')
          .select((row) => row.fn.countAll<number>().as('n'))
          .where('closed_at', 'is', null);
      const known = isKnown(now);
      const all = await open().executeTakeFirstOrThrow();
      const heard = await open().where(known).executeTakeFirstOrThrow();
      const critical = await open().where('level', '=', 'critical').executeTakeFirstOrThrow();
      return {
        unheard: Number(all.n) - Number(heard.n),
        known: Number(heard.n),
        critical: Number(critical.n),
      };
    },
  };
}
