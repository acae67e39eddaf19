/**
 * How fast a session brings reports. A server that sends a byte now and then is never silent, and one report could
 * take days: what a session brings while a report is read must be so much a second, else the report is given up.
 */
import { RapError } from '../errors/rap-error.ts';
import type { Clock } from '../time/clock.ts';

/** So long nothing is asked of it, milliseconds; ours. */
const GRACE = 60_000;

export class Pace {
  readonly #clock: Clock;
  readonly #least: () => number;
  #bytes = 0;

  /** @param least bytes a second at the least, now; 0 asks for nothing */
  constructor(clock: Clock, least: () => number) {
    this.#clock = clock;
    this.#least = least;
  }

  /**
   * Begins to watch one report.
   * @returns to be called with each piece of it; throws RapError STALLED when the session is too slow
   */
  watch(name: string): (bytes: number) => void {
    const start = this.#clock.monotonic();
    const before = this.#bytes;
    return (bytes) => {
      this.#bytes += bytes;
      const elapsed = this.#clock.monotonic() - start;
      const brought = this.#bytes - before;
      if (elapsed <= GRACE || brought >= ((elapsed - GRACE) / 1000) * this.#least()) return;
      const seconds = Math.round(elapsed / 1000);
      throw new RapError('STALLED', `${name} comes too slowly: ${brought} bytes in ${seconds} s`);
    };
  }
}
