import assert from 'node:assert/strict';
import { type HostKeyPin, pinsFor } from '../../../lib/rap/client/host-keys.ts';
import { noneFits, readKnownHosts } from '../../../lib/rap/client/known-hosts.ts';
import { hashed, here, one, rsa, table, there, two, usual } from './known-hosts-samples.ts';

const trusted = (pins: readonly HostKeyPin[]) => pins.map(({ fingerprint }) => fingerprint);

describe('A known_hosts file', () => {
  for (const [what, lines, trusts] of table) {
    it(`${trusts ? 'trusts' : 'does not trust'} ${what}`, () => {
      const pins = readKnownHosts(lines, [here, there]).pins;
      assert.equal(pinsFor(pins, here).includes(one.fingerprint), trusts);
    });
  }

  it('trusts a public key that stands alone at every address', () => {
    for (const line of [one.publicKey, `${one.publicKey} rap host key`, `  ${one.publicKey}\r`]) {
      const pins = readKnownHosts(`${line}\n${rsa.publicKey}\n`, [here, there]).pins;
      assert.deepEqual(pinsFor(pins, here), [one.fingerprint, rsa.fingerprint], line);
      assert.deepEqual(pinsFor(pins, there), [one.fingerprint, rsa.fingerprint], line);
      assert.deepEqual(
        pins.map(({ type }) => type),
        ['ssh-ed25519', 'ssh-rsa', 'ssh-ed25519', 'ssh-rsa'],
      );
    }
  });

  it('names the port only where it is not the usual one', () => {
    assert.deepEqual(trusted(readKnownHosts(`127.243.2.141 ${one.publicKey}`, [usual]).pins), [
      one.fingerprint,
    ]);
    assert.deepEqual(readKnownHosts(`[127.243.2.141]:18801 ${one.publicKey}`, [usual]).pins, []);
  });

  it('is read with the line ends of every system', () => {
    const lines = ['# made with ssh-keyscan', `[127.243.2.141]:18801 ${one.publicKey}`, ''];
    for (const end of ['\n', '\r\n', '\r']) {
      assert.deepEqual(trusted(readKnownHosts(lines.join(end), [here]).pins), [one.fingerprint]);
    }
  });

  it('that fits nowhere says how many lines it has, and of each why', () => {
    const lines = [
      `10.243.2.141 ${one.publicKey}`,
      `@revoked * ${two.publicKey}`,
      `[127.243.2.141]:18801 ${two.publicKey}`,
      '# a remark',
      `@cert-authority * ${one.publicKey}`,
      `256 ${one.fingerprint} rap (ED25519)`,
      `${hashed('elsewhere')} ${one.publicKey}`,
      `[127.243.2.141]:18801 ${one.publicKey.slice(0, -8)}`,
      '127.243.2.141 1024 65537 1234567',
      'what is this',
    ].join('\n');
    const known = readKnownHosts(lines, [here]);
    assert.deepEqual(known.pins, []);
    assert.equal(known.lines, 9);
    assert.deepEqual(known.unfit, [
      { line: 1, why: 'is for 10.243.2.141' },
      { line: 2, why: 'revokes a key' },
      { line: 3, why: 'has a key that another line revokes' },
      { line: 5, why: 'is marked @cert-authority, which gives no trust here' },
      { line: 6, why: 'is a fingerprint: enter it as the host key instead' },
      { line: 7, why: 'is for another host, whose name is hashed' },
      { line: 8, why: 'has a key that was cut or changed' },
      { line: 9, why: 'is a key of SSH protocol 1' },
      { line: 10, why: 'is not "HOST TYPE KEY" as OpenSSH writes it' },
    ]);
    const error = noneFits('/keys/known_hosts', known, [here]);
    assert.equal(error.code, 'HOST_KEY_MISSING');
    assert.match(
      error.message,
      /^The known_hosts file \/keys\/known_hosts has 9 lines, and none is for 127\.243\.2\.141:18801 \(line 1 is for 10\.243\.2\.141; .*; and 4 more\)$/,
    );
    assert.match(
      noneFits('k', readKnownHosts('# nothing\n', [here]), [here]).message,
      /^The known_hosts file k has 0 lines, and none is for 127\.243\.2\.141:18801$/,
    );
  });
});
