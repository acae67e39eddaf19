/**
 * Keeps the one session an account may have. A run logs in, works, logs out; a second run that comes while the
 * first is at work is told so instead of opening a second session.
 */
import { asRapError, RapError } from '../errors/rap-error.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Account } from '../rap/account.ts';
import { remoteFolders } from '../rap/folders.ts';
import { loginMemory } from '../rap/login-memory.ts';
import type { LoginKey } from '../rap/private-key.ts';
import { openSession, type RapSession } from '../rap/session.ts';
import type { Clock } from '../time/clock.ts';
import type { RunContext } from '../words/types.ts';
import { recordTrouble } from './trouble.ts';

export interface KeeperPorts {
  clock: Clock;
  ledger: () => Promise<Ledger>;
  /** Reads the key when it is first needed; asked again after it failed. */
  key: () => Promise<LoginKey>;
  /** Told which address is tried and what became of it. */
  onAddress?: (address: string, error?: RapError) => void;
}

export class SessionKeeper {
  readonly account: Account;
  readonly #ports: KeeperPorts;
  #current: { run: string; session: RapSession } | undefined;
  #key: Promise<LoginKey> | undefined;
  /** Log-ins and log-outs happen one after another. */
  #turn: Promise<unknown> = Promise.resolve();
  #closed = new AbortController();

  constructor(account: Account, ports: KeeperPorts) {
    this.account = account;
    this.#ports = ports;
  }

  /**
   * Logs in for a run, at the data centre that is recorded as in use. Logging in twice for one run gives the
   * same session.
   * @throws RapError as openSession, and SESSION_BUSY; it is recorded for the run's digest
   */
  async logIn(run: string, trigger: string, signal?: AbortSignal): Promise<RunContext> {
    return this.#inTurn(async () => {
      const ledger = await this.#ports.ledger();
      await ledger.startRun({ run, trigger });
      try {
        const session = await this.#open(run, ledger, signal);
        const { name, installation } = this.account;
        const { dataCentre, address } = session;
        return { run, account: name, installation, dataCentre, address };
      } catch (thrown) {
        await this.#noteBlind(ledger, thrown);
        throw await recordTrouble(ledger, { run, account: this.account.name, subject: '' }, thrown);
      }
    });
  }

  /** Who could not log in could look into no folder; one who found another run at work has not tried. */
  async #noteBlind(ledger: Ledger, thrown: unknown): Promise<void> {
    if (asRapError(thrown).code === 'SESSION_BUSY' || this.#closed.signal.aborted) return;
    const { name, folders } = this.account;
    const at = this.#ports.clock.now();
    const dataCentre = await ledger.dataCentreOf(name);
    const failed = remoteFolders(folders).map(({ path }) => path);
    await ledger.noteLook({ account: name, at, dataCentre, good: [], failed });
  }

  async #open(run: string, ledger: Ledger, signal?: AbortSignal): Promise<RapSession> {
    const current = this.#current;
    if (current !== undefined && current.session.failure === undefined) {
      if (current.run === run) return current.session;
      throw new RapError('SESSION_BUSY', `Account ${this.account.name} is logged in by run ${current.run}`);
    }
    const ended = AbortSignal.any([this.#closed.signal, ...(signal === undefined ? [] : [signal])]);
    const { name } = this.account;
    const key = await this.#loginKey();
    await ledger.sessionBegins(name, run);
    try {
      const session = await openSession(this.account, key, await ledger.dataCentreOf(name), {
        clock: this.#ports.clock,
        memory: loginMemory(this.account, ledger, this.#ports.clock),
        signal: ended,
        ...(this.#ports.onAddress === undefined ? {} : { onAddress: this.#ports.onAddress }),
      });
      this.#current = { run, session };
      return session;
    } catch (thrown) {
      // Stopped from outside, the run was cut off: what is written down stays for the next start.
      if (!ended.aborted) await ledger.sessionEnds(name, run);
      throw thrown;
    }
  }

  async #loginKey(): Promise<LoginKey> {
    this.#key ??= this.#ports.key();
    try {
      return await this.#key;
    } catch (error) {
      this.#key = undefined;
      throw error;
    }
  }

  /** The session of a run. @throws RapError NOT_CONNECTED, or what ended the session */
  session(run: string): RapSession {
    const current = this.#current;
    if (current === undefined || current.run !== run) {
      throw new RapError('NOT_CONNECTED', `Account ${this.account.name} is not logged in for run ${run}`);
    }
    if (current.session.failure !== undefined) throw current.session.failure;
    return current.session;
  }

  /** Logs out if the session belongs to this run. @returns whether there was one to log out */
  logOut(run: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const current = this.#current;
      if (current === undefined || current.run !== run) return false;
      this.#current = undefined;
      await current.session.logOut();
      await (await this.#ports.ledger()).sessionEnds(this.account.name, run);
      return true;
    });
  }

  /** Ends everything at once, for a redeploy or a stop. */
  close(): void {
    this.#closed.abort(new RapError('ABORTED', `Account ${this.account.name} was closed`));
    this.#current?.session.destroy();
    this.#current = undefined;
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(task);
    this.#turn = result.catch(() => {});
    return result;
  }
}
