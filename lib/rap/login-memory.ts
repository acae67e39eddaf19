/**
 * What an account remembers of its logins, over restarts: a refused key locks it until a person resets it; a
 * server that turned it away is left alone for a growing, jittered while; and there is a budget for each day.
 */
import { RapError } from '../errors/rap-error.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LoginLock } from '../ledger/types.ts';
import type { DataCentre } from '../model/types.ts';
import type { Clock } from '../time/clock.ts';
import { hongKongStamp } from '../time/hong-kong.ts';
import type { Account } from './account.ts';

/** The part of the ledger that remembers logins. */
export type LoginRecords = Pick<Ledger, 'accounts' | 'logins'>;

export interface LoginMemory {
  /** Asked before each login. @throws RapError LOGIN_LOCKED, SESSION_REFUSED (on hold), LOGIN_BUDGET */
  admit(): Promise<void>;
  /** @param address 'host:port' */
  succeeded(dataCentre: DataCentre, address: string): Promise<void>;
  failed(error: RapError, address: string): Promise<void>;
}

/** Shortest and longest wait after a server turned us away, milliseconds; ours, not HKEX's. */
const LEAST = 60_000;
const MOST = 3_600_000;

/**
 * The next wait: grows from the last one, and differs each time so that two clients do not knock in step.
 * @param previous milliseconds, 0 for none
 * @param random in [0, 1)
 */
export function nextWait(previous: number, random: number): number {
  const top = Math.max(previous, LEAST) * 3;
  return Math.round(Math.min(MOST, LEAST + random * (top - LEAST)));
}

/** @param random for the jitter, in [0, 1) */
export function loginMemory(
  account: Account,
  records: LoginRecords,
  clock: Clock,
  random: () => number = Math.random,
): LoginMemory {
  const { name } = account;
  /** Is a wait written down that a log-in ends? */
  let isHeld = true;
  return {
    async admit() {
      const [lock, hold] = await Promise.all([
        records.accounts.loginLock(name),
        records.logins.loginBackOff(name),
      ]);
      if (lock !== undefined) throw new RapError('LOGIN_LOCKED', `Account ${name} is locked: ${lock.reason}`);
      isHeld = hold !== undefined;
      // No wait is longer than the longest: one that is was reckoned by a clock that was ahead.
      if (hold !== undefined && clock.now() < hold.until && hold.until <= clock.now() + MOST) {
        throw new RapError(
          'SESSION_REFUSED',
          `Account ${name} waits until ${hongKongStamp(hold.until)} before it logs in again: ${hold.reason}`,
          {
            cure: 'Nothing needs to be done: a run after that time tries again. "rap unlock" ends the wait.',
          },
        );
      }
      const logins = await records.logins.countLogin(name);
      if (logins > account.loginsPerDay) {
        throw new RapError('LOGIN_BUDGET', `Account ${name} may log in ${account.loginsPerDay} times a day`);
      }
    },

    async succeeded(dataCentre, address) {
      if (isHeld) await records.logins.endLoginBackOff(name);
      await records.logins.noteLogin({ account: name, dataCentre, address });
    },

    async failed(error, address) {
      if (error.code === 'LOGIN_REFUSED') {
        await records.accounts.lockLogin({ account: name, ...reasonIn(error), address });
      }
      if (error.code === 'SESSION_REFUSED') {
        const previous = await records.logins.loginBackOff(name);
        const wait = nextWait(previous?.wait ?? 0, random());
        isHeld = true;
        await records.logins.backOffLogin({
          account: name,
          until: clock.now() + wait,
          wait,
          ...reasonIn(error),
        });
      }
    },
  };
}

/** Why a server refused, as its sentence and, where it is known, as data; see handshake-error.ts. */
function reasonIn({ message: reason, details }: RapError): Pick<LoginLock, 'reason' | 'cause'> {
  const { login: code, where = '', text = '' } = details;
  if (typeof code !== 'string') return { reason };
  return { reason, cause: { code, params: { where: String(where), text: String(text) } } };
}
