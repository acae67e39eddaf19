/**
 * When whoever holds something in the ledger drops its work because the ledger could not be asked in time. A process that
 * stood still itself, as when something kept its event loop busy, could not ask, or has not read the answer yet: it
 * gets a moment for that, as long as its guard does not end it.
 */
import type { Clock } from '../../time/clock.ts';

/** Part of its time after which a host counts what it holds as lost, though nobody may have taken it yet. */
export const DROP_AFTER = 0.75;
/** The same for one that stood still: what is left until its guard ends it (LeaseGuard) is for dropping its work. */
const DROP_AT_LAST = 0.85;
/** Part of the time within which the ledger has to answer one that stood still; it looks as often whether it did. */
const ANSWER = 1 / 30;

export interface DropTimerOptions {
  /** Of processes. */
  clock: Clock;
  /** For how long it is held, milliseconds. */
  ms: number;
  onDrop: () => void;
}

export class DropTimer {
  readonly #options: DropTimerOptions;
  /** When it ran last, and when it last found that it had stood still, on the monotonic clock. */
  #ranAt: number;
  #wokeAt = Number.NEGATIVE_INFINITY;
  #cancelDrop = () => {};
  #cancelLook = () => {};

  constructor(options: DropTimerOptions) {
    this.#options = options;
    this.#ranAt = options.clock.monotonic();
  }

  /** @param from on the monotonic clock, from which it is held for its whole time */
  heldFrom(from: number): void {
    const { clock, ms } = this.#options;
    this.cancel();
    this.#ranAt = clock.monotonic();
    this.#lookAgain();
    this.#dropAt(from + ms * DROP_AFTER, from + ms * DROP_AT_LAST);
  }

  cancel(): void {
    this.#cancelDrop();
    this.#cancelLook();
  }

  #lookAgain(): void {
    const { clock, ms } = this.#options;
    this.#cancelLook = clock.after(ms * ANSWER, () => {
      this.#look();
      this.#lookAgain();
    });
  }

  /** Has this process stood still since the last look? Timers that were due meanwhile come in any order. */
  #look(): void {
    const { clock, ms } = this.#options;
    const now = clock.monotonic();
    if (now - this.#ranAt >= 2 * ms * ANSWER) this.#wokeAt = now;
    this.#ranAt = now;
  }

  #dropAt(at: number, last: number): void {
    const { clock, ms, onDrop } = this.#options;
    this.#cancelDrop = clock.after(Math.max(0, at - clock.monotonic()), () => {
      this.#look();
      const answered = Math.min(this.#wokeAt + ms * ANSWER, last);
      if (clock.monotonic() < answered) return this.#dropAt(answered, last);
      this.cancel();
      onDrop();
    });
  }
}
