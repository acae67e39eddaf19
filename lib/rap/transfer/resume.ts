/**
 * The beginning of a large file whose transfer broke, kept for the next run. Off unless asked for: a beginning
 * is only used when size and time of the remote file are the same and both its ends agree with the remote
 * content, and the hash is always that of the whole file.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryName } from '../../files/durable.ts';
import { renameFile } from '../../files/rename.ts';
import type { SftpRequests } from '../client/sftp-requests.ts';
import type { ListedFile } from '../listing.ts';

/** Smaller files are not worth it, bytes. */
export const LEAST_TO_RESUME = 8 * 1024 * 1024;
/** How much is compared at the beginning and before the place where reading goes on, bytes. */
const COMPARED = 64 * 1024;

interface Kept {
  path: string;
  size: number;
  modifiedAt: number;
  bytes: number;
}

/** Where the beginning of a target waits. Not a temporary name: the sweep of leftovers must not take it. */
function keptName(target: string): string {
  const id = createHash('sha256').update(path.basename(target)).digest('hex').slice(0, 32);
  return path.join(path.dirname(target), `.part-kept-${id}`);
}

/** Keeps the first `bytes` of a closed and synced temporary file for the next run. */
export async function keepBeginning(
  temporary: string,
  target: string,
  file: ListedFile,
  bytes: number,
): Promise<void> {
  const name = keptName(target);
  const kept: Kept = { path: file.path, size: file.size, modifiedAt: file.modifiedAt, bytes };
  await renameFile(temporary, name);
  await writeFile(`${name}.json`, JSON.stringify(kept), { mode: 0o600 });
}

/**
 * Takes what an earlier run kept, if it is of this very file, as a temporary file of its own.
 * @returns its path and how many bytes it holds; undefined when there is none that fits
 */
export async function takeBeginning(
  target: string,
  file: ListedFile,
): Promise<{ path: string; handle: FileHandle; bytes: number } | undefined> {
  const name = keptName(target);
  try {
    const kept: Kept = JSON.parse(await readFile(`${name}.json`, 'utf8'));
    await unlink(`${name}.json`);
    const temporary = temporaryName(target);
    await renameFile(name, temporary);
    const { size } = await stat(temporary);
    const same = kept.path === file.path && kept.size === file.size && kept.modifiedAt === file.modifiedAt;
    if (!same || kept.bytes > size || kept.bytes >= file.size) {
      await unlink(temporary);
      return undefined;
    }
    const handle = await open(temporary, 'r+');
    await handle.truncate(kept.bytes);
    return { path: temporary, handle, bytes: kept.bytes };
  } catch {
    return undefined; // nothing was kept, or it is no use: the file is fetched from its start
  }
}

/** Does the remote file begin as ours does, and go on where ours ends? Only the ends of the beginning are read. */
export async function beginningAgrees(
  requests: SftpRequests,
  handle: Buffer,
  local: FileHandle,
  bytes: number,
): Promise<boolean> {
  const places = [0, Math.max(0, bytes - COMPARED)];
  for (const place of places) {
    const length = Math.min(COMPARED, bytes, requests.readLength);
    const remote = await requests.read(handle, place, length);
    if (remote === undefined) return false;
    const ours = Buffer.alloc(remote.length);
    const { bytesRead } = await local.read(ours, 0, remote.length, place);
    if (bytesRead !== remote.length || !ours.equals(Buffer.concat(remote.slices))) return false;
  }
  return true;
}
