/**
 * What lies on the server: every file under the given folders, every entry that is not safe to touch, and
 * whether the listing is whole. Nothing a server sends is trusted: names are checked before they become paths,
 * types before they are followed, amounts before they fill the memory.
 */
import { RapError } from '../errors/rap-error.ts';
import { collisionKey, refuseName, showName } from '../files/safe-name.ts';
import { printable } from '../net/far-text.ts';
import type { Clock } from '../time/clock.ts';
import type { RefusedEntry } from '../words/types.ts';
import type { Attributes, NameEntry } from './sftp-codec.ts';
import type { SftpRequests } from './sftp-requests.ts';

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

export interface ListedFile {
  path: string;
  name: string;
  folder: string;
  size: number;
  modifiedAt: number;
  /** The name at the server, raw bytes in hex, where a person gave the file another one. */
  nameHex?: string;
}

/** The bytes by which the server knows a file. */
export function remotePath({
  path,
  folder,
  nameHex,
}: Pick<ListedFile, 'path' | 'folder' | 'nameHex'>): Buffer {
  if (nameHex === undefined) return Buffer.from(path);
  return Buffer.concat([Buffer.from(folder === '/' ? '/' : `${folder}/`), Buffer.from(nameHex, 'hex')]);
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

const FILE_TYPE = 0o170000;
const FOLDER = 0o040000;
const FILE = 0o100000;

/** Folders listed at the same time, and listing requests under way in one folder. */
const FOLDERS_AT_ONCE = 8;
const REQUESTS_PER_FOLDER = 4;

function kindOf(attributes: Attributes): 'file' | 'folder' | 'other' | 'unknown' {
  if (attributes.mode === undefined) return 'unknown';
  const type = attributes.mode & FILE_TYPE;
  if (type === FILE) return 'file';
  if (type === FOLDER) return 'folder';
  return type === 0 ? 'unknown' : 'other';
}

/**
 * A remote folder as configured, in the one form used everywhere: leading slash, no slash at the end.
 * @throws RapError CONFIG_INVALID
 */
export function normalFolder(folder: string): string {
  const parts = folder.split('/').filter((part) => part !== '' && part !== '.');
  for (const part of parts) {
    const reason = refuseName(part);
    if (reason !== undefined) throw new RapError('CONFIG_INVALID', `Folder "${folder}": ${reason}`);
  }
  return `/${parts.join('/')}`;
}

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
  async run(roots: readonly string[]): Promise<void> {
    const queue = roots.map((folder) => ({ folder, depth: 0 }));
    const active = new Set<Promise<void>>();
    const atOnce = this.#careful ? 1 : FOLDERS_AT_ONCE;
    let failure: unknown;
    while ((queue.length > 0 || active.size > 0) && failure === undefined) {
      const next = active.size < atOnce ? queue.shift() : undefined;
      if (next === undefined) {
        await Promise.race(active);
        continue;
      }
      const task = this.#folder(next.folder, next.depth)
        .then((found) => {
          for (const folder of found) queue.push({ folder, depth: next.depth + 1 });
        })
        .catch((error) => {
          failure ??= error;
        })
        .finally(() => active.delete(task));
      active.add(task);
    }
    if (failure !== undefined) throw failure;
  }

  /** Lists one folder and returns the folders in it. A folder that cannot be listed is a problem, not the end. */
  async #folder(folder: string, depth: number): Promise<string[]> {
    let handle: Buffer;
    try {
      handle = await this.#requests.openFolder(Buffer.from(folder));
    } catch (error) {
      return this.#problem(folder, error);
    }
    try {
      return await this.#sort(folder, depth, await this.#read(handle));
    } catch (error) {
      return this.#problem(folder, error);
    } finally {
      // The channel may be gone; there is nothing to do about a folder that will not close.
      this.#requests.close(handle).catch(() => {});
    }
  }

  #problem(folder: string, error: unknown): string[] {
    if (!(error instanceof RapError)) throw error;
    if (this.#requests.failure !== undefined || error.code === 'LIST_LIMIT') throw error;
    this.problems.push({
      folder,
      error: new RapError('FOLDER_UNREADABLE', `Folder ${folder}: ${error.message}`, { cause: error }),
    });
    return [];
  }

  /** All entries of an open folder. Several requests are under way; answers are taken in order until the end. */
  async #read(handle: Buffer): Promise<NameEntry[]> {
    const entries: NameEntry[] = [];
    const atOnce = this.#careful ? 1 : REQUESTS_PER_FOLDER;
    const answers: ReturnType<SftpRequests['readFolder']>[] = [];
    const ask = () => {
      const answer = this.#requests.readFolder(handle);
      answer.catch(() => {}); // looked at in order below; those after the end or an error never are
      answers.push(answer);
    };
    ask();
    for (;;) {
      const answer = await answers.shift();
      if (answer === undefined) return entries;
      this.#count(answer.entries.length, answer.bytes);
      entries.push(...answer.entries);
      // Only a folder of more than one answer is worth asking ahead.
      while (answers.length < atOnce) ask();
    }
  }

  #count(entries: number, bytes: number): void {
    this.#entries += entries;
    this.#bytes += bytes;
    const { limits, seconds } = { limits: this.#limits, seconds: this.#limits.time / 1000 };
    const over =
      this.#entries > limits.entries
        ? `more than ${limits.entries} entries`
        : this.#bytes > limits.bytes
          ? `more than ${limits.bytes} bytes of names`
          : this.#clock.monotonic() - this.#start > limits.time
            ? `more than ${seconds} s of listing`
            : undefined;
    if (over !== undefined) throw new RapError('LIST_LIMIT', `The listing was given up: ${over}`);
  }

  /** Splits entries into files, folders and refusals. In a collision the first by byte order is kept. */
  async #sort(folder: string, depth: number, entries: NameEntry[]): Promise<string[]> {
    const folders: string[] = [];
    const seen = new Map<string, string>();
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const bytes = Buffer.from(entry.name, 'latin1');
      const own = bytes.toString('utf8');
      if (own === '.' || own === '..') continue; // every folder lists itself and its parent
      let name = own;
      let given: { nameHex?: string } = {};
      let reason = refuseName(bytes) ?? this.#collision(seen, own);
      const other = reason === undefined ? undefined : this.#givenName(folder, bytes.toString('hex'));
      if (other !== undefined) {
        name = other;
        given = { nameHex: bytes.toString('hex') };
        reason = refuseName(other) ?? this.#collision(seen, other);
      }
      if (reason !== undefined) {
        this.#refuse(folder, bytes, 'NAME_REFUSED', reason);
        continue;
      }
      const path = folder === '/' ? `/${name}` : `${folder}/${name}`;
      const remote = remotePath({ path, folder, ...given });
      const attributes = kindOf(entry.attributes) === 'unknown' ? await this.#look(remote) : entry.attributes;
      const kind = kindOf(attributes);
      if (kind === 'folder' && given.nameHex !== undefined) {
        this.#refuse(folder, bytes, 'NAME_REFUSED', 'a folder cannot be given another name');
      } else if (kind === 'folder') {
        if (depth + 1 > this.#limits.depth) {
          this.#refuse(folder, bytes, 'LIST_LIMIT', `deeper than ${this.#limits.depth} folders`);
        } else folders.push(path);
      } else if (kind === 'other') {
        this.#refuse(folder, bytes, 'NOT_A_FILE', 'neither a regular file nor a folder');
      } else if ((attributes.size ?? 0) > this.#limits.fileSize) {
        const size = `${attributes.size} bytes, more than the limit of ${this.#limits.fileSize}`;
        this.#refuse(folder, bytes, 'FILE_TOO_LARGE', size);
      } else {
        this.files.push({
          path,
          name,
          folder,
          size: attributes.size ?? -1,
          modifiedAt: attributes.modifiedAt ?? 0,
          ...given,
        });
      }
    }
    return folders;
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

  /** Asks for attributes that the listing left out. What cannot be looked at is taken for a file and fails later. */
  async #look(path: Buffer): Promise<Attributes> {
    try {
      return await this.#requests.lstat(path);
    } catch (error) {
      if (this.#requests.failure !== undefined) throw error;
      return { mode: FILE };
    }
  }

  #refuse(folder: string, name: Buffer, code: RefusedEntry['code'], reason: string): void {
    this.refused.push({ folder, nameHex: name.toString('hex'), shown: showName(name), code, reason });
  }
}

export interface ListOptions {
  limits: ListingLimits;
  clock: Clock;
  careful: boolean;
  givenName?: GivenName;
}

/**
 * Lists everything under the folders.
 * @param folders remote folders, absolute
 * @throws RapError LIST_LIMIT, or what ended the connection (REQUEST_TIMEOUT, STALLED, CONNECTION_LOST, SFTP_PROTOCOL)
 */
export async function list(
  requests: SftpRequests,
  folders: readonly string[],
  options: ListOptions,
): Promise<Listing> {
  const walk = new Walk(requests, options);
  await walk.run([...new Set(folders.map(normalFolder))]);
  walk.files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    files: walk.files,
    refused: walk.refused,
    problems: walk.problems,
    complete: walk.refused.length === 0 && walk.problems.length === 0,
  };
}

/** A folder problem as one line for people. */
export function problemLine(problem: FolderProblem): string {
  return printable(problem.error.message);
}
