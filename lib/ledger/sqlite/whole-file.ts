/**
 * A look through the whole file of a ledger. SQLite does it in one statement, which takes a second for a gigabyte: a
 * large file is looked at by a thread of its own, so that everything else of the process goes on meanwhile.
 */
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';

/** Bytes that are looked at in less time than a thread takes to start. */
export const SMALL = 16 * 1024 * 1024;

const OK = 'ok';

/**
 * Finds pages and records that are damaged (sqlite.org/pragma.html#pragma_quick_check).
 * @param database open on the file; nobody needs to keep from writing
 * @returns "ok", or what is wrong in SQLite's words
 * @throws as SQLite, when it is too damaged to be looked at
 */
export async function lookThrough(file: string, database: DatabaseSync): Promise<string> {
  // Only its good word counts: whatever else becomes of the thread, the answer is this connection's own.
  if (sizeOf(database) > SMALL && (await askThread(file)) === OK) return OK;
  return check(database);
}

/** In the words of SQLite. */
export function check(database: DatabaseSync): string {
  const [first] = database.prepare('pragma quick_check(1)').all();
  return String(first?.quick_check);
}

function sizeOf(database: DatabaseSync): number {
  const [pages] = database.prepare('pragma page_count').all();
  const [page] = database.prepare('pragma page_size').all();
  return Number(pages?.page_count) * Number(page?.page_size);
}

/** @returns undefined where the thread could not say */
async function askThread(file: string): Promise<unknown> {
  const script = new URL(`./whole-file-thread${path.extname(import.meta.url)}`, import.meta.url);
  return new Promise((resolve) => {
    let said: unknown;
    // It needs neither the secrets of this process nor what was loaded into it.
    const thread = new Worker(script, { workerData: file, env: {}, execArgv: [] });
    thread.once('message', (message) => {
      said = message;
    });
    thread.once('error', () => {});
    thread.once('exit', () => resolve(said));
  }).catch(() => undefined);
}
