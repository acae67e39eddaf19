/**
 * Publishing: a finished temporary file gets its final name, at once or not at all, and never in place of
 * something else. This file is the door to the room; the parts stand beside it.
 */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { RapError, systemCode } from '../errors/rap-error.ts';
import { type Disk, type DiskOptions, exists, realDisk } from './disk.ts';
import { abilitiesOf, fsyncFolder } from './folders.ts';
import { sha256File } from './hash.ts';
import { isInUse } from './rename.ts';
import { createEmpty, discard, openTemporary, TEMPORARY_PREFIX, takeLeft } from './temporary.ts';

export { type Disk, type DiskOptions, realDisk } from './disk.ts';
export { type Abilities, abilitiesOf, fsyncFolder, makeFolder } from './folders.ts';
export { sha256File } from './hash.ts';
export {
  discard,
  openTemporary,
  removeLeft,
  sweepOwn,
  sweepTemporary,
  temporaryName,
  withTemporary,
} from './temporary.ts';

/** `identical`: the same content was already there; `version`: other content had the name, so a new name was given. */
export type PublishOutcome = 'published' | 'identical' | 'version';

export interface Published {
  file: string;
  outcome: PublishOutcome;
}

/** A file that changed more often than this is a fault somebody must look at. */
const MOST_VERSIONS = 999;

/**
 * Gives the finished and synced file `temp` the name `final` (same folder), never replacing anything. When the
 * name is taken by the same content the work is already done; when by other content, the next free name
 * "<stem>~2<ext>" is used. When this returns, name and content survive a power cut (as far as the disk can).
 * @param sha256 of the content of `temp`, hex
 * @throws the system's error as it is (the caller names the share), RapError DISK_ERROR when too many versions
 */
export async function publish(
  temp: string,
  final: string,
  sha256: string,
  options: DiskOptions = {},
): Promise<Published> {
  const disk = options.disk ?? realDisk;
  const folder = path.dirname(final);
  if (path.resolve(path.dirname(temp)) !== path.resolve(folder)) {
    throw new RapError('UNEXPECTED', `Temporary file ${temp} is not in the folder of ${final}`);
  }
  const { hardLinks } = await abilitiesOf(folder, options);
  const place = hardLinks ? placeByLink : placeByRename;
  for (const name of candidates(final)) {
    if (await place(temp, name, disk)) {
      await fsyncFolder(folder, options);
      return { file: name, outcome: name === final ? 'published' : 'version' };
    }
    if (await holds(name, sha256, disk)) {
      // An earlier attempt may have stopped between naming and syncing.
      await syncFile(name, disk);
      await discard(temp, options);
      await fsyncFolder(folder, options);
      return { file: name, outcome: 'identical' };
    }
  }
  throw new RapError('DISK_ERROR', `${final} has ${MOST_VERSIONS} versions already`, {
    cure: 'Find out why this report changes all the time, then move the old versions away.',
  });
}

function* candidates(final: string): Generator<string> {
  yield final;
  const { dir, name, ext } = path.parse(final);
  for (let version = 2; version <= MOST_VERSIONS; version++) yield path.join(dir, `${name}~${version}${ext}`);
}

async function placeByLink(temp: string, name: string, disk: Disk): Promise<boolean> {
  try {
    await disk.link(temp, name);
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') return false;
    throw thrown;
  }
  try {
    await disk.unlink(temp);
  } catch (thrown) {
    // The file has its name. Another program that has it open lets the first one be removed later, see `removeLeft`.
    if (!isInUse(thrown)) throw thrown;
    await discard(temp, { disk }).catch(() => undefined);
  }
  return true;
}

/**
 * Without hard links the system can only rename, and renaming replaces. So the name is looked at and taken
 * under a claim: a file of ours that only one writer can create. A stranger that creates the very name between
 * look and rename is the one case this cannot see; link() is preferred for that reason.
 */
async function placeByRename(temp: string, name: string, disk: Disk): Promise<boolean> {
  const claim = claimName(name);
  await takeClaim(claim, name, disk);
  try {
    if (await exists(name, disk)) return false;
    await disk.rename(temp, name);
    return true;
  } catch (thrown) {
    // Some disks refuse to replace: then somebody else has just taken the name.
    if (systemCode(thrown) === 'EEXIST') return false;
    throw thrown;
  } finally {
    await discard(claim, { disk });
  }
}

/** A claim is held for a look and a rename. One as old as this belongs to a writer that is gone, milliseconds. */
const STALE_CLAIM = 30_000;

async function takeClaim(claim: string, name: string, disk: Disk): Promise<void> {
  try {
    await createEmpty(claim, disk);
    return;
  } catch (thrown) {
    if (systemCode(thrown) !== 'EEXIST') throw thrown;
    // Our own, which we could not remove: nobody else took it since.
    if (takeLeft(claim)) return;
    if ((await ageOf(claim, disk)) >= STALE_CLAIM) await discard(claim, { disk });
    throw new RapError('DISK_ERROR', `Another writer is publishing ${name}`, {
      cause: thrown,
      cure: 'It is tried again by itself: a claim that an interrupted run left behind is removed after half a minute.',
      details: { where: name, system: 'EBUSY' },
    });
  }
}

/** How long ago a file was written, by the clock of the disk it lies on. */
async function ageOf(file: string, disk: Disk): Promise<number> {
  const { path: fresh, handle } = await openTemporary(file, { disk });
  try {
    return (await handle.stat()).mtimeMs - (await disk.lstat(file)).mtimeMs;
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return 0;
    throw thrown;
  } finally {
    await handle.close().finally(() => discard(fresh, { disk }));
  }
}

function claimName(name: string): string {
  const id = createHash('sha256').update(path.basename(name)).digest('hex').slice(0, 32);
  return path.join(path.dirname(name), `${TEMPORARY_PREFIX}claim-${id}`);
}

/** Is it a plain file with this content? A folder or a link of that name is something else. */
async function holds(file: string, sha256: string, disk: Disk): Promise<boolean> {
  if (!(await disk.lstat(file)).isFile()) return false;
  return (await sha256File(file, { disk })) === sha256;
}

const onWindows = process.platform === 'win32';

const isWritable = ({ mode }: { mode: number }) => (mode & 0o222) !== 0;

async function syncFile(file: string, disk: Disk): Promise<void> {
  let handle: FileHandle;
  try {
    // Windows syncs only handles that may write.
    handle = await disk.open(file, onWindows ? 'r+' : 'r');
  } catch (thrown) {
    // One that somebody has marked read-only there has none; ours are synced before they get their names.
    if (onWindows && systemCode(thrown) === 'EPERM' && !isWritable(await disk.stat(file))) return;
    throw thrown;
  }
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
