/** A ledger that lies in a file becomes the one on PostgreSQL: a backup that is brought back, or the home's own. */
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { diskError, RapError } from '../errors/rap-error.ts';
import { fsyncFolder, makeFolder, temporaryName } from '../files/durable.ts';
import { renameFile } from '../files/rename.ts';
import type { Clock } from '../time/clock.ts';
import { type Ledger, type LedgerOptions, openLedger } from './ledger.ts';
import { checkSchema, postgresTables } from './open-database.ts';
import { isThere, type PostgresPlace, sealedBeside, shownPlace } from './place.ts';
import { PostgresLedgerDialect } from './postgres/dialect.ts';
import { PART_MS, putIn } from './postgres/whole-ledger.ts';
import { backupLedger, fenceOut, restoreLedger, verifyLedger } from './sqlite/backup.ts';
import { ledgerIn, readOnlyDatabase, readSeal, sealOf, unusable, writeSeal } from './sqlite/ledger-file.ts';
import type { Database } from './tables.ts';
import type { JournalHead } from './types.ts';

interface Act {
  by: string;
  reason: string;
}

/** What the record says by which a ledger begins on PostgreSQL. */
export const MOVED = 'ledger moved';

/**
 * Puts a backup in the place of what lies on PostgreSQL, which is kept as a file in the home. What the backup does not
 * know will be fetched again. Nobody may have the ledger open. The act is journalled.
 * @returns where the replaced ledger lies now, undefined when there was none
 * @throws RapError LEDGER_UNUSABLE when the backup is damaged, or what is there cannot be kept; then nothing was changed
 */
export async function restoreOnPostgres(
  from: string,
  place: PostgresPlace,
  clock: Clock,
  act: Act & LedgerOptions,
): Promise<{ replaced: string | undefined; journal: JournalHead }> {
  const beside = sealedBeside(place);
  await makeFolder(place.home, { mode: 0o700 });
  // In a file first, where it is proved and brought up to this release.
  const folder = temporaryName(beside);
  try {
    const file = path.join(folder, 'ledger.sqlite');
    await restoreLedger(from, file, clock, act);
    const replaced = (await isThere(place))
      ? (await backupLedger(place, `${beside}.replaced-${clock.now()}`)).file
      : undefined;
    const journal = await put(file, place);
    return { replaced, journal };
  } catch (thrown) {
    throw diskError(thrown, folder);
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/**
 * Moves the ledger of a home from its file to an empty database on PostgreSQL: proved before, put in by one transaction,
 * read back row for row within it, and proved there. A move that was cut off is done by doing it again.
 * @returns where the file lies now
 * @throws RapError LEDGER_UNUSABLE when the ledger is damaged; CONFIG_INVALID when the database holds another ledger
 */
export async function moveLedger(
  place: PostgresPlace,
  clock: Clock,
  { by, reason, ...options }: Act & LedgerOptions,
): Promise<{ moved: string; rows: number; journal: JournalHead }> {
  const file = ledgerIn(place.home);
  if (!existsSync(file)) {
    throw new RapError('CONFIG_INVALID', `There is no ledger at ${file}`, {
      cure: 'It was moved before, or RAP_HOME names another folder.',
    });
  }
  if (!(await isBegun(file, place))) {
    // Brought up to this release, and no process that only slept writes into it any more.
    await (await openLedger(file, clock, options)).close();
    fenceOut(file);
    await verifyLedger(file, clock, { ...options, sealed: true });
    await put(file, place, true);
  }
  const ledger = await openLedger(place, clock, options);
  try {
    const records = await recordMove(ledger, file, { by, reason });
    await verifyLedger(place, clock, { ...options, sealed: true });
    const moved = await setAside(file, clock);
    return { moved, rows: records, journal: await ledger.journal.head() };
  } finally {
    await ledger.close();
  }
}

/** Was the file put in before by a move that was cut off? @throws RapError CONFIG_INVALID when something else is there */
async function isBegun(file: string, place: PostgresPlace): Promise<boolean> {
  if (!(await isThere(place))) return false;
  const db = postgresTables(new PostgresLedgerDialect(place.address, { readOnly: true }));
  try {
    const { name, head } = lastOf(file);
    const same = await db
      .selectFrom('properties')
      .select('value')
      .where('name', '=', 'ledger')
      .executeTakeFirst();
    const record = await db
      .selectFrom('journal')
      .select('hash')
      .where('sequence', '=', head.count)
      .executeTakeFirst();
    if (same?.value === name && (head.count === 0 || record?.hash === head.head)) return true;
    if (same === undefined) return false;
  } finally {
    await db.destroy();
  }
  throw new RapError(
    'CONFIG_INVALID',
    `${shownPlace(place)} holds another ledger already, and nothing was moved`,
    {
      cure: 'Let RAP_LEDGER name a database or a schema (?schema=NAME) that is empty.',
      details: { field: 'RAP_LEDGER' },
    },
  );
}

function lastOf(file: string): { name: string; head: JournalHead } {
  const database = readOnlyDatabase(file);
  try {
    const name = database.prepare("select value from properties where name = 'ledger'").get()?.value;
    const last = database.prepare('select sequence, hash from journal order by sequence desc limit 1').get();
    return {
      name: String(name ?? ''),
      head: { count: Number(last?.sequence ?? 0), head: String(last?.hash ?? '') },
    };
  } finally {
    database.close();
  }
}

/** @returns the journal's head there @throws RapError CONFIG_INVALID when a ledger is there that is to be `empty` */
async function put(file: string, place: PostgresPlace, empty = false): Promise<JournalHead> {
  const seal = await readSeal(file);
  if (seal === undefined) throw unusable(file, 'has lost its seal');
  const db = postgresTables(new PostgresLedgerDialect(place.address, { answerMs: PART_MS }));
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    await checkSchema(db, place, true);
    await db.transaction().execute(async (work) => {
      if (empty) await refuseRows(work, place);
      await putIn(work, database);
    });
    await writeSeal(sealedBeside(place), seal);
    return seal.journal;
  } finally {
    database.close();
    await db.destroy();
  }
}

/** Looked at again under the lock: a Node-RED may have begun a ledger there meanwhile. */
async function refuseRows(work: Database, place: PostgresPlace): Promise<void> {
  // Asked within the transaction, which holds the lock from its first statement on.
  const { rows } = await sql<{
    there: number;
  }>`select to_regclass('properties') is not null as there`.execute(work);
  if (rows[0]?.there !== 1) return;
  const row = await work.selectFrom('properties').select('name').limit(1).executeTakeFirst();
  if (row === undefined) return;
  throw new RapError('CONFIG_INVALID', `${shownPlace(place)} holds a ledger already, and nothing was moved`, {
    details: { field: 'RAP_LEDGER' },
  });
}

/** Once, however often the move was cut off. @returns records that were taken over */
async function recordMove(
  ledger: Pick<Ledger, 'journal' | 'seal'>,
  file: string,
  { by, reason }: Act,
): Promise<number> {
  const { head } = lastOf(file);
  const since = await ledger.journal.records(head.count, 1000);
  if (!since.some(({ what, details }) => what === MOVED && details.from === file)) {
    const details = { from: file, records: head.count };
    await ledger.journal.append({ who: by, what: MOVED, why: reason, details });
    await ledger.seal();
  }
  return head.count;
}

/** The file with its seal last: as long as it is there, the move is not done. */
async function setAside(file: string, clock: Clock): Promise<string> {
  const aside = `${file}.moved-${clock.now()}`;
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(file + suffix)) await renameFile(file + suffix, aside + suffix);
  }
  if (existsSync(sealOf(file))) await renameFile(sealOf(file), sealOf(aside));
  await renameFile(file, aside);
  await fsyncFolder(path.dirname(file));
  return aside;
}
