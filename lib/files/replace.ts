/** Small files that are replaced as a whole: after a crash the old text is there or the new one, never half of one. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { diskError } from '../errors/rap-error.ts';
import { fsyncFolder } from './folders.ts';
import { renameFile } from './rename.ts';
import { withTemporary } from './temporary.ts';

/**
 * Writes a text durably in place of an older one, for the owner's eyes.
 * @throws RapError DISK_FULL, NOT_WRITABLE, DISK_ERROR
 */
export async function replaceFile(final: string, text: string): Promise<void> {
  try {
    await withTemporary(final, async (temp) => {
      await writeNew(temp, text);
      await renameFile(temp, final);
    });
    await fsyncFolder(path.dirname(final));
  } catch (thrown) {
    throw diskError(thrown, final);
  }
}

/** Writes a text into a file that is not there yet, for the owner's eyes, safe on the disk. */
export async function writeNew(file: string, text: string): Promise<void> {
  const handle = await fs.open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
