/**
 * The quarantine folder: reports that came whole and are not trusted lie there, outside of everything that is
 * delivered, until a person decides.
 */
import { constants, copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { diskError } from '../errors/rap-error.ts';
import { makeFolder, openTemporary, publish, sha256File } from '../files/durable.ts';
import { whileInUse } from '../files/rename.ts';

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
    const { path: temporary, handle } = await openTemporary(target);
    try {
      await copyFile(file, temporary, constants.COPYFILE_FICLONE);
      await handle.sync();
      const { size } = await handle.stat();
      const sha256 = await sha256File(temporary);
      const published = await whileInUse(() => publish(temporary, target, sha256));
      return { file: published.file, sha256, bytes: size };
    } finally {
      await handle.close();
      await rm(temporary, { force: true });
    }
  } catch (thrown) {
    throw diskError(thrown, target);
  }
}
