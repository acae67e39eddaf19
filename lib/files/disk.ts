/**
 * The calls to the file system that durability depends on, as one object, so that a test can let any of them
 * fail at any moment with ENOSPC, EIO or ESTALE and see that nothing is called done that is not.
 */
import fs from 'node:fs/promises';
import { systemCode } from '../errors/rap-error.ts';

export type Disk = Pick<
  typeof fs,
  | 'open'
  | 'link'
  | 'unlink'
  | 'rename'
  | 'lstat'
  | 'stat'
  | 'mkdir'
  | 'readdir'
  | 'realpath'
  | 'access'
  | 'statfs'
>;

export interface DiskOptions {
  disk?: Disk;
  /** Marks temporary files as this writer's, so that it can find again what it left behind. */
  owner?: string;
}

export const realDisk: Disk = fs;

const underlying = new WeakMap<Disk, Disk>();

/** Says that a disk only stands before another one: what was done once for that one need not be done again. */
export function registerProxy(disk: Disk, real: Disk): Disk {
  underlying.set(disk, underlyingDisk(real));
  return disk;
}

/** The disk that a stand-in stands before; any other disk itself. */
export function underlyingDisk(disk: Disk): Disk {
  return underlying.get(disk) ?? disk;
}

/** Has anything this name, also a link that leads nowhere? */
export async function exists(file: string, disk: Disk): Promise<boolean> {
  try {
    await disk.lstat(file);
    return true;
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return false;
    throw thrown;
  }
}
