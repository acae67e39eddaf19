/**
 * Takes the parts of one file in whatever order they arrive, writes them to a temporary file in order, and
 * hashes what it writes. Parts that arrive before their turn wait in memory; the flight limit bounds them.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, unlink } from 'node:fs/promises';
import { diskError, type RapError } from '../../errors/rap-error.ts';
import { giveBack } from '../../ssh/plain-memory.ts';
import type { Content } from '../client/sftp-requests.ts';

/** Slices written with one call; below the 1024 that systems allow. */
const SLICES_AT_ONCE = 128;

export class OrderedWriter {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #onWritten: (bytes: number) => void;
  readonly #hash = createHash('sha256');
  /** Parts whose turn has not come, by offset. */
  readonly #early = new Map<number, Content>();
  /** Bytes accepted that have not left memory yet. */
  #buffered = 0;
  #expected = 0;
  #start = 0;
  #queue: Buffer[] = [];
  #position = 0;
  #writing: Promise<void> | undefined;
  #failure: RapError | undefined;

  /**
   * @param file path of the temporary file, for messages and removal
   * @param start how many bytes of it the temporary file holds already
   * @param onWritten told how many bytes left memory, written or, after a fault of the disk, thrown away
   */
  constructor(file: string, handle: FileHandle, onWritten: (bytes: number) => void, start = 0) {
    this.#file = file;
    this.#handle = handle;
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
  }

  /** Keeps what was there before if `check` says that the remote file begins like it; else starts anew. */
  async goOnIf(check: (local: FileHandle, bytes: number) => Promise<boolean>): Promise<void> {
    if (this.#start === 0) return;
    if (await check(this.#handle, this.#start)) {
      await this.#hashBeginning();
    } else {
      await this.#handle.truncate(0);
      this.#begin(0);
    }
  }

  /** The hash is one of the whole file: what an earlier run wrote is read back for it. */
  async #hashBeginning(): Promise<void> {
    const block = Buffer.allocUnsafe(1024 * 1024);
    for (let at = 0; at < this.#start; ) {
      const { bytesRead } = await this.#handle.read(block, 0, Math.min(block.length, this.#start - at), at);
      if (bytesRead === 0) throw diskError(new Error('it ends before its beginning does'), this.#file);
      this.#hash.update(block.subarray(0, bytesRead));
      at += bytesRead;
    }
  }

  /** What went wrong with the disk, if anything. */
  get failure(): RapError | undefined {
    return this.#failure;
  }

  accept(offset: number, content: Content): void {
    this.#buffered += content.length;
    if (this.#failure !== undefined) {
      this.#release(this.#buffered);
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
        const saving = this.#save(slices);
        // The disk works while the processor hashes.
        for (const slice of slices) this.#hash.update(slice);
        await saving;
        for (const slice of slices) giveBack(slice);
      }
    } catch (error) {
      this.#failure = diskError(error, this.#file);
      // Nothing more will be written; whoever waits for memory must not wait for this file.
      this.#queue = [];
      this.#early.clear();
      this.#release(this.#buffered);
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
    this.#buffered -= bytes;
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
      await this.#handle.sync();
      await this.#handle.close();
      return { bytes: this.#position, sha256: this.#hash.digest('hex') };
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
