/** Servers with host keys of several types, of which some are pinned: by their line in known_hosts or by fingerprint only. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { Connection } from 'ssh2';
import { parseAccount } from '../../../lib/rap/account-config.ts';
import { pinnedTypesFirst, stillToAsk } from '../../../lib/rap/client/host-key-order.ts';
import { fingerprintOf } from '../../../lib/rap/client/host-keys.ts';
import { readKnownHosts, trustedPins } from '../../../lib/rap/client/known-hosts.ts';
import { type PresentedKey, presentedHostKeys } from '../../../lib/rap/client/presented-keys.ts';
import { parseLoginKey } from '../../../lib/rap/client/private-key.ts';
import { ServerOffer } from '../../../lib/rap/client/server-offer.ts';
import { openSession } from '../../../lib/rap/session.ts';
import { ssh2 } from '../../../lib/ssh/library.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { extraFile, withExtras } from '../../../simulator/faults/trees.ts';
import { changeHostKey } from '../../../simulator/handshake.ts';
import { newKey } from '../../../simulator/keys.ts';
import { diskTree } from '../../../simulator/sftp/tree.ts';
import { MESSAGE } from '../../../simulator/sftp/wire.ts';
import { type SshServer, type SshServerOptions, sshServer } from '../../support/ssh-server.ts';

interface HostKey {
  privateKey: string;
  fingerprint: string;
  /** 'ssh-rsa AAAA...' */
  line: string;
}

function hostKey(pem: string): HostKey {
  const parsed = ssh2.utils.parseKey(pem);
  assert.ok(!(parsed instanceof Error));
  const wire = parsed.getPublicSSH();
  const line = `${parsed.type} ${wire.toString('base64')}`;
  return { privateKey: pem, fingerprint: fingerprintOf(wire), line };
}

const newRsa = () =>
  hostKey(
    generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type: 'pkcs1', format: 'pem' })
      .toString(),
  );
const newEcdsa = (namedCurve: string) =>
  hostKey(
    generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
  );
const keys = {
  ed25519: hostKey(newKey('host').privateKey),
  ecdsa256: newEcdsa('P-256'),
  ecdsa384: newEcdsa('P-384'),
  rsa: newRsa(),
};
const all = Object.values(keys);
const login = parseLoginKey(newKey('user').privateKey);
const empty = { ...diskTree('/nowhere'), list: async () => [] };
const tree = withExtras(empty, '/INBOX', [extraFile('a.txt', 'a report')]);

let server: SshServer | undefined;

async function serving(
  hostKeys: readonly HostKey[],
  more: Partial<SshServerOptions> = {},
): Promise<SshServer> {
  server = await sshServer({ hostKeys: hostKeys.map((key) => key.privateKey), tree, ...more });
  return server;
}

interface Pinned {
  knownHosts?: readonly HostKey[];
  fingerprints?: readonly HostKey[];
}

function accountFor({ address }: SshServer, { knownHosts = [], fingerprints = [] }: Pinned) {
  const account = parseAccount({
    name: 'keys',
    installation: 'hkscc',
    user: 'anybody',
    addresses: { primary: [address], secondary: [] },
    pins: fingerprints.map(({ fingerprint }) => ({ ...address, fingerprint })),
    folders: ['/INBOX'],
  });
  const lines = knownHosts.map(({ line }) => `[${address.host}]:${address.port} ${line}`);
  return { ...account, pins: trustedPins(account.pins, readKnownHosts(lines.join('\n'), [address])) };
}

const logInTo = (account: ReturnType<typeof accountFor>) =>
  openSession(account, login, 'primary', { clock: realClock });

describe('A server with host keys of several types', () => {
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  for (const [type, key] of Object.entries(keys)) {
    it(`is logged in to at once when known_hosts names its ${type} key alone`, async () => {
      const there = await serving(all);
      const session = await logInTo(accountFor(there, { knownHosts: [key] }));
      assert.equal(session.fingerprint, key.fingerprint);
      await session.logOut();
      assert.equal(there.seen.connections, 1);
    });

    it(`is logged in to when only the fingerprint of its ${type} key is pinned, and at once the next time`, async () => {
      const there = await serving(all);
      const account = accountFor(there, { fingerprints: [key] });
      const first = await logInTo(account);
      assert.equal(first.fingerprint, key.fingerprint);
      await first.logOut();
      const tried = there.seen.connections;
      assert.ok(tried <= all.length, `${tried} connections for ${all.length} keys`);
      const second = await logInTo(account);
      await second.logOut();
      assert.equal(there.seen.connections, tried + 1);
    });
  }

  it('is trusted by any of several pins, also where one of them has gone', async () => {
    const there = await serving([keys.ed25519, keys.rsa]);
    for (const knownHosts of [[keys.rsa, keys.ecdsa256], [newEcdsa('P-521'), keys.ed25519], all]) {
      await (await logInTo(accountFor(there, { knownHosts }))).logOut();
    }
    // The Ed25519 key was changed, the RSA key that is pinned as well was not.
    const knownHosts = [hostKey(newKey('former').privateKey), keys.rsa];
    const session = await logInTo(accountFor(there, { knownHosts }));
    assert.equal(session.fingerprint, keys.rsa.fingerprint);
    await session.logOut();
  });

  for (const [what, pinned, connections] of [
    ['a key of known_hosts that is not there any more', { knownHosts: [newRsa()] }, 1],
    ['the fingerprint of another server', { fingerprints: [newRsa()] }, 4],
    ['a type the server does not have', { knownHosts: [newEcdsa('P-521')] }, 1],
  ] as const) {
    it(`gets nothing of a login where the pin is ${what}`, async () => {
      const there = await serving(all);
      await assert.rejects(logInTo(accountFor(there, pinned)), (error: Error & { code: string }) => {
        assert.equal(error.code, 'HOST_KEY_MISMATCH');
        const shown = all.filter(({ fingerprint }) => error.message.includes(fingerprint));
        assert.equal(shown.length, connections, error.message);
        return true;
      });
      assert.deepEqual(there.seen, { connections, loginMessages: 0 });
    });
  }

  it('is told as a mismatch also when it drops the connection that asks for its other keys', async () => {
    let count = 0;
    const onConnection = (connection: Connection) => {
      if (++count > 1) connection.end();
    };
    const there = await serving(all, { onConnection });
    await assert.rejects(logInTo(accountFor(there, { fingerprints: [newRsa()] })), {
      code: 'HOST_KEY_MISMATCH',
    });
    assert.deepEqual(there.seen, { connections: 2, loginMessages: 0 });
  });

  it('shows each of its keys with type and fingerprint, without a login', async () => {
    for (const present of [all, [keys.rsa], [keys.ecdsa384, keys.rsa]]) {
      const there = await serving(present);
      const shown: PresentedKey[] = [];
      for await (const key of presentedHostKeys(there.address, { clock: realClock })) shown.push(key);
      assert.deepEqual(
        shown.map(({ type, fingerprint }) => `${type} ${fingerprint}`),
        present.map(({ line, fingerprint }) => `${line.split(' ')[0]} ${fingerprint}`),
      );
      assert.deepEqual(there.seen, { connections: present.length, loginMessages: 0 });
      await there.close();
    }
  });
});

describe('A host key at a later key exchange', () => {
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  /** A server that asks for new keys at the first listing, with another host key. */
  async function changing(change: (connection: Connection) => void): Promise<SshServer> {
    let latest: Connection | undefined;
    return serving([keys.ed25519], {
      onConnection: (connection) => {
        latest = connection;
      },
      fault: {
        answer: (request, honest) => {
          if (request.type !== MESSAGE.OPENDIR || latest === undefined) return honest();
          change(latest);
          latest.rekey(() => {});
          return undefined;
        },
      },
    });
  }

  const other = newKey('other').privateKey;
  for (const [what, change, code] of [
    ['is not pinned', (one: Connection) => changeHostKey(one, other), 'HOST_KEY_MISMATCH'],
    [
      'is the pinned one, and whoever shows it cannot sign with it',
      (one: Connection) => changeHostKey(one, other, keys.ed25519.privateKey),
      'HANDSHAKE_FAILED',
    ],
  ] as const) {
    it(`that ${what} is told as at the first: ${code}`, async () => {
      const there = await changing(change);
      const account = accountFor(there, { knownHosts: [keys.ed25519] });
      const session = await logInTo(account);
      await assert.rejects(session.list(), { code });
      assert.equal(session.failure?.code, code);
      await there.close();
      const first = await serving([keys.ed25519], { onConnection: change });
      await assert.rejects(logInTo(accountFor(first, { knownHosts: [keys.ed25519] })), { code });
      assert.equal(first.seen.loginMessages, 0);
    });
  }

  it('may be another one that is pinned', async () => {
    const next = hostKey(newKey('next').privateKey);
    let changed = false;
    let latest: Connection | undefined;
    const there = await serving([keys.ed25519], {
      onConnection: (connection) => {
        latest = connection;
      },
      fault: {
        answer: (request, honest) => {
          if (request.type === MESSAGE.OPENDIR && latest !== undefined && !changed) {
            changed = true;
            changeHostKey(latest, next.privateKey);
            latest.rekey(() => {});
          }
          return honest();
        },
      },
    });
    const session = await logInTo(accountFor(there, { knownHosts: [keys.ed25519, next] }));
    assert.equal((await session.list()).files.length, 1);
    assert.ok(changed);
    await session.logOut();
  });
});

describe('The order of host key algorithms', () => {
  const algorithms = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-512', 'rsa-sha2-256'];
  const pin = (type?: string) => ({
    host: 'h',
    port: 1,
    fingerprint: 'f',
    ...(type === undefined ? {} : { type }),
  });

  it('has those of pinned types first, and leaves out none', () => {
    assert.deepEqual(pinnedTypesFirst(algorithms, [pin('ssh-rsa'), pin()]), [
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ssh-ed25519',
      'ecdsa-sha2-nistp256',
    ]);
    assert.deepEqual(pinnedTypesFirst(algorithms, [pin()]), algorithms);
  });

  for (const [what, pins, presented, offered, expected] of [
    ['a pin without a type may be of any', [pin()], ['ssh-ed25519'], undefined, algorithms.slice(1)],
    [
      'what the server does not have is not asked for',
      [pin()],
      ['ssh-ed25519'],
      ['ssh-ed25519', 'rsa-sha2-256'],
      ['rsa-sha2-256'],
    ],
    ['nor what cannot be a pinned key', [pin('ssh-rsa')], ['ssh-rsa'], undefined, []],
    [
      'nor a type that was presented',
      [pin()],
      ['ssh-rsa', 'ssh-ed25519', 'ecdsa-sha2-nistp256'],
      algorithms,
      [],
    ],
  ] as const) {
    it(`after a key that is not pinned: ${what}`, () => {
      assert.deepEqual(stillToAsk(algorithms, pins, new Set(presented), offered), expected);
    });
  }
});

describe('What a server offers', () => {
  it('is read from its first packet, however it is cut and whatever lines come before', () => {
    const list = (text: string) => Buffer.concat([uint32(text.length), Buffer.from(text)]);
    const uint32 = (value: number) => {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(value);
      return out;
    };
    const body = Buffer.concat([
      Buffer.from([4, 20]),
      Buffer.alloc(16),
      list('a,b'),
      list('ssh-rsa,x'),
      Buffer.alloc(60),
    ]);
    const opening = Buffer.concat([
      Buffer.from('Welcome to SSH-land\r\nSSH-2.0-x\r\n'),
      uint32(body.length),
      body,
    ]);
    for (const size of [1, 7, opening.length]) {
      const offer = new ServerOffer();
      for (let at = 0; at < opening.length; at += size) offer.take(opening.subarray(at, at + size));
      assert.deepEqual(offer.hostKeys, ['ssh-rsa', 'x']);
    }
  });

  it('is not known of what is no such packet', () => {
    for (const bytes of ['', 'SSH-2.0-x\r\n\0\0\0\x08\x04\x15aaaaaaaa', 'x'.repeat(100_000)]) {
      const offer = new ServerOffer();
      offer.take(Buffer.from(bytes, 'latin1'));
      assert.equal(offer.hostKeys, undefined);
    }
  });
});

describe('A revoked key in known_hosts', () => {
  it('is trusted nowhere, also where it was typed in', () => {
    const address = { host: '127.0.0.1', port: 18801 };
    const typed = [{ ...address, fingerprint: keys.rsa.fingerprint }];
    const text = `@revoked * ${keys.rsa.line}\n[127.0.0.1]:18801 ${keys.ed25519.line}`;
    const pins = trustedPins(typed, readKnownHosts(text, [address]));
    assert.deepEqual(
      pins.map((pin) => pin.fingerprint),
      [keys.ed25519.fingerprint],
    );
  });
});
