/** The thread of a home that makes the desk's pages, started with the first question and again after it died. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Answer, Question } from '../../lib/desk/render.ts';
import { RapError } from '../../lib/errors/rap-error.ts';

/** No page takes so long; whoever waits is told, and the thread is begun anew (milliseconds). */
const LIMIT_MS = 20_000;
/** More questions than this wait for nobody: browsers ask again. */
const MOST_WAITING = 200;

interface Waiting {
  resolve(answer: Answer): void;
  reject(fault: Error): void;
}

type Said = { id: number; answer: Answer } | { id: number; fault: string };

export class DeskThread {
  readonly #home: string;
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(home: string) {
    this.#home = home;
  }

  /** @throws RapError UNEXPECTED when the thread died, or did not answer in time */
  ask(question: Question): Promise<Answer> {
    if (this.#waiting.size >= MOST_WAITING)
      return Promise.reject(broken('Too many pages are asked for at once'));
    const id = ++this.#last;
    const limit = setTimeout(() => void this.close('The desk did not answer in time'), LIMIT_MS).unref();
    const answer = new Promise<Answer>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#started().postMessage({ id, question });
    return answer.finally(() => clearTimeout(limit));
  }

  /** Ends the thread; whoever waits is told why. */
  async close(why = 'Node-RED is closing'): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#drop(why);
    await worker?.terminate();
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const script = new URL(`../../lib/desk/worker${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(script, { workerData: this.#home, env: keyOfJournal(), execArgv: [] });
    worker.on('message', (said: Said) => {
      const waiting = this.#waiting.get(said.id);
      this.#waiting.delete(said.id);
      if ('answer' in said) waiting?.resolve(said.answer);
      else waiting?.reject(broken(said.fault));
    });
    const dead = (why: string) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#drop(why);
    };
    worker.on('error', (error) => dead(error.message));
    worker.on('exit', () => dead('The thread of the desk has ended'));
    // Looking at pages keeps no process alive.
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #drop(why: string): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(broken(why));
  }
}

/** Of all that this process was given the thread needs one thing. */
function keyOfJournal(): Record<string, string> {
  const { RAP_JOURNAL_KEY: key } = process.env;
  return key === undefined ? {} : { RAP_JOURNAL_KEY: key };
}

function broken(why: string): RapError {
  return new RapError('UNEXPECTED', why);
}
