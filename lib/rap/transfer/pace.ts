/**
 * How fast a session brings reports. A server that sends a byte now and then is never silent, and one report could
 * take days: what a session brings while a report is read must be so much a second, else the report is given up.
 */
import { RapError } from '../../errors/rap-error.ts';
import { type Clock, onDeadline } from '../../time/clock.ts';
import type { SftpRequests } from '../client/sftp-requests.ts';

type Line = Pick<SftpRequests, 'bytesReceived' | 'waits' | 'fail'>;

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
      const brought = this.#bytes - before;
      if (this.#isTooSlow(start, brought)) throw this.#tooSlow(name, start, brought);
    };
  }

  /**
   * Sees to it that a report also ends where an answer comes so slowly that it takes hours to come to its end. Then the
   * connection is of no more use. A line that brings nothing at all is left to the account's own patience.
   * @returns ends the watch
   */
  guard(name: string, line: Line): () => void {
    const start = this.#clock.monotonic();
    const before = line.bytesReceived;
    let seen = before;
    const look = () => {
      const brought = line.bytesReceived - before;
      const comes = line.bytesReceived > seen;
      seen = line.bytesReceived;
      if (line.waits && comes && this.#isTooSlow(start, brought))
        line.fail(this.#tooSlow(name, start, brought));
      else cancel = onDeadline(this.#clock, GRACE, look);
    };
    let cancel = onDeadline(this.#clock, GRACE, look);
    return () => cancel();
  }

  #isTooSlow(start: number, brought: number): boolean {
    const elapsed = this.#clock.monotonic() - start;
    return elapsed > GRACE && brought < ((elapsed - GRACE) / 1000) * this.#least();
  }

  #tooSlow(name: string, start: number, brought: number): RapError {
    const seconds = Math.round((this.#clock.monotonic() - start) / 1000);
    return new RapError('STALLED', `${name} comes too slowly: ${brought} bytes in ${seconds} s`);
  }
}
