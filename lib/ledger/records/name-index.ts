/**
 * The index by which any part of a report's name is found: trigrams of names, in a file of its own beside the ledger.
 * It is no fact: it is made from the ledger, may be removed at any time and is then made anew, a slice after the other,
 * and until it has come to the last report the rest is looked through. Decision 37 says why it is not in the ledger.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readOnlyDatabase } from '../sqlite/ledger-file.ts';
import type { NameSearch } from './report-search.ts';

/** Beside the ledger. */
const FILE = 'names.sqlite';

/** Names that are taken in at once: some milliseconds of work. */
const SLICE = 200;

const TABLES = `
  create virtual table names using fts5(name, content='', columnsize=0, tokenize='trigram');
  create table mark (ledger text not null, upto integer not null, received_at integer not null);
`;

interface Mark {
  /** The ledger's own name. */
  ledger: string;
  /** Number of the last report that is taken in; 0 for none. */
  upto: number;
  /** When that one was received: after a restore another report may bear its number. */
  received_at: number;
}

export class NameIndex implements NameSearch {
  readonly #file: string;
  readonly #ledger: DatabaseSync;
  #index: DatabaseSync | undefined;

  /**
   * Use it in a thread of its own: its calls do not let go of the thread.
   * @param ledger the file of a ledger of this release
   * @throws RapError LEDGER_UNUSABLE when that is not there
   */
  constructor(ledger: string) {
    this.#file = path.join(path.dirname(ledger), FILE);
    this.#ledger = readOnlyDatabase(ledger);
    this.#index = this.#open();
  }

  close(): void {
    this.#index?.close();
    this.#index = undefined;
    this.#ledger.close();
  }

  /** Takes in the next names. @returns are there more? False also where it cannot be written now */
  fill(): boolean {
    return this.#try((index) => {
      const mark = this.#mark(index);
      const rows = this.#ledger
        .prepare('select id, name, received_at from versions where id > ? order by id limit ?')
        .all(mark.upto, SLICE);
      const last = rows.at(-1);
      if (last === undefined) return false;
      index.exec('begin immediate');
      try {
        // Another process may have been here meanwhile.
        if (this.#mark(index).upto === mark.upto) {
          const insert = index.prepare('insert into names (rowid, name) values (?, ?)');
          for (const { id = null, name = null } of rows) insert.run(id, name);
          index.prepare('update mark set upto = ?, received_at = ?').run(last.id ?? 0, last.received_at ?? 0);
        }
        index.exec('commit');
      } catch (thrown) {
        if (index.isTransaction) index.exec('rollback');
        throw thrown;
      }
      return rows.length === SLICE;
    }, false);
  }

  find(words: readonly string[], before: number, most: number): readonly number[] | undefined {
    // FTS5 reads a question up to there and takes the half for a fault, which must not count as damage.
    if (words.some((word) => word.includes('\0'))) return undefined;
    return this.#try((index) => {
      const { upto } = this.#mark(index);
      const holds = words.map(() => 'and instr(lower(name), ?) > 0').join(' ');
      const fresh = this.#ledger
        .prepare(`select id from versions where id > ? and id < ? ${holds} order by id desc limit ?`)
        .all(upto, before, ...words, most)
        .map(({ id }) => Number(id));
      if (fresh.length === most) return fresh;
      const phrases = words.map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND ');
      const known = index
        .prepare('select rowid from names where names match ? and rowid < ? order by rowid desc limit ?')
        .all(phrases, Math.min(before, upto + 1), most - fresh.length)
        .map(({ rowid }) => Number(rowid));
      return [...fresh, ...known];
    }, undefined);
  }

  /** What cannot be used is made anew once; then it is done without. */
  #try<T>(work: (index: DatabaseSync) => T, without: T): T {
    if (this.#index === undefined) return without;
    try {
      return work(this.#index);
    } catch (thrown) {
      if (isBusy(thrown)) return without;
      this.#index.close();
      this.#remove();
      this.#index = this.#open();
      return without;
    }
  }

  #open(): DatabaseSync | undefined {
    for (const anew of [false, true]) {
      let index: DatabaseSync | undefined;
      try {
        if (anew) this.#remove();
        index = new DatabaseSync(this.#file, { timeout: 0 });
        index.exec('pragma journal_mode = wal; pragma synchronous = normal');
        if (index.prepare("select 1 from sqlite_master where name = 'mark'").get() === undefined) {
          index.exec(`begin immediate; ${TABLES}`);
          index
            .prepare('insert into mark (ledger, upto, received_at) values (?, 0, 0)')
            .run(this.#ledgerName());
          index.exec('commit');
        }
        if (this.#fits(this.#mark(index))) return index;
      } catch {
        // Damaged, made by something else, or not ours to write.
      }
      if (index?.isOpen) index.close();
    }
    return undefined;
  }

  #remove(): void {
    for (const end of ['', '-wal', '-shm']) rmSync(this.#file + end, { force: true });
  }

  #mark(index: DatabaseSync): Mark {
    return index.prepare('select ledger, upto, received_at from mark').get() as unknown as Mark;
  }

  /** Was it made from this ledger, as it is now? */
  #fits({ ledger, upto, received_at }: Mark): boolean {
    if (ledger !== this.#ledgerName()) return false;
    if (upto === 0) return true;
    const row = this.#ledger.prepare('select received_at from versions where id = ?').get(upto);
    return row?.received_at === received_at;
  }

  #ledgerName(): string {
    const row = this.#ledger.prepare("select value from properties where name = 'ledger'").get();
    return String(row?.value ?? '');
  }
}

const BUSY = 5;

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && 'errcode' in thrown && (Number(thrown.errcode) & 0xff) === BUSY;
}
