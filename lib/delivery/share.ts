/**
 * A share is marked by an id file in its root. When the share is not mounted, the empty folder it is usually
 * mounted on has no such file, and not one byte is written there.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { diskError, RapError, systemCode } from '../errors/rap-error.ts';
import { type DiskOptions, openTemporary, publish, realDisk } from '../files/durable.ts';
import { isWithin, placeKey } from '../files/same-place.ts';
import { decodeText } from '../files/text-file.ts';
import type { Clock } from '../time/clock.ts';
import { hongKongStamp } from '../time/hong-kong.ts';

/** The id file. A report of this name is refused, see safe-name. */
export const SHARE_FILE = '.rap-share.json';

const schema = z.object({ share: z.uuid(), createdAt: z.string() });

export interface Share {
  /** The folder that holds the id file. */
  root: string;
  id: string;
}

/**
 * Marks an existing folder as the root of a share. A share that is marked already keeps its id.
 * @throws RapError NOT_WRITABLE when the folder is not there, DISK_FULL, DISK_ERROR, SHARE_MISSING when its id
 * file cannot be read
 */
export async function initShare(folder: string, clock: Clock, options: DiskOptions = {}): Promise<Share> {
  const known = await idIn(folder, options);
  if (known !== undefined) return { root: folder, id: known };
  const content = `${JSON.stringify({ share: randomUUID(), createdAt: hongKongStamp(clock.now()) })}\n`;
  const final = path.join(folder, SHARE_FILE);
  try {
    const { path: temp, handle } = await openTemporary(final, { ...options, mode: 0o644 });
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await publish(temp, final, createHash('sha256').update(content).digest('hex'), options);
  } catch (thrown) {
    throw diskError(thrown, `share ${folder}`);
  }
  return openedShare(folder, options);
}

/** @throws RapError SHARE_MISSING when the folder holds no id file or one that cannot be read */
export async function openedShare(folder: string, options: DiskOptions = {}): Promise<Share> {
  const id = await idIn(folder, options);
  if (id === undefined) throw missing(folder);
  return { root: folder, id };
}

/** A share with its id file open: it cannot be unmounted until the file is closed. */
export type OpenShare = Share & { held: FileHandle };

/**
 * Finds the share a folder belongs to: the nearest folder above it, or itself, with an id file. The handle of
 * that file is given open; the caller closes it.
 * @param options.expected where it must be found, and with which id (see expectedShare)
 * @throws RapError SHARE_MISSING when there is none or it cannot be read, SHARE_CHANGED when another one is found
 */
export async function openShare(
  folder: string,
  options: DiskOptions & { expected?: Share } = {},
): Promise<OpenShare> {
  if (options.expected !== undefined) return openExpected(options.expected, options);
  for (let root = path.resolve(folder); ; root = path.dirname(root)) {
    const held = await openIn(root, options);
    if (held !== undefined) {
      try {
        return { root, id: await readId(held, root), held };
      } catch (thrown) {
        await held.close();
        throw thrown;
      }
    }
    if (root === path.dirname(root)) throw missing(folder);
  }
}

/** The share that a folder was last seen in: the nearest known root above it, or itself. */
export function expectedShare<S extends Share>(folder: string, known: readonly S[]): S | undefined {
  const above = known.filter(({ root }) => isWithin(path.resolve(folder), root));
  return above.toSorted((one, two) => two.root.length - one.root.length)[0];
}

/** The share that was met at a folder, however its path is written. */
export function knownAt<S extends Share>(folder: string, known: readonly S[]): S | undefined {
  return known.find(({ root }) => placeKey(root) === placeKey(folder));
}

async function openExpected({ root, id }: Share, options: DiskOptions): Promise<OpenShare> {
  const held = await openIn(root, options);
  if (held === undefined) throw missing(root);
  try {
    const found = await readId(held, root);
    if (found === id) return { root, id, held };
    throw new RapError(
      'SHARE_CHANGED',
      `Another share lies at ${root}: its id is ${found}, and ${id} was there before`,
      { details: { where: root, found, expected: id } },
    );
  } catch (thrown) {
    await held.close();
    throw thrown;
  }
}

async function idIn(folder: string, options: DiskOptions): Promise<string | undefined> {
  const held = await openIn(folder, options);
  if (held === undefined) return undefined;
  try {
    return await readId(held, folder);
  } finally {
    await held.close();
  }
}

async function openIn(folder: string, { disk = realDisk }: DiskOptions): Promise<FileHandle | undefined> {
  try {
    return await disk.open(path.join(folder, SHARE_FILE), 'r');
  } catch (thrown) {
    const system = systemCode(thrown);
    if (['ENOENT', 'ENOTDIR'].includes(system)) return undefined;
    if (!['EACCES', 'EPERM'].includes(system)) throw diskError(thrown, `share ${folder}`);
    throw new RapError(
      'NOT_WRITABLE',
      `The id file ${SHARE_FILE} of share ${folder} cannot be read (${system})`,
      {
        cause: thrown,
        cure: 'Give this user the right to read it; what waits is then delivered.',
        details: { where: folder, system },
      },
    );
  }
}

async function readId(held: FileHandle, folder: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await held.readFile();
  } catch (thrown) {
    if (systemCode(thrown) === 'EISDIR') throw damaged(folder, thrown);
    throw diskError(thrown, `share ${folder}`);
  }
  try {
    // Also as an editor of Windows saves it.
    return schema.parse(JSON.parse(decodeText(bytes, SHARE_FILE))).share;
  } catch (cause) {
    throw damaged(folder, cause);
  }
}

function damaged(folder: string, cause: unknown): RapError {
  return new RapError('SHARE_MISSING', `The id file ${SHARE_FILE} of share ${folder} cannot be understood`, {
    cause,
    cure: 'Somebody damaged it. Put it back from a backup; or remove it, mark the share anew ("rap share init") and accept it ("rap share accept").',
    details: { where: folder },
  });
}

function missing(folder: string): RapError {
  return new RapError('SHARE_MISSING', `The share of ${folder} is not there: no ${SHARE_FILE} is found`, {
    details: { where: folder },
  });
}
