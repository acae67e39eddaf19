/**
 * The SHA-256 of a file while it is written. Small files are hashed on the spot; large ones by a thread that
 * reads them back as they grow, because hashing a gigabyte takes as long as receiving it.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { RapError } from '../errors/rap-error.ts';
import type { HashAnswer, HashOrder } from './hash-worker.ts';

export interface FileHash {
  /** These slices were written; the file now holds so many bytes. */
  written(slices: readonly Buffer[], upTo: number): void;
  /** The hash of all that was written, in hex. @throws RapError DISK_ERROR when it cannot be read back */
  digest(): Promise<string>;
  /** Nobody wants the hash. */
  drop(): void;
}

/** From this size a file has its hash made by the thread, bytes. */
const LARGE = 8 * 1024 * 1024;
/** The thread is told of progress in steps of this, bytes. */
const STEP = 1024 * 1024;

class OnTheSpot implements FileHash {
  readonly #hash = createHash('sha256');

  written(slices: readonly Buffer[]): void {
    for (const slice of slices) this.#hash.update(slice);
  }

  async digest(): Promise<string> {
    return this.#hash.digest('hex');
  }

  drop(): void {}
}

interface Waiting {
  resolve: (sha256: string) => void;
  reject: (error: RapError) => void;
}

/** The one thread of this process; started when the first large file comes, and no reason to stay alive. */
class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  constructor() {
    // The source and the built file stand beside each other's siblings with their own endings.
    const ending = path.extname(new URL(import.meta.url).pathname);
    this.#worker = new Worker(new URL(`./hash-worker${ending}`, import.meta.url), {
      name: 'rap-hash',
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 16, codeRangeSizeMb: 4 },
    });
    this.#worker.unref();
    this.#worker.on('message', (answer: HashAnswer) => this.#onAnswer(answer));
    this.#worker.on('error', (error) => this.#onEnd(String(error)));
    this.#worker.on('exit', () => this.#onEnd('the hashing thread ended'));
  }

  id(): number {
    return this.#nextId++;
  }

  tell(order: HashOrder): void {
    this.#worker.postMessage(order);
  }

  wait(id: number): Promise<string> {
    // While an answer is awaited the process must not end.
    this.#worker.ref();
    return new Promise<string>((resolve, reject) => this.#waiting.set(id, { resolve, reject })).finally(
      () => {
        if (this.#waiting.size === 0) this.#worker.unref();
      },
    );
  }

  #onAnswer(answer: HashAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('sha256' in answer) waiting?.resolve(answer.sha256);
    else waiting?.reject(new RapError('DISK_ERROR', `Reading back what was written failed: ${answer.error}`));
  }

  #onEnd(reason: string): void {
    thread = undefined;
    for (const { reject } of this.#waiting.values()) {
      reject(new RapError('DISK_ERROR', `Reading back what was written failed: ${reason}`));
    }
    this.#waiting.clear();
  }
}

let thread: Thread | undefined;

class ByThread implements FileHash {
  readonly #thread: Thread;
  readonly #file: string;
  readonly #id: number;
  #written = 0;
  #told = 0;

  constructor(file: string, owner: Thread) {
    this.#file = file;
    this.#thread = owner;
    this.#id = owner.id();
  }

  written(_slices: readonly Buffer[], upTo: number): void {
    this.#written = upTo;
    if (upTo - this.#told >= STEP) this.#tell(false, false);
  }

  digest(): Promise<string> {
    const answer = this.#thread.wait(this.#id);
    this.#tell(true, false);
    return answer;
  }

  drop(): void {
    this.#tell(false, true);
  }

  #tell(last: boolean, drop: boolean): void {
    this.#told = this.#written;
    this.#thread.tell({ id: this.#id, file: this.#file, upTo: this.#written, last, drop });
  }
}

/** @param size of the file to come, bytes */
export function fileHash(file: string, size: number): FileHash {
  if (size < LARGE) return new OnTheSpot();
  thread ??= new Thread();
  return new ByThread(file, thread);
}
