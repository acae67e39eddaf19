/**
 * Looks at RAP: when the folders of an account were listed, with what result, and when a listing showed a file first or
 * changed. Kept for as long as an expectation may be judged by them.
 */
import type { DataCentre } from '../../model/types.ts';
import { BATCH, batches } from '../batches.ts';
import { withoutAnswer } from '../engine.ts';
import { fromColumn } from '../json-column.ts';
import type { Database } from '../tables.ts';

/** No business date is judged longer than this after its beginning; long holidays are shorter (ours). */
export const LOOKS_KEPT_MS = 20 * 86_400_000;

/** One look. Times are milliseconds since 1970. */
export interface LookAtFolders {
  account: string;
  /** When it began: what it does not show was not there then. */
  at: number;
  dataCentre: DataCentre;
  /** Top folders that were listed with all that is in them, and those that were not. */
  good: readonly string[];
  failed: readonly string[];
}

/** A file as a listing shows it. */
export interface ListedEntry {
  path: string;
  size: number;
  modifiedAt: number;
}

export interface LookRecords {
  /**
   * Writes down a look, and before it the files that it showed and that are not here. A file that was shown before at
   * this data centre, and has not changed, keeps its first time.
   */
  noteLook(look: LookAtFolders, files?: readonly ListedEntry[]): Promise<void>;
  /** Looks of an account from a moment on, in order. */
  looksSince(account: string, since: number): Promise<LookAtFolders[]>;
  /** The first look that is still written down; undefined when nobody has looked. */
  firstLook(account: string): Promise<number | undefined>;
  /** Files that listings showed from a moment on, in order. */
  filesListedSince(
    account: string,
    since: number,
  ): Promise<{ at: number; dataCentre: DataCentre; path: string }[]>;
}

export function lookRecords(db: Database): LookRecords {
  return {
    async noteLook({ account, at, dataCentre, good, failed }, files = []) {
      // The files first: a look without them would prove that they were not there.
      for (const some of batches(files)) {
        await db
          .insertInto('listed_files')
          .values(
            some.map(({ path, size, modifiedAt }) => ({
              ...{ account, path, size, at },
              ...{ data_centre: dataCentre, modified_at: modifiedAt },
            })),
          )
          .onConflict((on) => on.doNothing())
          .execute();
      }
      await db.transaction().execute(async (work) => {
        await work
          .insertInto('looks')
          .values({
            ...{ account, at, data_centre: dataCentre },
            ...{ good: JSON.stringify(good), failed: JSON.stringify(failed) },
          })
          .execute();
        const old = at - LOOKS_KEPT_MS;
        for (const table of ['looks', 'listed_files'] as const)
          await withoutAnswer(
            work,
            work.deleteFrom(table).where('account', '=', account).where('at', '<', old),
          );
      });
    },

    async looksSince(account, since) {
      const rows = await inParts((last?: { at: number; id: number }) =>
        db
          .selectFrom('looks')
          .select(['id', 'at', 'data_centre', 'good', 'failed'])
          .where('account', '=', account)
          .where(({ eb, refTuple, tuple }) =>
            eb(refTuple('at', 'id'), '>', tuple(last?.at ?? since - 1, last?.id ?? Number.MAX_SAFE_INTEGER)),
          )
          .orderBy('at')
          .orderBy('id')
          .limit(BATCH)
          .execute(),
      );
      // Most looks name the same folders.
      const folders = new Map<string, string[]>();
      const read = (text: string) => {
        const known = folders.get(text) ?? fromColumn<string[]>(text);
        folders.set(text, known);
        return known;
      };
      return rows.map(({ at, data_centre, good, failed }) => ({
        ...{ account, at, dataCentre: data_centre },
        ...{ good: read(good), failed: read(failed) },
      }));
    },

    async firstLook(account) {
      const { first } = await db
        .selectFrom('looks')
        .select((row) => row.fn.min<number | null>('at').as('first'))
        .where('account', '=', account)
        .executeTakeFirstOrThrow();
      return first ?? undefined;
    },

    filesListedSince: (account, since) =>
      inParts((last?: { at: number; path: string }) =>
        db
          .selectFrom('listed_files')
          .select(['at', 'data_centre as dataCentre', 'path'])
          .where('account', '=', account)
          // One look shows a path once.
          .where(({ eb, refTuple, tuple }) =>
            eb(refTuple('at', 'path'), '>', tuple(last?.at ?? since - 1, last?.path ?? '\u{10FFFF}')),
          )
          .orderBy('at')
          .orderBy('path')
          .limit(BATCH)
          .execute(),
      ),
  };
}

/** All rows of a question that is asked part by part, each with the last row of the one before. */
async function inParts<R>(read: (last?: R) => Promise<R[]>): Promise<R[]> {
  const rows: R[] = [];
  for (;;) {
    const part = await read(rows.at(-1));
    for (const row of part) rows.push(row);
    if (part.length < BATCH) return rows;
  }
}
