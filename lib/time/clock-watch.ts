/**
 * Notices that the clock of the machine was set: its wall clock has moved otherwise than its monotonic one. So does
 * that of a machine that slept, whose monotonic clock stands still meanwhile.
 */
import type { Clock } from './clock.ts';

export interface ClockJump {
  /** Milliseconds: positive where the clock was put forward, or the machine slept; negative where it was put back. */
  jump: number;
  /** What the clock shows after it (epoch ms). */
  at: number;
}

/** Clocks are corrected by seconds all the time; what is less than this is no jump. Ours. */
export const JUMP_MS = 60_000;

/**
 * The two clocks are compared with their last reading, and that is renewed this often (ms): a wall clock that is
 * slowed down or sped up by the usual 500 ppm has gained two seconds by then.
 */
const ANCHOR_MS = 3_600_000;

export class ClockWatch {
  readonly #clock: Clock;
  #wall: number;
  #monotonic: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wall = clock.now();
    this.#monotonic = clock.monotonic();
  }

  /** The jump since the last one that was noticed, undefined when there was none. */
  look(): ClockJump | undefined {
    const [at, monotonic] = [this.#clock.now(), this.#clock.monotonic()];
    const elapsed = monotonic - this.#monotonic;
    const jump = at - this.#wall - elapsed;
    const jumped = Math.abs(jump) >= JUMP_MS;
    if (jumped || elapsed >= ANCHOR_MS) {
      this.#wall = at;
      this.#monotonic = monotonic;
    }
    return jumped ? { jump: Math.round(jump), at } : undefined;
  }
}
