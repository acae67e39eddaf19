/**
 * The tables of a ledger against its journal, in both directions: each row must be as the last record of it says, and
 * each row that a record vouches for must be there. Rows that were there before any record was written of them are
 * known by digests (see take-over.ts).
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Link } from './chain.ts';
import {
  columnsOf,
  decidedTables,
  descriptionOf,
  digestOf,
  formerOf,
  keyOf,
  keysOf,
  type Row,
  type Value,
  type Vouch,
  vouchedRow,
  vouchedTables,
} from './vouched.ts';
import { beginsAnew, type Deviation, deviations, vouchesOf } from './vouches.ts';

/** Something in a table that the journal does not say. */
export interface Difference {
  table: string;
  /** Values of its key. */
  key: Value[];
  /** No record of such a row; a row that is gone; one with other content. */
  what: 'no record' | 'gone' | 'changed';
  /** Number of the last record that speaks of it. */
  record?: number;
  /** Where it is known. */
  deviations?: Deviation[];
  /** What the row is about, as far as it is there. */
  about?: string;
}

/** So many are named; the others are counted. */
const NAMED = 20;

export interface Comparison {
  /** How many rows differ, and the first of them. */
  count: number;
  differences: Difference[];
}

/**
 * Collects what the records say, in a table that lives as long as the connection. To be called with the links of the
 * journal in order; `compare` then looks at the tables.
 */
export class Comparer {
  readonly #database: DatabaseSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #find: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(`create temp table vouched
      (of text, key text, record integer, digest text, whole integer, primary key (of, key)) without rowid`);
    this.#put = database.prepare(`insert into vouched values (?, ?, ?, ?, ?)
      on conflict do update set record = excluded.record, digest = excluded.digest,
      whole = coalesce(excluded.whole, whole)`);
    this.#remove = database.prepare('delete from vouched where of = ? and key = ?');
    this.#find = database.prepare('select record, digest, whole from vouched where of = ? and key = ?');
  }

  /** @throws RapError LEDGER_UNUSABLE when the record cannot be read */
  add(link: Link): void {
    if (beginsAnew(link)) this.#database.exec('delete from vouched');
    for (const vouch of vouchesOf(link)) {
      const { of } = vouch;
      if ('gone' in vouch) this.#remove.run(of, JSON.stringify(vouch.gone));
      else if ('row' in vouch) {
        const digest = digestOf(Object.keys(vouch.row), vouch.row);
        this.#put.run(of, keyOf(of, vouch.row), link.sequence, digest, link.sequence);
      } else if ('keys' in vouch) {
        for (const key of keysOf(vouch)) this.#put.run(of, key, link.sequence, null, null);
      } else {
        for (const [key, digest] of Object.entries(vouch.digests)) {
          this.#put.run(of, key, link.sequence, digest, null);
        }
      }
    }
  }

  /** @param older no rows are vouched for yet but what was decided about log-ins */
  compare(older: boolean): Comparison {
    const all: Comparison = { count: 0, differences: [] };
    const note = (difference: Difference) => {
      all.count++;
      if (all.differences.length < NAMED) all.differences.push(difference);
    };
    for (const table of older ? decidedTables : vouchedTables) {
      for (const row of this.#rowsOf(table)) {
        const key = keyOf(table, row);
        const found = this.#find.get(table, key);
        const difference = this.#differenceOf(table, row, found as Found | undefined);
        if (difference !== undefined) note(difference);
        if (found !== undefined) this.#remove.run(table, key);
      }
      const gone = this.#database.prepare('select key, record from vouched where of = ? order by record');
      for (const { key, record } of gone.iterate(table)) {
        note({ table, key: JSON.parse(String(key)), what: 'gone', record: Number(record) });
      }
    }
    return all;
  }

  /** Rows as they are vouched for. A copy that an older release made has not all tables. */
  *#rowsOf(table: string): Generator<Row> {
    const isThere = this.#database.prepare("select 1 from sqlite_master where type = 'table' and name = ?");
    const former = isThere.get(table) === undefined ? formerOf(table) : undefined;
    const place = former?.table ?? table;
    if (isThere.get(place) === undefined) return;
    for (const raw of this.#database.prepare(`select * from "${place}"`).iterate()) {
      if (former?.holds({ ...raw } as Row) === false) continue;
      const row = vouchedRow(table, { ...raw } as Row, former !== undefined);
      if (row !== undefined) yield row;
    }
  }

  #differenceOf(table: string, row: Row, found: Found | undefined): Difference | undefined {
    const known = { table, key: JSON.parse(keyOf(table, row)) as Value[], about: aboutOf(row) };
    if (found === undefined) return { ...known, what: 'no record' };
    const { record, digest, whole } = found;
    if (digest === null || digestOf(columnsOf(table), row) === digest) return undefined;
    // Of an older release, with other columns, or indeed another content: the record itself says.
    const vouch = this.#recorded(record, table, keyOf(table, row));
    if (vouch !== undefined && 'row' in vouch) {
      const found = deviations(row, vouch.row);
      return found.length === 0 ? undefined : { ...known, what: 'changed', record, deviations: found };
    }
    if (vouch !== undefined && 'columns' in vouch && digestOf(vouch.columns, row) === digest)
      return undefined;
    // The last record that holds the whole row says where, but for what records without it have changed since.
    const last = whole === null ? undefined : this.#recorded(whole, table, keyOf(table, row));
    const moves: readonly string[] = descriptionOf(table)?.moves ?? [];
    const all = last !== undefined && 'row' in last ? deviations(row, last.row) : [];
    const named = all.filter(({ column }) => !moves.includes(column));
    return { ...known, what: 'changed', record, ...(named.length === 0 ? {} : { deviations: named }) };
  }

  /** What a record says of a row. */
  #recorded(record: number, table: string, key: string): Vouch | undefined {
    const link = this.#database.prepare('select * from journal where sequence = ?').get(record);
    if (link === undefined) return undefined;
    return vouchesOf(link as unknown as Link).findLast(
      (vouch) =>
        vouch.of === table &&
        (('row' in vouch && keyOf(table, vouch.row) === key) || ('digests' in vouch && key in vouch.digests)),
    );
  }
}

interface Found {
  record: number;
  /** Null where the key is all that is vouched for. */
  digest: string | null;
  /** The last record that holds the row itself. */
  whole: number | null;
}

/** What people know a row by. */
function aboutOf(row: Row): string {
  const names = ['account', 'path', 'shown', 'file', 'code', 'subject', 'email', 'share'];
  return names
    .map((name) => row[name])
    .filter((value) => typeof value === 'string' && value !== '')
    .join(' ');
}

/** One difference as a sentence. */
export function differenceText({ table, key, what, record, deviations = [], about }: Difference): string {
  const row = `${table} ${key.join(', ')}${about ? ` (${about})` : ''}`;
  if (what === 'no record') return `${row} has no record`;
  if (what === 'gone') return `${row} is gone; record ${record} speaks of it`;
  const changes = deviations.map(
    ({ column, is, recorded }) => `${column} is ${rowText(is)}, not ${rowText(recorded)}`,
  );
  const say = changes.length === 0 ? 'is not as it was' : `: ${changes.join(', ')}`;
  return `${row}${changes.length === 0 ? ' ' : ''}${say} (record ${record})`;
}

const rowText = (value: Value) => (value === null ? 'nothing' : JSON.stringify(value));
