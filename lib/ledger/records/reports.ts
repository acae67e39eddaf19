/** Reports: what was asked for, what was received and proved, what was refused. */
import type { Selectable } from 'kysely';
import type { Installation, ReceivedReport, RefusedEntry } from '../../model/types.ts';
import { batches, inRowPages } from '../batches.ts';
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { rowsOf, type Vouch } from '../journal/vouched.ts';
import type { Database, VersionTable, Work } from '../tables.ts';
import type { Intent, KnownVersion, NewIntent, NewVersion } from '../types.ts';
import { withFinding } from './findings.ts';
import { noteAsked } from './outstanding.ts';
import { receiveAll } from './receive.ts';
import { allTogether } from './together.ts';

export interface ReportRecords {
  /** The present version of each path, or of the given paths only. */
  versionsOf(account: string, paths?: readonly string[]): Promise<Map<string, KnownVersion>>;
  version(versionId: number): Promise<ReceivedReport | undefined>;
  /** Everything that was received in production, in order; `account` limits it to one. */
  arrivals(account?: string): Promise<ReportArrival[]>;
  /**
   * Says that reports are about to be fetched; `recordReceived` of a path closes its intent. In lots of some hundred,
   * each durable before the next one begins; none begins once the signal says stop.
   */
  recordIntents(intents: readonly NewIntent[], signal?: AbortSignal): Promise<void>;
  /** What was to be fetched and was not, of one account or of all, oldest first. */
  openIntents(account?: string): Promise<Intent[]>;
  closeIntent(account: string, path: string): Promise<void>;
  /**
   * Records a report that is proved and durable in the landing folder. The same account, path and content is
   * the same version, whichever data centre it came from; other content for a known path is `amended`.
   */
  recordReceived(version: NewVersion): Promise<{ versionId: number; amended: boolean; receivedAt: number }>;
  /** Records entries that must not be touched; returns those that were never recorded before. */
  refuse(account: string, run: string, entries: readonly RefusedEntry[]): Promise<RefusedEntry[]>;
}

/** When a report came; times are milliseconds since 1970, the first by the server's clock. */
export interface ReportArrival {
  account: string;
  installation: Installation;
  path: string;
  modifiedAt: number;
  receivedAt: number;
}

export function reportRecords(db: Database, writer: JournalWriter): ReportRecords {
  const { clock } = writer;
  return {
    async versionsOf(account, paths) {
      const known = new Map<string, KnownVersion>();
      const all = db
        .selectFrom('versions')
        .select(['id as versionId', 'path', 'size', 'modified_at as modifiedAt', 'sha256'])
        .select('received_at as receivedAt')
        .where('account', '=', account)
        // The version offered last comes last and stays in the map.
        .orderBy('seen_at')
        .orderBy('id');
      const queries =
        paths === undefined ? [all] : batches(paths).map((some) => all.where('path', 'in', some));
      for (const query of queries) {
        for (const { path, ...version } of await query.execute()) known.set(path, version);
      }
      return known;
    },

    async version(versionId) {
      const row = await db.selectFrom('versions').selectAll().where('id', '=', versionId).executeTakeFirst();
      return row && receivedReport(row);
    },

    arrivals: (account) =>
      db
        .selectFrom('versions')
        .select(['account', 'installation', 'path', 'modified_at as modifiedAt', 'received_at as receivedAt'])
        .where('account', 'not in', (of) => of.selectFrom('practice_accounts').select('name'))
        .$if(account !== undefined, (query) => query.where('account', '=', account ?? ''))
        .orderBy('received_at')
        .orderBy('id')
        .execute(),

    async recordIntents(intents, signal) {
      for (const some of batches(intents)) {
        if (signal?.aborted) return;
        await db.transaction().execute(async (work) => {
          const now = clock.now();
          await work
            .insertInto('intents')
            .values(
              some.map(({ account, run, path, size, modifiedAt }) => ({
                ...{ account, run, path, size, modified_at: modifiedAt, intended_at: now },
              })),
            )
            .onConflict((on) =>
              on.columns(['account', 'path']).doUpdateSet((row) => ({
                run: row.ref('excluded.run'),
                size: row.ref('excluded.size'),
                modified_at: row.ref('excluded.modified_at'),
                intended_at: now,
              })),
            )
            .execute();
          await noteAsked(work, writer, some);
        });
      }
    },

    async openIntents(account) {
      const rows = await inRowPages(db, 'intents', (number, after, most) =>
        db
          .selectFrom('intents')
          .select([
            'account',
            'run',
            'path',
            'size',
            'modified_at as modifiedAt',
            'intended_at as intendedAt',
          ])
          .select(number.as('id'))
          .where(number, '>', after)
          .orderBy(number)
          .limit(most)
          .execute(),
      );
      return rows
        .filter((row) => account === undefined || row.account === account)
        .map(({ id: _, ...intent }) => intent)
        .sort((a, b) => a.intendedAt - b.intendedAt || (a.path < b.path ? -1 : 1));
    },

    closeIntent: (account, path) => forgetIntent(db, account, path),

    recordReceived: allTogether(db, (work, versions: readonly NewVersion[]) =>
      receiveAll(work, writer, versions),
    ),

    async refuse(account, run, entries) {
      const fresh: RefusedEntry[] = [];
      for (const some of batches(entries)) {
        await db.transaction().execute(async (work) => {
          const inserted = await work
            .insertInto('refusals')
            .values(
              some.map(({ folder, nameHex, shown, code, reason }) => ({
                ...{ account, folder, name_hex: nameHex, shown, code, reason },
                ...{ first_run: run, first_seen_at: clock.now() },
              })),
            )
            .onConflict((on) => on.columns(['account', 'folder', 'name_hex', 'code']).doNothing())
            .returningAll()
            .execute();
          const isNew = new Set(inserted.map((row) => keyOf({ ...row, nameHex: row.name_hex })));
          const again: RefusedEntry[] = [];
          // One that is named twice is new once.
          for (const entry of some) (isNew.delete(keyOf(entry)) ? fresh : again).push(entry);
          const rows = [...rowsOf('refusals', inserted, true), ...(await refusedAgain(work, account, again))];
          if (rows.length === 0) return;
          const details = { account, run, names: rows.length };
          const why = 'They must not be touched';
          await appendJournal(work, writer, { who: 'rap', what: 'names refused', why, details }, rows);
        });
      }
      return fresh;
    },
  };
}

function keyOf({ folder, nameHex, code }: Pick<RefusedEntry, 'folder' | 'nameHex' | 'code'>): string {
  return JSON.stringify([folder, nameHex, code]);
}

async function refusedAgain(work: Work, account: string, entries: readonly RefusedEntry[]): Promise<Vouch[]> {
  if (entries.length === 0) return [];
  const keys = new Set(entries.map(keyOf));
  const came = await work
    .selectFrom('refusals')
    .select(['id', 'folder', 'name_hex as nameHex', 'code'])
    .where('account', '=', account)
    .where('folder', 'in', [...new Set(entries.map(({ folder }) => folder))])
    .where(
      'name_hex',
      'in',
      entries.map(({ nameHex }) => nameHex),
    )
    .where('came_at', 'is not', null)
    .execute();
  const ids = came.filter((row) => keys.has(keyOf(row))).map(({ id }) => id);
  if (ids.length === 0) return [];
  const rows = await work
    .updateTable('refusals')
    .set({ came_at: null })
    .where('id', 'in', ids)
    .returningAll()
    .execute();
  return rowsOf('refusals', rows, false);
}

export async function forgetIntent(work: Work, account: string, path: string): Promise<void> {
  await work.deleteFrom('intents').where('account', '=', account).where('path', '=', path).execute();
}

/** A row of the ledger as the report it stands for. */
export function receivedReport(row: Selectable<VersionTable>): ReceivedReport {
  return {
    path: row.path,
    name: row.name,
    folder: row.folder,
    size: row.size,
    modifiedAt: row.modified_at,
    system: row.system,
    code: row.code,
    businessDate: row.business_date,
    sequence: row.sequence,
    state: row.amended === 1 ? 'changed' : 'new',
    file: row.file,
    sha256: row.sha256,
    bytes: row.bytes,
    receivedAt: row.received_at,
    versionId: row.id,
    ...(row.not_looked_again === '' ? {} : { notLookedAgain: row.not_looked_again }),
    ...withFinding(row),
  };
}
