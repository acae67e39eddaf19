/** Temporary files: always in the folder of the final name, so that publishing never crosses a volume. */
import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../errors/rap-error.ts';
import { type DiskOptions, realDisk } from './disk.ts';

/** What all our temporary names begin with; a report with such a name is refused (see safe-name). */
export const TEMPORARY_PREFIX = '.part-';

const OURS = /^\.part-(claim-)?[0-9a-f]{32}$/;

/** A new name beside `final` that nothing else uses. It does not grow with the final name. */
export function temporaryName(final: string): string {
  return path.join(path.dirname(final), `${TEMPORARY_PREFIX}${randomBytes(16).toString('hex')}`);
}

/**
 * Creates an empty temporary file beside `final`, for writing. The caller writes, syncs and closes the handle,
 * then calls `publish`.
 */
export async function openTemporary(
  final: string,
  options: DiskOptions & { mode?: number } = {},
): Promise<{ path: string; handle: FileHandle }> {
  const disk = options.disk ?? realDisk;
  const name = temporaryName(final);
  return { path: name, handle: await disk.open(name, 'wx', options.mode ?? 0o600) };
}

/**
 * Removes temporary files that an interrupted run left behind, and nothing else. Call it before work starts,
 * not while another run writes. Links to other folders are not followed; a folder that is not there has none.
 * @returns how many were removed
 */
export async function sweepTemporary(
  folder: string,
  recursive: boolean,
  options: DiskOptions = {},
): Promise<number> {
  const disk = options.disk ?? realDisk;
  let removed = 0;
  for (const entry of await entriesOf(folder, options)) {
    const full = path.join(folder, entry.name);
    if (entry.isFile() && OURS.test(entry.name)) {
      await disk.unlink(full);
      removed++;
    } else if (recursive && entry.isDirectory()) {
      removed += await sweepTemporary(full, true, options);
    }
  }
  return removed;
}

async function entriesOf(folder: string, options: DiskOptions) {
  try {
    return await (options.disk ?? realDisk).readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return [];
    throw thrown;
  }
}
