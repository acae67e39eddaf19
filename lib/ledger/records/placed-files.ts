/**
 * Delivered files as they lie on their shares: what people may move, remove or write over at any time. A look compares
 * them with what was delivered; what it finds is no fact of this ledger, so only what a person decided is vouched for.
 */
import { batches } from '../batches.ts';
import { withoutAnswer } from '../engine.ts';
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { goneOf, rowOf } from '../journal/vouched.ts';
import type { Database, PlacedState, Work } from '../tables.ts';
import type { NewDelivery, Redelivery } from '../types.ts';
import { appendEvent } from './events.ts';

/** A delivered file, and what the last look at it found. */
export interface PlacedFile {
  versionId: number;
  account: string;
  /** Of the report at RAP. */
  path: string;
  name: string;
  share: string;
  /** '' where it was not written down. */
  destination: string;
  file: string;
  sha256: string;
  bytes: number;
  deliveredAt: number;
  /** Of the file when it was proved last; null where it was not written down. */
  modifiedAt: number | null;
  state: PlacedState | '';
  why: string;
  lookedAt: number | null;
  since: number | null;
  closed?: { at: number; by: string; reason: string };
}

/** What a look at one of them found. */
export interface PlacedLook {
  versionId: number;
  share: string;
  state: PlacedState;
  why: string;
  /** What the file must bear from now on; left out where that stays. */
  modifiedAt?: number;
}

export interface PlacedFiles {
  /** Files of reports that an account received since then (milliseconds) and no person closed, in order of their ids. */
  placedSince(account: string, since: number): Promise<PlacedFile[]>;
  /** Accounts of which something was received. */
  accountsDelivered(): Promise<string[]>;
  /** The files of one version. */
  placedOf(versionId: number): Promise<PlacedFile[]>;
  /**
   * Those that are gone or changed and that nobody has closed, of one account or share or of all, in order of their ids;
   * at most so many, the newest of them.
   */
  lostFiles(of?: { account?: string; share?: string; most?: number }): Promise<PlacedFile[]>;
  /** How many of them there are, by account. */
  lostCounts(): Promise<{ account: string; n: number }[]>;
  /** Paths at RAP of an account's reports of these business dates, or of none that is known, that are lost somewhere. */
  lostPaths(account: string, dates: readonly string[]): Promise<string[]>;
  /**
   * In lots of some hundred. What is lost since, or there again, is to be told. Of a file that was proved or looked at since
   * the look began, more is known than the look says.
   * @param at when the look began
   */
  notePlaced(looks: readonly PlacedLook[], at: number): Promise<void>;
  /** A person says that the file is not looked after any more. Journalled. @returns false when it was closed before */
  closePlaced(
    file: { versionId: number; share: string },
    act: { by: string; reason: string },
  ): Promise<boolean>;
  /**
   * A person had the report delivered again, or to a further share. Call it only when the file is durable and was read
   * back equal. Journalled with who and why.
   */
  recordRedelivery(delivery: Redelivery, act: { by: string; reason: string }): Promise<void>;
}

const LOST: readonly PlacedState[] = ['gone', 'changed'];
const MOST_LOST = 1000;

export function placedFiles(db: Database, writer: JournalWriter): PlacedFiles {
  const files = (work: Work) =>
    work
      .selectFrom('versions')
      .innerJoin('deliveries as delivery', 'delivery.version_id', 'versions.id')
      .leftJoin('placed_files as placed', (on) =>
        on
          .onRef('placed.version_id', '=', 'delivery.version_id')
          .onRef('placed.share', '=', 'delivery.share'),
      )
      .select(['versions.id', 'versions.account', 'versions.path', 'versions.name', 'versions.bytes'])
      .select(['delivery.share', 'delivery.file', 'delivery.sha256', 'delivery.delivered_at'])
      .select(['placed.destination', 'placed.modified_at', 'placed.state', 'placed.why', 'placed.looked_at'])
      .select(['placed.since', 'placed.closed_at', 'placed.closed_by', 'placed.closed_why']);

  const lost = () =>
    db
      .selectFrom('placed_files as placed')
      .innerJoin('versions', 'versions.id', 'placed.version_id')
      .innerJoin('deliveries as delivery', (on) =>
        on
          .onRef('delivery.version_id', '=', 'placed.version_id')
          .onRef('delivery.share', '=', 'placed.share'),
      )
      .where('placed.state', 'in', LOST)
      .where('placed.closed_at', 'is', null);

  return {
    async placedSince(account, since) {
      const ids = await db
        .selectFrom('versions')
        .select('id')
        .where('account', '=', account)
        .where('received_at', '>=', since)
        .orderBy('id')
        .execute();
      const found: PlacedFile[] = [];
      for (const some of batches(ids.map(({ id }) => id))) {
        const rows = await files(db).where('versions.id', 'in', some).orderBy('versions.id').execute();
        found.push(...rows.filter((row) => row.closed_at === null).map(placedFile));
      }
      return found;
    },

    async accountsDelivered() {
      const accounts: string[] = [];
      // One seek for each: a list of all would walk through the table.
      for (let after = ''; ; ) {
        const next = await db
          .selectFrom('versions')
          .select('account')
          .where('account', '>', after)
          .orderBy('account')
          .limit(1)
          .executeTakeFirst();
        if (next === undefined) return accounts;
        accounts.push(next.account);
        after = next.account;
      }
    },

    async placedOf(versionId) {
      const rows = await files(db).where('versions.id', '=', versionId).orderBy('delivery.share').execute();
      return rows.map(placedFile);
    },

    async lostFiles({ account, share, most = MOST_LOST } = {}) {
      const newest = await lost()
        .select(['placed.version_id as id'])
        .$if(account !== undefined, (query) => query.where('versions.account', '=', account ?? ''))
        .$if(share !== undefined, (query) => query.where('placed.share', '=', share ?? ''))
        .orderBy('placed.version_id', 'desc')
        .limit(most)
        .execute();
      const found: PlacedFile[] = [];
      for (const some of batches([...new Set(newest.map(({ id }) => id))].reverse())) {
        const rows = await files(db).where('versions.id', 'in', some).orderBy('versions.id').execute();
        found.push(...rows.map(placedFile));
      }
      return found
        .filter((one) => isLost(one) && one.closed === undefined)
        .filter((one) => share === undefined || one.share === share);
    },

    async lostCounts() {
      const counts = await lost()
        .select('versions.account')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .groupBy('versions.account')
        .orderBy('versions.account')
        .execute();
      return counts.map(({ account, n }) => ({ account, n: Number(n) }));
    },

    async lostPaths(account, dates) {
      const rows = await lost()
        .select('versions.path')
        .distinct()
        .where('versions.account', '=', account)
        .where('versions.business_date', 'in', [...dates, ''])
        .execute();
      return rows.map(({ path }) => path);
    },

    async notePlaced(looks, at) {
      for (const some of batches(looks)) {
        await db.transaction().execute(async (work) => {
          const turned: Turned[] = [];
          for (const { versionId, share, state, why, modifiedAt } of some) {
            const lost = LOST.includes(state);
            const before = await work
              .selectFrom('placed_files')
              .select(['since', 'state', 'looked_at', 'closed_at'])
              .where('version_id', '=', versionId)
              .where('share', '=', share)
              .executeTakeFirst();
            const { looked_at: looked = null } = before ?? {};
            // A moment that is still to come was noted by a clock that went wrong.
            if (looked !== null && looked > at && looked <= writer.clock.now()) continue;
            // A share that is away says nothing of what was found before.
            if (state === 'unknown' && before !== undefined && LOST.includes(before.state)) continue;
            const found = {
              state,
              why,
              looked_at: at,
              since: lost ? (before?.since ?? at) : null,
              ...(modifiedAt === undefined ? {} : { modified_at: modifiedAt }),
            };
            await work
              .insertInto('placed_files')
              .values({ version_id: versionId, share, ...blank, ...found })
              .onConflict((on) => on.columns(['version_id', 'share']).doUpdateSet(found))
              .execute();
            const { closed_at: closed = null } = before ?? {};
            if (closed === null && lost !== isLost(before)) turned.push({ versionId, share, lost });
          }
          await appendTurned(work, writer.clock.now(), turned);
        });
      }
    },

    closePlaced: ({ versionId, share }, { by, reason }) =>
      db.transaction().execute(async (work) => {
        const closed = { closed_at: writer.clock.now(), closed_by: by, closed_why: reason };
        const row = await work
          .updateTable('placed_files')
          .set(closed)
          .where('version_id', '=', versionId)
          .where('share', '=', share)
          .where('closed_at', 'is', null)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return false;
        if (isLost(row)) await appendTurned(work, closed.closed_at, [{ versionId, share, lost: false }]);
        const details = { versionId, share, ...(await nameOf(work, versionId)) };
        const entry = { who: by, what: 'file on a share closed', why: reason, details };
        await appendJournal(work, writer, entry, rowOf('placed_files', row, true));
        return true;
      }),

    recordRedelivery: (delivery, { by, reason }) =>
      db.transaction().execute(async (work) => {
        const { versionId, share, file, sha256, outcome, destination, placedAt } = delivery;
        const before = await work
          .selectFrom('deliveries')
          .select('version_id')
          .where('version_id', '=', versionId)
          .where('share', '=', share)
          .executeTakeFirst();
        // When it came to lie there first, and in which run, stays as it is.
        const first = { run: BY_HAND, delivered_at: writer.clock.now() };
        const row = await work
          .insertInto('deliveries')
          .values({ version_id: versionId, share, file, sha256, outcome, ...first })
          .onConflict((on) => on.columns(['version_id', 'share']).doUpdateSet({ file, outcome }))
          .returningAll()
          .executeTakeFirstOrThrow();
        await work
          .updateTable('delivery_failures')
          .set({ resolved_run: BY_HAND })
          .where('version_id', '=', versionId)
          .where('share', '=', share)
          .where('resolved_run', 'is', null)
          .execute();
        const placed = await work
          .selectFrom('placed_files')
          .selectAll()
          .where('version_id', '=', versionId)
          .where('share', '=', share)
          .executeTakeFirst();
        const closed = placed !== undefined && placed.closed_at !== null;
        const now = writer.clock.now();
        await place(work, { versionId, share, destination, placedAt }, now);
        if (isLost(placed) && !closed) await appendTurned(work, now, [{ versionId, share, lost: false }]);
        const details = { versionId, share, file, sha256, outcome, ...(await nameOf(work, versionId)) };
        const rows = [
          ...rowOf('deliveries', row, before === undefined),
          ...(closed ? goneOf('placed_files', placed) : []),
        ];
        await appendJournal(work, writer, { who: by, what: 'delivered again', why: reason, details }, rows);
      }),
  };
}

/** The run of a delivery that a person asked for. */
const BY_HAND = 'by hand';

/** A file that nobody looked at yet. */
const blank = {
  destination: '',
  modified_at: null,
  closed_at: null,
  closed_by: '',
  closed_why: '',
};

/** Writes down, within a transaction, how a file looks that was just proved on its share. */
export async function place(
  work: Work,
  {
    versionId,
    share,
    destination = '',
    placedAt,
  }: Pick<NewDelivery, 'versionId' | 'share' | 'destination' | 'placedAt'>,
  at: number,
): Promise<void> {
  const proved = {
    ...{ destination, modified_at: placedAt ?? null, state: 'there' as const, why: '', looked_at: at },
    ...{ since: null, closed_at: null, closed_by: '', closed_why: '' },
  };
  const write = work
    .insertInto('placed_files')
    .values({ version_id: versionId, share, ...proved })
    .onConflict((on) => on.columns(['version_id', 'share']).doUpdateSet(proved));
  await withoutAnswer(work, write);
}

export function isLost(file: Pick<PlacedFile, 'state'> | undefined): boolean {
  return file?.state === 'gone' || file?.state === 'changed';
}

interface Turned {
  versionId: number;
  share: string;
  lost: boolean;
}

/** Within the transaction that finds files lost, or there again: an event for each account and share. */
async function appendTurned(work: Work, at: number, turned: readonly Turned[]): Promise<void> {
  if (turned.length === 0) return;
  const ids = [...new Set(turned.map(({ versionId }) => versionId))];
  const of = await work.selectFrom('versions').select(['id', 'account']).where('id', 'in', ids).execute();
  const accounts = new Map(of.map(({ id, account }) => [id, account]));
  for (const [subject, onShare] of Map.groupBy(turned, ({ share }) => share)) {
    for (const [account = '', some] of Map.groupBy(onShare, (one) => accounts.get(one.versionId))) {
      const lost = some.filter((one) => one.lost).map(({ versionId }) => versionId);
      await appendEvent(work, at, { kind: 'copies', subject, account, run: '', payload: { lost } });
    }
  }
}

async function nameOf(work: Work, versionId: number): Promise<{ account: string; path: string }> {
  return work
    .selectFrom('versions')
    .select(['account', 'path'])
    .where('id', '=', versionId)
    .executeTakeFirstOrThrow();
}

function placedFile(row: {
  id: number;
  account: string;
  path: string;
  name: string;
  bytes: number;
  share: string;
  file: string;
  sha256: string;
  delivered_at: number;
  destination: string | null;
  modified_at: number | null;
  state: PlacedState | null;
  why: string | null;
  looked_at: number | null;
  since: number | null;
  closed_at: number | null;
  closed_by: string | null;
  closed_why: string | null;
}): PlacedFile {
  const { account, path, name, bytes, share, file, sha256, since } = row;
  return {
    ...{ versionId: row.id, account, path, name, bytes, share, file, sha256, since },
    destination: row.destination ?? '',
    deliveredAt: row.delivered_at,
    modifiedAt: row.modified_at,
    state: row.state ?? '',
    why: row.why ?? '',
    lookedAt: row.looked_at,
    ...(row.closed_at === null
      ? {}
      : { closed: { at: row.closed_at, by: row.closed_by ?? '', reason: row.closed_why ?? '' } }),
  };
}
