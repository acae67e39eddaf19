/** What a disk can do, found out by trying all of it once: for a table a person reads, and for the journal. */
import path from 'node:path';
import { systemCode } from '../errors/rap-error.ts';
import { type Disk, type DiskOptions, exists, realDisk } from './disk.ts';
import { type Abilities, abilitiesOf } from './folders.ts';
import { createEmpty, discard, temporaryName } from './temporary.ts';

export interface Trial extends Abilities {
  /** Are "a" and "A" two files? If not, a report that differs only in case becomes a version with a name of its own. */
  caseSensitive: boolean;
  /** Does renaming replace what has the name? If so, and without hard links, a name is claimed first. */
  renameReplaces: boolean;
}

/**
 * Tries a folder with temporary files of our own, which are removed again.
 * @throws the system's error when it cannot be written at all
 */
export async function tryFolder(folder: string, options: DiskOptions = {}): Promise<Trial> {
  const disk = options.disk ?? realDisk;
  const abilities = await abilitiesOf(folder, options);
  const one = temporaryName(path.join(folder, 'trial'), options.owner);
  const two = temporaryName(path.join(folder, 'trial'), options.owner);
  await createEmpty(one, disk);
  try {
    const caseSensitive = !(await exists(path.join(folder, path.basename(one).toUpperCase()), disk));
    await createEmpty(two, disk);
    return { ...abilities, caseSensitive, renameReplaces: await replaces(two, one, disk) };
  } finally {
    await discard(one, { disk });
  }
}

/** One line for the journal. */
export function describeTrial({ hardLinks, folderSync, caseSensitive, renameReplaces }: Trial): string {
  return [
    hardLinks ? 'hard links' : 'no hard links',
    folderSync ? 'folders can be synced' : 'folders cannot be synced',
    caseSensitive ? 'upper and lower case differ' : 'upper and lower case are one',
    renameReplaces ? 'renaming replaces' : 'renaming does not replace',
  ].join(', ');
}

/** Windows and some servers say no with other codes than EEXIST when a file has the name. */
const TAKEN: ReadonlySet<string> = new Set(['EEXIST', 'EPERM', 'EACCES']);

async function replaces(from: string, to: string, disk: Disk): Promise<boolean> {
  try {
    await disk.rename(from, to);
    return true;
  } catch (thrown) {
    await discard(from, { disk });
    if (TAKEN.has(systemCode(thrown))) return false;
    throw thrown;
  }
}
