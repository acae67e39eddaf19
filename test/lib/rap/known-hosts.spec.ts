/** Lines of known_hosts files, beside what OpenSSH makes of the same lines. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type HostKeyPin, pinsFor } from '../../../lib/rap/host-keys.ts';
import { noneFits, pinsFromKnownHosts, readKnownHosts } from '../../../lib/rap/known-hosts.ts';
import { newKey, newRsaKey } from '../../../simulator/keys.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const [one, two, rsa] = [newKey('one'), newKey('two'), newRsaKey()];
const here = { host: '127.243.2.141', port: 18801 };
const there = { host: '127.243.2.142', port: 18801 };
const usual = { host: '127.243.2.141', port: 22 };

const trusted = (pins: readonly HostKeyPin[]) => pins.map(({ fingerprint }) => fingerprint);
const salt = Buffer.from('0123456789abcdef0123');
const hashed = (name: string) =>
  `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;

describe('A known_hosts file', () => {
  const folder = temporaryFolder();

  /** Lines whose first key is, or is not, trusted at `here`. */
  const table: [what: string, lines: string, trusts: boolean][] = [
    ['name and port', `[127.243.2.141]:18801 ${one.publicKey}`, true],
    ['another port', `[127.243.2.141]:2222 ${one.publicKey}`, false],
    ['another host', `[127.243.2.14]:18801 ${one.publicKey}`, false],
    ['a list', `rap.example,[127.243.2.141]:18801,10.1.1.1 ${one.publicKey}`, true],
    ['a name without a port', `127.243.2.141 ${one.publicKey}`, true],
    [
      'a name without a port beside one with it',
      `127.243.2.141 ${one.publicKey}\n[127.243.2.141]:18801 ${two.publicKey}`,
      false,
    ],
    ['a wildcard', `[127.243.2.*]:18801 ${one.publicKey}`, true],
    ['a wildcard that leaves the port open', `[127.243.*]:* ${one.publicKey}`, true],
    ['a wildcard without a port', `127.243.?.14? ${one.publicKey}`, true],
    ['a wildcard that does not fit', `127.243.2.14?? ${one.publicKey}`, false],
    ['a dot that is no wildcard', `127a243.2.141 ${one.publicKey}`, false],
    ['a star', `* ${one.publicKey}`, true],
    ['negation', `[127.243.2.*]:18801,![127.243.2.141]:18801 ${one.publicKey}`, false],
    ['negation of another', `[127.243.2.*]:18801,![127.243.2.142]:18801 ${one.publicKey}`, true],
    ['nothing but negation', `![127.243.2.142]:18801 ${one.publicKey}`, false],
    ['a hashed name', `${hashed('[127.243.2.141]:18801')} ${one.publicKey}`, true],
    ['a hashed name without a port', `${hashed('127.243.2.141')} ${one.publicKey}`, true],
    ['a hashed name of another', `${hashed('[127.243.2.142]:18801')} ${one.publicKey}`, false],
    ['a remark', `# [127.243.2.141]:18801 ${one.publicKey}`, false],
    ['tabs, blanks and a comment', `\t [127.243.2.141]:18801\t${one.publicKey}  rap primary 1`, true],
    ['a revoked key', `[127.243.2.141]:18801 ${one.publicKey}\n@revoked * ${one.publicKey}`, false],
    ['an authority', `@cert-authority [127.243.2.141]:18801 ${one.publicKey}`, false],
    ['a key that was cut', `[127.243.2.141]:18801 ${one.publicKey.slice(0, -8)}`, false],
    ['a key under another type', `[127.243.2.141]:18801 ssh-rsa ${one.publicKey.split(' ')[1]}`, false],
  ];
  for (const [what, lines, trusts] of table) {
    it(`${trusts ? 'trusts' : 'does not trust'} ${what}`, () => {
      const pins = pinsFromKnownHosts(lines, [here, there]);
      assert.equal(pinsFor(pins, here).includes(one.fingerprint), trusts);
    });
  }

  it('is understood as OpenSSH understands it', async () => {
    const file = path.join(folder(), 'known_hosts');
    // It finds authorities and revoked keys, too, which is not to trust them; and it believes what a line calls a key.
    const plain = table.filter(
      ([what, lines]) => !/^@|\n@/.test(lines) && what !== 'a key under another type',
    );
    for (const [what, lines, trusts] of plain) {
      await writeFile(file, `${lines}\n`);
      const find = (name: string) =>
        promisify(execFile)('ssh-keygen', ['-F', name, '-f', file]).catch(() => ({ stdout: '' }));
      const found = (await find(`[${here.host}]:${here.port}`)).stdout || (await find(here.host)).stdout;
      assert.equal(found.includes(one.publicKey), trusts, what);
    }
  });

  it('trusts a public key that stands alone at every address', () => {
    for (const line of [one.publicKey, `${one.publicKey} rap host key`, `  ${one.publicKey}\r`]) {
      const pins = pinsFromKnownHosts(`${line}\n${rsa.publicKey}\n`, [here, there]);
      assert.deepEqual(pinsFor(pins, here), [one.fingerprint, rsa.fingerprint], line);
      assert.deepEqual(pinsFor(pins, there), [one.fingerprint, rsa.fingerprint], line);
      assert.deepEqual(
        pins.map(({ type }) => type),
        ['ssh-ed25519', 'ssh-rsa', 'ssh-ed25519', 'ssh-rsa'],
      );
    }
  });

  it('names the port only where it is not the usual one', () => {
    assert.deepEqual(trusted(pinsFromKnownHosts(`127.243.2.141 ${one.publicKey}`, [usual])), [
      one.fingerprint,
    ]);
    assert.deepEqual(pinsFromKnownHosts(`[127.243.2.141]:18801 ${one.publicKey}`, [usual]), []);
  });

  it('is read with the line ends of every system', () => {
    const lines = ['# made with ssh-keyscan', `[127.243.2.141]:18801 ${one.publicKey}`, ''];
    for (const end of ['\n', '\r\n', '\r']) {
      assert.deepEqual(trusted(pinsFromKnownHosts(lines.join(end), [here])), [one.fingerprint]);
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
