/**
 * Where the journal stands: followed record by record from a mark that is proved (see seals.ts), with what was decided
 * about log-ins and how many rows each table must have. Records that come meanwhile, also from other processes, are
 * followed when it is asked again.
 */

import type { Database } from '../tables.ts';
import { EMPTY, follow, type Link, type Verification } from './chain.ts';
import { keyBegunAt, linksAfter } from './journal.ts';
import { TAKEN_OVER } from './take-over.ts';
import {
  decidedTables,
  isCounted,
  keysOf,
  type Row,
  rowCountOf,
  type Value,
  type Vouch,
  vouchedTables,
} from './vouched.ts';
import { beginsAnew, vouchesOf } from './vouches.ts';

type Decided = (typeof decidedTables)[number];
const DECIDED: readonly string[] = decidedTables;

/** Tables that are counted: each row of them has its record, and none goes without one. Of what was decided every row is known. */
export const countedTables = vouchedTables.filter((table) => isCounted(table) && !DECIDED.includes(table));

export interface Decision {
  row: Row;
  /** Number of the record that says so. */
  record: number;
}

/** What the last records say of a row. */
export interface RecordedDecisions {
  of: string;
  key: string;
  record: number;
  /** Undefined where it is gone. */
  vouch?: Vouch;
}

/** So many rows of the last records are looked at when a ledger is opened. */
const TAIL = 1000;

export class RecordedState {
  #sound: Verification = EMPTY;
  #decisions = new Map<string, Decision>();
  #counts = new Map<string, number>();
  #tail = new Map<string, RecordedDecisions>();
  #following: Promise<void> | undefined;
  readonly #db: Database;
  readonly #key: Uint8Array | undefined;

  constructor(db: Database, key: Uint8Array | undefined) {
    this.#db = db;
    this.#key = key;
  }

  /** How far it has come, and the first record that does not fit. */
  get sound(): Verification {
    return this.#sound;
  }

  /** Number of rows by table. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Rows that the records since the mark speak of, as far as they are kept. */
  get tail(): Iterable<RecordedDecisions> {
    return this.#tail.values();
  }

  /** What the last records say of a row. */
  said(of: string, key: string): RecordedDecisions | undefined {
    return this.#tail.get(`${of} ${key}`);
  }

  decision(of: Decided, account: string): Decision | undefined {
    return this.#decisions.get(JSON.stringify([of, account]));
  }

  decisions(of: Decided): Map<string, Decision> {
    const found = [...this.#decisions].map(
      ([key, one]) => [JSON.parse(key) as [string, string], one] as const,
    );
    return new Map(found.filter(([[table]]) => table === of).map(([[, account], one]) => [account, one]));
  }

  /** As text, for a seal. */
  text(): string {
    return JSON.stringify({ decisions: [...this.#decisions], counts: [...this.#counts] });
  }

  /** Begins at a mark that is proved, or at the first record. */
  begin(mark?: { sound: Verification; text: string }): void {
    const { decisions = [], counts = [] } = mark === undefined ? {} : (JSON.parse(mark.text) as Text);
    this.#sound = mark?.sound ?? EMPTY;
    this.#decisions = new Map(decisions);
    this.#counts = new Map(counts);
    this.#tail.clear();
  }

  /** Follows what was written since. One page after the other, so that the event loop goes on. */
  async catchUp(): Promise<void> {
    this.#following ??= this.#follow().finally(() => {
      this.#following = undefined;
    });
    await this.#following;
  }

  async #follow(): Promise<void> {
    const begun = this.#sound.count === 0 ? await keyBegunAt(this.#db) : 1;
    while (this.#sound.brokenAt === undefined) {
      const { links, isAll } = await linksAfter(this.#db, this.#sound.count);
      const sound = follow(this.#sound, links, this.#key, [], begun);
      this.#sound = sound;
      for (const link of links) {
        if (link.sequence > sound.count) break;
        try {
          this.#take(link);
        } catch {
          this.#sound = { ...sound, brokenAt: link.sequence, problem: 'the record cannot be read' };
          return;
        }
      }
      if (isAll) return;
    }
  }

  #take(link: Link): void {
    if (beginsAnew(link)) {
      this.#decisions.clear();
      this.#tail.clear();
    }
    if (link.what === TAKEN_OVER) this.#takeOver(link);
    else this.#takeRows(link);
  }

  #takeRows(link: Link): void {
    for (const vouch of vouchesOf(link)) {
      const { of } = vouch;
      if ('gone' in vouch) this.#count(of, -1);
      else if (vouch.fresh) this.#count(of, rowCountOf(vouch));
      if (DECIDED.includes(of)) this.#decide(vouch, link.sequence);
      for (const key of keysOf(vouch, TAIL)) {
        const said = { of, key, record: link.sequence, ...('gone' in vouch ? {} : { vouch }) };
        const id = `${of} ${key}`;
        // The last one last.
        this.#tail.delete(id);
        this.#tail.set(id, said);
        if (this.#tail.size > TAIL) this.#tail.delete(this.#tail.keys().next().value ?? '');
      }
    }
  }

  #takeOver(link: Link): void {
    for (const vouch of vouchesOf(link)) if (DECIDED.includes(vouch.of)) this.#decide(vouch, link.sequence);
    const { all, counts } = JSON.parse(link.details) as { all?: boolean; counts?: string };
    if (all) this.#counts = new Map(JSON.parse(counts ?? '[]'));
  }

  #decide(vouch: Vouch, record: number): void {
    const [key] = keysOf(vouch);
    const [account] = JSON.parse(key ?? '[]') as Value[];
    const name = JSON.stringify([vouch.of, account]);
    if ('row' in vouch) this.#decisions.set(name, { row: vouch.row, record });
    else this.#decisions.delete(name);
  }

  #count(of: string, change: number): void {
    this.#counts.set(of, (this.#counts.get(of) ?? 0) + change);
  }
}

interface Text {
  decisions: [string, Decision][];
  counts: [string, number][];
}
