/** Brings a report to a share and proves that it lies there whole. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { diskError, RapError, systemCode } from '../errors/rap-error.ts';
import { giveBlock, takeBlock } from '../files/blocks.ts';
import {
  type Disk,
  type DiskOptions,
  discard,
  makeFolder,
  openTemporary,
  publish,
  realDisk,
  removeLeft,
  sha256File,
  sweepOwn,
} from '../files/durable.ts';
import { isInUse, whileInUse } from '../files/rename.ts';
import { refuseName } from '../files/safe-name.ts';
import { temporaryName } from '../files/temporary.ts';
import type { Delivery } from '../ledger/types.ts';
import type { ReceivedReport } from '../model/types.ts';
import { type Clock, realClock, sleep } from '../time/clock.ts';
import { sameness } from './home-folders.ts';
import { realFolder } from './real-folder.ts';
import { type OpenShare, openShare, type Share } from './share.ts';

export type { Delivery } from '../ledger/types.ts';

export interface DeliverOptions extends DiskOptions {
  /** The disk of the landing folder, where it is not that of the share. */
  landing?: Disk;
  signal?: AbortSignal;
  clock?: Clock;
  /** Write only where a share's id file is found, at the folder or above it (see share.ts). */
  requireSentinel?: boolean;
  /** The share that was here before: write only there. */
  expected?: Share;
  /** RAP_HOME, in whose own folders nothing is delivered. */
  home?: string;
  /** What the folder must not leave by a link, where no share is known: the operator's own folder at the top of it. */
  destination?: string;
  /** Told of the share before the first byte is written. */
  onShare?: (share: Share) => Promise<void>;
  /** Told of the file's time, by the clock of the share, when it is proved. Milliseconds since 1970. */
  onPlaced?: (modifiedAt: number) => void;
  /** How long to wait for a program that holds the new file, milliseconds. */
  patience?: number;
}

/** Scanners hold a new file for a moment. How long to wait for them, and how long between two attempts. */
const LOCKED_LIMIT = 60_000;
const LOCKED_PAUSE = 1_000;
/** The same for a file that has its name, on Windows: a right that is missing is answered like a file in use. */
const READ_BACK_LIMIT = 10_000;

/**
 * Copies the landed report into `folder` under a temporary name, syncs and publishes it without replacing
 * anything, then opens it again and compares its content. When this returns, the report is delivered.
 * Shares are for people: folders and files get the usual rights of this user (umask), unlike the landing folder.
 * @throws RapError DISK_FULL, NOT_WRITABLE, DISK_ERROR naming the share; SHARE_MISSING, SHARE_CHANGED; FOLDER_REFUSED;
 * NAME_REFUSED; SHARE_SILENT (of a patient disk); ABORTED
 */
export async function deliver(
  report: ReceivedReport,
  folder: string,
  options: DeliverOptions = {},
): Promise<Delivery> {
  const reason = refuseName(report.name);
  if (reason !== undefined) throw new RapError('NAME_REFUSED', `The name of ${report.path} ${reason}`);
  stopIf(options.signal, report);
  const source = await openLanded(report, options);
  let share: OpenShare | undefined;
  try {
    // Held open until the end: what is mounted stays mounted while we write.
    share = await enter(folder, options);
    const { home, destination = folder, disk } = options;
    const bounds = { root: share?.root ?? destination, ...(home === undefined ? {} : { home }) };
    const real = await realFolder(folder, bounds, disk);
    await makeFolder(folder, { ...options, mode: 0o777 });
    const dev = await sameDisk(folder, share?.held, options);
    if (options.owner !== undefined) await sweepOwn(folder, options.owner, options);
    await removeLeft(folder, options);
    const final = path.join(folder, report.name);
    const temp = await copy(report, source, final, { ...options, ...(dev === undefined ? {} : { dev }) });
    const { file, outcome } = await publishOrRemove(temp, final, report.sha256, options);
    await prove(report, file, outcome, options);
    const placed = await refuseLanded(report, source, file, options);
    if ((await realFolder(folder, bounds, disk)) !== real) throw moved(folder);
    options.onPlaced?.(Number(placed.mtimeMs));
    return { share: folder, file, sha256: report.sha256, outcome };
  } catch (thrown) {
    throw diskError(thrown, `share ${folder}`);
  } finally {
    // Nothing was written through them, and what was read is proved: a disk that has just gone must not hide what is
    // told above. Both, whatever happens: Node.js ends the process over an open file that it finds and cannot close.
    await Promise.allSettled([source.close(), share?.held.close()]);
  }
}

/** @returns the share with its id file open, where one must be there */
async function enter(folder: string, options: DeliverOptions): Promise<OpenShare | undefined> {
  if (!options.requireSentinel && options.expected === undefined) return undefined;
  const share = await openShare(folder, options);
  try {
    await options.onShare?.({ root: share.root, id: share.id });
    return share;
  } catch (thrown) {
    await share.held.close();
    throw thrown;
  }
}

/**
 * A file on the share may be another name of the landing copy: then there is but one, and it is not delivered.
 * @returns how the other one looks
 */
async function refuseLanded(
  report: ReceivedReport,
  source: FileHandle,
  file: string,
  { disk = realDisk }: DeliverOptions,
): Promise<{ mtimeMs: bigint }> {
  const [landed, placed] = [await source.stat({ bigint: true }), await disk.stat(file, { bigint: true })];
  const one = sameness(landed);
  if (one === undefined || one !== sameness(placed)) return placed;
  throw new RapError(
    'FOLDER_REFUSED',
    `${file} is the landing copy of ${report.path} itself, not another one`,
    {
      details: { where: file },
    },
  );
}

function moved(folder: string): RapError {
  return new RapError('FOLDER_REFUSED', `${folder} came to lie elsewhere while a report was put there`, {
    details: { where: folder },
  });
}

/**
 * A folder between the share's root and the target may itself be a mount point, of a share or of something else.
 * @returns the disk of the folder, where it must be that of a share
 */
async function sameDisk(
  folder: string,
  held: FileHandle | undefined,
  options: DeliverOptions,
): Promise<number | undefined> {
  if (held === undefined) return undefined;
  const [share, target] = [await held.stat(), await (options.disk ?? realDisk).stat(folder)];
  if (share.dev === target.dev) return target.dev;
  if (options.expected !== undefined) {
    // The share we know is further up; perhaps a new one was mounted inside it.
    const { expected: _, ...afresh } = options;
    const inner = await enter(folder, { ...afresh, requireSentinel: true });
    try {
      return await sameDisk(folder, inner?.held, afresh);
    } finally {
      await inner?.held.close();
    }
  }
  throw new RapError('SHARE_MISSING', `${folder} lies on another disk than the id file of its share`, {
    cure: 'Mark the disk that is mounted there with an id file of its own ("rap share init").',
    details: { where: folder },
  });
}

function gone(final: string): RapError {
  const where = path.dirname(final);
  return new RapError('SHARE_MISSING', `The share of ${where} went away while a report was put there`, {
    details: { where },
  });
}

async function openLanded(report: ReceivedReport, { landing, disk }: DeliverOptions): Promise<FileHandle> {
  try {
    return await (landing ?? disk ?? realDisk).open(report.file, 'r');
  } catch (cause) {
    throw landingError(report, `cannot be read (${String(cause)})`, cause);
  }
}

function landingError(report: ReceivedReport, what: string, cause?: unknown): RapError {
  return new RapError('DISK_ERROR', `The landing copy ${report.file} of ${report.path} ${what}`, {
    ...(cause === undefined ? {} : { cause }),
    cure: 'Check the disk of RAP_HOME. The report can be fetched from RAP again.',
    details: { where: report.file },
  });
}

/**
 * @param options.dev the disk the copy must lie on: one that is unmounted by force goes though its id file is open
 * @returns the temporary file, synced and closed
 */
async function copy(
  report: ReceivedReport,
  source: FileHandle,
  final: string,
  options: DeliverOptions & { dev?: number },
): Promise<string> {
  const { path: temp, handle } = await openTemporary(final, { ...options, mode: 0o666 });
  try {
    try {
      if (options.dev !== undefined && (await handle.stat()).dev !== options.dev) throw gone(final);
      await copyContent(report, source, handle, options.signal);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return temp;
  } catch (thrown) {
    await removeTemporary(temp, options);
    throw thrown;
  }
}

async function copyContent(
  report: ReceivedReport,
  source: FileHandle,
  target: FileHandle,
  signal: AbortSignal | undefined,
): Promise<void> {
  const hash = createHash('sha256');
  const block = takeBlock();
  for (let position = 0; ; ) {
    stopIf(signal, report);
    const { bytesRead } = await readLanded(report, source, block, position);
    if (bytesRead === 0) break;
    const piece = block.subarray(0, bytesRead);
    hash.update(piece);
    await writeAll(target, piece, position);
    position += bytesRead;
  }
  giveBlock(block);
  if (hash.digest('hex') !== report.sha256) throw landingError(report, 'is not what was received any more');
}

function stopIf(signal: AbortSignal | undefined, { path }: ReceivedReport): void {
  if (signal?.aborted) throw new RapError('ABORTED', `Delivering ${path} was stopped`);
}

async function readLanded(report: ReceivedReport, source: FileHandle, buffer: Buffer, position: number) {
  try {
    return await source.read(buffer, 0, buffer.length, position);
  } catch (cause) {
    throw landingError(report, `cannot be read (${String(cause)})`, cause);
  }
}

/** A disk may take less than it was given. */
async function writeAll(target: FileHandle, piece: Buffer, position: number): Promise<void> {
  for (let done = 0; done < piece.length; ) {
    const { bytesWritten } = await target.write(piece, done, piece.length - done, position + done);
    done += bytesWritten;
  }
}

async function publishOrRemove(temp: string, final: string, sha256: string, options: DeliverOptions) {
  const { clock = realClock, signal, patience = LOCKED_LIMIT } = options;
  const begun = clock.monotonic();
  for (;;) {
    try {
      return await publish(temp, final, sha256, options);
    } catch (thrown) {
      // Publishing may be repeated from any point: what is done already is found as identical.
      const patient = isLocked(thrown) && clock.monotonic() - begun < patience && !signal?.aborted;
      if (!patient) {
        await removeTemporary(temp, options);
        throw thrown;
      }
      await sleep(clock, LOCKED_PAUSE);
    }
  }
}

/** Calls that give a name or take one away. */
const NAMING: ReadonlySet<string> = new Set(['link', 'rename', 'unlink']);

/**
 * Does another program hold the file, such as a virus scanner? Servers say so with "busy", or with "no access" for
 * a file that was created in the same folder a moment ago.
 */
function isLocked(thrown: unknown): boolean {
  const code = thrown instanceof RapError ? thrown.details.system : systemCode(thrown);
  // On Windows also to a look at a name whose file was removed a moment ago.
  if (code === 'EBUSY' || code === 'ETXTBSY' || isInUse(thrown)) return true;
  return (code === 'EACCES' || code === 'EPERM') && NAMING.has(callOf(thrown));
}

function callOf(thrown: unknown): string {
  return thrown instanceof Error && 'syscall' in thrown ? String(thrown.syscall) : '';
}

/** Reads the delivered file back. What we put there ourselves and is not right does not keep its name. */
async function prove(
  report: ReceivedReport,
  file: string,
  outcome: Delivery['outcome'],
  options: DeliverOptions,
): Promise<void> {
  const { clock = realClock, signal, patience = READ_BACK_LIMIT } = options;
  const wait = async (ms: number) => {
    stopIf(signal, report);
    await sleep(clock, ms);
  };
  const waiting = { wait, patience: Math.min(patience, READ_BACK_LIMIT) };
  if ((await whileInUse(() => sha256File(file, options), waiting)) === report.sha256) return;
  if (outcome !== 'identical')
    await (options.disk ?? realDisk).rename(file, temporaryName(file, options.owner));
  throw new RapError('DISK_ERROR', `The share gives back other content than was written: ${file}`, {
    cure: 'Have the share checked; it does not keep what is written. The next run delivers again.',
    details: { where: file },
  });
}

/** After an error, which is the one to tell. What cannot be removed now is removed when the share serves again. */
async function removeTemporary(temp: string, options: DeliverOptions): Promise<void> {
  await discard(temp, options).catch(() => undefined);
}
