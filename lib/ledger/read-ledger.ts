/**
 * A ledger that is only looked into, by a thread or process of its own beside the one that writes: whatever is asked
 * of it, nothing is written, nobody waits for it, and no lease is taken.
 */
import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { RapError } from '../errors/rap-error.ts';
import type { Clock } from '../time/clock.ts';
import { RecordedState } from './journal/recorded-state.ts';
import { SEALED, type Seal } from './journal/seals.ts';
import { fromColumn } from './json-column.ts';
import { type Ledger, recordsOf } from './ledger.ts';
import { latest } from './migrate.ts';
import { NodeSqliteDialect } from './sqlite/dialect.ts';
import { readOnlyDatabase, unusable } from './sqlite/ledger-file.ts';
import type { Database, Tables } from './tables.ts';

/** Everything that can be asked; what would write fails. */
export type ReadLedger = Omit<
  Ledger,
  'name' | 'seal' | 'changedFacts' | 'beginAnew' | 'writeUnder' | 'close'
>;

export interface OpenedToRead {
  ledger: ReadLedger;
  /** For questions that no subject answers. */
  db: Database;
  /** Grows whenever another connection has written; the same number, the same facts. */
  version(): number;
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
export function openToRead(file: string, clock: Clock, journalKey?: Uint8Array): OpenedToRead {
  const database = readOnlyDatabase(file);
  try {
    checkRelease(file, database);
    const db: Database = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) });
    const recordedState = new RecordedState(db, journalKey);
    recordedState.begin(markOf(database));
    const place = placeOf(file);
    const dataVersion = database.prepare('pragma data_version');
    return {
      ledger: recordsOf(
        db,
        { clock, ...(journalKey === undefined ? {} : { key: journalKey }) },
        recordedState,
      ),
      db,
      version: () => Number(dataVersion.get()?.data_version),
      isReplaced: () => placeOf(file) !== place,
      close: () => db.destroy(),
    };
  } catch (thrown) {
    if (database.isOpen) database.close();
    throw thrown;
  }
}

function checkRelease(file: string, database: DatabaseSync): void {
  const newest = Number(database.prepare('select max(number) as newest from migrations').get()?.newest ?? 0);
  if (newest > latest) {
    throw new RapError('LEDGER_TOO_NEW', `The ledger has migration ${newest}; this release knows ${latest}`);
  }
  if (newest < latest)
    throw unusable(file, 'was last opened by an older release', 'Let Node-RED start a flow.');
}

/** Where the journal was proved last, so that what is decided is followed from there. */
function markOf(database: DatabaseSync) {
  const row = database.prepare('select value from properties where name = ?').get(SEALED);
  const seal = row === undefined ? undefined : fromColumn<Seal>(String(row.value));
  return seal?.state === undefined ? undefined : { sound: seal.journal, text: seal.state };
}

function placeOf(file: string): string {
  try {
    const { dev, ino } = statSync(file);
    return `${dev} ${ino}`;
  } catch {
    return '';
  }
}
