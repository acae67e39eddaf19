/**
 * Key exchanges after the first: a server may send messages of no meaning (IGNORE, DEBUG) while one is going on,
 * and some do before every packet.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type net from 'node:net';
import path from 'node:path';
import ssh2, { type Connection } from 'ssh2';
import { parseAccount } from '../../../lib/rap/account-config.ts';
import { parseLoginKey } from '../../../lib/rap/client/private-key.ts';
import { openSession } from '../../../lib/rap/session.ts';
import type { Result } from '../../../lib/rap/transfer/download.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { noCounts } from '../../../simulator/counters.ts';
import { faultNamed } from '../../../simulator/faults/table.ts';
import { newKey } from '../../../simulator/keys.ts';
import { SftpSession } from '../../../simulator/sftp/session.ts';
import { diskTree } from '../../../simulator/sftp/tree.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

/** The parts of ssh2 that write a message at once, in the middle of a key exchange. */
interface Writer {
  _protocol: {
    _kexinit: unknown;
    _cipher: { encrypt(packet: Buffer): void };
    _packetRW: {
      write: {
        allocStartKEX: number;
        alloc(size: number, inKeyExchange: boolean): Buffer;
        finalize(packet: Buffer, inKeyExchange: boolean): Buffer;
      };
    };
  };
}

const IGNORE = 2;
const DEBUG = 4;

/** Asks for new keys, and says something of no meaning before the exchange is over. */
function renewNoisily(connection: Connection): boolean {
  const { _protocol: protocol } = connection as unknown as Writer;
  if (protocol._kexinit !== undefined) return false;
  connection.rekey(() => {});
  const { write } = protocol._packetRW;
  for (const [type, length] of [
    [IGNORE, 4],
    [DEBUG, 9],
  ] as const) {
    // Zeroes are an empty IGNORE, and a DEBUG message that is not to be shown and says nothing.
    const packet = write.alloc(1 + length, true);
    packet.fill(0, write.allocStartKEX, write.allocStartKEX + 1 + length);
    packet[write.allocStartKEX] = type;
    protocol._cipher.encrypt(write.finalize(packet, true));
  }
  return true;
}

describe('New keys in the middle of a session', () => {
  const root = temporaryFolder();
  let listener: net.Server;
  const hostKey = newKey('host');
  let renewals = 0;

  beforeEach(async () => {
    renewals = 0;
    const server = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (connection) => {
      connection.on('error', () => {});
      connection.on('authentication', (attempt) => attempt.accept());
      connection.on('session', (accept) => {
        accept().on('subsystem', (acceptChannel) => {
          const fault = faultNamed('P15')?.make().sftp;
          assert.ok(fault !== undefined);
          new SftpSession(acceptChannel(), {
            tree: diskTree(path.join(root(), 'served')),
            counters: noCounts(),
            connection: {
              cut: () => {},
              disconnect: () => {},
              rekey: () => {
                if (renewNoisily(connection)) renewals++;
              },
              changeHostKey: () => {},
            },
            fault,
          });
        });
      });
    });
    listener = await new Promise<net.Server>((resolve) => {
      const listening = server.listen(0, '127.0.0.1', () => resolve(listening as unknown as net.Server));
    });
  });

  afterEach(async () => {
    await new Promise((resolve) => listener.close(resolve));
  });

  it('may come with messages of no meaning in between', async () => {
    const content = randomBytes(400_000);
    await mkdir(path.join(root(), 'served/INBOX'), { recursive: true });
    await writeFile(path.join(root(), 'served/INBOX/report.dat'), content);
    const address = { host: '127.0.0.1', port: (listener.address() as net.AddressInfo).port };
    const account = parseAccount({
      name: 'keys',
      installation: 'hkscc',
      user: 'anybody',
      addresses: { primary: [address], secondary: [] },
      pins: [{ ...address, fingerprint: hostKey.fingerprint }],
      folders: ['/INBOX'],
    });
    const key = parseLoginKey(newKey('user').privateKey);
    const session = await openSession(account, key, 'primary', { clock: realClock });
    const results: Result[] = [];
    const { files } = await session.list();
    const jobs = files.map((file) => ({ file, target: path.join(root(), 'landing', file.name) }));
    await session.download(jobs, (result) => void results.push(result), { root: root() });
    await session.logOut();
    const [result] = results;
    assert.ok(result !== undefined && result.error === undefined, result?.error?.message);
    assert.deepEqual(await readFile(result.local), content);
    assert.ok(renewals >= 1, 'keys were renewed');
  });
});
