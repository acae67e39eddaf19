/** Folders that stay: creating one, and making what was put into it survive a power cut. */
import path from 'node:path';
import { systemCode } from '../errors/rap-error.ts';
import { type Disk, type DiskOptions, realDisk } from './disk.ts';
import { createEmpty, discard, removeLeft, TEMPORARY_PREFIX, temporaryName } from './temporary.ts';

export interface Abilities {
  /** Can a second name be given to a file? Then publishing can never replace anything. */
  hardLinks: boolean;
  /** Can a folder be synced? Windows and some network drives cannot. */
  folderSync: boolean;
}

/** Answers that mean "this kind of disk does not do that", as against "it went wrong this time". */
const UNABLE: ReadonlySet<string> = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM', 'EISDIR']);

// What a folder can do is found out once, by trying; from then on every error of that kind is a real one.
// The device is part of the key because another disk may be mounted at the same place later.
const syncs = new Map<string, boolean>();
const links = new Map<string, boolean>();

/** Finds out, once per folder, what the disk under it can do. Needs the right to write there. */
export async function abilitiesOf(folder: string, options: DiskOptions = {}): Promise<Abilities> {
  const disk = options.disk ?? realDisk;
  const key = await keyOf(folder, disk);
  return {
    hardLinks: links.get(key) ?? remember(links, key, await tryLink(folder, disk, options.owner)),
    folderSync: syncs.get(key) ?? remember(syncs, key, await trySync(folder, disk)),
  };
}

/** Makes the names in a folder durable, where the disk can do that at all. */
export async function fsyncFolder(folder: string, options: DiskOptions = {}): Promise<void> {
  const disk = options.disk ?? realDisk;
  const key = await keyOf(folder, disk);
  const able = syncs.get(key);
  if (able === undefined) remember(syncs, key, await trySync(folder, disk));
  else if (able) await syncTogether(folder, disk);
}

/** A sync of a folder under way, and the next one for those who came while it was. */
interface Round {
  running: Promise<void>;
  next: Promise<void> | undefined;
}

const rounds = new WeakMap<Disk, Map<string, Round>>();

/**
 * Syncs a folder together with everybody else who wants it synced now: many files are published into one folder
 * at the same time, and one sync that begins after all of them were named serves them all.
 */
function syncTogether(folder: string, disk: Disk): Promise<void> {
  const known = roundsOf(disk);
  const round = known.get(folder);
  if (round === undefined) return beginRound(folder, disk);
  const begin = () => beginRound(folder, disk);
  round.next ??= round.running.then(begin, begin);
  return round.next;
}

function roundsOf(disk: Disk): Map<string, Round> {
  const known = rounds.get(disk) ?? new Map<string, Round>();
  rounds.set(disk, known);
  return known;
}

function beginRound(folder: string, disk: Disk): Promise<void> {
  const round: Round = { running: syncFolder(folder, disk), next: undefined };
  const known = roundsOf(disk);
  known.set(folder, round);
  const end = () => {
    if (round.next === undefined) known.delete(folder);
  };
  round.running.then(end, end);
  return round.running;
}

/** Folders that were given new ones and are not synced yet: whoever finds those there must not take them for durable. */
const owed = new Set<string>();

/** Creates a folder with its parents, durably. One that exists already is left as it is. */
export async function makeFolder(
  folder: string,
  options: DiskOptions & { mode?: number } = {},
): Promise<void> {
  const disk = options.disk ?? realDisk;
  const first = await disk.mkdir(folder, { recursive: true, mode: options.mode ?? 0o700 });
  const above = foldersAbove(path.resolve(folder));
  if (first !== undefined) {
    const top = above.indexOf(path.dirname(path.resolve(first)));
    for (const parent of above.slice(0, top < 0 ? above.length : top + 1)) owed.add(parent);
  }
  for (const parent of above.filter((one) => owed.has(one))) {
    await fsyncFolder(parent, options);
    owed.delete(parent);
  }
}

function foldersAbove(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [] : [parent, ...foldersAbove(parent)];
}

const looks = new WeakMap<Disk, Map<string, Promise<string>>>();

/** Many files are published into one folder at the same time: a look at it that is under way serves them all. */
function keyOf(folder: string, disk: Disk): Promise<string> {
  const known = looks.get(disk) ?? new Map<string, Promise<string>>();
  looks.set(disk, known);
  const look = known.get(folder) ?? lookAt(folder, disk).finally(() => known.delete(folder));
  known.set(folder, look);
  return look;
}

async function lookAt(folder: string, disk: Disk): Promise<string> {
  return `${(await disk.stat(folder)).dev}:${path.resolve(folder)}`;
}

function remember(map: Map<string, boolean>, key: string, able: boolean): boolean {
  map.set(key, able);
  return able;
}

async function trySync(folder: string, disk: Disk): Promise<boolean> {
  try {
    await syncFolder(folder, disk);
    return true;
  } catch (thrown) {
    if (UNABLE.has(systemCode(thrown))) return false;
    throw thrown;
  }
}

async function syncFolder(folder: string, disk: Disk): Promise<void> {
  const handle = await disk.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function tryLink(folder: string, disk: Disk, owner?: string): Promise<boolean> {
  await removeLeft(folder, { disk });
  const one = temporaryName(path.join(folder, TEMPORARY_PREFIX), owner);
  const two = temporaryName(path.join(folder, TEMPORARY_PREFIX), owner);
  await createEmpty(one, disk);
  try {
    await disk.link(one, two);
    await discard(two, { disk });
    return true;
  } catch (thrown) {
    if (UNABLE.has(systemCode(thrown))) return false;
    throw thrown;
  } finally {
    // What cannot be removed now is kept in mind, and removed when the disk serves again.
    await discard(one, { disk });
  }
}
