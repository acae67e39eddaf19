/**
 * Outstanding reports: what was seen at the server and did not come. A row begins when a listing shows a report that
 * is not here; it goes when the report was received or put into quarantine. One that a person closed stays, so that
 * the same content is not outstanding again.
 */
import { type Selectable, sql } from 'kysely';
import type { DataCentre } from '../words/types.ts';
import { batches } from './batches.ts';
import { appendJournal, type Pen } from './journal.ts';
import type { Database, OutstandingState, Tables, Work } from './tables.ts';
import type { NewIntent, OutstandingReport, SeenEntry } from './types.ts';

/** The run that sees, and where. */
export interface Sight {
  account: string;
  run: string;
  /** '' where that is not known. */
  dataCentre: DataCentre | '';
}

/** Why something did not come. */
export interface Why {
  code: string;
  message: string;
  cure: string;
}

/** What a listing says of things that were outstanding before it, by path. */
export interface Outcome {
  /** Here after all, or known elsewhere: in quarantine, among the refused names, in a folder that could be listed. */
  over: string[];
  writing: string[];
  gone: string[];
}

export interface OutstandingRecords {
  /** What a run knows of an account: open ones, those the flow left out, and those a person closed. */
  seenReports(account: string): Promise<OutstandingReport[]>;
  /** A listing shows these and they are not here; one that was closed is open again. In lots of some hundred. */
  noteSeen(sight: Sight, entries: readonly SeenEntry[]): Promise<void>;
  /** A folder could not be listed, or a report must be there that was never listed. */
  noteMissing(
    sight: Sight,
    missing: { path: string; kind: OutstandingReport['kind']; state: OutstandingState } & Why,
  ): Promise<void>;
  /** What the listing says of the others, all or nothing. Each run counts once for all that is open. */
  noteOutcome(sight: Sight, outcome: Outcome): Promise<void>;
  /** Open ones that the flow does not ask for. The next listing that shows them begins anew. */
  noteLeftOut(account: string, paths: readonly string[]): Promise<void>;
  /** They have become alarms of their own; the first time stays. */
  markOverdue(ids: readonly number[]): Promise<void>;
  /**
   * A person says that nothing more is expected. Journalled.
   * @returns false when it is not open
   */
  closeOutstanding(id: number, act: { by: string; reason: string }): Promise<boolean>;
}

export function outstandingRecords(db: Database, pen: Pen): OutstandingRecords {
  const { clock } = pen;
  return {
    seenReports: (account) => seenRows(db, account),

    async noteSeen(sight, entries) {
      for (const some of batches(entries)) {
        await db.transaction().execute(async (work) => {
          for (const { path, size, modifiedAt } of some) {
            const seen = { size, modified_at: modifiedAt, last_seen: clock.now(), last_run: sight.run };
            await note(work, sight, clock.now(), { path, kind: 'report', state: 'listed' }, seen);
          }
        });
      }
    },

    noteMissing: (sight, { path, kind, state, code, message, cure }) =>
      db
        .transaction()
        .execute((work) => note(work, sight, clock.now(), { path, kind, state }, { code, message, cure })),

    noteOutcome: ({ account, run }, { over, writing, gone }) =>
      db.transaction().execute(async (work) => {
        for (const some of batches(over)) {
          await work
            .deleteFrom('outstanding')
            .where('account', '=', account)
            .where('path', 'in', some)
            .execute();
        }
        const set = (paths: readonly string[], state: OutstandingState) =>
          batches(paths).map((some) =>
            work
              .updateTable('outstanding')
              .set({ state, gone_since: state === 'gone' ? sql`coalesce(gone_since, ${clock.now()})` : null })
              .where('account', '=', account)
              .where('closed_at', 'is', null)
              .where('path', 'in', some),
          );
        for (const change of [...set(writing, 'writing'), ...set(gone, 'gone')]) await change.execute();
        await work
          .updateTable('outstanding')
          .set({ counted_run: run, runs: sql`runs + 1` })
          .where('account', '=', account)
          .where('closed_at', 'is', null)
          .where('counted_run', '!=', run)
          .execute();
      }),

    async noteLeftOut(account, paths) {
      for (const some of batches(paths)) {
        await db
          .updateTable('outstanding')
          .set({ left_out: 1 })
          .where('account', '=', account)
          .where('path', 'in', some)
          .execute();
      }
    },

    async markOverdue(ids) {
      for (const some of batches(ids)) {
        await db
          .updateTable('outstanding')
          .set({ overdue_at: clock.now() })
          .where('id', 'in', some)
          .where('overdue_at', 'is', null)
          .execute();
      }
    },

    closeOutstanding: (id, { by, reason }) =>
      db.transaction().execute(async (work) => {
        const row = await work
          .updateTable('outstanding')
          .set({ closed_at: clock.now(), closed_by: by, closed_why: reason })
          .where('id', '=', id)
          .where('closed_at', 'is', null)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return false;
        const { account, path, kind, state, code, first_run } = row;
        const details = { account, path, kind, state, code, run: first_run };
        await appendJournal(work, pen, { who: by, what: 'outstanding report closed', why: reason, details });
        return true;
      }),
  };
}

/** A row as it begins. */
function begun(account: string, run: string, now: number) {
  return {
    ...{ account, size: -1, modified_at: 0, first_seen: now, first_run: run, last_seen: now, last_run: run },
    ...{ runs: 1, counted_run: run, left_out: 0, gone_since: null, overdue_at: null },
    ...{ code: '', message: '', cure: '', closed_at: null, closed_by: '', closed_why: '' },
  };
}

/** Writes down something new, or what is new about it. */
async function note(
  work: Work,
  { account, run, dataCentre }: Sight,
  now: number,
  { path, kind, state }: Pick<OutstandingReport, 'path' | 'kind' | 'state'>,
  change: Partial<Selectable<Tables['outstanding']>>,
): Promise<void> {
  await work
    .deleteFrom('outstanding')
    .where('account', '=', account)
    .where('path', '=', path)
    .where('closed_at', 'is not', null)
    .execute();
  const present = { kind, state, data_centre: dataCentre, ...change };
  await work
    .insertInto('outstanding')
    .values({ ...begun(account, run, now), path, ...present })
    .onConflict((on) =>
      on.columns(['account', 'path']).doUpdateSet({ gone_since: null, left_out: 0, ...present }),
    )
    .execute();
}

/** Within the transaction that records what is asked for: whoever asks has seen it. */
export async function noteAsked(work: Work, now: number, asked: NewIntent): Promise<void> {
  const { account, run, path, size, modifiedAt } = asked;
  const seen = { kind: 'report', state: 'listed', data_centre: '', size, modified_at: modifiedAt } as const;
  await work
    .insertInto('outstanding')
    .values({ ...begun(account, run, now), path, ...seen })
    .onConflict((on) => on.columns(['account', 'path']).doUpdateSet({ left_out: 0 }))
    .execute();
}

/** Within the transaction in which a person gives a refused entry a name: under it the report is outstanding. */
export async function noteReleased(
  work: Work,
  now: number,
  { account, run, path }: { account: string; run: string; path: string },
): Promise<void> {
  await note(work, { account, run, dataCentre: '' }, now, { path, kind: 'report', state: 'listed' }, {});
}

/** Within the transaction that records why a report did not come. */
export async function noteWhy(work: Work, account: string, path: string, why: Why): Promise<void> {
  const { code, message, cure } = why;
  await work
    .updateTable('outstanding')
    .set({ code, message, cure, left_out: 0 })
    .where('account', '=', account)
    .where('path', '=', path)
    .where('closed_at', 'is', null)
    .execute();
}

/**
 * Within the transaction that records that a report came, or was put into quarantine. Other content that was seen
 * under its path since goes on being outstanding.
 */
export async function forgetOutstanding(
  work: Work,
  { account, path, size, modifiedAt }: SeenEntry & { account: string },
): Promise<void> {
  await work
    .deleteFrom('outstanding')
    .where('account', '=', account)
    .where('path', '=', path)
    .where((row) =>
      row.or([row('size', '=', -1), row.and([row('size', '=', size), row('modified_at', '=', modifiedAt)])]),
    )
    .execute();
}

/** Of one account or of all, oldest first: open, left out by the flow, or closed by a person. */
export async function seenRows(db: Database, account?: string): Promise<OutstandingReport[]> {
  let query = db.selectFrom('outstanding').selectAll().orderBy('first_seen').orderBy('id');
  if (account !== undefined) query = query.where('account', '=', account);
  return (await query.execute()).map(outstandingReport);
}

function outstandingReport(row: Selectable<Tables['outstanding']>): OutstandingReport {
  return {
    id: row.id,
    account: row.account,
    path: row.path,
    kind: row.kind,
    state: row.state,
    dataCentre: row.data_centre,
    size: row.size,
    modifiedAt: row.modified_at,
    firstSeenAt: row.first_seen,
    firstRun: row.first_run,
    lastSeenAt: row.last_seen,
    lastRun: row.last_run,
    runs: row.runs,
    leftOut: row.left_out === 1,
    goneSince: row.gone_since,
    overdueAt: row.overdue_at,
    code: row.code,
    message: row.message,
    cure: row.cure,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
    closedWhy: row.closed_why,
  };
}
