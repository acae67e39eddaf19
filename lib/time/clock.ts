import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** How long the machine has been up, and in which of its boots: the same for all processes of it. */
export interface Boot {
  id: string;
  /** Milliseconds, of a clock that nobody sets. */
  uptime: number;
}

/** Where time comes from. Everything that waits or asks the time takes one, so that tests never sleep. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** Milliseconds that never jump; only differences mean anything. */
  monotonic(): number;
  /** Calls `fn` once after `ms`; the returned function cancels it. */
  after(ms: number, fn: () => void): () => void;
  /** Undefined where nothing tells one boot of the machine from another. */
  boot?(): Boot | undefined;
}

let bootId: string | undefined;

function thisBoot(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
  boot() {
    bootId ??= thisBoot();
    return bootId === '' ? undefined : { id: bootId, uptime: uptime() * 1000 };
  },
};

/**
 * Calls `fn` once after `ms`, but hears first what arrived meanwhile: when something has blocked the process, its
 * timers come before the data that waits in the sockets, and a healthy server would look silent.
 * @returns cancels it
 */
export function onDeadline(clock: Clock, ms: number, fn: () => void): () => void {
  let turn: NodeJS.Immediate | undefined;
  const cancel = clock.after(ms, () => {
    turn = setImmediate(fn);
  });
  return () => {
    cancel();
    clearImmediate(turn);
  };
}

/** What the work gives, or the error when it has not ended in time. What is given up goes on, and nobody hears of it. */
export function endsWithin<T>(clock: Clock, ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = onDeadline(clock, ms, () => reject(late()));
    work.then(resolve, reject).finally(cancel);
  });
}

/** Waits `ms`; rejects with the signal's reason when aborted first. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** One turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

interface Appointment {
  due: number;
  order: number;
  fn: () => void;
}

/** A clock that stands still until `advance` moves it; timers fire in the order of their due times. */
export class SimulatedClock implements Clock {
  #now: number;
  #elapsed = 0;
  #order = 0;
  #appointments: Appointment[] = [];
  readonly #boot: Boot;

  /**
   * @param start milliseconds since 1970
   * @param boot of the machine; left out, it was just booted
   */
  constructor(start: number, boot: Boot = { id: randomUUID(), uptime: 0 }) {
    this.#now = start;
    this.#boot = boot;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  after(ms: number, fn: () => void): () => void {
    const appointment = { due: this.#elapsed + Math.max(0, ms), order: this.#order++, fn };
    this.#appointments.push(appointment);
    return () => {
      this.#appointments = this.#appointments.filter((one) => one !== appointment);
    };
  }

  boot(): Boot {
    return { id: this.#boot.id, uptime: this.#boot.uptime + this.#elapsed };
  }

  /** The clock of another process of the same machine, which begins at this moment: without timers. */
  nextProcess(): SimulatedClock {
    return new SimulatedClock(this.#now, this.boot());
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#appointments.length;
  }

  /**
   * Moves time forward by `ms`, firing each timer at its own moment.
   * @param rest waited for after each timer, so that what it began can end before time goes on; by default
   *   only the promises that it settled
   * @param together waited for once after all timers of one moment, which then run side by side as on a real clock
   */
  async advance(ms: number, rest: () => Promise<void> = turn, together = false): Promise<void> {
    const end = this.#elapsed + ms;
    for (;;) {
      const next = this.#appointments
        .filter((one) => one.due <= end)
        .sort((a, b) => a.due - b.due || a.order - b.order)[0];
      if (next === undefined) break;
      this.#move(Math.max(this.#elapsed, next.due));
      const due = this.#appointments.filter((one) => one === next || (together && one.due === next.due));
      for (const one of due.sort((a, b) => a.order - b.order)) {
        // One of the same moment may have cancelled it.
        if (!this.#appointments.includes(one)) continue;
        this.#appointments = this.#appointments.filter((other) => other !== one);
        one.fn();
      }
      await rest();
    }
    this.#move(end);
  }

  /** Time passes while the process stands still: what was due meanwhile fires at the end of it. */
  async stall(ms: number): Promise<void> {
    this.#move(this.#elapsed + ms);
    await this.advance(0);
  }

  /** Sets the wall clock without touching running timers: a clock correction. */
  jump(ms: number): void {
    this.#now += ms;
  }

  #move(elapsed: number): void {
    this.#now += elapsed - this.#elapsed;
    this.#elapsed = elapsed;
  }
}
