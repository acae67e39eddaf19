/**
 * What lies on the server: every file under the given folders, every entry that is not safe to touch, and
 * whether the listing is whole. Nothing a server sends is trusted: names are checked before they become paths,
 * types before they are followed, amounts before they fill the memory.
 */
import { setImmediate } from 'node:timers/promises';
import { RapError } from '../errors/rap-error.ts';
import { collisionKey, nameHexOf, refuseName, showBeginning } from '../files/safe-name.ts';
import type { RefusedEntry, Report } from '../model/types.ts';
import { type Clock, endsWithin } from '../time/clock.ts';
import { inTurns, TOGETHER } from '../time/turns.ts';
import type { NameEntry } from './client/sftp-codec.ts';
import type { SftpRequests } from './client/sftp-requests.ts';
import { inspectEntry, kindOf } from './entry-kind.ts';
import { folderEntries } from './folder-entries.ts';
import { atServer, type RemoteFolder, remoteFolders } from './folders.ts';

/** Limits of a listing; ours, not HKEX's. */
export interface ListingLimits {
  entries: number;
  depth: number;
  /** Bytes of listing replies. */
  bytes: number;
  /** Milliseconds for the whole listing. */
  time: number;
  /** Largest file taken, bytes. */
  fileSize: number;
}

export const defaultListingLimits: ListingLimits = {
  entries: 200_000,
  depth: 8,
  bytes: 64 * 1024 * 1024,
  time: 60_000,
  fileSize: 16 * 1024 ** 3,
};

export interface ListedFile
  extends Pick<Report, 'path' | 'name' | 'folder' | 'size' | 'modifiedAt' | 'nameHex'> {
  /** Its folder is relative to the login's own. */
  relative?: boolean;
}

/** The bytes by which the server knows a file. */
export function remotePath({
  path,
  folder,
  nameHex,
  relative,
}: Pick<ListedFile, 'path' | 'folder' | 'nameHex' | 'relative'>): Buffer {
  if (nameHex === undefined) return Buffer.from(atServer(path, relative));
  const before = atServer(folder === '/' ? '/' : `${folder}/`, relative);
  return Buffer.concat([Buffer.from(before === '.' ? './' : before), Buffer.from(nameHex, 'hex')]);
}

/** The name a person gave to a file whose own must not be used; undefined where nobody did. */
export type GivenName = (folder: string, nameHex: string) => string | undefined;

export interface FolderProblem {
  folder: string;
  error: RapError;
}

export interface Listing {
  files: ListedFile[];
  refused: RefusedEntry[];
  /** Folders that could not be listed. */
  problems: FolderProblem[];
  /** True when nothing was refused and no folder failed. */
  complete: boolean;
}

/** Folders listed at the same time, and entries of a folder looked at. */
const FOLDERS_AT_ONCE = 8;
const LOOKS_AT_ONCE = 16;

/** A folder that is walked: one that was asked for, or one below it. */
type WalkedFolder = RemoteFolder & { depth: number };

class Walk {
  readonly files: ListedFile[] = [];
  readonly refused: RefusedEntry[] = [];
  readonly problems: FolderProblem[] = [];
  readonly #requests: SftpRequests;
  readonly #limits: ListingLimits;
  readonly #clock: Clock;
  readonly #start: number;
  readonly #careful: boolean;
  readonly #givenName: GivenName;
  #entries = 0;
  #bytes = 0;

  constructor(requests: SftpRequests, options: ListOptions) {
    const { limits, clock, careful, givenName = () => undefined } = options;
    this.#requests = requests;
    this.#limits = limits;
    this.#clock = clock;
    this.#start = clock.monotonic();
    this.#careful = careful;
    this.#givenName = givenName;
  }

  /** Lists all folders and what lies below them, several at a time. */
  async run(roots: readonly RemoteFolder[]): Promise<void> {
    const queue: WalkedFolder[] = roots.map((folder) => ({ ...folder, depth: 0 }));
    const asked = new Set(roots.map(({ path }) => path));
    const active = new Set<Promise<void>>();
    const atOnce = this.#careful ? 1 : FOLDERS_AT_ONCE;
    let failure: unknown;
    while ((queue.length > 0 || active.size > 0) && failure === undefined) {
      const next = active.size < atOnce ? queue.shift() : undefined;
      if (next === undefined) {
        await Promise.race(active);
        continue;
      }
      const task = this.#folder(next)
        .then((found) => {
          // A folder that was asked for itself is listed once, also where it lies in another one.
          for (const path of found.filter((one) => !asked.has(one))) {
            queue.push({ ...next, path, depth: next.depth + 1 });
          }
        })
        .catch((error) => {
          failure ??= error;
        })
        .finally(() => active.delete(task));
      active.add(task);
    }
    if (failure === undefined) return;
    // What other folders have shown by then counts; without a connection they wait for nothing.
    if (this.#requests.failure !== undefined) await Promise.allSettled(active);
    throw failure;
  }

  /**
   * Lists one folder and returns the folders in it. A folder that cannot be listed, or not to its end, is a problem, not
   * the end; what it listed before counts.
   */
  async #folder({ path: folder, depth, relative, mayBeAbsent }: WalkedFolder): Promise<string[]> {
    try {
      const { entries, cut } = await folderEntries(this.#requests, Buffer.from(atServer(folder, relative)), {
        careful: this.#careful,
        onAnswer: (count, bytes) => this.#count(count, bytes),
      });
      const folders = await this.#sort(folder, depth, relative, entries);
      if (cut !== undefined) this.#problem(folder, cut);
      return folders;
    } catch (error) {
      const excused = mayBeAbsent && depth === 0 && (await this.#isAbsent(folder, relative, error));
      if (!excused) this.#problem(folder, error);
      return [];
    }
  }

  /** Is nothing there? "No such file" may also be said of what is there and is no folder. */
  async #isAbsent(folder: string, relative: boolean, error: unknown): Promise<boolean> {
    if (!(error instanceof RapError) || error.code !== 'REMOTE_MISSING') return false;
    const look = this.#requests.lstat(Buffer.from(atServer(folder, relative)));
    return (await this.#requests.unlessRefused(look)) === undefined;
  }

  #problem(folder: string, error: unknown): void {
    if (!(error instanceof RapError)) throw error;
    if (this.#requests.failure !== undefined || error.code === 'LIST_LIMIT') throw error;
    this.problems.push({
      folder,
      error: new RapError('FOLDER_UNREADABLE', `Folder ${folder}: ${error.message}`, { cause: error }),
    });
  }

  #count(entries: number, bytes: number): void {
    this.#entries += entries;
    this.#bytes += bytes;
    const limits = this.#limits;
    const over =
      this.#entries > limits.entries
        ? `more than ${limits.entries} entries`
        : this.#bytes > limits.bytes
          ? `more than ${limits.bytes} bytes of names`
          : this.#clock.monotonic() - this.#start > limits.time
            ? lateText(limits)
            : undefined;
    if (over !== undefined) throw givenUp(over);
  }

  /** Splits entries into files, folders and refusals. In a collision the first by byte order is kept. */
  async #sort(folder: string, depth: number, relative: boolean, entries: NameEntry[]): Promise<string[]> {
    const taken = await this.#named(folder, entries);
    const inspected = await mapSome(taken, this.#careful ? 1 : LOOKS_AT_ONCE, async (one) => {
      if (kindOf(one.entry.attributes) === undefined) this.#count(0, 0);
      const remote = remotePath({ path: one.path, folder, relative, ...one.given });
      return { ...one, ...(await inspectEntry(this.#requests, remote, one.entry)) };
    });
    const folders: string[] = [];
    for (const { entry, path, name, given, kind, attributes } of inspected) {
      const bytes = Buffer.from(entry.name, 'latin1');
      const { size, modifiedAt } = attributes;
      if (kind === 'folder' && given.nameHex !== undefined) {
        this.#refuse(folder, bytes, 'NAME_REFUSED', 'a folder cannot be given another name');
      } else if (kind === 'folder') {
        if (depth + 1 > this.#limits.depth) {
          this.#refuse(folder, bytes, 'LIST_LIMIT', `deeper than ${this.#limits.depth} folders`);
        } else folders.push(path);
      } else if (kind === 'other') {
        this.#refuse(folder, bytes, 'NOT_A_FILE', 'neither a regular file nor a folder');
      } else if ((size ?? 0) > this.#limits.fileSize) {
        const most = `${size} bytes, more than the limit of ${this.#limits.fileSize}`;
        this.#refuse(folder, bytes, 'FILE_TOO_LARGE', most);
      } else {
        const facts = { size: size ?? -1, modifiedAt: modifiedAt ?? 0, ...given };
        this.files.push({ path, name, folder, ...facts, ...(relative ? { relative } : {}) });
      }
    }
    return folders;
  }

  /** The entries whose names are safe, or that a person gave a safe name. The others are refused. */
  async #named(folder: string, entries: NameEntry[]) {
    const seen = new Map<string, string>();
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    const named = await inTurns(entries, (entry) => {
      const bytes = Buffer.from(entry.name, 'latin1');
      const own = bytes.toString('utf8');
      if (own === '.' || own === '..') return []; // every folder lists itself and its parent
      let name = own;
      let given: { nameHex?: string } = {};
      let reason = refuseName(bytes) ?? this.#collision(seen, own);
      const other = reason === undefined ? undefined : this.#givenName(folder, nameHexOf(bytes));
      if (other !== undefined) {
        name = other;
        given = { nameHex: bytes.toString('hex') };
        reason = refuseName(other) ?? this.#collision(seen, other);
      }
      if (reason !== undefined) {
        this.#refuse(folder, bytes, 'NAME_REFUSED', reason);
        return [];
      }
      const path = folder === '/' ? `/${name}` : `${folder}/${name}`;
      return [{ entry, name, given, path }];
    });
    return named.flat();
  }

  #collision(seen: Map<string, string>, name: string): string | undefined {
    const key = collisionKey(name);
    const other = seen.get(key);
    if (other === undefined) {
      seen.set(key, name);
      return undefined;
    }
    return other === name ? 'listed twice' : `differs from "${other}" only in case or form`;
  }

  #refuse(folder: string, name: Buffer, code: RefusedEntry['code'], reason: string): void {
    this.refused.push({ folder, nameHex: nameHexOf(name), shown: showBeginning(name), code, reason });
  }
}

function lateText({ time }: Pick<ListingLimits, 'time'>): string {
  return `more than ${time / 1000} s of listing`;
}

function givenUp(why: string): RapError {
  return new RapError('LIST_LIMIT', `The listing was given up: ${why}`);
}

/** The results of a task for each item, in their order; at most so many tasks run at the same time. */
async function mapSome<T, R>(
  items: readonly T[],
  atOnce: number,
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const worker = async () => {
    for (const [index, item] of left) {
      // Where nothing has to be asked, nothing else would have its turn.
      if (index % TOGETHER === TOGETHER - 1) await setImmediate();
      results[index] = await task(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}

export interface ListOptions {
  limits: ListingLimits;
  clock: Clock;
  careful: boolean;
  givenName?: GivenName;
  /** Told what was listed until then, when the listing fails as a whole. */
  onCut?: (partly: Listing) => void;
}

/**
 * Lists everything under the folders.
 * @param folders remote folders as configured
 * @throws RapError LIST_LIMIT, or what ended the connection (REQUEST_TIMEOUT, STALLED, CONNECTION_LOST, SFTP_PROTOCOL)
 */
export async function list(
  requests: SftpRequests,
  folders: readonly string[],
  options: ListOptions,
): Promise<Listing> {
  const { clock, limits } = options;
  const walk = new Walk(requests, options);
  try {
    // Also where no answer comes to its end: then nothing looks at the time meanwhile.
    await endsWithin(clock, limits.time, walk.run(remoteFolders(folders)), () => givenUp(lateText(limits)));
  } catch (error) {
    options.onCut?.({ ...listingOf(walk), complete: false });
    throw error;
  }
  return listingOf(walk);
}

/** As it is now: what is given up may go on. */
function listingOf(walk: Walk): Listing {
  const files = walk.files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const refused = [...walk.refused];
  const problems = [...walk.problems];
  return { files, refused, problems, complete: refused.length === 0 && problems.length === 0 };
}
