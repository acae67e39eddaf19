/** Care of the ledger: a backup while it is in use, the check of one, and bringing one back. */
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { diskError, RapError, systemCode } from '../../errors/rap-error.ts';
import {
  fsyncFolder,
  makeFolder,
  publish,
  sha256File,
  temporaryName,
  withTemporary,
} from '../../files/durable.ts';
import { renameFile, whileInUse } from '../../files/rename.ts';
import type { Clock } from '../../time/clock.ts';
import { differenceText } from '../journal/compare.ts';
import { differencesOf, type Proof, prove } from '../journal/proof.ts';
import { COPIED, SEALED, type Seal } from '../journal/seals.ts';
import { fromColumn } from '../json-column.ts';
import { type LedgerOptions, openLedger } from '../ledger.ts';
import { latest } from '../migrate.ts';
import { type LedgerPlace, sealedBeside, shownPlace } from '../place.ts';
import { refuseForeign } from '../postgres/questions.ts';
import { takeOut } from '../postgres/whole-ledger.ts';
import type { JournalHead } from '../types.ts';
import { sqliteError } from './dialect.ts';
import { BUSY_TIMEOUT, readOnlyDatabase, readSeal, unusable, writeSeal } from './ledger-file.ts';

export interface LedgerCopy {
  file: string;
  /** The ledger's own name. */
  ledger: string;
  bytes: number;
  sha256: string;
  journal: JournalHead;
}

/**
 * Copies a ledger as it is at one moment, also while it is being written, proves the copy and gives it its name
 * durably. An existing file of that name is never replaced.
 * @throws RapError LEDGER_UNUSABLE when either of the two is damaged; DISK_FULL, NOT_WRITABLE, DISK_ERROR
 */
export async function backupLedger(place: LedgerPlace, target: string): Promise<LedgerCopy> {
  try {
    await makeFolder(path.dirname(target), { mode: 0o700 });
    return await withTemporary(target, async (temp) => {
      await copyDatabase(place, temp);
      const shown = shownPlace(place);
      const { ledger, journal } = lookInto(temp, shown);
      markCopy(temp, shown);
      const sha256 = await sha256File(temp);
      const { size } = await fs.stat(temp);
      const { file: written } = await whileInUse(() => publish(temp, target, sha256));
      return { file: written, ledger, bytes: size, sha256, journal };
    });
  } catch (thrown) {
    throw diskError(thrown, target);
  }
}

async function copyDatabase(from: LedgerPlace, to: string): Promise<void> {
  // Created here, because SQLite would give it the rights of the umask.
  await (await fs.open(to, 'wx', 0o600)).close();
  if (typeof from === 'string') await copyFile(from, to);
  else await takeOut(from.address, to);
  const handle = await fs.open(to, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function copyFile(from: string, to: string): Promise<void> {
  const source = readOnlyDatabase(from);
  try {
    // As it is at this moment: else every write meanwhile would begin the copy anew, and it might never end.
    source.exec('begin; select 1 from sqlite_master');
    await backup(source, to);
  } finally {
    source.close();
  }
  // A copy is one file: without this, opening it would leave a log beside it.
  const copy = new DatabaseSync(to);
  try {
    copy.exec('pragma journal_mode = delete');
  } finally {
    copy.close();
  }
}

/**
 * What a database file says of itself.
 * @param shown the file it is a copy of
 * @throws RapError LEDGER_UNUSABLE when it is damaged or no ledger
 */
function lookInto(copy: string, shown: string): { ledger: string; journal: JournalHead } {
  const database = readOnlyDatabase(copy);
  try {
    const [check] = database.prepare('pragma integrity_check(1)').all();
    if (check?.integrity_check !== 'ok') throw unusable(shown, `is damaged (${check?.integrity_check})`);
    const name = database.prepare("select value from properties where name = 'ledger'").get();
    const newest = Number(database.prepare('select max(number) as n from migrations').get()?.n ?? 0);
    if (newest > latest) {
      throw new RapError('LEDGER_TOO_NEW', `${shown} has migration ${newest}; this release knows ${latest}`);
    }
    const last = database.prepare('select sequence, hash from journal order by sequence desc limit 1').get();
    return {
      ledger: String(name?.value ?? ''),
      journal: { count: Number(last?.sequence ?? 0), head: String(last?.hash ?? '') },
    };
  } finally {
    database.close();
  }
}

interface ProofOf extends LedgerOptions {
  anchor?: JournalHead;
  at?: string;
  sealed?: boolean;
}

/**
 * Checks a ledger, or a backup of one, from end to end: every page, every reference, every record of the journal, its
 * seals, and every row that a record vouches for.
 * @param options with the journal's key, and a head known from elsewhere, such as the one in a digest; `at` names
 * a file on a local disk beside which there is room for a copy, where a backup lies on another drive; `sealed` says
 * that it is the ledger in use, which must have its seal
 * @throws RapError LEDGER_UNUSABLE or LEDGER_CHANGED naming what is wrong
 */
export async function verifyLedger(
  place: LedgerPlace,
  _clock: Clock,
  options: ProofOf = {},
): Promise<{ ledger: string } & Proof> {
  if (typeof place !== 'string') await refuseForeign(place.address);
  for (let look = 1; ; look++) {
    const seal = await readSeal(sealedBeside(place));
    try {
      return await verifyWith(place, seal, options);
    } catch (thrown) {
      // A ledger in use may have been sealed between the two: then they are not of one moment.
      const moved = JSON.stringify(await readSeal(sealedBeside(place))) !== JSON.stringify(seal);
      if (!moved || look === LOOKS) throw thrown;
    }
  }
}

/** How often a ledger that is in use is looked at before what is found is believed. */
const LOOKS = 5;

function verifyWith(
  place: LedgerPlace,
  seal: Seal | undefined,
  { at = sealedBeside(place), journalKey, anchor, sealed = false }: ProofOf,
): Promise<{ ledger: string } & Proof> {
  return withCopy(place, at, async (copy, { ledger }) => {
    const database = new DatabaseSync(copy);
    const file = shownPlace(place);
    const shared = typeof place !== 'string';
    try {
      const proof = prove(database, { file, name: ledger, key: journalKey, seal, sealed, shared, anchor });
      checkReferences(database, file);
      return { ledger, ...proof };
    } finally {
      database.close();
    }
  });
}

/** How many rows of a ledger are not as its journal says, and the first of them. */
export async function compareLedger(place: LedgerPlace): Promise<{ places: number; named: string[] }> {
  return withCopy(place, sealedBeside(place), async (copy) => {
    const database = new DatabaseSync(copy);
    try {
      const { count, differences } = differencesOf(database);
      return { places: count, named: differences.map(differenceText) };
    } finally {
      database.close();
    }
  });
}

/** Works on a copy, so that nothing is written to what is looked at. */
async function withCopy<T>(
  place: LedgerPlace,
  at: string,
  work: (copy: string, found: ReturnType<typeof lookInto>) => Promise<T>,
): Promise<T> {
  try {
    return await withTemporary(at, async (copy) => {
      try {
        await copyDatabase(place, copy);
        return await work(copy, lookInto(copy, shownPlace(place)));
      } finally {
        for (const name of [`${copy}-wal`, `${copy}-shm`]) await fs.rm(name, { force: true });
      }
    });
  } catch (thrown) {
    const error = sqliteError(thrown);
    throw error instanceof RapError ? error : diskError(error, shownPlace(place));
  }
}

/** A row that refers to one that is not there: what the journal does not speak of is damaged as well. */
function checkReferences(database: DatabaseSync, file: string): void {
  if (database.prepare('pragma foreign_key_check').get() === undefined) return;
  throw unusable(file, 'is damaged (entries refer to others that are not there)');
}

/** Says in a copy that it is one. @throws RapError LEDGER_UNUSABLE when its tables do not fit each other */
function markCopy(copy: string, file: string): void {
  const database = new DatabaseSync(copy);
  try {
    checkReferences(database, file);
    database.prepare("insert or replace into properties values (?, 'yes')").run(COPIED);
  } finally {
    database.close();
  }
}

/** The copy becomes the ledger. @returns the seal that it holds, undefined in one of an older release */
function unmarkCopy(copy: string): Seal | undefined {
  const database = new DatabaseSync(copy);
  try {
    database.prepare('delete from properties where name = ?').run(COPIED);
    const row = database.prepare('select value from properties where name = ?').get(SEALED);
    return row === undefined ? undefined : fromColumn<Seal>(String(row.value));
  } finally {
    database.close();
  }
}

/**
 * Puts a backup in the ledger's place. What was there is kept beside it; what the backup does not know will be
 * fetched again. Nobody may have the ledger open. The act is journalled.
 * @returns where the replaced ledger lies now, undefined when there was none
 * @throws RapError LEDGER_UNUSABLE when the backup is damaged; then nothing was changed
 */
export async function restoreLedger(
  from: string,
  file: string,
  clock: Clock,
  act: { by: string; reason: string; rename?: typeof renameFile } & LedgerOptions,
): Promise<{ replaced: string | undefined; journal: JournalHead }> {
  const { by, reason, rename = renameFile, ...options } = act;
  const temp = temporaryName(file);
  try {
    await makeFolder(path.dirname(file), { mode: 0o700 });
    const found = await verifyLedger(from, clock, { ...options, at: file });
    await copyDatabase(from, temp);
    const seal = unmarkCopy(temp);
    fenceOut(file);
    const replaced = await setAside(file, clock, rename);
    const { outcome } = await publish(temp, file, await sha256File(temp));
    if (outcome === 'version') throw new RapError('LEDGER_UNUSABLE', `Another program is using ${file}`);
    await writeSeal(file, seal ?? { ledger: found.ledger, journal: found.journal });
    const ledger = await openLedger(file, clock, options);
    try {
      const { count } = found.journal;
      const details = { from, records: count };
      await ledger.journal.append({ who: by, what: 'ledger restored', why: reason, details });
      await ledger.seal();
      return { replaced, journal: await ledger.journal.head() };
    } finally {
      await ledger.close();
    }
  } catch (thrown) {
    // What was put in its place has another name by now.
    await fs.rm(temp, { force: true }).catch(() => {});
    throw diskError(thrown, file);
  }
}

/**
 * Takes the lease of a ledger that is to be set aside from whoever holds it: a process that only slept writes into
 * it, wherever it lies then, and would know of nothing.
 * @throws RapError LEDGER_UNUSABLE when another program is writing it just now
 */
export function fenceOut(file: string): void {
  if (!existsSync(file)) return;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
    database.exec('update leases set fence = fence + 1, held_until = 0');
    database.exec("update duties set fence = fence + 1, held_until = 0, owner = ''");
  } catch (thrown) {
    const error = sqliteError(thrown);
    // One that is damaged has no lease to give; that is why it is replaced.
    if (error instanceof RapError && error.retryable && error.code === 'LEDGER_UNUSABLE') throw error;
  } finally {
    if (database?.isOpen) database.close();
  }
}

/** Renames a ledger with its log, so that nothing of it is lost. */
/** @throws RapError LEDGER_UNUSABLE where a program has it open and the system moves no open file, as Windows does not */
async function setAside(file: string, clock: Clock, rename: typeof renameFile): Promise<string | undefined> {
  const aside = `${file}.replaced-${clock.now()}`;
  let moved = false;
  for (const suffix of ['', '-wal', '-shm']) {
    try {
      await rename(file + suffix, aside + suffix);
      moved = true;
    } catch (thrown) {
      if (systemCode(thrown) === 'ENOENT') continue;
      if (moved || systemCode(thrown) !== 'EBUSY') throw thrown;
      throw new RapError(
        'LEDGER_UNUSABLE',
        `Another program has the ledger ${file} open, and nothing was replaced`,
        {
          cause: thrown,
          cure: 'Stop Node-RED, and every other program that has it open, then do this again.',
        },
      );
    }
  }
  await fsyncFolder(path.dirname(file));
  return moved ? aside : undefined;
}
