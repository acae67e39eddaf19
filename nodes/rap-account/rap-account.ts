/** One RAP user: holds the settings and the one session that the flow nodes borrow. */
import type { NodeAPI, NodeDef } from 'node-red';
import { keyInForce } from '../../lib/accounts/key-freeze.ts';
import { LookLogins } from '../../lib/accounts/look-logins.ts';
import { type HowToLogIn, SessionPool } from '../../lib/accounts/session-pool.ts';
import { type AddressCheck, checkAccount } from '../../lib/collection/check.ts';
import type { LiveFact } from '../../lib/desk/live.ts';
import { asRapError, RapError } from '../../lib/errors/rap-error.ts';
import { languageOfTag } from '../../lib/i18n/languages.ts';
import type { Duty, LoginLock } from '../../lib/ledger/ledger.ts';
import { loginReasonText } from '../../lib/model/reasons.ts';
import type { RunContext } from '../../lib/model/types.ts';
import { plainAccount } from '../../lib/practice/paths.ts';
import type { Account } from '../../lib/rap/account.ts';
import { fingerprintOf } from '../../lib/rap/client/host-keys.ts';
import { knownHostsFile, noneFits, trustedPins } from '../../lib/rap/client/known-hosts.ts';
import {
  type LoginKey,
  openToOthers,
  parseLoginKey,
  readLoginKey,
} from '../../lib/rap/client/private-key.ts';
import { loginMemory } from '../../lib/rap/login-memory.ts';
import { addressText, type RapSession } from '../../lib/rap/session.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { mayAct } from '../runtime/admin-act.ts';
import { saidIn } from '../runtime/bounds.ts';
import { type RapMessage, RapNode, register, runningNodes } from '../runtime/rap-node.ts';
import { sharedOf } from '../runtime/runtime.ts';
import { accountDuty } from '../runtime/shared-runtime.ts';
import { defaults, presets } from './presets.ts';
import { type AccountSettings, calledAlike, readAccount, refuseUntrusted } from './settings.ts';

interface Credentials {
  privateKey?: string;
  passphrase?: string;
}

/**
 * The keys that accounts used last, by home and account. They outlive a deploy, so that a key which is pasted in a
 * key freeze cannot take the place of the one HKEX knows.
 */
const keysInUse = new Map<string, LoginKey>();

/** So long after a log-out what follows may still be under way, milliseconds. */
const REST_MS = 5_000;

export class RapAccount extends RapNode<NodeDef, AccountSettings> {
  /** Node-RED hands this node's errors to the Catch nodes of those who use it. */
  readonly users: Record<string, RapNode> = {};
  #pool: SessionPool | undefined;
  /** The run that logged in last. */
  #run = '';
  /** The run that logs in just now, or is about to. */
  #claim: string | undefined;
  /** Which of its passes through the flow took the account, where a run has several. */
  #pass: number | undefined;
  readonly #looks = new LookLogins();
  /** When it was logged in or out last, on the monotonic clock. */
  #usedAt = Number.NEGATIVE_INFINITY;
  /** Runs that wait for the account. */
  readonly waiting = new Set<string>();
  /** Stops the check of its addresses that is under way. */
  #checking: AbortController | undefined;
  #warnedOfKey = false;
  #reportedRefused = false;
  /** Fingerprint of the key that was read last, and of the one whose use is noted. */
  #keyRead = '';
  #keyNoted = '';
  #tablePins: AccountSettings['account']['pins'] | undefined;

  readonly #ready: () => RapAccount[];

  constructor(RED: NodeAPI, config: NodeDef) {
    super(RED, config, readAccount);
    this.#ready = () => readyAccounts(RED);
  }

  /** Other nodes of this account: a flow that was brought in twice has two. Folders may ignore the case of a name. */
  get #twins(): RapAccount[] {
    const name = this.account.toLowerCase();
    return this.#ready().filter((node) => node !== this && node.account.toLowerCase() === name);
  }

  /** One session at a time, on whichever host. */
  protected override get duty(): Duty | undefined {
    return this.ready ? accountDuty(this.account) : undefined;
  }

  isQuiet({ kind, subject }: Duty): boolean {
    if (!this.ready || kind !== 'account' || subject !== this.account) return true;
    const rested = this.clock.monotonic() - this.#usedAt;
    return this.atWork === undefined && this.#checking === undefined && !this.#loggedIn() && rested > REST_MS;
  }

  protected override get runsAtWork(): (string | undefined)[] {
    return [...super.runsAtWork, this.#pool?.atWork];
  }

  override live(): LiveFact[] {
    const { name: account, installation, addresses } = this.settings.account;
    const { primary, secondary } = addresses;
    const of = { kind: 'account', node: this.id, account, installation } as const;
    return [
      {
        ...of,
        addresses: { primary: primary.map(addressText), secondary: secondary.map(addressText) },
        atWork: this.atWork ?? null,
        keyFile: this.settings.keyFile,
      },
    ];
  }

  /** The account's name in messages and in the ledger. @throws RapError CONFIG_INVALID */
  get account(): string {
    return this.settings.account.name;
  }

  /** Where its key lies, '' where it is pasted, and what opens it; a renewal keeps the new one under the same. */
  get keyPlace(): { file: string; passphrase: string | undefined } {
    const { passphrase } = (this.credentials ?? {}) as Credentials;
    return { file: this.settings.keyFile, passphrase: passphrase === '' ? undefined : passphrase };
  }

  /** The run that has the account, or logs in to it. */
  get atWork(): string | undefined {
    return this.#claim ?? this.#pool?.atWork;
  }

  /**
   * Takes the account for a run, which logs in at once.
   * @param pass tells apart the passes of a run that has several
   * @returns what has it instead: another run, another pass of this one, or '' for a check of its addresses
   */
  take(run: string, pass?: number): string | undefined {
    if (this.#checking !== undefined) return '';
    const other = this.atWork;
    if (other !== undefined && (other !== run || pass !== this.#pass)) return other;
    const elsewhere = this.#twins.map(({ atWork }) => atWork).find((one) => one !== undefined && one !== run);
    if (elsewhere !== undefined) return elsewhere;
    this.#claim = run;
    this.#pass = pass;
    return undefined;
  }

  /** @throws RapError as SessionPool.logIn, and CONFIG_INVALID */
  async logIn(run: string, trigger: string, how: HowToLogIn): Promise<RunContext> {
    if (this.#claim === undefined) {
      this.#claim = run;
      this.#pass = undefined;
    }
    try {
      if (this.#checking !== undefined) {
        throw new RapError('SESSION_BUSY', `The addresses of account ${this.account} are being checked`);
      }
      const twins = this.#twins;
      const busy = twins.find(({ atWork }) => atWork !== undefined);
      if (busy !== undefined) {
        throw new RapError(
          'SESSION_BUSY',
          `Account ${this.account} is logged in by run ${busy.atWork}, with another node of that name`,
        );
      }
      // A session that one of them keeps would be a second one.
      for (const twin of twins) await twin.endIdle();
      await this.#refreshPins();
      this.#pool ??= new SessionPool(this.settings.account, {
        clock: this.clock,
        ledger: () => this.ledger(),
        key: () => this.key(),
        looks: this.#looks,
      });
      const context = await this.#pool.logIn(run, trigger, how);
      this.#run = run;
      this.#usedAt = this.clock.monotonic();
      await this.#noteKeyUse();
      return context;
    } catch (thrown) {
      if (!this.#loggedIn()) void this.#forgetPool();
      throw thrown;
    } finally {
      if (this.#claim === run) this.#claim = undefined;
    }
  }

  /** The session of a run. @throws RapError NOT_CONNECTED, or what ended it */
  session(run: string): RapSession {
    if (this.#pool === undefined) {
      throw new RapError('NOT_CONNECTED', `Account ${this.account} is not logged in`);
    }
    return this.#pool.session(run);
  }

  /**
   * Logs out the session of a run, or keeps it, see RunContext.keepSession; false when there was none. A pass whose
   * session was lost does not end that of the next one.
   */
  async logOut(run: string, keep?: number, pass?: number): Promise<boolean> {
    if (pass !== undefined && pass !== this.#pass) return false;
    this.#usedAt = this.clock.monotonic();
    return (await this.#pool?.logOut(run, keep)) ?? false;
  }

  /** Logs out a session that is kept and rests. */
  async endIdle(): Promise<void> {
    await this.#pool?.endIdle();
  }

  /**
   * Tries every address of both data centres.
   * @throws RapError SESSION_BUSY while a run is logged in, KEY_UNREADABLE; NOT_IN_CHARGE once another host has the account
   */
  async check(signal: AbortSignal): Promise<AddressCheck[]> {
    const run = this.atWork ?? (this.#loggedIn() ? this.#run : undefined);
    if (run !== undefined) {
      throw new RapError('SESSION_BUSY', `Account ${this.account} is logged in by run ${run}`);
    }
    if (this.#checking !== undefined) {
      throw new RapError('SESSION_BUSY', `The addresses of account ${this.account} are being checked`);
    }
    const checking = new AbortController();
    this.#checking = checking;
    try {
      // A log-out that is under way ends first.
      await this.#pool?.endIdle();
      await this.#refreshPins();
      await sharedOf(this.home)?.confirm(accountDuty(this.account));
      const memory = loginMemory(this.settings.account, await this.ledger(), this.clock);
      return await checkAccount(this.settings.account, await this.key(), {
        clock: this.clock,
        memory,
        signal: AbortSignal.any([signal, this.signal, checking.signal]),
      });
    } finally {
      this.#checking = undefined;
    }
  }

  /**
   * The key to log in with; in a key freeze the former one, whatever the settings say.
   * @throws RapError KEY_UNREADABLE, KEY_FROZEN
   */
  async key(): Promise<LoginKey> {
    const place = `${this.home}\n${this.account}`;
    const { key, refused } = await keyInForce(
      await this.ledger(null),
      this.clock.now(),
      this.account,
      () => this.#offeredKey(),
      keysInUse.get(place),
    );
    keysInUse.set(place, key);
    this.#keyRead = fingerprintOf(key.getPublicSSH());
    if (refused !== undefined && !this.#reportedRefused) {
      this.#reportedRefused = true;
      this.complain(refused, {});
    }
    return key;
  }

  /** The first log-in with a key is remembered. */
  async #noteKeyUse(): Promise<void> {
    if (this.#keyRead === this.#keyNoted) return;
    await (await this.ledger()).accountKeys.noteKeyUse(this.account, this.#keyRead);
    this.#keyNoted = this.#keyRead;
  }

  /** The key can be used, also in a freeze, and there is a trusted host key for each address. */
  protected override async checkAhead(): Promise<void> {
    if (this.#twins.length > 0) throw calledAlike(this.account);
    await (await this.ledger(null)).accountKeys.setKeyUntil(this.account, this.settings.keyUntil);
    await this.key();
    await this.#warnOfOpenKey();
    await this.#refreshPins();
    refuseUntrusted(this.settings.account);
  }

  /** Once, in the log: some systems cannot keep it to one user. */
  async #warnOfOpenKey(): Promise<void> {
    const { keyFile } = this.settings;
    const open = keyFile === '' || this.#warnedOfKey ? undefined : await openToOthers(keyFile);
    if (open === undefined) return;
    this.#warnedOfKey = true;
    this.warn(open);
  }

  protected override get statusNodes(): Iterable<RapNode> {
    return Object.values(this.users);
  }

  protected override get faultContext(): RapMessage {
    return (this.ready ? { rap: { account: this.account } } : {}) as RapMessage;
  }

  async #offeredKey(): Promise<LoginKey> {
    const { privateKey, passphrase } = (this.credentials ?? {}) as Credentials;
    const { keyFile } = this.settings;
    const secret = passphrase === '' ? undefined : passphrase;
    if (keyFile !== '') return readLoginKey(keyFile, secret);
    if (!privateKey) throw new RapError('KEY_UNREADABLE', `Account ${this.account} has no private key`);
    return parseLoginKey(privateKey, secret);
  }

  async lock(): Promise<LoginLock | undefined> {
    return (await this.ledger(null)).accounts.loginLock(this.account);
  }

  async unlock(by: string, reason: string): Promise<boolean> {
    return (await this.ledger(null)).accounts.unlockLogin(this.account, { by, reason });
  }

  override async onDutiesLost(faultOf: (duty: Duty) => RapError | undefined): Promise<void> {
    const fault = this.duty === undefined ? undefined : faultOf(this.duty);
    if (fault !== undefined) {
      this.#checking?.abort(fault);
      for (const run of [this.atWork, this.#run]) if (run) sharedOf(this.home)?.cutOff.add(run);
    }
    await super.onDutiesLost(faultOf);
  }

  protected override async onClose(): Promise<void> {
    await this.#forgetPool();
  }

  #loggedIn(): boolean {
    return this.#pool?.isOpen ?? false;
  }

  async #forgetPool(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.close();
  }

  /** Read before every login, so that a key HKEX changed can be added to the file without a deploy. */
  async #refreshPins(): Promise<void> {
    const { account, knownHosts } = this.settings;
    if (knownHosts === '') return;
    this.#tablePins ??= [...account.pins];
    const addresses = [...account.addresses.primary, ...account.addresses.secondary];
    const known = await knownHostsFile(knownHosts, addresses);
    account.pins = trustedPins(this.#tablePins, known);
    if (account.pins.length === 0) throw noneFits(knownHosts, known, addresses);
  }
}

/**
 * The account node of an account name, for nodes that take the account from the message; a practice keeps its
 * books under a name of its own, but logs in with the same account.
 * @throws RapError NOT_CONNECTED when no such account is deployed
 */
export function accountNode(RED: NodeAPI, account: string): RapAccount {
  const found = readyAccounts(RED).findLast((node) => node.account === plainAccount(account));
  if (found === undefined) throw new RapError('NOT_CONNECTED', `Account ${account} is not deployed`);
  return found;
}

/** Ends with the work of a node, and with that of its account, which a deploy may close by itself. */
export function withAccount(RED: NodeAPI, account: string, signal: AbortSignal): AbortSignal {
  const node = readyAccounts(RED).findLast((one) => one.account === plainAccount(account));
  return node === undefined ? signal : AbortSignal.any([signal, node.signal]);
}

/** The account nodes that are deployed with settings they can work with, in the order of the flow. */
export function readyAccounts(RED: NodeAPI): RapAccount[] {
  return runningNodes(RED).filter((node) => node instanceof RapAccount && node.ready) as RapAccount[];
}

/** What is set of each of them, by name. */
export function deployedAccounts(RED: NodeAPI): Account[] {
  return readyAccounts(RED)
    .map(({ settings }) => settings.account)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The runs that have one of the accounts now. */
export function runsLoggedIn(RED: NodeAPI): Set<string> {
  const all = runningNodes(RED).filter((node) => node instanceof RapAccount) as RapAccount[];
  return new Set(all.flatMap(({ atWork }) => atWork ?? []));
}

/** @param tag of the reader's language, as the editor names it; what is none of ours reads English */
function lockFacts(lock: LoginLock | undefined, tag?: unknown) {
  if (lock === undefined) return { lock: null };
  const language = languageOfTag(String(tag)) ?? 'en';
  const known = language === 'en' ? undefined : lock.cause && loginReasonText(language, lock.cause);
  return { lock: { ...lock, reason: known ?? lock.reason, since: hongKongStamp(lock.lockedAt) } };
}

export default function (RED: NodeAPI): void {
  register(RED, 'rap-account', RapAccount, {
    credentials: { privateKey: { type: 'password' }, passphrase: { type: 'password' } },
  });
  const admin = RED.httpAdmin;
  const may = (permission: string) => RED.auth.needsPermission(permission);
  const find = (id: unknown): RapAccount | undefined => {
    const node: unknown = RED.nodes.getNode(String(id));
    return node instanceof RapAccount && node.ready ? node : undefined;
  };

  admin.get('/rap-account/presets', may('flows.read'), (_request, response) => {
    response.json({ presets, defaults });
  });

  admin.get('/rap-account/:id/lock', may('flows.read'), (request, response) => {
    const node = find(request.params.id);
    // An account that is still being typed in, or was never deployed, has no lock to show.
    if (node === undefined) return void response.json({});
    node.lock().then(
      (lock) => response.json(lockFacts(lock, request.query.language)),
      (thrown) => response.status(500).json({ error: asRapError(thrown).message }),
    );
  });

  admin.post('/rap-account/:id/unlock', ...mayAct(RED, 'rap-account.write'), (request, response) => {
    const node = find(request.params.id);
    const reason = saidIn(request.body?.reason);
    if (node === undefined) return void response.sendStatus(404);
    if (reason === '') return void response.status(400).json({ error: 'Say why the lock is reset' });
    const user = (request as { user?: { username?: string } }).user?.username ?? 'editor';
    node.unlock(user, reason).then(
      () => response.json(lockFacts(undefined)),
      (thrown) => response.status(500).json({ error: asRapError(thrown).message }),
    );
  });
}
