/**
 * The quarantine folder: reports that came whole and are not trusted lie there, outside of everything that is
 * delivered, until a person decides.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { diskError } from '../errors/rap-error.ts';
import { makeFolder, publish, sha256File, withTemporary } from '../files/durable.ts';
import { whileInUse } from '../files/rename.ts';

const PIECE = 1024 * 1024;

/** Beside the landing folder. */
export function quarantineBeside(landing: string): string {
  return path.join(path.dirname(landing), 'quarantine');
}

/**
 * Puts a copy of a file at another place, durably and never in place of something else.
 * @param target the name it should get; another one beside it when that is taken by other content
 * @returns where it lies, and what it holds
 * @throws RapError DISK_FULL, NOT_WRITABLE, DISK_ERROR
 */
export async function copyAside(
  file: string,
  target: string,
): Promise<{ file: string; sha256: string; bytes: number }> {
  try {
    await makeFolder(path.dirname(target));
    return await withTemporary(target, async (temporary) => {
      // Through a handle of ours: the system's own copying takes over the marks of the file, such as read-only.
      const handle = await open(temporary, 'wx', 0o600);
      let bytes: number;
      try {
        await handle.writeFile(createReadStream(file, { highWaterMark: PIECE }));
        await handle.sync();
        bytes = (await handle.stat()).size;
      } finally {
        // Windows gives no name to a file, and removes none, that may still be written.
        await handle.close();
      }
      const sha256 = await sha256File(temporary);
      const { file: written } = await whileInUse(() => publish(temporary, target, sha256));
      return { file: written, sha256, bytes };
    });
  } catch (thrown) {
    throw diskError(thrown, target);
  }
}
