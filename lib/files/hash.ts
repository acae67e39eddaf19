import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { type DiskOptions, realDisk } from './disk.ts';

const CHUNK = 256 * 1024;

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
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, CHUNK, null);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
  }
}
