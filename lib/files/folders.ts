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

/**
 * Creates a folder with its parents, durably. One that exists already is left as it is. The parents are made one by
 * one, never by "recursive": where a file system answers ENOENT to mkdir though the parent is there (/proc does, and
 * automounters), that goes on for ever.
 * @throws the system's error of the first folder that cannot be made; ENOTDIR where a file has the name of one
 */
export async function makeFolder(
  folder: string,
  options: DiskOptions & { mode?: number } = {},
): Promise<void> {
  const { disk = realDisk, mode = 0o700 } = options;
  const wanted = path.resolve(folder);
  const way = [wanted, ...foldersAbove(wanted)];
  const missing: string[] = [];
  for (const one of way) {
    const kind = await kindOf(one, disk);
    if (kind === 'folder') break;
    if (kind === 'file') throw notAFolder(one);
    missing.unshift(one);
  }
  for (const one of missing) {
    await makeOne(one, mode, disk);
    owed.add(path.dirname(one));
  }
  for (const parent of way.slice(1).filter((one) => owed.has(one))) {
    await fsyncFolder(parent, options);
    owed.delete(parent);
  }
}

async function makeOne(folder: string, mode: number, disk: Disk): Promise<void> {
  try {
    await disk.mkdir(folder, { mode });
  } catch (thrown) {
    if (systemCode(thrown) !== 'EEXIST') throw thrown;
    // Somebody else has just made it; or a file has the name, or a link that leads nowhere.
    if ((await kindOf(folder, disk)) !== 'folder') throw notAFolder(folder);
  }
}

function notAFolder(place: string): Error {
  return Object.assign(new Error(`ENOTDIR: not a directory, mkdir '${place}'`), {
    code: 'ENOTDIR',
    syscall: 'mkdir',
    path: place,
  });
}

type Kind = 'folder' | 'file' | 'nothing';

async function kindOf(place: string, disk: Disk): Promise<Kind> {
  try {
    return (await disk.stat(place)).isDirectory() ? 'folder' : 'file';
  } catch (thrown) {
    // ENOTDIR: something above it is a file, which is found further up.
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(thrown))) return 'nothing';
    throw thrown;
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
