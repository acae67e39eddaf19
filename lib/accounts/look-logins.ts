/**
 * When a look may log in again. While something is due an account is looked at in one session, and a session that is
 * lost is opened anew; a server that goes on losing it, or cannot be reached, is tried less and less often, so that
 * looks cannot use up the logins of a day or lock the account.
 */
import type { RapError } from '../errors/rap-error.ts';

const MINUTE = 60_000;

/** Between a login and the next one, by how many there were of late, milliseconds (ours). The last goes on. */
const WAITS = [0, 1, 2, 4, 8, 15].map((minutes) => minutes * MINUTE);

/** Logins count for so long, milliseconds (ours). */
const LATE = 120 * MINUTE;

/**
 * How long a look waits before it logs in.
 * @param logins when there were any, on the monotonic clock, in order; a try counts as well
 */
export function waitBeforeLogin(logins: readonly number[], now: number): number {
  const recent = logins.filter((at) => now - at < LATE);
  const last = recent.at(-1);
  if (last === undefined) return 0;
  const wait = WAITS[Math.min(recent.length, WAITS.length) - 1] ?? 0;
  return Math.max(0, last + wait - now);
}

/** The logins of one account for looks. */
export class LookLogins {
  #logins: number[] = [];
  #fault: RapError | undefined;

  /**
   * Asked before a look logs in.
   * @throws RapError what ended the last session, or kept it from being opened: it lasts as far as anybody knows
   */
  admit(now: number): void {
    if (this.#fault !== undefined && waitBeforeLogin(this.#logins, now) > 0) throw this.#fault;
    this.#logins = [...this.#logins.filter((at) => now - at < LATE), now];
  }

  /** Why the account has no session any more; undefined once it has one. */
  note(fault: RapError | undefined): void {
    this.#fault = fault;
  }
}
