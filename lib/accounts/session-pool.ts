/**
 * Keeps the one session an account may have. A run logs in, works, logs out; a second run that comes while the
 * first is at work is told so instead of opening a second session. While something is due, logging out leaves the
 * session open for a while, and whoever logs in next takes it over.
 */
import { asRapError, RapError } from '../errors/rap-error.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { DataCentre, RunContext } from '../model/types.ts';
import type { Account } from '../rap/account.ts';
import type { LoginKey } from '../rap/client/private-key.ts';
import { remoteFolders } from '../rap/folders.ts';
import { loginMemory } from '../rap/login-memory.ts';
import { openSession, type RapSession } from '../rap/session.ts';
import type { Clock } from '../time/clock.ts';
import { serialQueue } from '../time/serial-queue.ts';
import { LookLogins } from './look-logins.ts';
import { recordFailure } from './record-failure.ts';

export interface SessionPoolPorts {
  clock: Clock;
  ledger: () => Promise<Pick<Ledger, 'accounts' | 'logins' | 'looks' | 'runs' | 'sessions'>>;
  /** Reads the key, before each log-in. */
  key: () => Promise<LoginKey>;
  /** Told which address is tried and what became of it. */
  onAddress?: (address: string, error?: RapError) => void;
  /** What is known of earlier logins for looks. */
  looks?: LookLogins;
}

/** How a run comes to its session. */
export interface HowToLogIn {
  signal?: AbortSignal | undefined;
  /** One of the looks of a run that goes on. */
  look?: boolean | undefined;
}

export class SessionPool {
  readonly account: Account;
  readonly #ports: SessionPoolPorts;
  /** `rests`: nobody works with it; it is kept for whoever logs in next. */
  #current: { run: string; session: RapSession; rests: boolean } | undefined;
  /** Says goodbye just now, and is open until the far end has answered, or for so long as that is waited for. */
  #leaving: RapSession | undefined;
  /** Until when it is kept when its run logs out, on the monotonic clock. */
  #keepUntil = Number.NEGATIVE_INFINITY;
  readonly #looks: LookLogins;
  /** Log-ins and log-outs happen one after another. */
  readonly #inTurn = serialQueue();
  #closed = new AbortController();

  constructor(account: Account, ports: SessionPoolPorts) {
    this.account = account;
    this.#ports = ports;
    this.#looks = ports.looks ?? new LookLogins();
  }

  /** The run that works with the session; one whose session says goodbye works no more. */
  get atWork(): string | undefined {
    const { run, session, rests } = this.#current ?? {};
    return rests === false && session?.failure === undefined && !session?.leaving ? run : undefined;
  }

  /** Is a session open at the far end, also one that rests or says goodbye? */
  get isOpen(): boolean {
    return this.#leaving !== undefined || (this.#current !== undefined && !this.#current.session.failure);
  }

  /**
   * Logs in for a run, at the data centre that is recorded as in use. Logging in twice for one run gives the
   * same session, and so does a session that is kept.
   * @throws RapError as openSession, and SESSION_BUSY; for a look what keeps it from logging in again so soon. It is
   * recorded for the run's digest
   */
  async logIn(run: string, trigger: string, how: HowToLogIn = {}): Promise<RunContext> {
    return this.#inTurn(async () => {
      const ledger = await this.#ports.ledger();
      await ledger.runs.startRun({ run, trigger });
      if (how.look) await ledger.runs.looksAgain(run, this.account.name);
      try {
        const session = await this.#open(run, ledger, how);
        const { name, installation } = this.account;
        const { dataCentre, address } = session;
        return { run, account: name, installation, dataCentre, address };
      } catch (thrown) {
        await this.#noteBlind(ledger, thrown);
        throw await recordFailure(ledger, { run, account: this.account.name, subject: '' }, thrown);
      }
    });
  }

  /** Who could not log in could look into no folder; one who found another run at work has not tried. */
  async #noteBlind(ledger: Pick<Ledger, 'accounts' | 'looks'>, thrown: unknown): Promise<void> {
    if (asRapError(thrown).code === 'SESSION_BUSY' || this.#closed.signal.aborted) return;
    const { name, folders } = this.account;
    const at = this.#ports.clock.now();
    const failed = remoteFolders(folders).map(({ path }) => path);
    for (const dataCentre of await this.#inUse(ledger)) {
      await ledger.looks.noteLook({ account: name, at, dataCentre, good: [], failed });
    }
  }

  /** Where nobody can say which data centre is in use, it may be either. */
  async #inUse(ledger: Pick<Ledger, 'accounts'>): Promise<DataCentre[]> {
    try {
      return [await ledger.accounts.dataCentreOf(this.account.name)];
    } catch (thrown) {
      if (asRapError(thrown).code !== 'LEDGER_CHANGED') throw thrown;
      return ['primary', 'secondary'];
    }
  }

  async #open(
    run: string,
    ledger: Pick<Ledger, 'accounts' | 'logins' | 'sessions'>,
    { signal, look = false }: HowToLogIn,
  ): Promise<RapSession> {
    const open = await this.#takeOver(run, ledger);
    if (open !== undefined) return open;
    if (look) this.#looks.admit(this.#ports.clock.monotonic());
    const ended = AbortSignal.any([this.#closed.signal, ...(signal === undefined ? [] : [signal])]);
    const { name } = this.account;
    // Read at each log-in: a key that was renewed meanwhile counts from the next one on.
    const key = await this.#ports.key();
    await ledger.sessions.sessionBegins(name, run);
    try {
      const session = await openSession(this.account, key, await ledger.accounts.dataCentreOf(name), {
        clock: this.#ports.clock,
        memory: loginMemory(this.account, ledger, this.#ports.clock),
        signal: ended,
        ...(this.#ports.onAddress === undefined ? {} : { onAddress: this.#ports.onAddress }),
      });
      if (ended.aborted) {
        session.destroy();
        throw new RapError('ABORTED', `Account ${name} was closed`, { cause: ended.reason });
      }
      this.#current = { run, session, rests: false };
      this.#looks.note(undefined);
      return session;
    } catch (thrown) {
      if (thrown instanceof RapError) this.#looks.note(thrown);
      // Stopped from outside, the run was cut off: what is written down stays for the next start.
      if (!ended.aborted) await ledger.sessions.sessionEnds(name, run);
      throw thrown;
    }
  }

  /** The open session, if this run may have it and it leads to the data centre in use. */
  async #takeOver(
    run: string,
    ledger: Pick<Ledger, 'accounts' | 'sessions'>,
  ): Promise<RapSession | undefined> {
    const current = this.#current;
    if (current === undefined) return undefined;
    const { session } = current;
    const { name } = this.account;
    if (session.failure !== undefined) {
      this.#looks.note(session.failure);
      return undefined;
    }
    if (!current.rests && !session.leaving) {
      if (current.run === run) return session;
      throw new RapError('SESSION_BUSY', `Account ${name} is logged in by run ${current.run}`);
    }
    const chosen = await ledger.accounts.dataCentreOf(name);
    // One that was left alone for too long says goodbye by itself, and is open until that is answered.
    if (session.leaving || chosen !== session.dataCentre) {
      this.#current = undefined;
      await this.#leave(session);
      return undefined;
    }
    // It may have rested for too long meanwhile.
    if (session.failure !== undefined) return undefined;
    session.goOn();
    await ledger.sessions.sessionBegins(name, run);
    this.#current = { run, session, rests: false };
    return session;
  }

  /** The session of a run. @throws RapError NOT_CONNECTED, also once it says goodbye; or what ended the session */
  session(run: string): RapSession {
    const current = this.#current;
    if (current === undefined || current.run !== run || current.session.leaving) {
      throw new RapError('NOT_CONNECTED', `Account ${this.account.name} is not logged in for run ${run}`);
    }
    if (current.session.failure !== undefined) throw current.session.failure;
    return current.session;
  }

  /**
   * Logs out if the session belongs to this run. While it is kept it stays open, written down as that run's, so that
   * a run which a restart cuts off is taken up.
   * @param keep see RunContext.keepSession
   * @returns whether there was one to log out
   */
  logOut(run: string, keep?: number): Promise<boolean> {
    return this.#inTurn(async () => {
      const { clock } = this.#ports;
      const current = this.#current;
      if (current === undefined || current.run !== run) return false;
      // The flow may have other accounts to look at before it comes back.
      if (keep !== undefined)
        this.#keepUntil =
          keep === 0 ? Number.NEGATIVE_INFINITY : clock.monotonic() + keep + this.account.idle;
      const left = this.#keepUntil - clock.monotonic();
      if (left > 0 && !current.session.leaving && current.session.failure === undefined) {
        current.rests = true;
        current.session.keep(left);
        return true;
      }
      await this.#end(current);
      return true;
    });
  }

  /** A session is kept no longer: one that rests is logged out. */
  endIdle(): Promise<void> {
    return this.#inTurn(async () => {
      this.#keepUntil = Number.NEGATIVE_INFINITY;
      if (this.#current?.rests) await this.#end(this.#current);
    });
  }

  async #end({ run, session }: { run: string; session: RapSession }): Promise<void> {
    this.#current = undefined;
    await this.#leave(session);
    await (await this.#ports.ledger()).sessions.sessionEnds(this.account.name, run);
  }

  async #leave(session: RapSession): Promise<void> {
    this.#leaving = session;
    await session.logOut();
    if (this.#leaving === session) this.#leaving = undefined;
  }

  /** Ends everything at once, for a redeploy or a stop; resolves when what says goodbye or rested is closed. */
  async close(): Promise<void> {
    this.#closed.abort(new RapError('ABORTED', `Account ${this.account.name} was closed`));
    const current = this.#current;
    this.#current = undefined;
    await this.#leaving?.logOut();
    if (current?.rests) await current.session.logOut();
    else current?.session.destroy();
  }
}
