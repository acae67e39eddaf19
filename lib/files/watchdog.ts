/**
 * A share that does not answer. A disk of the network may hang instead of failing: the call simply never ends, and
 * nothing ends it from outside. So every call to a share is waited for only so long. Then it is given up with
 * SHARE_SILENT - but it goes on hanging, and may still do its work much later. Therefore nothing else is asked of
 * that share until it has ended: the order of what is done there stays as it was meant, and a hung share costs one
 * thread of the process, however often it is tried. Decision 14 tells more.
 */
import type { FileHandle } from 'node:fs/promises';
import { RapError } from '../errors/rap-error.ts';
import { type Clock, onDeadline, realClock } from '../time/clock.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import { type Disk, realDisk, registerProxy } from './disk.ts';

/** How long an answer is waited for, milliseconds. Ours: nothing outside says how slow a share may be. */
const ANSWER_LIMIT = 60_000;
/** So much more for each MiB written, for the calls that wait until it is on the server's disk. */
const PER_MIB = 1_000;
const MIB = 1024 * 1024;
const FLUSHING: ReadonlySet<string> = new Set(['sync', 'datasync', 'close']);

/** Work that was told to stop may clean up after itself for so long, milliseconds. */
const STOP_GRACE = 1_000;

/** The threads that Node.js has for disks and names (libuv's pool); a call that hangs keeps one of them. */
const threads = Number(process.env.UV_THREADPOOL_SIZE) || 4;
/** Two are left to the landing folder, to name look-ups and to everybody else in the process. */
const MOST_CALLS = Math.max(1, threads - 2);

export interface WatchdogOptions {
  /** The disk itself. */
  disk?: Disk;
  /** How long an answer is waited for, milliseconds; see ANSWER_LIMIT. */
  answerWithin?: number;
  /** Ends the waiting, a second after it was aborted: so that work may clean up. */
  signal?: AbortSignal;
}

/** One call, and whoever waits for it. */
interface Call {
  share: string;
  /** "link /mnt/ops/x", for people. */
  what: string;
  /** When it was made, milliseconds since 1970. */
  since: number;
  /** It was given up, and has not ended. */
  silent: boolean;
  /** Does anybody wait for it, or must it be made anyway? */
  wanted(): boolean;
  begin(): void;
  giveUp(error: RapError): void;
}

/** What is asked of a disk. */
interface Request<T> {
  what: string;
  limit: number;
  make: () => Promise<T>;
  /** Done when the answer comes after it was given up. */
  undo?: (late: T) => Promise<unknown>;
  /** Must be made even if nobody waits for it any more: what is open must be closed. */
  owed?: boolean;
}

type Ask = <T>(request: Request<T>) => Promise<T>;

/**
 * All calls to shares: one at a time for each share, and never so many at once that shares that hang could take
 * every thread there is. Lives as long as the process, because a hung call does.
 */
export class Watchdog {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #onGivenUp: () => void;
  /** The call each share is at work on. */
  readonly #busy = new Map<string, Call>();
  #queue: Call[] = [];

  /**
   * @param options.clock disks live in real time, also where the clock of the house is simulated
   * @param options.most how many calls may be under way at once
   * @param options.onGivenUp told when a call that is under way is not waited for any longer
   */
  constructor({
    clock = realClock,
    most = MOST_CALLS,
    onGivenUp = () => {},
  }: { clock?: Clock; most?: number; onGivenUp?: () => void } = {}) {
    this.#clock = clock;
    this.#most = most;
    this.#onGivenUp = onGivenUp;
  }

  /** Is any call under way? */
  get busy(): boolean {
    return this.#busy.size > 0;
  }

  /**
   * The disk of a share, for one piece of work. Whatever is asked of it ends in time, with an answer or with
   * RapError SHARE_SILENT, or ABORTED soon after the signal.
   * @param share what people call it: its folder
   */
  disk(share: string, options: WatchdogOptions = {}): Disk {
    const { disk = realDisk, answerWithin: limit = ANSWER_LIMIT, signal } = options;
    const stop = new Stop(this.#clock, signal);
    const ask: Ask = (request) => this.#ask(share, request, stop);
    const patient = new Proxy(disk, {
      get: (real, name) => {
        const method: unknown = Reflect.get(real, name);
        if (typeof method !== 'function') return method;
        const call = name === 'open' ? opener(real, limit, ask) : undefined;
        return async (...args: unknown[]): Promise<unknown> => {
          if (call !== undefined) return call(args);
          const what = `${String(name)} ${String(args[0])}`;
          return ask({ what, limit, make: async () => Reflect.apply(method, real, args) });
        };
      },
    });
    return registerProxy(patient, disk);
  }

  #ask<T>(share: string, request: Request<T>, stop: Stop): Promise<T> {
    const { what, limit, make, undo, owed = false } = request;
    return new Promise<T>((resolve, reject) => {
      let waits = true;
      const end = (settle: () => void) => {
        if (!waits) return;
        waits = false;
        unheed();
        settle();
      };
      const call: Call = {
        share,
        what,
        since: 0,
        silent: false,
        wanted: () => waits || owed,
        begin: () => {
          call.since = this.#clock.now();
          this.#busy.set(share, call);
          const cancel = onDeadline(this.#clock, limit, () => this.#fallSilent(call));
          const over = (settle: () => void) => {
            cancel();
            this.#leave(call);
            end(settle);
          };
          make().then(
            (result) => {
              if (!waits && undo !== undefined) this.#owe(share, { what, limit, make: () => undo(result) });
              over(() => resolve(result));
            },
            (error: unknown) => over(() => reject(error)),
          );
        },
        giveUp: (error) =>
          end(() => {
            reject(error);
            if (this.#busy.get(share) === call) this.#onGivenUp();
          }),
      };
      const unheed = stop.onStop(() => call.giveUp(stopped(what)));
      this.#enter(call);
    });
  }

  /** Something that is done although nobody waits for it. */
  #owe(share: string, request: Request<unknown>): void {
    this.#ask(share, { ...request, owed: true }, new Stop(this.#clock)).catch(() => undefined);
  }

  #enter(call: Call): void {
    this.#queue.push(call);
    this.#refuse();
    this.#next();
  }

  #leave({ share }: Call): void {
    this.#busy.delete(share);
    this.#next();
  }

  #fallSilent(call: Call): void {
    call.silent = true;
    call.giveUp(noAnswer(call));
    this.#refuse();
  }

  /** Nobody waits behind what hangs. */
  #refuse(): void {
    const silent = [...this.#busy.values()].filter((call) => call.silent);
    if (silent.length === 0) return;
    for (const call of this.#queue) {
      const hung = silent.find(({ share }) => share === call.share);
      if (hung !== undefined) call.giveUp(noAnswer(hung));
      else if (silent.length >= this.#most) call.giveUp(tooManySilent(call.share, silent));
    }
  }

  #next(): void {
    this.#queue = this.#queue.filter((call) => call.wanted());
    while (this.#busy.size < this.#most) {
      const at = this.#queue.findIndex(({ share }) => !this.#busy.has(share));
      if (at < 0) return;
      for (const call of this.#queue.splice(at, 1)) call.begin();
    }
  }
}

/** Opening a file on a disk that may not answer. */
function opener(disk: Disk, limit: number, ask: Ask): (args: unknown[]) => Promise<FileHandle> {
  return async (args) => {
    const [file, flags] = args.map(String);
    const handle = await ask<FileHandle>({
      what: `open ${file}`,
      limit,
      make: async () => Reflect.apply(disk.open, disk, args),
      undo: async (late) => {
        await late.close();
        // Made by us just now, and nobody knows of it.
        if (flags === 'wx') await disk.unlink(String(file));
      },
    });
    return watchedHandle(handle, String(file), limit, ask);
  };
}

function watchedHandle(handle: FileHandle, file: string, limit: number, ask: Ask): FileHandle {
  let written = 0;
  return new Proxy(handle, {
    get: (real, name) => {
      const value: unknown = Reflect.get(real, name, real);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return async (...args: unknown[]): Promise<unknown> => {
        const more = FLUSHING.has(name) ? (written / MIB) * PER_MIB : 0;
        const make = async (): Promise<unknown> => Reflect.apply(value, real, args);
        const result = await ask({
          what: `${name} ${file}`,
          limit: limit + more,
          make,
          owed: name === 'close',
        });
        if (name === 'write') written += (result as { bytesWritten: number }).bytesWritten;
        return result;
      };
    },
  });
}

/** The end of the waiting of one piece of work: a little after it was told to stop. */
class Stop {
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  #at: number | undefined;

  constructor(clock: Clock, signal?: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  /** @returns ends the heeding */
  onStop(giveUp: () => void): () => void {
    const signal = this.#signal;
    if (signal === undefined) return () => {};
    let cancel = () => {};
    const onAbort = () => {
      const now = this.#clock.monotonic();
      this.#at ??= now + STOP_GRACE;
      cancel = this.#clock.after(Math.max(0, this.#at - now), giveUp);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    return () => {
      signal.removeEventListener('abort', onAbort);
      cancel();
    };
  }
}

function noAnswer({ share, what, since }: Call): RapError {
  const at = hongKongStamp(since);
  const message = `${share} does not answer: "${what}" was asked of it at ${at} and has not ended since`;
  return new RapError('SHARE_SILENT', message, { details: { where: share, call: what, since: at } });
}

function tooManySilent(share: string, silent: readonly Call[]): RapError {
  const others = silent.map((call) => call.share).join(' and ');
  return new RapError('SHARE_SILENT', `${share} is not tried while ${others} do not answer`, {
    cure: `Have the servers of ${others} looked at: each call that hangs keeps a thread of this process, and the last ones are kept for other work. ${share} is served by itself when one of them answers.`,
    details: { where: share },
  });
}

function stopped(what: string): RapError {
  return new RapError('ABORTED', `"${what}" was not waited for any longer: the work was stopped`);
}

/** Those of this process. */
export const watchdog: Watchdog = new Watchdog({
  onGivenUp: () => {
    // Behind all others that want to know of the end.
    process.off('exit', endAnyway);
    process.on('exit', endAnyway);
  },
});

/**
 * At its end a process waits for its threads, also for one that hangs: it would not end before the share answers. All
 * that must last lies on disk by now, so it is ended the hard way.
 */
function endAnyway(): void {
  if (watchdog.busy) process.kill(process.pid, 'SIGKILL');
}
