/** Small files that are replaced as a whole: after a crash the old text is there or the new one, never half of one. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { diskError } from '../errors/rap-error.ts';
import { fsyncFolder } from './folders.ts';
import { renameFile } from './rename.ts';
import { openTemporary } from './temporary.ts';

/**
 * Writes a text durably in place of an older one, for the owner's eyes.
 * @throws RapError DISK_FULL, NOT_WRITABLE, DISK_ERROR
 */
export async function replaceFile(final: string, text: string): Promise<void> {
  try {
    const { path: temp, handle } = await openTemporary(final);
    try {
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await renameFile(temp, final);
    } catch (thrown) {
      await fs.rm(temp, { force: true });
      throw thrown;
    }
    await fsyncFolder(path.dirname(final));
  } catch (thrown) {
    throw diskError(thrown, final);
  }
}
