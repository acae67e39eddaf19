/**
 * RSA login keys sign with SHA-2, whatever a server says or does not say it takes: at OpenSSH's own server, with
 * each policy it may have. The same at a server that lies is in the table of faults, T07.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import ssh2 from 'ssh2';
import { RapError } from '../../lib/errors/rap-error.ts';
import { parseAccount } from '../../lib/rap/account-config.ts';
import { newEd25519Key } from '../../lib/rap/client/ed25519-key.ts';
import { parseLoginKey, signingKey } from '../../lib/rap/client/private-key.ts';
import { openSession } from '../../lib/rap/session.ts';
import { realClock } from '../../lib/time/clock.ts';
import { openSsh } from '../interop/servers/openssh.ts';
import { countIn, type TestServer } from '../interop/servers/server.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';

const pem = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
}).privateKey;
const key = parseLoginKey(pem);

describe('An RSA login key', () => {
  const data = Buffer.from('to be signed');

  for (const [taken, name, hash] of [
    [['ssh-ed25519', 'rsa-sha2-256', 'rsa-sha2-512', 'ssh-rsa'], 'rsa-sha2-512', 'sha512'],
    [['ssh-rsa', 'rsa-sha2-256'], 'rsa-sha2-256', 'sha256'],
    [undefined, 'rsa-sha2-256', 'sha256'],
  ] as const) {
    it(`signs with ${hash} for a server that ${taken === undefined ? 'says nothing' : `takes ${taken}`}`, () => {
      const signing = signingKey(key, taken);
      assert.equal(signing?.type, name);
      // Whatever hash ssh2 asks for: it asks for SHA-1 where it knows no better.
      for (const asked of [undefined, 'sha1'] as const) {
        const signature = signing?.sign(data, asked);
        assert.ok(Buffer.isBuffer(signature));
        assert.equal(key.verify(data, signature, hash), true);
        assert.notEqual(key.verify(data, signature, 'sha1'), true);
      }
      assert.equal(ssh2.utils.parseKey(signing as never), signing, 'ssh2 takes it as a key');
    });
  }

  it('does not sign for a server that takes SHA-1 only; keys of other types are left as they are', () => {
    assert.equal(signingKey(key, ['ssh-rsa', 'ssh-dss', 'ssh-ed25519']), undefined);
    const other = parseLoginKey(newEd25519Key().private);
    assert.equal(signingKey(other, ['ssh-rsa']), other);
  });
});

describe('An RSA login key at OpenSSH', function () {
  this.timeout(300_000);
  const folder = temporaryFolder();
  let server: TestServer | undefined;

  beforeEach(async () => {
    const line = `ssh-rsa ${key.getPublicSSH().toString('base64')}\n`;
    await fs.writeFile(path.join(folder(), 'authorized_keys'), line);
    await fs.mkdir(path.join(folder(), 'served'));
    await fs.writeFile(path.join(folder(), 'served', 'report.txt'), 'content');
  });

  afterEach(async () => {
    await server?.stop();
  });

  async function start(policy: string): Promise<TestServer> {
    const keys = `AuthorizedKeysFile ${path.join(folder(), 'authorized_keys')}`;
    const kind = openSsh('OpenSSH', [keys, 'MaxAuthTries 1', `PubkeyAcceptedAlgorithms ${policy}`]);
    server = await kind.start(path.join(folder(), 'served'));
    return server;
  }

  /** Logs in and lists. @returns the names of the files */
  async function meet({ host, port, user, fingerprints, base }: TestServer): Promise<string[]> {
    const account = parseAccount({
      name: 'hkscc',
      installation: 'hkscc',
      user,
      addresses: { primary: [{ host, port }], secondary: [] },
      pins: fingerprints.map((fingerprint) => ({ host, port, fingerprint })),
      folders: [base],
    });
    const session = await openSession(account, key, 'primary', { clock: realClock });
    try {
      return (await session.list()).files.map(({ name }) => name);
    } finally {
      await session.logOut();
    }
  }

  for (const policy of ['rsa-sha2-512', 'rsa-sha2-256,rsa-sha2-512', '+ssh-rsa']) {
    it(`signs with SHA-512 where the policy is ${policy}`, async () => {
      const at = await start(policy);
      assert.deepEqual(await meet(at), ['report.txt']);
      assert.equal(countIn(at.log(), /publickey test pkalg rsa-sha2-512/), 1);
      assert.equal(countIn(at.log(), /pkalg ssh-rsa/), 0);
    });
  }

  it('is refused where the policy is SHA-1 alone, after one attempt', async () => {
    const at = await start('ssh-rsa');
    await assert.rejects(meet(at), (error) => error instanceof RapError && error.code === 'LOGIN_REFUSED');
    assert.equal(countIn(at.log(), /userauth-request for user/), 1);
    assert.match(at.log(), /signature algorithm rsa-sha2-512 not in PubkeyAcceptedAlgorithms/);
  });
});
