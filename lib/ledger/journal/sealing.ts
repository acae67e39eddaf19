/** Seals of an open ledger: looked at when it is opened, written anew as its journal goes on. */
import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { fromColumn } from '../json-column.ts';
import { readSeal, unusable, writeSeal } from '../sqlite/ledger-file.ts';
import type { Database, Work } from '../tables.ts';
import { hashOf, isKeyed, type Link } from './chain.ts';
import { headOf, type JournalWriter, lastRecords } from './journal.ts';
import type { RecordedState } from './recorded-state.ts';
import { makeSeal, SEALED, type Seal, sealProblem } from './seals.ts';
import { TAKEN_OVER, takeOver } from './take-over.ts';
import { descriptionOf, type Row, vouchedRow, vouchedTables } from './vouched.ts';

const SEAL_LOST =
  'Put the file ending in .seal back. If it is gone: stop Node-RED, compare "rap ledger verify" with the head in the latest digest mail, then "rap ledger backup FILE" and "rap ledger restore FILE --reason TEXT".';

export interface Sealing {
  /** Writes the seal when the journal has gone on and nothing in it is wrong. */
  renew(): Promise<void>;
}

interface Place {
  /** Beside which the seal lies. */
  file: string;
  /** The ledger, for people. */
  shown: string;
  /** Other homes hold seals of it, too, each as of when its own processes sealed last. */
  shared: boolean;
  /** The ledger's name. */
  name: string;
}

/**
 * Seals may not fit because another process is opening or sealing the ledger just then: so long is waited, milliseconds,
 * before each further look.
 */
const LOOK_AGAIN = [20, 100, 300];

/**
 * Looks at the seals of a ledger that was just opened, brings the standing to the present, and takes over the rows of
 * an older release.
 * @throws RapError LEDGER_UNUSABLE when a seal is lost, does not fit or was replaced
 */
export async function openSeals(
  db: Database,
  writer: JournalWriter,
  recordedState: RecordedState,
  place: Place,
): Promise<Sealing> {
  let seals = await look(db, writer, place);
  for (const wait of LOOK_AGAIN) {
    if (seals.problem === undefined) break;
    await setTimeout(wait);
    seals = await look(db, writer, place);
  }
  const { seal, inside, made, vouching, problem } = seals;
  if (problem !== undefined) throw unusable(place.shown, problem, SEAL_LOST);
  const marked = seal?.state !== undefined && made !== 'otherwise';
  recordedState.begin(marked ? { sound: seal.journal, text: seal.state ?? '' } : undefined);
  if (inside === undefined && !vouching && made !== 'otherwise' && (await hasRows(db))) {
    await takeOver(db, writer, { who: 'rap', why: 'Written by an older release' });
  }
  await recordedState.catchUp();
  const sealing = new Sealer(db, writer, recordedState, place, seals.here);
  if (seals.here === undefined || inside === undefined || !isWhole(seals.here, writer)) await sealing.renew();
  return sealing;
}

/** Reads first what is in the ledger, then what lies beside it: there a seal is written first. */
async function look(db: Database, { key }: JournalWriter, { file, name, shared }: Place) {
  const inside = await sealInside(db);
  const { count } = await headOf(db);
  const here = await readSeal(file);
  // A home that comes new to a ledger of several takes up the one that lies in it.
  const seal = here ?? (shared ? inside : undefined);
  const made = await lastMade(db, key);
  const heads = [seal, inside].map((one) => one?.journal.count ?? 0);
  const links = await db
    .selectFrom('journal')
    .select(['sequence', 'hash'])
    .where('sequence', 'in', heads)
    .execute();
  const hashes = new Map(links.map(({ sequence, hash }) => [sequence, hash]));
  const vouching = seal?.state === undefined || inside === undefined ? await isVouching(db) : true;
  const problem = sealProblem({
    ...{ name, seal, inside, count, shared, key: made === 'with it' ? key : undefined },
    ...{ vouching, hashOf: (sequence: number) => hashes.get(sequence) },
  });
  return { here, seal, inside, made, vouching, problem };
}

/** Does it say where the journal stood, with the key where there is one? */
function isWhole({ state, mac }: Seal, { key }: JournalWriter): boolean {
  return state !== undefined && (mac !== undefined || key === undefined);
}

class Sealer implements Sealing {
  #sealed: Seal | undefined;
  readonly #db: Database;
  readonly #writer: JournalWriter;
  readonly #recordedState: RecordedState;
  readonly #place: Place;

  constructor(
    db: Database,
    writer: JournalWriter,
    recordedState: RecordedState,
    place: Place,
    sealed: Seal | undefined,
  ) {
    this.#db = db;
    this.#writer = writer;
    this.#recordedState = recordedState;
    this.#place = place;
    this.#sealed = sealed;
  }

  async renew(): Promise<void> {
    // In a transaction, because only a ledger that is in charge may vouch for itself.
    const { head } = await this.#db.transaction().execute(headOf);
    const sealed = this.#sealed;
    if (sealed !== undefined && head === sealed.journal.head && isWhole(sealed, this.#writer)) return;
    await this.#recordedState.catchUp();
    const { brokenAt, ...journal } = this.#recordedState.sound;
    // The seal before it is true as well.
    if (brokenAt !== undefined) return;
    const { count, head: hash } = journal;
    const of = {
      ledger: this.#place.name,
      journal: { count, head: hash },
      state: this.#recordedState.text(),
    };
    const own = makeSeal(of, this.#writer.key);
    // One process at a time, and none that is in between: the one beside the ledger is never of an earlier moment.
    this.#sealed = await this.#db.transaction().execute(async (work) => {
      const there = await sealInside(work);
      const isLater = there !== undefined && there.journal.count > count;
      const next = isLater ? there : own;
      await writeSeal(this.#place.file, next);
      if (!isLater) await putInside(work, own);
      return next;
    });
  }
}

async function sealInside(work: Work): Promise<Seal | undefined> {
  const row = await work
    .selectFrom('properties')
    .select('value')
    .where('name', '=', SEALED)
    .executeTakeFirst();
  return row && fromColumn<Seal>(row.value);
}

async function putInside(work: Work, seal: Seal): Promise<void> {
  const value = JSON.stringify(seal);
  await work
    .insertInto('properties')
    .values({ name: SEALED, value })
    .onConflict((on) => on.column('name').doUpdateSet({ value }))
    .execute();
}

/** Was the last record made with this key, with none, or with another? */
async function lastMade(
  work: Work,
  key: Uint8Array | undefined,
): Promise<'with it' | 'without' | 'otherwise'> {
  const last: Link | undefined = await work
    .selectFrom('journal')
    .selectAll()
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last === undefined || !isKeyed(last.hash)) return 'without';
  const { hash, ...record } = last;
  return key !== undefined && hashOf(record, key) === hash ? 'with it' : 'otherwise';
}

/** Are there records that vouch for rows since they were written? Reads the whole journal. */
async function isVouching(work: Work): Promise<boolean> {
  const holds = sql`what != ${TAKEN_OVER} and details like '%"rows":[%'`;
  for await (const _ of lastRecords(work, holds)) return true;
  return false;
}

async function hasRows(db: Database): Promise<boolean> {
  for (const table of vouchedTables) {
    const query = db.selectFrom(table).selectAll();
    const rows = await (descriptionOf(table)?.only === undefined ? query.limit(1) : query).execute();
    if (rows.some((row) => vouchedRow(table, row as Row) !== undefined)) return true;
  }
  return false;
}
