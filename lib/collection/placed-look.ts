/**
 * Looks at what was delivered in the last business days: is each file still on its share as it was proved there? People
 * may move, remove or write over files at any time, so nothing that lies on a share is trusted: no link is followed,
 * nothing but plain files is opened. Where a share is not mounted, does not answer or cannot be read, nothing is known -
 * and nothing is called gone. Nothing is written.
 */
import { constants } from 'node:fs';
import path from 'node:path';
import { lookUp, realFolder } from '../delivery/real-folder.ts';
import { expectedShare, type OpenShare, openShare } from '../delivery/share.ts';
import { asRapError, RapError, systemCode } from '../errors/rap-error.ts';
import type { Disk } from '../files/disk.ts';
import { sha256Of } from '../files/hash.ts';
import { isWithin } from '../files/same-place.ts';
import { type Watchdog, watchdog } from '../files/watchdog.ts';
import type { KnownShare, Ledger, PlacedFile, PlacedLook } from '../ledger/ledger.ts';
import type { LostReason } from '../model/placed.ts';
import { fromHongKong, hongKongDate } from '../time/hong-kong.ts';
import { firstKeptDay } from './clean.ts';

export interface PlacedLookOptions {
  ledger: Pick<Ledger, 'placedFiles' | 'shares'>;
  /** RAP_HOME. */
  home: string;
  accounts: readonly string[];
  /** Business days to look back, today counted when it is one. */
  days: number;
  /** Milliseconds since 1970. */
  now: number;
  /** Read every file and compare its content, not only those whose time has changed. */
  content?: boolean;
  signal?: AbortSignal;
  disk?: Disk;
  /** How long each call to a share is waited for, milliseconds. */
  answerWithin?: number;
  calls?: Watchdog;
}

/** How many files were found so. */
export interface PlacedSummary {
  there: number;
  gone: number;
  changed: number;
  unknown: number;
}

/** How much the time of an untouched file may seem to move, milliseconds: file servers keep it in steps of up to two seconds. */
const TIME_STEP = 2_000;
/** So many are written down at once. */
const LOT = 100;

/** @throws RapError ABORTED; whatever of the ledger cannot be read or written */
export async function lookAtPlaced(options: PlacedLookOptions): Promise<PlacedSummary> {
  const { ledger, accounts, days, now } = options;
  const since = fromHongKong(`${firstKeptDay(hongKongDate(now), days)}T00:00:00`);
  const files: PlacedFile[] = [];
  for (const account of accounts) files.push(...(await ledger.placedFiles.placedSince(account, since)));
  return lookAtThese(files, options);
}

/** The same for files that somebody chose. @throws RapError ABORTED; whatever of the ledger cannot be read or written */
export async function lookAtThese(
  files: readonly PlacedFile[],
  options: Omit<PlacedLookOptions, 'accounts' | 'days'>,
): Promise<PlacedSummary> {
  const { ledger, now } = options;
  const known = await ledger.shares.knownShares();
  const summary: PlacedSummary = { there: 0, gone: 0, changed: 0, unknown: 0 };
  // All shares at once: one that hangs is waited for by itself.
  const roots = Map.groupBy(files, (file) => rootOf(file, known));
  await Promise.all(
    [...roots].map(async ([root, some]) => {
      let lot: PlacedLook[] = [];
      const note = async () => {
        await ledger.placedFiles.notePlaced(lot, now);
        lot = [];
      };
      for await (const one of looksAt(root, some, known, options)) {
        summary[one.state]++;
        lot.push(one);
        if (lot.length >= LOT) await note();
      }
      await note();
    }),
  );
  return summary;
}

function rootOf({ share, destination }: PlacedFile, known: readonly KnownShare[]): string {
  return expectedShare(share, known)?.root ?? (destination || share);
}

/** A file that is not there, as long as it is not known whether its disk is. */
interface Absent {
  file: PlacedFile;
  /** The nearest folder above it that is there, and its disk. */
  above: string;
  dev: number;
}

async function* looksAt(
  root: string,
  files: readonly PlacedFile[],
  known: readonly KnownShare[],
  options: Omit<PlacedLookOptions, 'accounts' | 'days'>,
): AsyncGenerator<PlacedLook> {
  const { signal, disk: real, answerWithin, calls = watchdog } = options;
  const disk = calls.disk(root, {
    ...(real === undefined ? {} : { disk: real }),
    ...(signal === undefined ? {} : { signal }),
    ...(answerWithin === undefined ? {} : { answerWithin }),
  });
  const expected = known.find((share) => share.root === root);
  let held: OpenShare | undefined;
  try {
    if (expected !== undefined) held = await openShare(root, { expected, disk });
    const dev = held === undefined ? undefined : (await held.held.stat()).dev;
    yield* each(files, { root, dev, disk, options });
  } catch (thrown) {
    const error = asRapError(thrown, 'DISK_ERROR', root);
    if (signal?.aborted === true || error.code === 'ABORTED') throw error;
    for (const file of files) yield unknown(file, error.message);
  } finally {
    await held?.held.close().catch(() => undefined);
  }
}

interface Place {
  root: string;
  /** The disk of the share's id file; undefined where the share is not marked. */
  dev: number | undefined;
  disk: Disk;
  options: Omit<PlacedLookOptions, 'accounts' | 'days'>;
}

async function* each(files: readonly PlacedFile[], place: Place): AsyncGenerator<PlacedLook> {
  const absent: Absent[] = [];
  /** Of files that are there: their places, and the disks they lie on. */
  const there: { file: string; dev: number }[] = [];
  const folders = new Map<string, Promise<boolean>>();
  for (const [at, file] of files.entries()) {
    place.options.signal?.throwIfAborted();
    try {
      const found = await lookAt(file, place, folders);
      if ('above' in found) {
        absent.push(found);
        continue;
      }
      const { dev, ...look } = found;
      if (dev !== undefined) there.push({ file: file.file, dev });
      yield look;
    } catch (thrown) {
      const error = asRapError(thrown, 'DISK_ERROR', file.file);
      if (error.code === 'ABORTED') throw error;
      // A share that does not answer is not asked once more for each of its files.
      if (error.code === 'SHARE_SILENT') {
        for (const one of files.slice(at)) yield unknown(one, error.message);
        break;
      }
      yield unknown(file, error.message);
    }
  }
  for (const { file, above, dev } of absent) {
    const mounted =
      place.dev === undefined
        ? there.some((one) => one.dev === dev && isWithin(one.file, above))
        : place.dev === dev;
    yield mounted ? lost(file, 'gone', 'gone') : unknown(file, notMounted(above, place.dev));
  }
}

function notMounted(above: string, dev: number | undefined): string {
  return dev === undefined
    ? `nothing that was delivered is found in ${above}: perhaps it is not mounted`
    : `${above} lies on another disk than the id file of its share`;
}

async function lookAt(
  file: PlacedFile,
  { root, dev, disk, options }: Place,
  folders: Map<string, Promise<boolean>>,
): Promise<(PlacedLook & { dev?: number }) | Absent> {
  const found = await disk.lstat(file.file).catch((thrown: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(thrown))) return undefined;
    throw thrown;
  });
  if (found === undefined) {
    const { there } = await lookUp(path.dirname(file.file), disk);
    return { file, above: there, dev: (await disk.stat(there)).dev };
  }
  if (dev !== undefined && found.dev !== dev) return unknown(file, notMounted(file.file, dev));
  if (found.isSymbolicLink()) return lost(file, 'changed', 'link');
  if (!found.isFile()) return lost(file, 'changed', 'no file');
  const folder = path.dirname(file.file);
  const inside = folders.get(folder) ?? isInside(folder, root, options.home, disk);
  folders.set(folder, inside);
  if (!(await inside)) return lost(file, 'changed', 'outside');
  if (found.size !== file.bytes) return { ...lost(file, 'changed', 'size'), dev: found.dev };
  const { versionId, share, modifiedAt } = file;
  const same = {
    versionId,
    share,
    state: 'there',
    why: '',
    modifiedAt: Math.floor(found.mtimeMs),
    dev: found.dev,
  } as const;
  const moved = modifiedAt !== null && Math.abs(found.mtimeMs - modifiedAt) > TIME_STEP;
  const read = options.content === true || moved || (file.state === 'changed' && file.why === 'content');
  if (!read) return same;
  // No link is followed and no pipe waited for, whatever came to lie there meanwhile.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await disk.open(file.file, flags);
  try {
    if (!(await handle.stat()).isFile()) return lost(file, 'changed', 'no file');
    if ((await sha256Of(handle, options.signal)) === file.sha256) return same;
    return { ...lost(file, 'changed', 'content'), dev: found.dev };
  } finally {
    await handle.close();
  }
}

async function isInside(folder: string, root: string, home: string, disk: Disk): Promise<boolean> {
  try {
    await realFolder(folder, { root, home }, disk);
    return true;
  } catch (thrown) {
    if (thrown instanceof RapError && thrown.code === 'FOLDER_REFUSED') return false;
    throw thrown;
  }
}

function lost({ versionId, share }: PlacedFile, state: 'gone' | 'changed', why: LostReason): PlacedLook {
  return { versionId, share, state, why };
}

function unknown({ versionId, share }: PlacedFile, why: string): PlacedLook {
  return { versionId, share, state: 'unknown', why };
}
