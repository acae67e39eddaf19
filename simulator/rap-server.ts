/**
 * One address of a data centre: an SSH server with its own host key that knows accounts by their public keys
 * only and offers nothing but a read-only SFTP subsystem.
 */
import net from 'node:net';
import type { AuthContext, Connection, NegotiatedAlgorithms, Server } from 'ssh2';
import { ssh2 } from '../lib/ssh/library.ts';
import { type BlackHole, openBlackHole } from './black-hole.ts';
import type { ConnectionHandle } from './connection-handle.ts';
import { type Counters, noCounts } from './counters.ts';
import type { Fault } from './fault.ts';
import { joinThroughFault } from './fault-proxy.ts';
import { bendHandshake, changeHostKey, disconnectWith } from './handshake.ts';
import { publicLine, type SshKey } from './keys.ts';
import { SftpSession } from './sftp/session.ts';
import type { FileTree } from './sftp/tree.ts';

export type { Fault } from './fault.ts';

/** What all addresses of one installation know together. */
export interface AccountBook {
  /** The public keys registered for a user; none when unknown or withdrawn. */
  keysOf(user: string): readonly Buffer[];
  /** Logged-in connections per user, over all addresses. */
  live: Map<string, number>;
  /** Most logged-in connections that one user has had at a time. */
  most?: number;
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
  announceLimits?: boolean;
}

/** Refused attempts on one connection before it is closed, as OpenSSH's MaxAuthTries. */
const MAX_REFUSALS = 6;

export class RapServer {
  readonly host: string;
  readonly counters: Counters = noCounts();
  /** What the last client that got so far agreed on with this address. */
  agreed: NegotiatedAlgorithms | undefined;
  #port: number;
  #hostKey: SshKey;
  #fault: Fault = {};
  #ssh: Server;
  #listener: net.Server | undefined;
  #inner: Promise<net.Server> | undefined;
  #blackHole: BlackHole | undefined;
  readonly #sockets = new Set<net.Socket>();
  readonly #options: RapServerOptions;

  constructor(options: RapServerOptions) {
    this.#options = options;
    this.host = options.host;
    this.#port = options.port;
    this.#hostKey = options.hostKey;
    this.#ssh = this.#newSsh();
  }

  get port(): number {
    return this.#port;
  }

  /** The key presented now. */
  get hostKey(): SshKey {
    return this.#hostKey;
  }

  /** Connections made from now on see this key. */
  set hostKey(key: SshKey) {
    this.#hostKey = key;
    this.#ssh = this.#newSsh();
  }

  /** Connections made from now on meet this fault. `refuse` and `unanswered` are the owner's business. */
  set fault(fault: Fault) {
    this.#fault = fault;
    this.#ssh = this.#newSsh();
  }

  /** Accepts connections; a port of 0 becomes the one the system chose and stays so. */
  async listen(): Promise<void> {
    if (this.#listener !== undefined) return;
    await this.#closeBlackHole();
    const listener = await listening(this.host, this.#port, (socket) => this.#accept(socket));
    this.#port = (listener.address() as net.AddressInfo).port;
    this.#listener = listener;
  }

  /** Answers no SYN from now on, after a first `listen`. */
  async fallSilent(): Promise<void> {
    await this.close();
    this.#blackHole = await openBlackHole({ host: this.host, port: this.#port });
  }

  async #closeBlackHole(): Promise<void> {
    const hole = this.#blackHole;
    this.#blackHole = undefined;
    await hole?.stop();
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    await this.#closeBlackHole();
    const listeners = [this.#listener, await this.#inner];
    this.#listener = undefined;
    this.#inner = undefined;
    this.killConnections();
    await Promise.all(
      listeners.map(
        (one) => new Promise<void>((resolve) => (one === undefined ? resolve() : one.close(() => resolve()))),
      ),
    );
  }

  /** Cuts every connection with a reset. */
  killConnections(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #newSsh(): Server {
    const fault = this.#fault;
    const ssh = new ssh2.Server({
      hostKeys: [...(fault.hostKeys ?? [this.#hostKey.privateKey])],
      ...(fault.algorithms === undefined ? {} : { algorithms: fault.algorithms }),
      ...(fault.banner === undefined ? {} : { banner: fault.banner }),
      ident: 'RAP-simulator',
    });
    ssh.on('connection', (connection, { port }) => {
      const socket = [...this.#sockets].find((one) => one.remotePort === port);
      this.#serve(connection, fault, {
        cut: () => socket?.resetAndDestroy(),
        disconnect: (text) => disconnectWith(connection, text),
        rekey: () => connection.rekey(() => {}),
        changeHostKey: (privateKey) => changeHostKey(connection, privateKey),
      });
    });
    return ssh;
  }

  #track(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #accept(socket: net.Socket): void {
    this.counters.connections++;
    this.#track(socket);
    const { turnedAway, line } = this.#fault;
    if (turnedAway !== undefined) socket.end(turnedAway);
    else if (line === undefined) this.#ssh.injectSocket(socket);
    else void this.#acceptThrough(socket, line);
  }

  /** The SSH server needs a socket of its own behind a bad line: it listens once more, where nobody looks. */
  async #acceptThrough(client: net.Socket, line: NonNullable<Fault['line']>): Promise<void> {
    this.#inner ??= listening('127.0.0.1', 0, (socket) => {
      this.#track(socket);
      this.#ssh.injectSocket(socket);
    });
    const { port } = (await this.#inner).address() as net.AddressInfo;
    const server = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    this.#track(server);
    joinThroughFault(client, server, line);
  }

  #serve(connection: Connection, fault: Fault, handle: ConnectionHandle): void {
    const { accounts } = this.#options;
    const { live, sessionCap } = accounts;
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
    if (fault.handshake !== undefined) bendHandshake(connection, fault.handshake);
    connection.on('error', () => {});
    connection.on('handshake', (agreed) => {
      this.agreed = agreed;
    });
    connection.on('authentication', (attempt) => {
      if (isSha1(attempt)) this.counters.sha1Requests++;
      if (fault.refuseKeys || !this.#isRegistered(attempt)) return refuse(attempt);
      if (attempt.method === 'publickey' && attempt.signature === undefined) return attempt.accept();
      this.counters.loginAttempts++;
      if (fault.login?.(attempt, handle)) return;
      user = attempt.username;
      attempt.accept();
    });
    connection.on('ready', () => {
      if (user === undefined) return;
      this.counters.logins++;
      this.counters.live++;
      const now = (live.get(user) ?? 0) + 1;
      live.set(user, now);
      accounts.most = Math.max(accounts.most ?? 0, now);
      fault.loggedIn?.(handle);
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
      const refused = fault.refusesSession?.(now) ?? (sessionCap !== undefined && now > sessionCap);
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
          connection: handle,
          ...(fault.sftp === undefined ? {} : { fault: fault.sftp }),
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
    const offered = attempt.key.data;
    const registered = this.#options.accounts.keysOf(attempt.username).find((one) => one.equals(offered));
    if (registered === undefined) return false;
    if (attempt.signature === undefined) return true;
    if (attempt.blob === undefined) return false;
    const key = ssh2.utils.parseKey(publicLine(registered));
    if (key instanceof Error) return false;
    return key.verify(attempt.blob, attempt.signature, attempt.hashAlgo) === true;
  }
}

function isSha1(attempt: AuthContext): boolean {
  return attempt.method === 'publickey' && attempt.key.algo === 'ssh-rsa' && attempt.hashAlgo === undefined;
}

async function listening(
  host: string,
  port: number,
  onSocket: (socket: net.Socket) => void,
): Promise<net.Server> {
  const listener = net.createServer({ noDelay: true }, onSocket);
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, host, resolve);
  });
  return listener;
}
