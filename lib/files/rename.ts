/** Renaming that waits for other programs. */
import fs from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { systemCode } from '../errors/rap-error.ts';

/** What Windows answers while another program, such as a virus scanner, has the file open. */
const IN_USE: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EBUSY']);
const AGAIN_MS = 50;
const PATIENCE_MS = 10_000;

interface RenameOptions {
  platform?: NodeJS.Platform;
  rename?: (from: string, to: string) => Promise<void>;
  wait?: (ms: number) => Promise<unknown>;
}

/**
 * Renames a file of ours on a local disk. On Windows a file that another program has open cannot be renamed or
 * replaced for a moment, so it is tried again for up to ten seconds; elsewhere these answers mean a missing right.
 * @throws the system's error
 */
export async function renameFile(from: string, to: string, options: RenameOptions = {}): Promise<void> {
  const { platform = process.platform, rename = fs.rename, wait = setTimeout } = options;
  for (let waited = 0; ; waited += AGAIN_MS) {
    try {
      return await rename(from, to);
    } catch (thrown) {
      if (platform !== 'win32' || !IN_USE.has(systemCode(thrown)) || waited >= PATIENCE_MS) throw thrown;
      await wait(AGAIN_MS);
    }
  }
}
