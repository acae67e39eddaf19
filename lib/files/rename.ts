/** Naming, renaming and removing files that waits for other programs. */
import fs from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { systemCode } from '../errors/rap-error.ts';

/** What Windows answers while another program, such as a virus scanner, has the file open. */
const IN_USE: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EBUSY']);
const AGAIN_MS = 50;
const PATIENCE_MS = 10_000;

interface Waiting {
  platform?: NodeJS.Platform;
  wait?: (ms: number) => Promise<unknown>;
  /** Most that is waited in all, milliseconds. */
  patience?: number;
}

interface RenameOptions extends Waiting {
  rename?: (from: string, to: string) => Promise<void>;
}

/** Did Windows refuse because another program has the file open, or has just removed it and not let go of it yet? */
export function isInUse(thrown: unknown, platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' && IN_USE.has(systemCode(thrown));
}

/**
 * Does what may be done again from any point, such as publishing. On Windows nothing can be done for a moment with the
 * name of a file that another program has open, so it is tried again, for ten seconds where nothing else is said;
 * elsewhere the same answers mean a missing right.
 * @throws what the work throws
 */
export async function whileInUse<T>(work: () => Promise<T>, options: Waiting = {}): Promise<T> {
  const { platform, wait = setTimeout, patience = PATIENCE_MS } = options;
  for (let waited = 0; ; waited += AGAIN_MS) {
    try {
      return await work();
    } catch (thrown) {
      if (!isInUse(thrown, platform) || waited >= patience) throw thrown;
      await wait(AGAIN_MS);
    }
  }
}

/** Renames a file of ours on a local disk, see whileInUse. @throws the system's error */
export function renameFile(from: string, to: string, options: RenameOptions = {}): Promise<void> {
  const { rename = fs.rename, ...waiting } = options;
  return whileInUse(() => rename(from, to), waiting);
}
