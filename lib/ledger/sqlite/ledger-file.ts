/**
 * The ledger's file: found, created or refused. A ledger that is missing, torn or another one is never replaced
 * by an empty one: everything would be fetched, filed and mailed a second time.
 *
 * Beside the database lies its seal (see seals.ts), a small file that names the ledger and how far its journal had
 * come. With it a database that has vanished can be told from one that never was, and an old copy from the present one.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { diskError, RapError, systemCode } from '../../errors/rap-error.ts';
import { makeFolder } from '../../files/durable.ts';
import { networkDriveOf } from '../../files/network-drive.ts';
import { replaceFile } from '../../files/replace.ts';
import { isOutOfFiles } from '../../files/space.ts';
import { type Seal, sealSchema } from '../journal/seals.ts';
import { isCannotOpen, sqliteError } from './dialect.ts';
import { lookThrough } from './whole-file.ts';

/** "RAP1", kept in the database's header so that another program's database is not taken for a ledger. */
const APPLICATION_ID = 0x52415031;

const HEADER = Buffer.from('SQLite format 3\0');

/** Bytes of the header that say which SQLite may write and read the file: 1 for a rollback journal, 2 for WAL. */
const VERSIONS = { start: 18, end: 20 };

/** How long opening waits on the thread for another process; afterwards waiting is patient (see dialect.ts). */
export const BUSY_TIMEOUT = 5_000;

/** The ledger of a home folder. */
export function ledgerIn(home: string): string {
  return path.join(home, 'ledger.sqlite');
}

/**
 * Opens the database file, creating it when there never was one.
 * @throws RapError LEDGER_UNUSABLE, NOT_WRITABLE, DISK_FULL, DISK_ERROR
 */
export async function openFile(file: string): Promise<DatabaseSync> {
  try {
    await makeFolder(path.dirname(file), { mode: 0o700 });
    await refuseNetworkDrive(file);
    const size = await sizeOf(file);
    if ((size ?? 0) === 0 && (await readSeal(file)) !== undefined) {
      throw unusable(file, 'is gone or empty, but this folder has had a ledger');
    }
    if (size === undefined) await (await fs.open(file, 'a', 0o600)).close();
    if (size !== undefined && size > 0) await checkHeader(file);
    return await openDatabase(file);
  } catch (thrown) {
    throw diskError(await orFull(thrown, file), file);
  }
}

/** SQLite does not say why it cannot make the files beside its own: two that stay, and one for a while. */
export async function orFull(thrown: unknown, file: string): Promise<unknown> {
  if (!isCannotOpen(thrown) || !(await isOutOfFiles(path.dirname(file), 3))) return thrown;
  return new RapError('DISK_FULL', `No further file can be made beside ${file}`, { cause: thrown });
}

async function openDatabase(file: string): Promise<DatabaseSync> {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT, enableForeignKeyConstraints: true });
    await checkContent(file, database);
    const [mode] = database.prepare('pragma journal_mode = wal').all();
    if (mode?.journal_mode !== 'wal') throw unusable(file, 'lies on a drive that cannot hold a ledger');
    database.exec('pragma synchronous = full; pragma busy_timeout = 0');
    return database;
  } catch (thrown) {
    if (database?.isOpen) database.close();
    const error = sqliteError(thrown);
    throw error instanceof RapError ? error : unusable(file, String(error));
  }
}

/**
 * Opens a ledger or a copy of one for reading only.
 * @throws RapError LEDGER_UNUSABLE when it is not there or not a ledger
 */
export function readOnlyDatabase(file: string): DatabaseSync {
  if (!existsSync(file)) throw unusable(file, 'is not there');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT, readOnly: true });
    const [header] = database.prepare('pragma application_id').all();
    if (header?.application_id !== APPLICATION_ID) throw unusable(file, 'is not a ledger');
    return database;
  } catch (thrown) {
    if (database?.isOpen) database.close();
    const error = sqliteError(thrown);
    throw error instanceof RapError ? error : unusable(file, String(error));
  }
}

/** Makes the database of a new ledger in an empty file, without any tables. */
export function newLedgerDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec(`pragma application_id = ${APPLICATION_ID}`);
  return database;
}

async function checkContent(file: string, database: DatabaseSync): Promise<void> {
  const tables = database.prepare("select name from sqlite_master where type = 'table'").all();
  const [header] = database.prepare('pragma application_id').all();
  if (tables.length === 0) {
    database.exec(`pragma application_id = ${APPLICATION_ID}`);
    return;
  }
  if (header?.application_id !== APPLICATION_ID) throw unusable(file, 'is a database of another program');
  const found = await lookThrough(file, database);
  if (found !== 'ok') throw unusable(file, `is damaged (${found})`);
}

async function checkHeader(file: string): Promise<void> {
  const handle = await fs.open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(VERSIONS.end), 0, VERSIONS.end, 0);
    if (bytesRead < VERSIONS.end || !buffer.subarray(0, HEADER.length).equals(HEADER)) {
      throw unusable(file, 'is not a database');
    }
    // A greater number than SQLite knows would make it read-only, as if somebody had taken the right to write.
    const versions = buffer.subarray(VERSIONS.start);
    if (versions.some((version) => version !== 1 && version !== 2))
      throw unusable(file, 'is damaged (header)');
  } finally {
    await handle.close();
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await fs.stat(file)).size;
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** The seal that belongs to a database file. */
export function sealOf(file: string): string {
  return `${file}.seal`;
}

/** The seal beside a database file, undefined when there is none. @throws RapError LEDGER_UNUSABLE when it cannot be read */
export async function readSeal(file: string): Promise<Seal | undefined> {
  let text: string;
  try {
    text = await fs.readFile(sealOf(file), 'utf8');
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
  try {
    return sealSchema.parse(JSON.parse(text));
  } catch {
    throw unusable(file, 'has a seal that cannot be read');
  }
}

/** Writes the seal durably, in place of an older one; from then on a missing database is an error. */
export async function writeSeal(file: string, seal: Seal): Promise<void> {
  await replaceFile(sealOf(file), `${JSON.stringify(seal)}\n`);
}

export function newLedgerName(): string {
  return randomUUID();
}

export function unusable(file: string, what: string, cure?: string): RapError {
  return new RapError('LEDGER_UNUSABLE', `${file} ${what}`, {
    details: { where: file },
    ...(cure === undefined ? {} : { cure }),
  });
}

const LOCAL_DISK =
  'Let RAP_HOME name a folder on a disk of this machine. A backup of the ledger may lie on a network drive; the ledger itself may not.';

async function refuseNetworkDrive(file: string): Promise<void> {
  const kind = await networkDriveOf(file);
  if (kind === undefined) return;
  const drive = kind === '' ? 'a network drive' : `a network drive (${kind})`;
  throw unusable(file, `lies on ${drive}; the ledger needs a local disk`, LOCAL_DISK);
}
