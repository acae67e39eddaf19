/**
 * One login at one address: TCP, SSH handshake with a pinned host key, exactly one publickey attempt, and the
 * SFTP subsystem. ssh2-sftp-client makes the connection; of the channel it opens only the bytes are taken,
 * because requests, deadlines and proofs are ours (see docs/decisions).
 */
import net from 'node:net';
import type { ClientCallback, ClientChannel, ClientErrorExtensions, ConnectConfig } from 'ssh2';
import type SftpClient from 'ssh2-sftp-client';
import { RapError, systemCode } from '../../errors/rap-error.ts';
import type { Address } from '../../model/types.ts';
import { printable } from '../../net/far-text.ts';
import { areDeciphered } from '../../ssh/deciphers.ts';
import { BaseSftpClient } from '../../ssh/library.ts';
import { type Clock, onDeadline } from '../../time/clock.ts';
import { type ReadBuffer, readIntoBuffers } from '../transfer/read-buffer.ts';
import { handshakeError, mismatch, type Progress } from './handshake-error.ts';
import { pinnedTypesFirst, stillToAsk } from './host-key-order.ts';
import { fingerprintOf, type HostKeyPin, keyTypeOf } from './host-keys.ts';
import { type LoginKey, signingKey } from './private-key.ts';
import { allowMessagesInRekey } from './rekey-workaround.ts';
import { ServerOffer } from './server-offer.ts';
import { type RequestDeadlines, SftpRequests } from './sftp-requests.ts';
import { TurnShare } from './turn-share.ts';

/** Milliseconds; ours, not HKEX's. */
export interface Deadlines extends RequestDeadlines {
  /** Until the TCP connection stands. */
  tcp: number;
  /** From there until SFTP answers: key exchange, login, subsystem. */
  handshake: number;
}

export const defaultDeadlines: Deadlines = { tcp: 5_000, handshake: 20_000, request: 15_000, stall: 30_000 };

/** Names of SSH algorithms in order of preference. */
export interface Algorithms {
  cipher: string[];
  hmac: string[];
  serverHostKey: string[];
}

/** Open to prefix truncation (CVE-2023-48795) at servers without strict key exchange; agreed with no such server. */
const CHACHA = 'chacha20-poly1305@openssh.com';

/**
 * AES-GCM first, because processors do it in hardware, then what costs small servers without such hardware least; no
 * CBC, no SHA-1, no DSA.
 */
export const defaultAlgorithms: Algorithms = {
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    CHACHA,
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
};

export interface LoginOptions {
  user: string;
  key: LoginKey;
  /** Keys trusted at this address; none means no login. */
  pins: readonly HostKeyPin[];
  deadlines: Deadlines;
  algorithms: Algorithms;
  clock: Clock;
  signal?: AbortSignal;
}

/** A logged-in SFTP channel. */
export interface Connection {
  readonly requests: SftpRequests;
  /** Fingerprint and type of the host key that was accepted. */
  readonly fingerprint: string;
  readonly hostKeyType: string;
  /** Told how many bytes may be asked for at once, so that the server may send all of them. */
  widen(bytes: number): void;
  /** Logs out: says goodbye, gives the far end a moment, then closes in any case. */
  end(): Promise<void>;
  /** Closes at once. */
  destroy(): void;
}

/** How long the far end may take to close after our goodbye. */
const GOODBYE = 2_000;

/** ssh2-sftp-client, but the channel it opens is the bare subsystem instead of ssh2's SFTP layer. */
export class BareSftpClient extends BaseSftpClient {
  constructor() {
    // Without callbacks of its own the library writes to the console.
    super('rap', { error: () => {}, end: () => {}, close: () => {} });
    const client = this.client;
    Object.defineProperty(client, 'sftp', {
      value: (done: ClientCallback) => client.subsys('sftp', done),
    });
  }
}

/** The parts of ssh2's channel that widen the receive window; not in its typings. */
interface WindowedChannel {
  incoming: { window: number };
  outgoing: { id: number; state: string };
  _client: { _protocol: { channelWindowAdjust(id: number, amount: number): void } };
}

/** The receive window of a channel that was just opened, bytes; ssh2's. */
const FIRST_WINDOW = 2 * 1024 * 1024;
/** By how much the window is topped up at least, bytes. */
const WINDOW_STEP = 1024 * 1024;

/**
 * The window for so many bytes that may be asked for: there is room for all of them even when it is about to be topped
 * up. A server that may not send an answer yet has to keep it, and some copy all that they keep with each further one.
 */
const windowFor = (asked: number) => Math.max(FIRST_WINDOW, asked + 2 * WINDOW_STEP);

function topUp(channel: WindowedChannel, target: number): void {
  const missing = target - channel.incoming.window;
  if (missing < WINDOW_STEP || channel.outgoing.state !== 'open') return;
  channel.incoming.window += missing;
  channel._client._protocol.channelWindowAdjust(channel.outgoing.id, missing);
}

/** The part of ssh2 that hears which signatures a server takes (RFC 8308); not in its typings. */
interface SignatureObserver {
  _protocol: { _handlers: { EXT_INFO?: (from: unknown, said: Extension[]) => void } };
}
interface Extension {
  name: string;
  algs?: string[];
}

/** Tells `progress` what the server says it takes. It says so right after the handshake, before any login. */
function observeSignatures(client: SftpClient['client'], progress: Progress): void {
  client.once('handshake', () => {
    const handlers = (client as unknown as SignatureObserver)._protocol._handlers;
    const told = handlers.EXT_INFO;
    handlers.EXT_INFO = (from, said) => {
      progress.signatures ??= said.find(({ name }) => name === 'server-sig-algs')?.algs;
      told?.(from, said);
    };
  });
}

const turns = new TurnShare();

interface OpenSocket {
  socket: net.Socket;
  reader: ReadBuffer;
}

/** Opens a TCP connection. @throws RapError CONNECT_REFUSED, CONNECT_TIMEOUT, ABORTED */
export function openSocket(
  address: Address,
  deadline: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<OpenSocket> {
  const where = `${address.host}:${address.port}`;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new RapError('ABORTED', `Stopped before connecting to ${where}`));
      return;
    }
    const share = turns.join((piece) => socket.push(piece));
    const reader = readIntoBuffers(share.take);
    const { host, port } = address;
    const socket: net.Socket = net.connect({ host, port, noDelay: true, onread: reader });
    const settle = (error?: RapError) => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
      socket.removeAllListeners();
      socket.once('close', share.leave);
      if (error === undefined) {
        resolve({ socket, reader });
      } else {
        socket.on('error', () => {});
        socket.destroy();
        reject(error);
      }
    };
    const onAbort = () => settle(new RapError('ABORTED', `Stopped while connecting to ${where}`));
    const cancel = onDeadline(clock, deadline, () =>
      settle(
        new RapError('CONNECT_TIMEOUT', `${where} did not accept a connection within ${deadline / 1000} s`),
      ),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => settle());
    socket.once('error', (error) =>
      settle(
        new RapError(
          'CONNECT_REFUSED',
          `Cannot connect to ${where} (${systemCode(error) || error.message})`,
          {
            cause: error,
          },
        ),
      ),
    );
  });
}

/**
 * Logs in once. Host keys of the pinned types are asked for first. Where a pin does not tell its type, a server that
 * presents another key is connected to again and asked for its keys of other types, each type once, before anything of
 * a login is sent. So is one that would use ChaCha20 without strict key exchange, then without that cipher.
 * @throws RapError HOST_KEY_MISSING (before any connection), CONNECT_*, HANDSHAKE_*, HOST_KEY_MISMATCH (nothing of
 * the login was sent), LOGIN_REFUSED, SESSION_REFUSED, SFTP_*, CONNECTION_LOST, ABORTED
 */
export async function logIn(address: Address, options: LoginOptions): Promise<Connection> {
  const where = `${address.host}:${address.port}`;
  const { pins } = options;
  let { algorithms } = options;
  if (pins.length === 0) {
    throw new RapError('HOST_KEY_MISSING', `No host key is pinned for ${where}`, { subject: where });
  }
  const presented: Buffer[] = [];
  let asked = pinnedTypesFirst(algorithms.serverHostKey, pins);
  while (asked.length > 0) {
    const asking = { ...options, algorithms: { ...algorithms, serverHostKey: asked } };
    const progress = freshProgress();
    const offer = new ServerOffer();
    try {
      return await attempt(address, asking, progress, offer);
    } catch (thrown) {
      const { hostKey, trusted, loginSent, unsafeCipher } = progress;
      if (unsafeCipher === true && options.signal?.aborted !== true) {
        algorithms = { ...algorithms, cipher: algorithms.cipher.filter((one) => one !== CHACHA) };
        continue;
      }
      const denied = hostKey !== undefined && !trusted && !loginSent;
      // What else goes wrong after a key that is not pinned does not take back that it was presented.
      const other = presented.length === 0 || trusted || options.signal?.aborted === true;
      if (!denied && other) throw thrown;
      if (denied) presented.push(hostKey);
      const types = new Set(presented.map(keyTypeOf));
      asked = denied ? stillToAsk(asked, pins, types, offer.hostKeys) : [];
    }
  }
  throw mismatch(where, presented);
}

function freshProgress(): Progress {
  return { hostKey: undefined, trusted: false, loginSent: false, loggedIn: false, firstWords: '' };
}

/** One connection, which ends with the login or for good. */
async function attempt(
  address: Address,
  options: LoginOptions,
  progress: Progress,
  offer: ServerOffer,
): Promise<Connection> {
  const where = `${address.host}:${address.port}`;
  const { clock, deadlines, signal } = options;
  const { socket, reader } = await openSocket(address, deadlines.tcp, clock, signal);
  const sftp = new BareSftpClient();
  let first: Error | undefined;
  sftp.client.on('error', (error) => {
    first ??= error;
  });
  sftp.client.on('ready', () => {
    progress.loggedIn = true;
  });
  observeSignatures(sftp.client, progress);
  allowMessagesInRekey(sftp.client);
  const listen = (bytes: Buffer) => {
    if (progress.firstWords.length < 256) progress.firstWords += bytes.toString('latin1').slice(0, 256);
    offer.take(bytes);
  };
  socket.on('data', listen);

  return new Promise<Connection>((resolve, reject) => {
    let requests: SftpRequests | undefined;
    let settled = false;
    const release = () => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
      socket.off('data', listen);
    };
    const fail = (error: RapError) => {
      if (settled) return;
      settled = true;
      release();
      requests?.fail(error);
      socket.destroy();
      reject(error);
    };
    const onAbort = () => fail(new RapError('ABORTED', `Stopped while logging in to ${where}`));
    const cancel = onDeadline(clock, deadlines.handshake, () => fail(handshakeLate(where, deadlines)));
    signal?.addEventListener('abort', onAbort, { once: true });
    // It may have been aborted since the connection stood.
    if (signal?.aborted) return onAbort();

    const work = async () => {
      const channel = (await sftp.connect(connectConfig(socket, options, progress, offer))) as ClientChannel;
      const opened = attach(channel, socket, sftp, options, where, progress);
      requests = opened.requests;
      await requests.start();
      if (settled) return;
      settled = true;
      release();
      if (areDeciphered(sftp.client)) reader.takeTurns(() => socket.readableLength > 0);
      resolve(opened.connection);
    };
    work().catch((error: Error) =>
      fail(error instanceof RapError ? error : handshakeError(first ?? error, progress, where)),
    );
  });
}

export function handshakeLate(where: string, { handshake }: Pick<Deadlines, 'handshake'>): RapError {
  const message = `${where} did not finish the login within ${handshake / 1000} s`;
  return new RapError('HANDSHAKE_TIMEOUT', message);
}

function connectConfig(
  socket: net.Socket,
  options: LoginOptions,
  progress: Progress,
  offer: ServerOffer,
): ConnectConfig {
  return {
    sock: socket,
    username: options.user,
    // Our own deadline covers the handshake; ssh2's timer would race it.
    readyTimeout: 0,
    algorithms: options.algorithms as ConnectConfig['algorithms'],
    // Called in each key exchange of the connection, not in the first only.
    hostVerifier: (key: Buffer) => {
      progress.hostKey = key;
      progress.trusted = options.pins.some(({ fingerprint }) => fingerprint === fingerprintOf(key));
      progress.unsafeCipher = !offer.strict && offer.agreed(options.algorithms.cipher).includes(CHACHA);
      return progress.trusted && !progress.unsafeCipher;
    },
    // One publickey attempt, never anything after it.
    authHandler: ((_left: unknown, _partial: unknown, next: (method: unknown) => void) => {
      const key = signingKey(options.key, progress.signatures);
      if (progress.loginSent || key === undefined) return false;
      progress.loginSent = true;
      next({ type: 'publickey', username: options.user, key });
      return undefined;
    }) as unknown as ConnectConfig['authHandler'],
  } as ConnectConfig;
}

/** Ties channel, socket and requests together: whichever ends first ends all. */
function attach(
  channel: ClientChannel,
  socket: net.Socket,
  sftp: BareSftpClient,
  options: LoginOptions,
  where: string,
  progress: Progress,
) {
  const windowed = channel as unknown as WindowedChannel;
  let window = FIRST_WINDOW;
  const requests = new SftpRequests(
    {
      write: (bytes) => void channel.write(bytes),
      destroy: () => void socket.destroy(),
    },
    options.clock,
    options.deadlines,
  );
  const lost = (what: string) => requests.fail(new RapError('CONNECTION_LOST', `${where} ${what}`));
  // A later key exchange has the verdict that the first one would have had.
  const broke = (error: Error & Partial<ClientErrorExtensions>) =>
    progress.trusted && error.level !== 'handshake'
      ? lost(`broke the connection (${printable(error.message)})`)
      : requests.fail(handshakeError(error, { ...progress, loginSent: false, loggedIn: false }, where));
  channel.on('data', (chunk: Buffer) => {
    requests.receive(chunk);
    topUp(windowed, window);
  });
  channel.on('error', (error: Error) => lost(`broke the channel (${printable(error.message)})`));
  let said = '';
  const closed = () => lost(`closed the SFTP channel${said === '' ? '' : ` and said "${printable(said)}"`}`);
  channel.on('end', closed);
  channel.on('close', closed);
  // The first words are told when the channel ends; whatever comes after them must not fill the buffer.
  channel.stderr.on('data', (bytes: Buffer) => {
    if (said.length < 200) said = (said + bytes.toString()).trim();
  });
  sftp.client.on('error', broke);
  sftp.client.on('close', () => lost('closed the connection'));

  const hostKey = progress.hostKey ?? Buffer.alloc(0);
  const connection: Connection = {
    requests,
    fingerprint: fingerprintOf(hostKey),
    hostKeyType: keyTypeOf(hostKey),
    widen(bytes) {
      window = windowFor(bytes);
      topUp(windowed, window);
    },
    destroy: () => lost('was closed by us'),
    end: () =>
      new Promise((resolve) => {
        if (socket.destroyed) {
          resolve();
          return;
        }
        const cancel = options.clock.after(GOODBYE, () => socket.destroy());
        socket.once('close', () => {
          cancel();
          resolve();
        });
        sftp.client.end();
      }),
  };
  return { requests, connection };
}
