/** The host keys an address presents, looked at without a login. */
import type { ConnectConfig } from 'ssh2';
import { RapError } from '../../errors/rap-error.ts';
import type { Address } from '../../model/types.ts';
import { printable } from '../../net/far-text.ts';
import { type Clock, onDeadline } from '../../time/clock.ts';
import {
  BareSftpClient,
  type Deadlines,
  defaultAlgorithms,
  defaultDeadlines,
  handshakeLate,
  openSocket,
} from './connection.ts';
import { typeOfAlgorithm } from './host-key-order.ts';
import { fingerprintOf, keyTypeOf } from './host-keys.ts';
import { ServerOffer } from './server-offer.ts';

export interface PresentedKey {
  /** 'ssh-ed25519' */
  type: string;
  fingerprint: string;
  key: Buffer;
}

export interface LookOptions {
  clock: Clock;
  deadlines?: Deadlines;
}

/**
 * Every host key of an address that a login could be made with, the one that is preferred first. A server shows one key
 * for each key exchange, so each type takes a connection; all are given up before anything of a login is sent.
 * @throws RapError CONNECT_*, HANDSHAKE_*, after the keys that were presented before
 */
export async function* presentedHostKeys(
  address: Address,
  options: LookOptions,
): AsyncGenerator<PresentedKey> {
  let left = defaultAlgorithms.serverHostKey;
  while (left.length > 0) {
    const { key, offered } = await look(address, left, options);
    const type = keyTypeOf(key);
    yield { type, fingerprint: fingerprintOf(key), key };
    left = left.filter((one) => typeOfAlgorithm(one) !== type && offered?.includes(one) === true);
  }
}

async function look(address: Address, algorithms: readonly string[], options: LookOptions) {
  const where = `${address.host}:${address.port}`;
  const deadlines = options.deadlines ?? defaultDeadlines;
  const { socket } = await openSocket(address, deadlines.tcp, options.clock);
  const sftp = new BareSftpClient();
  const offer = new ServerOffer();
  let presented: Buffer | undefined;
  let late = false;
  const cancel = onDeadline(options.clock, deadlines.handshake, () => {
    late = true;
    socket.destroy();
  });
  socket.on('data', (bytes: Buffer) => offer.take(bytes));
  try {
    await sftp.connect({
      sock: socket,
      username: 'nobody',
      readyTimeout: 0,
      algorithms: { ...defaultAlgorithms, serverHostKey: algorithms } as ConnectConfig['algorithms'],
      hostVerifier: (key: Buffer) => {
        presented = key;
        return false;
      },
    } as ConnectConfig);
  } catch (error) {
    if (presented !== undefined) return { key: presented, offered: offer.hostKeys };
    if (late) throw handshakeLate(where, deadlines);
    const text = error instanceof Error ? printable(error.message) : String(error);
    throw new RapError('HANDSHAKE_FAILED', `The SSH handshake with ${where} failed: ${text}`, {
      cause: new Error(text),
    });
  } finally {
    cancel();
    socket.destroy();
  }
  throw new RapError('UNEXPECTED', `${where} went on after its host key was turned down`);
}
