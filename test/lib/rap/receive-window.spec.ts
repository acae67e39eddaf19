/** How much the server may send: all that was asked for, at any moment, in packets that hold the answer to a read. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Connection, ServerChannel } from 'ssh2';
import { parseAccount } from '../../../lib/rap/account-config.ts';
import { parseLoginKey } from '../../../lib/rap/client/private-key.ts';
import { openSession } from '../../../lib/rap/session.ts';
import { ssh2 } from '../../../lib/ssh/library.ts';
import { PACKET_SIZE } from '../../../lib/ssh/packet-size.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { noCounts } from '../../../simulator/counters.ts';
import { newKey } from '../../../simulator/keys.ts';
import { SftpSession } from '../../../simulator/sftp/session.ts';
import { diskTree } from '../../../simulator/sftp/tree.ts';

const MIB = 1024 * 1024;
const host = newKey('host');
const login = parseLoginKey(newKey('user').privateKey);

/** What ssh2 knows of the other side of a channel; not in its typings. */
interface Outgoing {
  outgoing: { window: number; packetSize: number };
}

describe('The receive window', () => {
  let folder: string;
  let listener: net.Server;
  let announceLimits = false;
  let channel: ServerChannel & Outgoing;
  /** The largest answer, and by how much one went beyond what the server might send. */
  let largest: number;
  let beyond: number;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rap-window-'));
    [largest, beyond] = [0, 0];
    const server = new ssh2.Server({ hostKeys: [host.privateKey] }, (connection: Connection) => {
      connection.on('error', () => {});
      connection.on('authentication', (attempt) => attempt.accept());
      connection.on('session', (accept) => {
        accept().on('subsystem', (acceptChannel) => {
          channel = acceptChannel() as ServerChannel & Outgoing;
          const write = channel.write.bind(channel) as (bytes: Buffer) => boolean;
          channel.write = ((bytes: Buffer) => {
            largest = Math.max(largest, bytes.length);
            beyond = Math.max(beyond, bytes.length - channel.outgoing.window);
            return write(bytes);
          }) as typeof channel.write;
          new SftpSession(channel, {
            tree: diskTree(folder),
            counters: noCounts(),
            announceLimits,
            connection: { cut() {}, disconnect() {}, rekey() {}, changeHostKey() {} },
          });
        });
      });
    });
    listener = await new Promise<net.Server>((resolve) => {
      const listening = server.listen(0, '127.0.0.1', () => resolve(listening as unknown as net.Server));
    });
  });

  afterEach(async () => {
    listener.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function fetchAll(): Promise<void> {
    await writeFile(path.join(folder, 'large.bin'), Buffer.alloc(24 * MIB, 7));
    await writeFile(path.join(folder, 'small.bin'), 'x');
    const { port } = listener.address() as net.AddressInfo;
    const address = { host: '127.0.0.1', port };
    const account = parseAccount({
      ...{ name: 'window', installation: 'hkscc', user: 'anybody', folders: ['/'] },
      addresses: { primary: [address], secondary: [] },
      pins: [{ ...address, fingerprint: host.fingerprint }],
    });
    const session = await openSession(account, login, 'primary', { clock: realClock });
    const to = path.join(folder, 'to');
    const { files } = await session.list();
    const jobs = files.map((file) => ({ file, target: path.join(to, file.name) }));
    const faults: unknown[] = [];
    await session.download(jobs, ({ error }) => void (error !== undefined && faults.push(error)), {
      root: to,
    });
    await session.logOut();
    assert.deepEqual([files.length, faults], [2, []]);
  }

  it('has room for every answer to short reads, which comes in one packet', async () => {
    announceLimits = false;
    await fetchAll();
    assert.equal(channel.outgoing.packetSize, PACKET_SIZE);
    assert.ok(largest > 32 * 1024 && largest <= PACKET_SIZE, `the largest answer has ${largest} bytes`);
    assert.equal(beyond, 0, 'an answer had to wait for room');
  });

  it('has room for every answer to long reads', async () => {
    announceLimits = true;
    await fetchAll();
    assert.ok(largest > 255 * 1024, `the largest answer has ${largest} bytes`);
    assert.equal(beyond, 0, 'an answer had to wait for room');
  });
});
