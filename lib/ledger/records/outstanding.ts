/**
 * Outstanding reports: what was seen at the server and did not come. A row begins when a listing shows a report that
 * is not here; it goes when the report was received or put into quarantine. One that a person closed stays, so that
 * the same content is not outstanding again.
 */
import { type Selectable, sql } from 'kysely';
import type { DataCentre } from '../../model/types.ts';
import { batches, inPages } from '../batches.ts';
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { digestsOf, goneOf, rowOf, type Vouch } from '../journal/vouched.ts';
import type { Database, OutstandingState, Tables, Work } from '../tables.ts';
import type { NewIntent, OutstandingReport, SeenEntry } from '../types.ts';

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
  /** Those of the paths that a person closed. */
  closedReports(account: string, paths: readonly string[]): Promise<OutstandingReport[]>;
  /** A listing shows these and they are not here; one that was closed is open again. In lots of some hundred. */
  noteSeen(sight: Sight, entries: readonly SeenEntry[]): Promise<void>;
  /** A folder could not be listed, or a report must be there that was never listed. */
  noteMissing(
    sight: Sight,
    missing: { path: string; kind: OutstandingReport['kind']; state: OutstandingState } & Why,
  ): Promise<void>;
  /** What the listing says of the others, in lots of some hundred. Each run counts once for all that is open. */
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

export function outstandingRecords(db: Database, writer: JournalWriter): OutstandingRecords {
  const { clock } = writer;
  return {
    async closedReports(account, paths) {
      const reports: OutstandingReport[] = [];
      for (const some of batches(paths)) {
        const closed = await db
          .selectFrom('outstanding')
          .selectAll()
          .where('account', '=', account)
          .where('path', 'in', some)
          .where('closed_at', 'is not', null)
          .execute();
        reports.push(...closed.map(outstandingReport));
      }
      return reports;
    },

    async noteSeen(sight, entries) {
      for (const some of batches(entries)) {
        await db.transaction().execute((work) => {
          const seen = {
            kind: 'report',
            state: 'listed',
            last_seen: clock.now(),
            last_run: sight.run,
          } as const;
          const rows = some.map(({ path, size, modifiedAt }) => ({
            ...{ path, ...seen, size, modified_at: modifiedAt },
          }));
          return note(work, writer, sight, rows);
        });
      }
    },

    noteMissing: (sight, missing) =>
      db.transaction().execute((work) => {
        const { path, kind, state, code, message, cure } = missing;
        return note(work, writer, sight, [{ path, kind, state, code, message, cure }]);
      }),

    async noteOutcome({ account, run }, { over, writing, gone }) {
      for (const some of batches(over)) {
        await db.transaction().execute(async (work) => {
          const rows = await work
            .deleteFrom('outstanding')
            .where('account', '=', account)
            .where('path', 'in', some)
            .returningAll()
            .execute();
          if (rows.length === 0) return;
          const details = { account, run, reports: rows.length };
          const entry = {
            who: 'rap',
            what: 'outstanding no longer',
            why: 'Here after all, or known elsewhere',
            details,
          };
          await appendJournal(
            work,
            writer,
            entry,
            rows.flatMap((row) => goneOf('outstanding', row)),
          );
        });
      }
      const open = () =>
        db.updateTable('outstanding').where('account', '=', account).where('closed_at', 'is', null);
      for (const some of batches(writing)) {
        await open().set({ state: 'writing', gone_since: null }).where('path', 'in', some).execute();
      }
      for (const some of batches(gone)) {
        const since = sql<number>`coalesce(gone_since, ${clock.now()})`;
        await open().set({ state: 'gone', gone_since: since }).where('path', 'in', some).execute();
      }
      const uncounted = await inPages((after, most) =>
        db
          .selectFrom('outstanding')
          .select('id')
          .where('account', '=', account)
          .where('closed_at', 'is', null)
          .where('counted_run', '!=', run)
          .where('id', '>', after)
          .orderBy('id')
          .limit(most)
          .execute(),
      );
      for (const some of batches(uncounted.map(({ id }) => id))) {
        await open().set({ counted_run: run, runs: sql`runs + 1` }).where('id', 'in', some).execute();
      }
    },

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
        const entry = { who: by, what: 'outstanding report closed', why: reason, details };
        await appendJournal(work, writer, entry, rowOf('outstanding', row, false));
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

type Noted = Pick<Row, 'path' | 'kind' | 'state'> & Partial<Row>;

/** Writes down something new, or what is new about it: the same columns of each. */
async function note(work: Work, writer: JournalWriter, sight: Sight, rows: readonly Noted[]): Promise<void> {
  const { account, run } = sight;
  const vouched = await put(work, writer.clock.now(), sight, rows);
  await record(work, writer, { account, run, why: 'Seen at the server and not here' }, vouched);
}

async function record(
  work: Work,
  writer: JournalWriter,
  { account, run, why }: { account: string; run: string; why: string },
  vouched: readonly Vouch[],
): Promise<void> {
  if (vouched.length === 0) return;
  await appendJournal(
    work,
    writer,
    { who: 'rap', what: 'outstanding', why, details: { account, run } },
    vouched,
  );
}

/** @returns what a record must vouch for */
async function put(
  work: Work,
  now: number,
  { account, run, dataCentre }: Sight,
  rows: readonly Noted[],
): Promise<Vouch[]> {
  const paths = rows.map(({ path }) => path);
  const before = await knownAt(work, account, paths);
  await work
    .deleteFrom('outstanding')
    .where('account', '=', account)
    .where('path', 'in', paths)
    .where('closed_at', 'is not', null)
    .execute();
  const { path: _, ...columns } = { ...rows[0], data_centre: dataCentre };
  const values = rows.map((row) => ({ ...begun(account, run, now), data_centre: dataCentre, ...row }));
  await work
    .insertInto('outstanding')
    .values(values)
    .onConflict((on) =>
      on.columns(['account', 'path']).doUpdateSet((row) => ({
        gone_since: null,
        left_out: 0,
        ...Object.fromEntries(
          (Object.keys(columns) as (keyof Row)[]).map((name) => [name, row.ref(`excluded.${name}`)]),
        ),
      })),
    )
    .execute();
  const fresh = values.filter(({ path }) => !before.has(path));
  // One that was closed began anew; of one that was open only its kind may be another.
  const changed = values.flatMap((row) => {
    const known = before.get(row.path);
    if (known === undefined || (known.closed_at === null && known.kind === row.kind)) return [];
    return known.closed_at === null ? [{ ...row, first_seen: known.first_seen }] : [row];
  });
  return [...digestsOf('outstanding', fresh, true), ...digestsOf('outstanding', changed, false)];
}

/** What is known of these paths. */
async function knownAt(work: Work, account: string, paths: readonly string[]) {
  const rows = await work
    .selectFrom('outstanding')
    .select(['path', 'kind', 'first_seen', 'closed_at'])
    .where('account', '=', account)
    .where('path', 'in', paths)
    .execute();
  return new Map(rows.map((row) => [row.path, row]));
}

/** Within the transaction that records what is asked for: whoever asks has seen it. */
export async function noteAsked(
  work: Work,
  writer: JournalWriter,
  intents: readonly NewIntent[],
): Promise<void> {
  const seen = { kind: 'report', state: 'listed', data_centre: '' } as const;
  const now = writer.clock.now();
  for (const [account, some] of Map.groupBy(intents, (intent) => intent.account)) {
    const paths = some.map(({ path }) => path);
    const before = await knownAt(work, account, paths);
    const values = some.map(({ run, path, size, modifiedAt }) => ({
      ...{ ...begun(account, run, now), path, ...seen, size, modified_at: modifiedAt },
    }));
    await work
      .insertInto('outstanding')
      .values(values)
      .onConflict((on) => on.columns(['account', 'path']).doUpdateSet({ left_out: 0 }))
      .execute();
    const fresh = values.filter(({ path }) => !before.has(path));
    const run = some[0]?.run ?? '';
    await record(work, writer, { account, run, why: 'Asked for' }, digestsOf('outstanding', fresh, true));
  }
}

/** Within the transaction in which a person gives a refused entry a name: under it the report is outstanding. */
export async function noteReleased(
  work: Work,
  writer: JournalWriter,
  { account, run, path }: { account: string; run: string; path: string },
): Promise<void> {
  await note(work, writer, { account, run, dataCentre: '' }, [{ path, kind: 'report', state: 'listed' }]);
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
 * @returns what that record must vouch for
 */
export async function forgetOutstanding(
  work: Work,
  report: SeenEntry & { account: string },
): Promise<Vouch[]> {
  const gone = await deleteOutstanding(work, [report]).execute();
  return [...goneByPlace(gone).values()].flat();
}

/** As forgetOutstanding, of several; what is gone is to be vouched for. */
export function deleteOutstanding(work: Work, reports: readonly (SeenEntry & { account: string })[]) {
  return work
    .deleteFrom('outstanding')
    .where((row) =>
      row.or(
        reports.map(({ account, path, size, modifiedAt }) =>
          row.and([
            row('account', '=', account),
            row('path', '=', path),
            row.or([
              row('size', '=', -1),
              row.and([row('size', '=', size), row('modified_at', '=', modifiedAt)]),
            ]),
          ]),
        ),
      ),
    )
    .returningAll();
}

/** What vouches for rows that are gone, by account and path as JSON. */
export function goneByPlace(rows: readonly Row[]): Map<string, Vouch[]> {
  return new Map(rows.map((row) => [JSON.stringify([row.account, row.path]), goneOf('outstanding', row)]));
}

/** Open ones of one account or of all, oldest first: also what the flow left out. */
export async function openRows(db: Database, account?: string): Promise<OutstandingReport[]> {
  const rows = await inPages((after, most) =>
    db
      .selectFrom('outstanding')
      .selectAll()
      .$if(account !== undefined, (query) => query.where('account', '=', account ?? ''))
      .where('closed_at', 'is', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(most)
      .execute(),
  );
  return rows
    .map(outstandingReport)
    .sort((one, other) => one.firstSeenAt - other.firstSeenAt || one.id - other.id);
}

type Row = Selectable<Tables['outstanding']>;

export function outstandingReport(row: Row): OutstandingReport {
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
