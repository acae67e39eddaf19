/** Temporary files: always in the folder of the final name, so that publishing never crosses a volume. */
import { createHash, randomBytes } from 'node:crypto';
import fs, { type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { RapError, systemCode } from '../errors/rap-error.ts';
import { type Disk, type DiskOptions, realDisk, underlyingDisk } from './disk.ts';
import { isInUse } from './rename.ts';

/** What all our temporary names begin with; a report with such a name is refused (see safe-name). */
export const TEMPORARY_PREFIX = '.part-';

/** Of a copy of a ledger, what SQLite and its seal lay beside it as well. */
const OURS = /^\.part-(claim-)?[0-9a-f]{32}(-wal|-shm|-journal|\.seal)?$/;

/**
 * A new name beside `final` that nothing else uses. It does not grow with the final name.
 * @param owner whose mark it bears; nobody's by default
 */
export function temporaryName(final: string, owner?: string): string {
  const mark = owner === undefined ? randomBytes(8).toString('hex') : markOf(owner);
  return path.join(path.dirname(final), `${TEMPORARY_PREFIX}${mark}${randomBytes(8).toString('hex')}`);
}

/** A temporary file that goes away in the middle of the work is made anew so often. */
const MOST_TRIES = 3;

/**
 * Does work with a new name beside `final`, and removes what is there when it is done. A program that starts on this
 * folder sweeps it and cannot tell what another one is writing from what was left behind: when the file is gone in
 * the middle of the work, the work is done again with another name.
 * @param work may be called more than once
 * @throws what the work throws
 */
export async function withTemporary<T>(final: string, work: (temp: string) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const temp = temporaryName(final);
    try {
      return await work(temp);
    } catch (thrown) {
      const there = await fs.lstat(temp).then(
        () => true,
        () => false,
      );
      if (there || tries === MOST_TRIES) throw thrown;
    } finally {
      // The work is done or has failed already: a program that has the file open on Windows changes nothing of that.
      await discard(temp).catch((thrown) => {
        if (!isInUse(thrown)) throw thrown;
      });
    }
  }
}

function markOf(owner: string): string {
  return createHash('sha256').update(owner).digest('hex').slice(0, 16);
}

/**
 * Creates an empty temporary file beside `final`, for writing. The caller writes, syncs and closes the handle,
 * then calls `publish`.
 */
export async function openTemporary(
  final: string,
  options: DiskOptions & { mode?: number } = {},
): Promise<{ path: string; handle: FileHandle }> {
  const disk = options.disk ?? realDisk;
  const name = temporaryName(final, options.owner);
  return { path: name, handle: await disk.open(name, 'wx', options.mode ?? 0o600) };
}

/** An empty file of ours, whose name is all that is wanted of it. */
export async function createEmpty(file: string, disk: Disk): Promise<void> {
  const handle = await disk.open(file, 'wx', 0o600);
  try {
    await handle.close();
  } catch (thrown) {
    await discard(file, { disk }).catch(() => undefined);
    throw thrown;
  }
}

/** Files of ours whose work is over, and which could not be removed because their disk had gone. */
const left = new Set<string>();

/**
 * Removes a temporary file whose work is over. What cannot be removed now is kept in mind, see `removeLeft`.
 * @throws the system's error, but not when the file is gone already
 */
export async function discard(file: string, { disk = realDisk }: DiskOptions = {}): Promise<void> {
  try {
    await unlinkIfThere(file, disk);
  } catch (thrown) {
    left.add(file);
    throw thrown;
  }
  left.delete(file);
}

/** @returns false when it was gone already: whoever wrote it has given it its name, or removed it */
async function unlinkIfThere(file: string, disk: Disk): Promise<boolean> {
  try {
    await disk.unlink(file);
    return true;
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return false;
    throw thrown;
  }
}

/** The same; false also where another program has it open on Windows. */
async function unlinkIfFree(file: string, disk: Disk): Promise<boolean> {
  try {
    return await unlinkIfThere(file, disk);
  } catch (thrown) {
    if (!isInUse(thrown)) throw thrown;
    return false;
  }
}

/** Takes over a file that this process left behind. @returns whether there was one; nobody else gets it then */
export const takeLeft = (file: string): boolean => left.delete(file);

/** So many files of ours may lie in a folder because they cannot be removed. Then no more are made there. */
const MOST_LEFT = 10;

/**
 * Removes what could not be removed before, if the folder can be written again; what stays now is kept in mind.
 * @throws the system's error when too much of it stays: a folder that takes files and lets none be removed would
 * be filled by our attempts
 */
export async function removeLeft(folder: string, options: DiskOptions = {}): Promise<void> {
  let stayed = 0;
  for (const file of left) {
    if (path.dirname(file) !== folder) continue;
    try {
      await discard(file, options);
    } catch (thrown) {
      if (++stayed >= MOST_LEFT) throw thrown;
    }
  }
}

/**
 * Removes temporary files that an interrupted run left behind, and nothing else. Call it before work starts,
 * not while another run writes. Links to other folders are not followed; a folder that is not there has none. What
 * another program has open on Windows stays for the next time.
 * @returns how many were removed
 */
export async function sweepTemporary(
  folder: string,
  recursive: boolean,
  options: DiskOptions = {},
): Promise<number> {
  const disk = options.disk ?? realDisk;
  let removed = 0;
  for (const entry of await entriesOf(folder, options)) {
    const full = path.join(folder, entry.name);
    if (entry.isFile() && OURS.test(entry.name)) {
      if (await unlinkIfFree(full, disk)) removed++;
    } else if (recursive && entry.isDirectory()) {
      removed += await sweepTemporary(full, true, options);
    }
  }
  return removed;
}

const swept = new WeakMap<Disk, Map<string, Promise<void>>>();

/**
 * Removes what an earlier process of this owner left in a folder that others write to as well. Done once per
 * process and folder, before the owner's first file of this process is there; only one process may be at work for
 * an owner. What cannot be removed now stays for the next time.
 * @throws RapError when the disk does not answer; then it is not done
 */
export function sweepOwn(folder: string, owner: string, options: DiskOptions = {}): Promise<void> {
  const disk = options.disk ?? realDisk;
  const known = swept.get(underlyingDisk(disk)) ?? new Map<string, Promise<void>>();
  swept.set(underlyingDisk(disk), known);
  const key = `${owner} ${path.resolve(folder)}`;
  const sweep = known.get(key) ?? removeOwn(folder, markOf(owner), disk);
  known.set(key, sweep);
  // What was not waited for was not done.
  sweep.catch(() => known.delete(key));
  return sweep;
}

async function removeOwn(folder: string, mark: string, disk: Disk): Promise<void> {
  try {
    for (const entry of await disk.readdir(folder, { withFileTypes: true })) {
      const own = entry.isFile() && entry.name.startsWith(`${TEMPORARY_PREFIX}${mark}`);
      if (own && OURS.test(entry.name)) await unlinkIfThere(path.join(folder, entry.name), disk);
    }
  } catch (thrown) {
    // A disk that does not answer, or work that was stopped.
    if (thrown instanceof RapError) throw thrown;
    // Writing to this folder will say what is wrong with it.
  }
}

async function entriesOf(folder: string, options: DiskOptions) {
  try {
    return await (options.disk ?? realDisk).readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return [];
    throw thrown;
  }
}
