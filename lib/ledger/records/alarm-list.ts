/** Alarms for people who look, a page at a time: what nobody has taken up comes first. */
import type { ExpressionBuilder } from 'kysely';
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
  /** How many alarms are open. */
  alarmCounts(now: number): Promise<{ unheard: number; known: number; critical: number }>;
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
  return {
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
