/**
 * What was seen and is not here, for people who look: counted, and a page at a time, the newest first. However much of
 * it there is, a page reads as many rows as it shows.
 */
import { sql } from 'kysely';
import type { Database } from '../tables.ts';
import type { JudgedName, OutstandingReport, QuarantinedReport } from '../types.ts';
import { outstandingReport } from './outstanding.ts';
import { isOpenName, judgedName, quarantinedReport } from './quarantine.ts';

/** Of a list by number: those below `before`, so many at most. */
export interface PageOfIds {
  limit: number;
  /** Number of the last one of the page before; left out for the first page. */
  before?: number;
}

export interface OpenCounts {
  /** Seen at RAP and not here. */
  outstanding: number;
  /** In quarantine, and nobody has decided. */
  quarantine: number;
  /** Entries that are left alone, and nobody has decided. */
  refused: number;
}

/** Of one account and kind. */
export interface OpenOfAccount {
  kind: keyof OpenCounts;
  account: string;
  count: number;
  /** When the oldest was seen first, milliseconds since 1970. */
  oldest: number;
}

/** The same as in OpenItems, of all accounts. */
export interface OpenLists {
  openCounts(): Promise<OpenCounts>;
  openByAccount(): Promise<OpenOfAccount[]>;
  outstandingPage(page: PageOfIds): Promise<OutstandingReport[]>;
  quarantinePage(page: PageOfIds): Promise<QuarantinedReport[]>;
  /** An entry that was refused for several reasons is there once, for the last one. */
  refusedPage(page: PageOfIds): Promise<JudgedName[]>;
  /** The one with this number, as long as it is open. */
  outstandingReport(id: number): Promise<OutstandingReport | undefined>;
}

export function openLists(db: Database): OpenLists {
  const outstanding = () =>
    db.selectFrom('outstanding').where('closed_at', 'is', null).where('left_out', '=', 0);
  const quarantine = () => db.selectFrom('quarantine').where('decision', '=', '');
  const refused = () =>
    db
      .selectFrom('refusals')
      .where(isOpenName)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('refusals as later')
              .select('later.id')
              .whereRef('later.account', '=', 'refusals.account')
              .whereRef('later.folder', '=', 'refusals.folder')
              .whereRef('later.name_hex', '=', 'refusals.name_hex')
              // Reckoned, so that rows are found by their entry and not by their number.
              .where(sql<boolean>`later.id + 0 > refusals.id`)
              .where('later.came_at', 'is', null),
          ),
        ),
      );
  const byAccount = async (): Promise<OpenOfAccount[]> => {
    const n = sql<number>`count(*)`.as('n');
    const oldest = (column: string) => sql<number>`min(${sql.ref(column)})`.as('oldest');
    const counted = {
      outstanding: outstanding().select(['account', n, oldest('first_seen')]),
      quarantine: quarantine().select(['account', n, oldest('held_at')]),
      refused: refused().select(['account', n, oldest('first_seen_at')]),
    };
    const of = (kind: OpenOfAccount['kind'], rows: { account: string; n: number; oldest: number }[]) =>
      rows.map(
        (row): OpenOfAccount => ({
          ...{ kind, account: row.account, count: Number(row.n), oldest: Number(row.oldest) },
        }),
      );
    return [
      ...of('outstanding', await counted.outstanding.groupBy('account').orderBy('account').execute()),
      ...of('quarantine', await counted.quarantine.groupBy('account').orderBy('account').execute()),
      ...of('refused', await counted.refused.groupBy('account').orderBy('account').execute()),
    ];
  };
  const before = (page: PageOfIds) => page.before ?? Number.MAX_SAFE_INTEGER;

  return {
    async openCounts() {
      const open = { outstanding: 0, quarantine: 0, refused: 0 };
      for (const { kind, count } of await byAccount()) open[kind] += count;
      return open;
    },

    openByAccount: byAccount,

    async outstandingPage(page) {
      const rows = outstanding().selectAll().where('id', '<', before(page));
      return (await rows.orderBy('id', 'desc').limit(page.limit).execute()).map(outstandingReport);
    },

    async quarantinePage(page) {
      const rows = quarantine().selectAll().where('id', '<', before(page));
      return (await rows.orderBy('id', 'desc').limit(page.limit).execute()).map(quarantinedReport);
    },

    async refusedPage(page) {
      const rows = refused().selectAll().where('refusals.id', '<', before(page));
      return (await rows.orderBy('refusals.id', 'desc').limit(page.limit).execute()).map(judgedName);
    },

    async outstandingReport(id) {
      const row = await outstanding().selectAll().where('id', '=', id).executeTakeFirst();
      return row && outstandingReport(row);
    },
  };
}
