/** Which cipher is agreed on with which server, and that ChaCha20 is not used where a line can cut off its beginning. */
import assert from 'node:assert/strict';
import type { CipherAlgorithm, Connection, NegotiatedAlgorithms } from 'ssh2';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { parseAccount } from '../../../lib/rap/account-config.ts';
import { parseLoginKey } from '../../../lib/rap/client/private-key.ts';
import { ServerOffer } from '../../../lib/rap/client/server-offer.ts';
import { openSession } from '../../../lib/rap/session.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { newKey } from '../../../simulator/keys.ts';
import { diskTree } from '../../../simulator/sftp/tree.ts';
import { type SshServer, sshServer } from '../../support/ssh-server.ts';

const GCM = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'] as CipherAlgorithm[];
const CTR = ['aes128-ctr', 'aes192-ctr', 'aes256-ctr'] as CipherAlgorithm[];
const CHACHA = 'chacha20-poly1305@openssh.com' as CipherAlgorithm;
const host = newKey('host');
const login = parseLoginKey(newKey('user').privateKey);

describe('The cipher of a connection', () => {
  let server: SshServer;
  let agreed: string[] = [];

  afterEach(() => server.close());

  async function serving(cipher: CipherAlgorithm[], strict: boolean): Promise<void> {
    agreed = [];
    server = await sshServer({
      hostKeys: [host.privateKey],
      tree: { ...diskTree('/nowhere'), list: async () => [] },
      algorithms: { cipher },
      ...(strict ? {} : { handshake: { withoutStrictKex: true as const } }),
      onConnection: (connection: Connection) =>
        connection.on('handshake', ({ cs, sc }: NegotiatedAlgorithms) => agreed.push(cs.cipher, sc.cipher)),
    });
  }

  function enter(fingerprint = host.fingerprint) {
    const { address } = server;
    const account = parseAccount({
      name: 'ciphers',
      installation: 'hkscc',
      user: 'anybody',
      addresses: { primary: [address], secondary: [] },
      pins: [{ ...address, fingerprint }],
      folders: ['/INBOX'],
    });
    return openSession(account, login, 'primary', { clock: realClock });
  }

  for (const [what, offered, strict, expected, connections] of [
    ['AES-GCM where there is all', [CHACHA, ...CTR, ...GCM], true, GCM[0], 1],
    ['AES-GCM where there is all, without strict key exchange', [CHACHA, ...CTR, ...GCM], false, GCM[0], 1],
    ['ChaCha20 where there is no AES-GCM', [...CTR, CHACHA], true, CHACHA, 1],
    ['ChaCha20 where there is nothing else', [CHACHA], true, CHACHA, 1],
    ['AES-CTR, connecting anew, without strict key exchange', [CHACHA, ...CTR], false, CTR[0], 2],
    ['the AES-CTR that there is, connecting anew', [CHACHA, 'aes256-ctr'], false, 'aes256-ctr', 2],
  ] as const) {
    it(`is ${what}, with one login`, async () => {
      await serving([...offered] as CipherAlgorithm[], strict);
      const session = await enter();
      assert.equal((await session.list()).complete, true);
      await session.logOut();
      assert.deepEqual(agreed.slice(-2), [expected, expected]);
      assert.equal(server.seen.connections, connections);
      // The question whether the key would do, and the signed request: one attempt.
      assert.equal(server.seen.loginMessages, 2);
    });
  }

  it('is none, and no login, where there is only ChaCha20 without strict key exchange', async () => {
    await serving([CHACHA], false);
    const failed = (error: unknown) => error instanceof RapError && error.code === 'HANDSHAKE_FAILED';
    await assert.rejects(enter(), failed);
    assert.equal(server.seen.loginMessages, 0);
  });

  it('matters less than the host key: one that is not pinned is told of as such', async () => {
    await serving([CHACHA, ...CTR], false);
    const failed = (error: unknown) => error instanceof RapError && error.code === 'HOST_KEY_MISMATCH';
    await assert.rejects(enter(newKey('other').fingerprint), failed);
    assert.equal(server.seen.loginMessages, 0);
  });
});

describe("A server's offer", () => {
  function offer(...lists: string[]): ServerOffer {
    const names = lists.map((list) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(list.length);
      return Buffer.concat([length, Buffer.from(list)]);
    });
    const payload = Buffer.concat([Buffer.from([20]), Buffer.alloc(16), ...names]);
    const head = Buffer.alloc(5);
    head.writeUInt32BE(payload.length + 5);
    head[4] = 4;
    const found = new ServerOffer();
    for (const byte of Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), head, payload, Buffer.alloc(4)]))
      found.take(Buffer.from([byte]));
    return found;
  }

  it('says what is agreed on in each direction, in the order of the client', () => {
    const found = offer('curve25519-sha256', 'ssh-ed25519', 'aes128-ctr,aes256-ctr', `${CHACHA},aes256-ctr`);
    assert.deepEqual(found.agreed([CHACHA, 'aes256-ctr', 'aes128-ctr']), ['aes256-ctr', CHACHA]);
    assert.deepEqual([found.strict, found.hostKeys], [false, ['ssh-ed25519']]);
  });

  it('says whether it keeps to strict key exchange, wherever in its list', () => {
    assert.equal(offer('a,kex-strict-s-v00@openssh.com,b', 'x', 'y', 'z').strict, true);
    assert.equal(offer('kex-strict-c-v00@openssh.com', 'x', 'y', 'z').strict, false);
    assert.equal(new ServerOffer().strict, false);
  });
});
