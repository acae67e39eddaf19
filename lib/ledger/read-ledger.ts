/**
 * A ledger that is only looked into, by a thread or process of its own beside the one that writes: whatever is asked
 * of it, nothing is written, nobody waits for it, and no lease is taken.
 */
import { statSync } from 'node:fs';
import { Kysely } from 'kysely';
import { RapError } from '../errors/rap-error.ts';
import type { Clock } from '../time/clock.ts';
import { RecordedState } from './journal/recorded-state.ts';
import { SEALED, type Seal } from './journal/seals.ts';
import { fromColumn } from './json-column.ts';
import { type Ledger, recordsOf } from './ledger.ts';
import { latest } from './migrate.ts';
import { postgresTables } from './open-database.ts';
import { type LedgerPlace, shownPlace } from './place.ts';
import { PostgresLedgerDialect } from './postgres/dialect.ts';
import { isLedgerThere } from './postgres/questions.ts';
import { NodeSqliteDialect } from './sqlite/dialect.ts';
import { readOnlyDatabase, unusable } from './sqlite/ledger-file.ts';
import type { Database, Tables } from './tables.ts';

/** Everything that can be asked; what would write fails. */
export type ReadLedger = Omit<
  Ledger,
  'name' | 'seal' | 'changedFacts' | 'beginAnew' | 'under' | 'writeUnder' | 'sever' | 'close'
>;

export interface OpenedToRead {
  ledger: ReadLedger;
  /** For questions that no subject answers. */
  db: Database;
  /** Does another file lie at the ledger's place by now, as after a restore? */
  isReplaced(): boolean;
  close(): Promise<void>;
}

/**
 * Opens a ledger for looking.
 * @param journalKey of the journal, where it has one: without it nothing is said of what was decided
 * @throws RapError LEDGER_UNUSABLE when it is not there, no ledger, or not yet brought up to this release;
 * LEDGER_TOO_NEW when a newer release has written it
 */
export async function openToRead(
  place: LedgerPlace,
  clock: Clock,
  journalKey?: Uint8Array,
): Promise<OpenedToRead> {
  const db = await tablesOf(place);
  try {
    await checkRelease(db, shownPlace(place));
    const recordedState = new RecordedState(db, journalKey);
    recordedState.begin(await markOf(db));
    const inode = inodeOf(place);
    return {
      ledger: recordsOf(
        db,
        { clock, ...(journalKey === undefined ? {} : { key: journalKey }) },
        recordedState,
      ),
      db,
      isReplaced: () => inodeOf(place) !== inode,
      close: () => db.destroy(),
    };
  } catch (thrown) {
    await db.destroy();
    throw thrown;
  }
}

async function tablesOf(place: LedgerPlace): Promise<Database> {
  if (typeof place === 'string') {
    return new Kysely<Tables>({ dialect: new NodeSqliteDialect(readOnlyDatabase(place)) });
  }
  if (!(await isLedgerThere(place.address))) throw unusable(shownPlace(place), 'holds no ledger');
  return postgresTables(new PostgresLedgerDialect(place.address, { readOnly: true }));
}

async function checkRelease(db: Database, shown: string): Promise<void> {
  const migrations = db as unknown as Kysely<{ migrations: { number: number } }>;
  const row = await migrations
    .selectFrom('migrations')
    .select((one) => one.fn.max('number').as('newest'))
    .executeTakeFirst();
  const newest = row?.newest ?? 0;
  if (newest > latest) {
    throw new RapError('LEDGER_TOO_NEW', `The ledger has migration ${newest}; this release knows ${latest}`);
  }
  if (newest < latest)
    throw unusable(shown, 'was last opened by an older release', 'Let Node-RED start a flow.');
}

/** Where the journal was proved last, so that what is decided is followed from there. */
async function markOf(db: Database) {
  const row = await db.selectFrom('properties').select('value').where('name', '=', SEALED).executeTakeFirst();
  const seal = row === undefined ? undefined : fromColumn<Seal>(row.value);
  return seal?.state === undefined ? undefined : { sound: seal.journal, text: seal.state };
}

/** On PostgreSQL another ledger has the same tables. */
function inodeOf(place: LedgerPlace): string {
  if (typeof place !== 'string') return '';
  try {
    const { dev, ino } = statSync(place);
    return `${dev} ${ino}`;
  } catch {
    return '';
  }
}
