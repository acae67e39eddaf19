/**
 * One address of a data centre: an SSH server with its own host key that knows accounts by their public keys
 * only and offers nothing but a read-only SFTP subsystem.
 */
import net from 'node:net';
import ssh2, { type Algorithms, type AuthContext, type Connection, type Server } from 'ssh2';
import { type Counters, noCounts } from './counters.ts';
import type { SshKey } from './keys.ts';
import { type SftpFault, SftpSession } from './sftp/session.ts';
import type { FileTree } from './sftp/tree.ts';

/** How a fault meddles before SFTP begins. All parts are optional. */
export interface LoginFault {
  /** Text shown before the login. */
  banner?: string;
  /** Host keys presented instead of the address's own. */
  hostKeys?: string[];
  algorithms?: Algorithms;
  /** Speaks instead of the SSH server; true when the socket is taken care of. */
  socket?(socket: net.Socket): boolean;
  /** Decides an attempt with a registered key instead of the server; true when it did. */
  login?(attempt: AuthContext, connection: Connection): boolean;
  /** Is given each connection right after its login. */
  loggedIn?(connection: Connection): void;
  /** Refuses sessions: called with the account's number of logged-in connections, this one included. */
  refusesSession?(live: number): boolean;
}

export interface Fault extends LoginFault {
  sftp?: SftpFault;
}

/** What all addresses of one installation know together. */
export interface AccountBook {
  /** The public key registered for a user, or undefined when unknown or withdrawn. */
  keyOf(user: string): Buffer | undefined;
  /** Logged-in connections per user, over all addresses. */
  live: Map<string, number>;
  /** Most sessions one account may have at a time; what RAP allows is not published. */
  sessionCap?: number;
}

export interface RapServerOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
  hostKey: SshKey;
  accounts: AccountBook;
  tree: FileTree;
  fault?: Fault;
  announceLimits?: boolean;
}

/** Refused attempts on one connection before it is closed, as OpenSSH's MaxAuthTries. */
const MAX_REFUSALS = 6;

export class RapServer {
  readonly host: string;
  readonly counters: Counters = noCounts();
  #port: number;
  #hostKey: SshKey;
  #fault: Fault | undefined;
  #ssh: Server;
  #listener: net.Server | undefined;
  readonly #sockets = new Set<net.Socket>();
  readonly #options: RapServerOptions;

  constructor(options: RapServerOptions) {
    this.#options = options;
    this.host = options.host;
    this.#port = options.port;
    this.#hostKey = options.hostKey;
    this.#fault = options.fault;
    this.#ssh = this.#newSsh();
  }

  get port(): number {
    return this.#port;
  }

  get hostKey(): SshKey {
    return this.#hostKey;
  }

  get listening(): boolean {
    return this.#listener !== undefined;
  }

  /** Connections made from now on see the new key. */
  set hostKey(key: SshKey) {
    this.#hostKey = key;
    this.#ssh = this.#newSsh();
  }

  /** Connections made from now on meet this fault, or none. */
  set fault(fault: Fault | undefined) {
    this.#fault = fault;
    this.#ssh = this.#newSsh();
  }

  /** Accepts connections; a port of 0 becomes the one the system chose and stays so. */
  async listen(): Promise<void> {
    if (this.#listener !== undefined) return;
    const listener = net.createServer({ noDelay: true }, (socket) => this.#accept(socket));
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(this.#port, this.host, resolve);
    });
    const address = listener.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
    this.#listener = listener;
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    this.killConnections();
    await new Promise<void>((resolve) =>
      listener === undefined ? resolve() : listener.close(() => resolve()),
    );
  }

  /** Cuts every connection with a reset. */
  killConnections(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #newSsh(): Server {
    const fault = this.#fault;
    const ssh = new ssh2.Server({
      hostKeys: fault?.hostKeys ?? [this.#hostKey.privateKey],
      ...(fault?.algorithms === undefined ? {} : { algorithms: fault.algorithms }),
      ...(fault?.banner === undefined ? {} : { banner: fault.banner }),
      ident: 'RAP-simulator',
    });
    ssh.on('connection', (connection) => this.#serve(connection, fault));
    return ssh;
  }

  #accept(socket: net.Socket): void {
    this.counters.connections++;
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    if (this.#fault?.socket?.(socket) !== true) this.#ssh.injectSocket(socket);
  }

  #serve(connection: Connection, fault: Fault | undefined): void {
    const { live, sessionCap } = this.#options.accounts;
    let user: string | undefined;
    let refusals = 0;
    const refuse = (attempt: AuthContext) => {
      // "none" only asks which methods there are; everything else that fails is an attempt.
      if (attempt.method !== 'none') {
        this.counters.loginAttempts++;
        this.counters.loginsRefused++;
        refusals++;
      }
      attempt.reject(['publickey']);
      if (refusals >= MAX_REFUSALS) connection.end();
    };
    connection.on('error', () => {});
    connection.on('authentication', (attempt) => {
      if (!this.#isRegistered(attempt)) return refuse(attempt);
      if (attempt.method === 'publickey' && attempt.signature === undefined) return attempt.accept();
      this.counters.loginAttempts++;
      if (fault?.login?.(attempt, connection) === true) return;
      user = attempt.username;
      attempt.accept();
    });
    connection.on('ready', () => {
      if (user === undefined) return;
      this.counters.logins++;
      this.counters.live++;
      live.set(user, (live.get(user) ?? 0) + 1);
      fault?.loggedIn?.(connection);
    });
    connection.on('close', () => {
      const was = user === undefined ? 0 : (live.get(user) ?? 0);
      if (user === undefined || was === 0) return;
      live.set(user, was - 1);
      this.counters.live--;
      user = undefined;
    });
    connection.on('session', (accept, reject) => {
      const now = user === undefined ? 0 : (live.get(user) ?? 0);
      const refused = fault?.refusesSession?.(now) ?? (sessionCap !== undefined && now > sessionCap);
      if (refused) {
        this.counters.sessionsRefused++;
        reject();
        return;
      }
      accept().on('subsystem', (acceptChannel, rejectChannel, info) => {
        if (info.name !== 'sftp') return rejectChannel();
        this.counters.sessions++;
        new SftpSession(acceptChannel(), {
          tree: this.#options.tree,
          counters: this.counters,
          ...(fault?.sftp === undefined ? {} : { fault: fault.sftp }),
          ...(this.#options.announceLimits === undefined
            ? {}
            : { announceLimits: this.#options.announceLimits }),
        });
      });
    });
  }

  /** A registered user with the registered key and, once given, a valid signature. */
  #isRegistered(attempt: AuthContext): boolean {
    if (attempt.method !== 'publickey') return false;
    const registered = this.#options.accounts.keyOf(attempt.username);
    if (registered === undefined || !registered.equals(attempt.key.data)) return false;
    if (attempt.signature === undefined) return true;
    if (attempt.blob === undefined) return false;
    const key = ssh2.utils.parseKey(`ssh-ed25519 ${registered.toString('base64')}`);
    if (key instanceof Error) return false;
    return key.verify(attempt.blob, attempt.signature, attempt.hashAlgo) === true;
  }
}
