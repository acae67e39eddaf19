import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { giveBlock, takeBlock } from './blocks.ts';
import { type DiskOptions, realDisk } from './disk.ts';

/** SHA-256 of a file's content as lower-case hex, read from the disk in pieces. */
export async function sha256File(file: string, options: DiskOptions = {}): Promise<string> {
  const handle = await (options.disk ?? realDisk).open(file, 'r');
  try {
    return await sha256Of(handle);
  } finally {
    await handle.close();
  }
}

/** The same of a file that is open, from where it stands. @throws the signal's reason, between two pieces */
export async function sha256Of(handle: FileHandle, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const block = takeBlock();
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(block, 0, block.length, null);
    if (bytesRead === 0) break;
    hash.update(block.subarray(0, bytesRead));
  }
  giveBlock(block);
  return hash.digest('hex');
}
