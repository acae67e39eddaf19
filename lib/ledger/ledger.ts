/** The ledger: the durable facts. This file is the door to the room; each subject has a file beside it. */
import { Kysely } from 'kysely';
import type { Clock } from '../time/clock.ts';
import { type Deliveries, deliveries } from './deliveries.ts';
import { type JournalBook, journalBook } from './journal.ts';
import { newLedgerName, openFile, unusable, writeSeal } from './ledger-file.ts';
import { type Locks, locks } from './locks.ts';
import { migrate } from './migrate.ts';
import { type Observations, observations } from './observations.ts';
import { type Outbox, outbox } from './outbox.ts';
import { type Reports, reports } from './reports.ts';
import { type Runs, runs } from './runs.ts';
import { NodeSqliteDialect } from './sqlite.ts';
import type { Database, Tables } from './tables.ts';
import { type Ticks, ticks } from './ticks.ts';

export { messageIdOf, type RecipientAnswer, SENDING_LIMIT } from './outbox.ts';
export type * from './types.ts';

export interface Ledger extends Locks, Runs, Observations, Reports, Deliveries, Outbox, Ticks, JournalBook {
  /** The ledger's own name, the same for its whole life. */
  readonly name: string;
  close(): Promise<void>;
}

/**
 * Opens the ledger of a home, creating it when the home never had one. Folder 0700, file 0600; WAL with
 * synchronous FULL, so what is recorded survives a power cut.
 * @throws RapError LEDGER_UNUSABLE when the file is missing though it was there, damaged, or not a ledger;
 * LEDGER_TOO_NEW when a newer release wrote it; NOT_WRITABLE, DISK_FULL, DISK_ERROR
 */
export async function openLedger(file: string, clock: Clock): Promise<Ledger> {
  const { database, sealed } = await openFile(file);
  const db: Database = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) });
  try {
    await migrate(db as unknown as Kysely<unknown>, clock.now());
    const name = await nameOf(db);
    if (sealed === undefined) await writeSeal(file, name);
    else if (sealed !== name) throw unusable(file, 'is not the ledger that belongs to this folder');
    return {
      name,
      close: () => db.destroy(),
      ...locks(db, clock),
      ...runs(db, clock),
      ...observations(db, clock),
      ...reports(db, clock),
      ...deliveries(db, clock),
      ...outbox(db, clock),
      ...ticks(db, clock),
      ...journalBook(db, clock),
    };
  } catch (thrown) {
    await db.destroy();
    throw thrown;
  }
}

async function nameOf(db: Database): Promise<string> {
  await db
    .insertInto('properties')
    .values({ name: 'ledger', value: newLedgerName() })
    .onConflict((on) => on.column('name').doNothing())
    .execute();
  const { value } = await db
    .selectFrom('properties')
    .select('value')
    .where('name', '=', 'ledger')
    .executeTakeFirstOrThrow();
  return value;
}
