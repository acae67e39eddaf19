/**
 * The calls to the file system that durability depends on, as one object, so that a test can let any of them
 * fail at any moment with ENOSPC, EIO or ESTALE and see that nothing is called done that is not.
 */
import fs from 'node:fs/promises';

export type Disk = Pick<
  typeof fs,
  'open' | 'link' | 'unlink' | 'rename' | 'lstat' | 'stat' | 'mkdir' | 'readdir'
>;

export interface DiskOptions {
  disk?: Disk;
  /** Marks temporary files as this writer's, so that it can find again what it left behind. */
  owner?: string;
}

export const realDisk: Disk = fs;
