/**
 * Compares passwords with their bcrypt hashes, in a thread of its own and one at a time: whoever sends many gets theirs
 * compared slowly, while Node-RED goes on and others get their turn.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FairQueue, type FairQueueLimits } from '../../lib/time/fair-queue.ts';

/** People mistype once or twice; programs that guess send hundreds. */
const LIMITS: FairQueueLimits = { ofOne: 10, ofAll: 200 };

interface Asked {
  id: number;
  resolve(fits: boolean): void;
  reject(fault: Error): void;
}

export class PasswordCheck {
  readonly #queue: FairQueue;
  #worker: Worker | undefined;
  #asked: Asked | undefined;
  #last = 0;

  constructor(limits: FairQueueLimits = LIMITS) {
    this.#queue = new FairQueue(limits);
  }

  /**
   * @param asker from where the password comes; each place has a line of its own
   * @returns does it fit? undefined at once where too many wait
   */
  compare(asker: string, password: string, hash: string): Promise<boolean> | undefined {
    return this.#queue.offer(asker, () => this.#ask(password, hash));
  }

  #ask(password: string, hash: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      this.#asked = { id, resolve, reject };
      this.#started().postMessage({ id, password, hash });
    });
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const script = new URL(`./password-thread${extname(import.meta.url)}`, import.meta.url);
    // It needs nothing of what this process was given.
    const worker = new Worker(script, { env: {}, execArgv: [] });
    worker.on('message', ({ id, fits }: { id: number; fits: boolean }) => {
      if (this.#asked?.id === id) this.#asked.resolve(fits);
    });
    const dead = (fault: Error) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#asked?.reject(fault);
    };
    worker.on('error', dead);
    worker.on('exit', () => dead(new Error('The thread that compares passwords has ended')));
    // Nobody's password keeps a process alive.
    worker.unref();
    this.#worker = worker;
    return worker;
  }
}
