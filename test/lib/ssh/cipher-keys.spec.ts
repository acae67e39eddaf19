/** The keys of a real connection are KeyObjects after each key exchange: the inner fields of ssh2 are still there. */
import assert from 'node:assert/strict';
import { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { CipherAlgorithm, Client, Connection } from 'ssh2';
import { prepareCipherKeys } from '../../../lib/ssh/cipher-keys.ts';
import { ssh2 } from '../../../lib/ssh/library.ts';
import { newKey } from '../../../simulator/keys.ts';

interface Inner {
  _protocol: { _cipher: Record<string, unknown>; _decipher: Record<string, unknown> };
}

function keysOf(client: Client): unknown[] {
  const { _cipher, _decipher } = (client as unknown as Inner)._protocol;
  return [_cipher._encKey, _decipher._decipherKey];
}

describe('Keys of ciphers', () => {
  let server: InstanceType<typeof ssh2.Server>;
  let client: Client;
  let atServer: Connection;

  beforeEach(async () => {
    server = new ssh2.Server({ hostKeys: [newKey('host').privateKey] }, (connection) => {
      atServer = connection;
      connection.on('authentication', (attempt) => attempt.accept());
      connection.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = new ssh2.Client();
  });

  afterEach(() => {
    client.destroy();
    server.close();
  });

  async function connect(cipher: CipherAlgorithm): Promise<void> {
    const { port } = server.address() as AddressInfo;
    const ready = once(client, 'ready');
    client.connect({
      host: '127.0.0.1',
      port,
      username: 'u',
      password: 'p',
      algorithms: { cipher: [cipher] },
    });
    await ready;
  }

  for (const cipher of ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'] as const) {
    it(`are prepared for ${cipher}, and again when keys are renewed`, async () => {
      prepareCipherKeys(client);
      await connect(cipher);
      const first = keysOf(client);
      assert.ok(first.every((key) => key instanceof KeyObject));
      const renewed = once(client, 'handshake');
      atServer.rekey();
      await renewed;
      const second = keysOf(client);
      assert.ok(second.every((key) => key instanceof KeyObject));
      assert.notDeepEqual(second, first);
    });
  }

  it('are raw when nobody prepares them, so that the test above proves something', async () => {
    await connect('aes128-gcm@openssh.com');
    assert.ok(keysOf(client).every((key) => Buffer.isBuffer(key)));
  });

  it('are left as they are for other ciphers', async () => {
    prepareCipherKeys(client);
    await connect('aes128-ctr');
    assert.deepEqual(keysOf(client), [undefined, undefined]);
  });
});
