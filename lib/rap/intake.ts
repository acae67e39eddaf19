/**
 * Takes the parts of one file in whatever order they arrive, writes them to a temporary file in order, and
 * hashes what it writes. Parts that arrive before their turn wait in memory; the flight limit bounds them.
 */
import { type FileHandle, unlink } from 'node:fs/promises';
import { diskError, type RapError } from '../errors/rap-error.ts';
import { type FileHash, fileHash } from './file-hash.ts';
import type { Content } from './sftp-requests.ts';

/** Slices written with one call; below the 1024 that systems allow. */
const SLICES_AT_ONCE = 128;

export class Intake {
  readonly #file: string;
  readonly #size: number;
  readonly #handle: FileHandle;
  readonly #onWritten: (bytes: number) => void;
  #hash: FileHash;
  /** Parts whose turn has not come, by offset. */
  readonly #early = new Map<number, Content>();
  /** Bytes accepted that have not left memory yet. */
  #held = 0;
  #expected = 0;
  #start = 0;
  #queue: Buffer[] = [];
  #position = 0;
  #writing: Promise<void> | undefined;
  #failure: RapError | undefined;

  /**
   * @param file path of the temporary file, for messages and removal
   * @param size of the file to come, bytes
   * @param start how many bytes of it the temporary file holds already
   * @param onWritten told how many bytes left memory, written or, after a fault of the disk, thrown away
   */
  constructor(file: string, handle: FileHandle, size: number, onWritten: (bytes: number) => void, start = 0) {
    this.#file = file;
    this.#handle = handle;
    this.#size = size;
    this.#hash = fileHash(file, size);
    this.#onWritten = onWritten;
    this.#begin(start);
  }

  /** How many bytes were there before; reading goes on from here. */
  get start(): number {
    return this.#start;
  }

  #begin(at: number): void {
    this.#start = at;
    this.#expected = at;
    this.#position = at;
    if (at > 0) this.#hash.written([], at);
  }

  /** Keeps what was there before if `check` says that the remote file begins like it; else starts anew. */
  async goOnIf(check: (local: FileHandle, bytes: number) => Promise<boolean>): Promise<void> {
    if (this.#start === 0 || (await check(this.#handle, this.#start))) return;
    this.#hash.drop();
    this.#hash = fileHash(this.#file, this.#size);
    await this.#handle.truncate(0);
    this.#begin(0);
  }

  /** What went wrong with the disk, if anything. */
  get failure(): RapError | undefined {
    return this.#failure;
  }

  accept(offset: number, content: Content): void {
    this.#held += content.length;
    if (this.#failure !== undefined) {
      this.#release(this.#held);
      return;
    }
    this.#early.set(offset, content);
    for (;;) {
      const part = this.#early.get(this.#expected);
      if (part === undefined) break;
      this.#early.delete(this.#expected);
      this.#expected += part.length;
      this.#queue.push(...part.slices);
    }
    if (this.#queue.length > 0) this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    try {
      while (this.#queue.length > 0 && this.#failure === undefined) {
        const slices = this.#queue.splice(0, SLICES_AT_ONCE);
        await this.#save(slices);
        this.#hash.written(slices, this.#position);
      }
    } catch (error) {
      this.#failure = diskError(error, this.#file);
      // Nothing more will be written; whoever waits for memory must not wait for this file.
      this.#queue = [];
      this.#early.clear();
      this.#release(this.#held);
    } finally {
      this.#writing = undefined;
    }
  }

  async #save(slices: Buffer[]): Promise<void> {
    let rest = slices;
    while (rest.length > 0) {
      const { bytesWritten } = await this.#handle.writev(rest, this.#position);
      this.#position += bytesWritten;
      this.#release(bytesWritten);
      rest = after(rest, bytesWritten);
    }
  }

  #release(bytes: number): void {
    this.#held -= bytes;
    this.#onWritten(bytes);
  }

  /**
   * Waits until all is written, makes it durable and closes the file.
   * @returns how many bytes it holds and their SHA-256 in hex
   * @throws RapError DISK_FULL, NOT_WRITABLE, DISK_ERROR
   */
  async finish(): Promise<{ bytes: number; sha256: string }> {
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
    try {
      const [sha256] = await Promise.all([this.#hash.digest(), this.#handle.sync()]);
      await this.#handle.close();
      return { bytes: this.#position, sha256 };
    } catch (error) {
      throw diskError(error, this.#file);
    }
  }

  /**
   * Stops here and leaves what was written in the temporary file, durable and closed.
   * @returns how many bytes it holds
   * @throws RapError a fault of the disk
   */
  async keep(): Promise<number> {
    this.#early.clear();
    await this.#writing;
    this.#hash.drop();
    if (this.#failure !== undefined) throw this.#failure;
    await this.#handle.sync();
    await this.#handle.close();
    return this.#position;
  }

  /** Removes the temporary file; a fault here leaves a `.part-` file for the next sweep and nothing worse. */
  async abandon(): Promise<void> {
    this.#queue = [];
    this.#early.clear();
    await this.#writing;
    this.#hash.drop();
    await this.#handle.close().catch(() => {});
    await unlink(this.#file).catch(() => {});
  }
}

/** What is left of the slices after so many bytes of them were written. */
function after(slices: Buffer[], written: number): Buffer[] {
  let count = 0;
  let left = written;
  for (const slice of slices) {
    if (slice.length > left) break;
    left -= slice.length;
    count++;
  }
  const rest = slices.slice(count);
  const first = rest[0];
  if (first !== undefined && left > 0) rest[0] = first.subarray(left);
  return rest;
}
