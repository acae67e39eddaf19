/** Care of the ledger: a backup while it is in use, the check of one, and bringing one back. */
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { diskError, RapError, systemCode } from '../errors/rap-error.ts';
import { fsyncFolder, makeFolder, publish, sha256File, temporaryName } from '../files/durable.ts';
import { renameFile } from '../files/rename.ts';
import type { Clock } from '../time/clock.ts';
import type { Verification } from './chain.ts';
import { type Ledger, type LedgerOptions, openLedger } from './ledger.ts';
import { BUSY_TIMEOUT, readOnlyDatabase, readSeal, sealOf, unusable, writeSeal } from './ledger-file.ts';
import { sqliteError } from './sqlite.ts';
import type { JournalHead } from './types.ts';

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
export async function backupLedger(file: string, target: string): Promise<LedgerCopy> {
  try {
    await makeFolder(path.dirname(target), { mode: 0o700 });
    const temp = temporaryName(target);
    try {
      await copyDatabase(file, temp);
      const { ledger, journal } = lookInto(temp);
      const sha256 = await sha256File(temp);
      const { size } = await fs.stat(temp);
      const { file: written } = await publish(temp, target, sha256);
      return { file: written, ledger, bytes: size, sha256, journal };
    } catch (thrown) {
      await fs.rm(temp, { force: true });
      throw thrown;
    }
  } catch (thrown) {
    throw diskError(thrown, target);
  }
}

async function copyDatabase(from: string, to: string): Promise<void> {
  // Created here, because SQLite would give it the rights of the umask.
  await (await fs.open(to, 'wx', 0o600)).close();
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
  const handle = await fs.open(to, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What a database file says of itself. @throws RapError LEDGER_UNUSABLE when it is damaged or no ledger */
function lookInto(file: string): { ledger: string; journal: JournalHead } {
  const database = readOnlyDatabase(file);
  try {
    const [check] = database.prepare('pragma integrity_check(1)').all();
    if (check?.integrity_check !== 'ok') throw unusable(file, `is damaged (${check?.integrity_check})`);
    if (database.prepare('pragma foreign_key_check').get() !== undefined) {
      throw unusable(file, 'is damaged (entries refer to others that are not there)');
    }
    const name = database.prepare("select value from properties where name = 'ledger'").get();
    const last = database.prepare('select sequence, hash from journal order by sequence desc limit 1').get();
    return {
      ledger: String(name?.value ?? ''),
      journal: { count: Number(last?.sequence ?? 0), head: String(last?.hash ?? '') },
    };
  } finally {
    database.close();
  }
}

/**
 * Checks a ledger, or a backup of one, from end to end: every page, every reference, every record of the journal.
 * @param options with the journal's key, and a head known from elsewhere, such as the one in a digest; `at` names
 * a file on a local disk beside which there is room for a copy, where a backup lies on another drive
 * @throws RapError LEDGER_UNUSABLE naming what is wrong
 */
export async function verifyLedger(
  file: string,
  clock: Clock,
  { at = file, ...options }: LedgerOptions & { anchor?: JournalHead; at?: string } = {},
): Promise<{ ledger: string; journal: JournalHead; unproved?: number }> {
  const copy = temporaryName(at);
  try {
    // Of a copy, so that nothing is written to what is being checked.
    await copyDatabase(file, copy);
    const found = lookInto(copy);
    const seal = await readSeal(file);
    if (seal !== undefined && seal.ledger !== found.ledger) {
      throw unusable(file, 'is not the ledger that belongs to this folder');
    }
    await writeSeal(copy, found);
    const ledger = await openLedger(copy, clock, options);
    try {
      const { brokenAt, problem, unproved } = await verifyAgainst(ledger, [seal?.journal, options.anchor]);
      if (brokenAt !== undefined)
        throw unusable(file, `has a broken journal at record ${brokenAt}: ${problem}`);
      return unproved === undefined ? found : { ...found, unproved };
    } finally {
      await ledger.close();
    }
  } catch (thrown) {
    throw diskError(thrown, file);
  } finally {
    for (const name of [copy, `${copy}-wal`, `${copy}-shm`, sealOf(copy)]) await fs.rm(name, { force: true });
  }
}

/** Follows the journal once, or once for each head that is known from elsewhere; the first problem counts. */
async function verifyAgainst(
  ledger: Ledger,
  heads: readonly (JournalHead | undefined)[],
): Promise<Verification> {
  const known = heads.filter((head) => head !== undefined && head.count > 0);
  if (known.length === 0) return ledger.verifyJournal();
  let verified: Verification | undefined;
  for (const head of known) {
    verified = await ledger.verifyJournal(head);
    if (verified.brokenAt !== undefined) break;
  }
  return verified ?? ledger.verifyJournal();
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
  act: { by: string; reason: string } & LedgerOptions,
): Promise<{ replaced: string | undefined; journal: JournalHead }> {
  const { by, reason, ...options } = act;
  try {
    await makeFolder(path.dirname(file), { mode: 0o700 });
    const found = await verifyLedger(from, clock, { ...options, at: file });
    const temp = temporaryName(file);
    await copyDatabase(from, temp);
    fenceOut(file);
    const replaced = await setAside(file, clock);
    const { outcome } = await publish(temp, file, await sha256File(temp));
    if (outcome === 'version') throw new RapError('LEDGER_UNUSABLE', `Another program is using ${file}`);
    await writeSeal(file, { ledger: found.ledger, journal: found.journal });
    const ledger = await openLedger(file, clock, options);
    try {
      const { count } = found.journal;
      const details = { from, records: count };
      await ledger.journal({ who: by, what: 'ledger restored', why: reason, details });
      await ledger.seal();
      return { replaced, journal: await ledger.journalHead() };
    } finally {
      await ledger.close();
    }
  } catch (thrown) {
    throw diskError(thrown, file);
  }
}

/**
 * Takes the lease of a ledger that is to be set aside from whoever holds it: a process that only slept writes into
 * it, wherever it lies then, and would know of nothing.
 * @throws RapError LEDGER_UNUSABLE when another program is writing it just now
 */
function fenceOut(file: string): void {
  if (!existsSync(file)) return;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
    database.exec('update leases set fence = fence + 1, held_until = 0');
  } catch (thrown) {
    const error = sqliteError(thrown);
    // One that is damaged has no lease to give; that is why it is replaced.
    if (error instanceof RapError && error.retryable && error.code === 'LEDGER_UNUSABLE') throw error;
  } finally {
    if (database?.isOpen) database.close();
  }
}

/** Renames a ledger with its log, so that nothing of it is lost. */
async function setAside(file: string, clock: Clock): Promise<string | undefined> {
  const aside = `${file}.replaced-${clock.now()}`;
  let moved = false;
  for (const suffix of ['', '-wal', '-shm']) {
    try {
      await renameFile(file + suffix, aside + suffix);
      moved = true;
    } catch (thrown) {
      if (systemCode(thrown) !== 'ENOENT') throw thrown;
    }
  }
  await fsyncFolder(path.dirname(file));
  return moved ? aside : undefined;
}
