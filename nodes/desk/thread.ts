/** The thread of a home that makes the desk's pages, started with the first question and again after it died. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PackedAnswer } from '../../lib/desk/pack.ts';
import type { Question } from '../../lib/desk/render.ts';
import { RapError } from '../../lib/errors/rap-error.ts';
import { type Clock, onDeadline, realClock } from '../../lib/time/clock.ts';
import { FairQueue } from '../../lib/time/fair-queue.ts';

/** No page takes so long: whoever asked for it is told, and the thread is begun anew (milliseconds). */
const LIMIT_MS = 20_000;
/** More questions than these wait for nobody: browsers ask again. A team may share a login. */
const LIMITS = { ofOne: 30, ofAll: 200 };

/** Nothing is wrong: who asks may ask again. */
export class Busy extends RapError {
  constructor() {
    super('UNEXPECTED', 'Too many pages are asked for at once', { cure: 'Try again in a few seconds.' });
  }
}

interface Asked {
  id: number;
  resolve(answer: PackedAnswer): void;
  reject(fault: Error): void;
}

interface Options {
  clock?: Clock;
  /** What the thread runs. */
  script?: URL;
}

type Said = { id: number; answer: PackedAnswer } | { id: number; fault: string };

/** Asks one question at a time, in turn of the logins: slow pages of one keep the others waiting for one page at most. */
export class DeskThread {
  readonly #home: string;
  readonly #clock: Clock;
  readonly #script: URL;
  readonly #queue = new FairQueue(LIMITS);
  #worker: Worker | undefined;
  #asked: Asked | undefined;
  #closed: string | undefined;
  #last = 0;

  constructor(home: string, { clock = realClock, script = ownScript() }: Options = {}) {
    this.#home = home;
    this.#clock = clock;
    this.#script = script;
  }

  /**
   * @param question is made when it is its turn: of that moment, and not at all for whoever is refused
   * @throws Busy at once when too many ask already, RapError UNEXPECTED when the thread died or did not answer in time
   */
  ask(login: string, question: () => Question): Promise<PackedAnswer> {
    const answer = this.#queue.offer(login, async () => this.#put(question()));
    return answer ?? Promise.reject(new Busy());
  }

  /** Ends the thread; whoever waits is told why. */
  async close(why = 'Node-RED is closing'): Promise<void> {
    this.#closed = why;
    await this.#end(why);
  }

  #put(question: Question): Promise<PackedAnswer> {
    if (this.#closed !== undefined) throw broken(this.#closed);
    const { promise, resolve, reject } = Promise.withResolvers<PackedAnswer>();
    const id = ++this.#last;
    this.#asked = { id, resolve, reject };
    const late = () => void this.#end('The desk did not answer in time');
    const inTime = onDeadline(this.#clock, LIMIT_MS, late);
    this.#started().postMessage({ id, question });
    return promise.finally(inTime);
  }

  async #end(why: string): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#asked?.reject(broken(why));
    await worker?.terminate();
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(this.#script, {
      workerData: this.#home,
      env: whereTheLedgerIs(),
      execArgv: [],
    });
    worker.on('message', (said: Said) => {
      if (this.#asked?.id !== said.id) return;
      if ('answer' in said) this.#asked.resolve(said.answer);
      else this.#asked.reject(broken(said.fault));
    });
    const dead = (why: string) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#asked?.reject(broken(why));
    };
    worker.on('error', (error) => dead(error.message));
    worker.on('exit', () => dead('The thread of the desk has ended'));
    // Looking at pages keeps no process alive.
    worker.unref();
    this.#worker = worker;
    return worker;
  }
}

const ownScript = () => new URL(`../../lib/desk/worker${extname(import.meta.url)}`, import.meta.url);

/** Of all that this process was given the thread needs where the ledger is, how to get in, and the key of its journal. */
function whereTheLedgerIs(): Record<string, string> {
  const needed = /^(RAP_JOURNAL_KEY$|RAP_LEDGER(_|$)|PG[A-Z]+$)/;
  const home = ['HOME', 'USERPROFILE', 'APPDATA'];
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => needed.test(entry[0]) || home.includes(entry[0]),
    ),
  );
}

function broken(why: string): RapError {
  return new RapError('UNEXPECTED', why);
}
