/**
 * A session of one account at one data centre: the only way anything of ours logs in. It asks the login lock
 * first, tries the data centre's addresses in turn - for faults of the line only -, never leaves the data
 * centre, and is closed when it is forgotten.
 */
import { codes } from '../errors/codes.ts';
import { RapError } from '../errors/rap-error.ts';
import type { Address, DataCentre, NotLookedAgain } from '../model/types.ts';
import type { Clock } from '../time/clock.ts';
import type { Account } from './account.ts';
import { type Connection, defaultAlgorithms, type LoginOptions, logIn } from './client/connection.ts';
import { type HostKeyPin, pinsAt } from './client/host-keys.ts';
import type { LoginKey } from './client/private-key.ts';
import { isRelative, type RemoteFolder, remoteFolders } from './folders.ts';
import { type Listing, type ListOptions, list } from './listing.ts';
import type { LoginMemory } from './login-memory.ts';
import { download, type Job, type Result } from './transfer/download.ts';

export interface SessionPorts {
  clock: Clock;
  /** Left out, nothing is remembered: only for a person's single command. */
  memory?: LoginMemory;
  signal?: AbortSignal;
  /** Told which address is tried and what became of it. */
  onAddress?: (address: string, error?: RapError) => void;
}

export function addressText(address: Address): string {
  return `${address.host}:${address.port}`;
}

export class RapSession {
  readonly account: Account;
  readonly dataCentre: DataCentre;
  /** 'host:port' of the address that answered. */
  readonly address: string;
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #folders: readonly RemoteFolder[];
  #start: number;
  #cancelLongest: (() => void) | undefined;
  #cancelIdle: (() => void) | undefined;
  #busy = 0;
  #leaving = false;

  constructor(
    account: Account,
    dataCentre: DataCentre,
    address: string,
    connection: Connection,
    clock: Clock,
  ) {
    this.account = account;
    this.dataCentre = dataCentre;
    this.address = address;
    this.#connection = connection;
    this.#clock = clock;
    this.#folders = remoteFolders(account.folders);
    this.#start = clock.monotonic();
    // A timer of a session that is lost would keep the process, for as long as a session is kept.
    connection.requests.onEnd = () => this.#cancelIdle?.();
    this.#rest();
  }

  /** Why the session is of no more use, if so. */
  get failure(): RapError | undefined {
    return this.#connection.requests.failure;
  }

  /** It has begun to say goodbye: it stays open until the far end has answered, and takes no more work. */
  get leaving(): boolean {
    return this.#leaving;
  }

  get fingerprint(): string {
    return this.#connection.fingerprint;
  }

  /**
   * Lists the account's folders, or those given.
   * @param how names that people gave to files whose own must not be used; who is told what a listing showed that fails;
   * what ends it, and the session with it
   * @throws RapError LIST_LIMIT, ABORTED or what ended the connection
   */
  list(
    folders: readonly string[] = this.account.folders,
    { signal, ...how }: Pick<ListOptions, 'givenName' | 'onCut'> & { signal?: AbortSignal } = {},
  ): Promise<Listing> {
    const listing = () =>
      list(this.#connection.requests, folders, {
        limits: this.account.limits,
        clock: this.#clock,
        careful: this.account.profile === 'careful',
        ...how,
      });
    return this.#work(listing, signal).catch((thrown) => {
      throw signal?.aborted ? new RapError('ABORTED', 'Stopped while listing', { cause: thrown }) : thrown;
    });
  }

  /**
   * Downloads the jobs; each gets exactly one result. Never throws for a fault of the far end. The signal ends it, and
   * the session with it: what is under way may take long to be answered.
   */
  download(
    jobs: readonly Job[],
    onResult: (result: Result) => void | Promise<void>,
    options: {
      root: string;
      filesAtOnce?: number;
      signal?: AbortSignal;
      inspect?: (job: Job, temporary: string, notLookedAgain?: NotLookedAgain) => Promise<void>;
      onStepDown?: (reason: RapError) => void;
      onBytes?: (job: Job, bytes: number) => void;
    },
  ): Promise<void> {
    const work = () =>
      download(this.#connection.requests, jobs.map(this.#atServer), {
        ...options,
        clock: this.#clock,
        careful: this.account.profile === 'careful',
        fileSize: this.account.limits.fileSize,
        limits: this.account.limits,
        reserve: this.account.reserve,
        bandwidth: this.account.bandwidth,
        slowest: this.account.slowest,
        resume: this.account.resume,
        onResult,
        onWindow: (bytes) => this.#connection.widen(bytes),
      });
    return this.#work(work, options.signal);
  }

  /** Lets the session rest for so long (ms), instead of for what is usual, before it is logged out by itself. */
  keep(ms: number): void {
    this.#cancelIdle?.();
    if (this.#busy === 0) this.#rest(ms);
  }

  /** Work begins anew on a session that was kept: from now on it may last as long as any. */
  goOn(): void {
    this.#start = this.#clock.monotonic();
    this.keep(this.account.idle);
  }

  /** Logs out. Never fails, and never waits long for the far end. */
  async logOut(): Promise<void> {
    this.#cancelIdle?.();
    this.#leaving = true;
    await this.#connection.end();
  }

  /** Closes at once, for a redeploy or an emergency. */
  destroy(): void {
    this.#cancelIdle?.();
    this.#connection.destroy();
  }

  /** Whoever asks for a file knows it by its path here; only the account's folders say what that is at the server. */
  readonly #atServer = (job: Job): Job =>
    isRelative(job.file.path, this.#folders) ? { ...job, file: { ...job.file, relative: true } } : job;

  async #work<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.#cancelIdle?.();
    this.#busy++;
    if (this.#busy === 1) this.#limit();
    const onAbort = () => this.destroy();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) this.destroy();
    try {
      return await task();
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#busy--;
      if (this.#busy === 0) this.#cancelLongest?.();
      this.#rest();
    }
  }

  /** Ends the session when it has lasted too long: each request has a limit of its own, but there may be many. */
  #limit(): void {
    const { longest } = this.account;
    const left = Math.max(0, this.#start + longest - this.#clock.monotonic());
    this.#cancelLongest = this.#clock.after(left, () => {
      const minutes = Math.round(longest / 60_000);
      const message = `The session with ${this.address} lasted more than ${minutes} minutes`;
      this.#connection.requests.fail(new RapError('SESSION_TOO_LONG', message));
    });
  }

  /** A session that nobody uses is logged out: RAP sessions are not to be parked. */
  #rest(ms = this.account.idle): void {
    if (this.#busy > 0 || this.#leaving || this.failure !== undefined) return;
    this.#cancelIdle = this.#clock.after(ms, () => void this.logOut());
  }
}

/**
 * Logs in at a data centre.
 * @throws RapError LOGIN_LOCKED (no connection is made), HOST_KEY_MISSING, KEY_UNREADABLE, HOST_KEY_MISMATCH,
 * LOGIN_REFUSED (and the account is locked), SESSION_REFUSED, CONNECT_* or HANDSHAKE_* when no address answered
 */
export async function openSession(
  account: Account,
  key: LoginKey,
  dataCentre: DataCentre,
  ports: SessionPorts,
): Promise<RapSession> {
  const addresses = account.addresses[dataCentre];
  if (addresses.length === 0) {
    throw new RapError(
      'CONFIG_INVALID',
      `Account ${account.name} has no address for the ${dataCentre} data centre`,
    );
  }
  const faults: RapError[] = [];
  for (const address of addresses) {
    const where = addressText(address);
    ports.onAddress?.(where);
    await ports.memory?.admit();
    let connection: Connection;
    try {
      connection = await logIn(address, loginOptions(account, key, address, ports));
    } catch (thrown) {
      if (!(thrown instanceof RapError)) throw thrown;
      ports.onAddress?.(where, thrown);
      await ports.memory?.failed(thrown, where);
      // Another fault is not one of this address alone.
      if (codes[thrown.code].scope !== 'address') throw thrown;
      faults.push(thrown);
      continue;
    }
    learnType(account.pins, connection);
    await writtenDown(connection, ports, () => ports.memory?.succeeded(dataCentre, where));
    return new RapSession(account, dataCentre, where, connection, ports.clock);
  }
  const first = faults[0];
  if (first === undefined || faults.length === 1) throw first?.about(dataCentre);
  throw new RapError(
    first.code,
    `No address of the ${dataCentre} data centre answered: ${faults.map((fault) => fault.message).join('; ')}`,
    { cause: first, subject: dataCentre },
  );
}

/**
 * A login that cannot be written down, or is not wanted any more while it is, must not stay open: nobody would know of
 * the session, and another host may log in to the account.
 * @throws RapError what the record threw; ABORTED
 */
async function writtenDown(
  connection: Connection,
  { signal }: SessionPorts,
  write: () => Promise<void> | undefined,
): Promise<void> {
  const destroy = () => connection.destroy();
  signal?.addEventListener('abort', destroy);
  if (signal?.aborted) destroy();
  try {
    await write();
    if (signal?.aborted) throw new RapError('ABORTED', 'Stopped while logging in', { cause: signal.reason });
  } catch (thrown) {
    destroy();
    throw thrown;
  } finally {
    signal?.removeEventListener('abort', destroy);
  }
}

function loginOptions(account: Account, key: LoginKey, address: Address, ports: SessionPorts): LoginOptions {
  return {
    user: account.user,
    key,
    pins: pinsAt(account.pins, address),
    deadlines: account.deadlines,
    algorithms: defaultAlgorithms,
    clock: ports.clock,
    ...(ports.signal === undefined ? {} : { signal: ports.signal }),
  };
}

/** Remembers of which type a pinned key is, so that the next login asks for it at once. */
function learnType(pins: readonly HostKeyPin[], { fingerprint, hostKeyType }: Connection): void {
  for (const pin of pins) if (pin.fingerprint === fingerprint) pin.type = hostKeyType;
}
