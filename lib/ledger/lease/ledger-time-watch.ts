/**
 * Notices that the clock of the database was put forward, or that another server with a clock that is ahead has taken its
 * place. Then what others hold looks as if it had ended, while they are at work on it: it is left to them for as long
 * as it lasts by a clock that nobody sets.
 */

/**
 * Part of the time for which duties are held by which the database's clock may gain on the host's: a host that stands
 * still is ended with as much time left, see DutyKeeper and LeaseGuard.
 */
const TOLERANCE = 0.05;

export class LedgerTimeWatch {
  readonly #ms: number;
  /** What the ledger's time is ahead of the monotonic clock. */
  #ahead: number | undefined;
  /** On the monotonic clock. */
  #steadyFrom = Number.NEGATIVE_INFINITY;

  /** @param ms for how long duties are held */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /**
   * @param now the ledger's time
   * @param begun when it was asked, on the monotonic clock
   * @param ended when the answer was there
   * @returns whether what has ended by that time has had its time
   */
  look(now: number, begun: number, ended: number): boolean {
    const tolerance = this.#ms * TOLERANCE;
    // The time was read at some moment between the two.
    const [least, most] = [now - ended, now - begun];
    const before = this.#ahead ?? most;
    const mayBeForward = most - before > tolerance;
    if (least - before > tolerance) this.#steadyFrom = ended + this.#ms;
    if (least - before > tolerance || most < before - tolerance) this.#ahead = most;
    else if (!mayBeForward) this.#ahead = Math.max(before, least);
    return !mayBeForward && ended >= this.#steadyFrom;
  }
}
