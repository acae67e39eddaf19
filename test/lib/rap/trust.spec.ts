/** Host keys, login keys and account settings. */
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import ssh2 from 'ssh2';
import { loginReasonText } from '../../../lib/model/reasons.ts';
import { parseAccount } from '../../../lib/rap/account-config.ts';
import { newEd25519Key } from '../../../lib/rap/client/ed25519-key.ts';
import { handshakeError } from '../../../lib/rap/client/handshake-error.ts';
import { fingerprintOf, normalFingerprint, pinsFor } from '../../../lib/rap/client/host-keys.ts';
import { readKnownHosts } from '../../../lib/rap/client/known-hosts.ts';
import { parseLoginKey } from '../../../lib/rap/client/private-key.ts';
import { typedPins } from '../../../lib/rap/typed-pins.ts';
import { newKey } from '../../../simulator/keys.ts';

const wire = ssh2.utils.parseKey(newEd25519Key().public);
assert.ok(!(wire instanceof Error));
const key = wire.getPublicSSH();
const base64 = key.toString('base64');
type PemOptions = Parameters<KeyObject['export']>[0] & { format: 'pem' };

const here = { host: '127.243.2.141', port: 18801 };
const other = { host: '127.243.2.142', port: 18801 };

describe('Host key pins', () => {
  it('from a known_hosts file are those of the address, several if there are several', () => {
    const another = newKey('another');
    const text = [
      '# comment',
      `[127.243.2.141]:18801,[127.243.2.142]:18801 ssh-ed25519 ${base64} next to each other`,
      `[127.243.2.141]:18801 ${another.publicKey}`,
      `127.243.2.141 ${newKey('port 22').publicKey}`,
    ].join('\r\n');
    const pins = readKnownHosts(text, [here, other]).pins;
    assert.deepEqual(pinsFor(pins, here), [fingerprintOf(key), another.fingerprint]);
    assert.deepEqual(pinsFor(pins, other), [fingerprintOf(key)]);
  });

  it('are found under hashed names', () => {
    const salt = Buffer.from('0123456789abcdef');
    const hash = createHmac('sha1', salt).update('[127.243.2.141]:18801').digest('base64');
    const pins = readKnownHosts(`|1|${salt.toString('base64')}|${hash} ssh-ed25519 ${base64}`, [
      here,
      other,
    ]).pins;
    assert.deepEqual(pinsFor(pins, here), [fingerprintOf(key)]);
    assert.deepEqual(pinsFor(pins, other), []);
  });

  it('give no trust to revoked keys and authorities', () => {
    const text = [
      `[127.243.2.141]:18801 ssh-ed25519 ${base64}`,
      `@revoked * ssh-ed25519 ${base64}`,
      `@cert-authority [127.243.2.141]:18801 ${newKey('authority').publicKey}`,
    ].join('\n');
    assert.deepEqual(readKnownHosts(text, [here]).pins, []);
  });

  it('typed by hand are taken with and without prefix and padding, anything else is refused by name', () => {
    const body = 'a'.repeat(43);
    for (const form of [`SHA256:${body}`, body, `sha256:${body}=`, `  SHA256:${body} `]) {
      assert.deepEqual(pinsFor(typedPins(form, 'pin', [here]), here), [`SHA256:${body}`]);
      assert.equal(normalFingerprint(form, 'pin'), `SHA256:${body}`);
    }
    for (const wrong of ['', 'SHA256:', 'SHA256:abc', 'MD5:aa:bb', `SHA256:${'a'.repeat(44)}`]) {
      assert.throws(
        () => typedPins(wrong, 'host key 1', [here]),
        (error: Error & { code: string }) => {
          assert.equal(error.code, 'CONFIG_INVALID');
          assert.match(error.message, /host key 1/);
          return true;
        },
      );
    }
  });
});

describe('A login key', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const ed = generateKeyPairSync('ed25519').privateKey;
  const pem = (form: typeof rsa, type: 'pkcs1' | 'sec1' | 'pkcs8', passphrase?: string) =>
    form
      .export({
        type,
        format: 'pem',
        ...(passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }),
      } as unknown as PemOptions)
      .toString();
  const openssh = (...encryption: Parameters<typeof newEd25519Key>) => newEd25519Key(...encryption).private;

  for (const [what, text, passphrase, type] of [
    ['RSA in PKCS#1', pem(rsa, 'pkcs1'), undefined, 'ssh-rsa'],
    ['RSA in PKCS#1 with a passphrase', pem(rsa, 'pkcs1', 'pass'), 'pass', 'ssh-rsa'],
    ['RSA in PKCS#8', pem(rsa, 'pkcs8'), undefined, 'ssh-rsa'],
    ['RSA in PKCS#8 with a passphrase', pem(rsa, 'pkcs8', 'pass'), 'pass', 'ssh-rsa'],
    ['EC in SEC1', pem(ec, 'sec1'), undefined, 'ecdsa-sha2-nistp256'],
    ['EC in PKCS#8', pem(ec, 'pkcs8'), undefined, 'ecdsa-sha2-nistp256'],
    ['Ed25519 in PKCS#8', pem(ed, 'pkcs8'), undefined, 'ssh-ed25519'],
    ['Ed25519 in PKCS#8 with a passphrase', pem(ed, 'pkcs8', 'pass'), 'pass', 'ssh-ed25519'],
    ['OpenSSH form', openssh(), undefined, 'ssh-ed25519'],
    [
      'OpenSSH form with a passphrase',
      openssh({ cipher: 'aes256-ctr', passphrase: 'pass', rounds: 2 }),
      'pass',
      'ssh-ed25519',
    ],
    [
      'a file with a byte order mark and CRLF',
      `\uFEFF${pem(rsa, 'pkcs1').replaceAll('\n', '\r\n')}`,
      undefined,
      'ssh-rsa',
    ],
  ] as const) {
    it(`is read as ${what}, and signs`, () => {
      const parsed = parseLoginKey(text, passphrase);
      assert.equal(parsed.type, type);
      const signature = parsed.sign(Buffer.from('data'));
      assert.ok(!(signature instanceof Error));
      assert.equal(parsed.verify(Buffer.from('data'), signature), true);
    });
  }

  for (const [what, text, passphrase] of [
    ['nothing', '', undefined],
    ['a public key', newEd25519Key().public, undefined],
    ['no key at all', 'hello', undefined],
    ['a passphrase that is missing', pem(rsa, 'pkcs8', 'pass'), undefined],
    ['a passphrase that is wrong', pem(rsa, 'pkcs8', 'pass'), 'wrong'],
    [
      'a wrong passphrase for OpenSSH form',
      openssh({ cipher: 'aes256-ctr', passphrase: 'pass', rounds: 2 }),
      'wrong',
    ],
  ] as const) {
    it(`is refused for ${what}, without a word of the key`, () => {
      assert.throws(
        () => parseLoginKey(text, passphrase),
        (error: Error & { code: string }) => {
          assert.equal(error.code, 'KEY_UNREADABLE');
          assert.ok(text.length < 60 || !error.message.includes(text.slice(30, 60)));
          return true;
        },
      );
    });
  }
});

describe('An account', () => {
  const good = { name: 'hkscc', installation: 'hkscc', user: 'SIM001' };

  it('has the addresses of the circular unless others are given', () => {
    assert.deepEqual(parseAccount(good).addresses, {
      primary: [
        { host: '10.243.2.141', port: 18801 },
        { host: '10.243.2.142', port: 18801 },
      ],
      secondary: [
        { host: '10.243.66.141', port: 18801 },
        { host: '10.243.66.142', port: 18801 },
      ],
    });
    const given = { primary: ['127.0.0.1:2022'], secondary: [] };
    assert.deepEqual(parseAccount({ ...good, addresses: given }).addresses.primary, [
      { host: '127.0.0.1', port: 2022 },
    ]);
  });

  for (const [field, config] of [
    ['name', { ...good, name: '../x' }],
    ['installation', { ...good, installation: 'hkex' }],
    ['user', { ...good, user: ' ' }],
    ['addresses.primary', { ...good, addresses: { primary: [], secondary: [] } }],
    ['addresses.primary.0', { ...good, addresses: { primary: ['a:b:c'], secondary: [] } }],
    ['host key 1', { ...good, pins: [{ host: 'h', fingerprint: 'SHA256:short' }] }],
    ['folders', { ...good, folders: [] }],
    ['Folder "/../etc"', { ...good, folders: ['/../etc'] }],
    ['profile', { ...good, profile: 'fast' }],
    ['deadlines.tcp', { ...good, deadlines: { tcp: 'soon' } }],
    ['limits.entries', { ...good, limits: { entries: 0 } }],
    ['idle', { ...good, idle: -1 }],
  ] as const) {
    it(`with a wrong ${field} is refused, and the field is named`, () => {
      assert.throws(
        () => parseAccount(config),
        (error: Error & { code: string }) => {
          assert.equal(error.code, 'CONFIG_INVALID');
          assert.ok(error.message.includes(field), error.message);
          return true;
        },
      );
    });
  }
});

describe('What ended a handshake', () => {
  const fresh = { hostKey: undefined, trusted: false, loginSent: false, loggedIn: false, firstWords: '' };
  const trusted = { ...fresh, hostKey: key, trusted: true };
  const asking = { ...trusted, loginSent: true };
  const error = (message: string, more: object = {}) => Object.assign(new Error(message), more);
  for (const [what, thrown, progress, code] of [
    ['a host key that is not pinned', error('Host denied'), { ...fresh, hostKey: key }, 'HOST_KEY_MISMATCH'],
    ['a refused login', error('failed', { level: 'client-authentication' }), asking, 'LOGIN_REFUSED'],
    [
      'a disconnect in answer to the login',
      error('Too many authentication failures', { code: 2 }),
      asking,
      'LOGIN_REFUSED',
    ],
    [
      'a disconnect for too many sessions',
      error('Too many sessions for this user', { code: 12 }),
      asking,
      'SESSION_REFUSED',
    ],
    ['a line cut in login', error('read ECONNRESET', { code: 'ECONNRESET' }), asking, 'CONNECTION_LOST'],
    [
      'no channel',
      error('(SSH) Channel open failure: open failed'),
      { ...asking, loggedIn: true },
      'SESSION_REFUSED',
    ],
    ['no SFTP', error('Unable to start subsystem: sftp'), { ...asking, loggedIn: true }, 'SFTP_UNSUPPORTED'],
    [
      'a penalty',
      error('closed'),
      { ...fresh, firstWords: 'Not allowed at this time\r\n' },
      'SESSION_REFUSED',
    ],
    ['no common algorithm', error('no matching cipher'), fresh, 'HANDSHAKE_FAILED'],
    [
      'a line cut in the key exchange',
      error('read ECONNRESET', { code: 'ECONNRESET' }),
      fresh,
      'HANDSHAKE_FAILED',
    ],
  ] as const) {
    it(`${what}: ${code}`, () => {
      const met = handshakeError(thrown, progress, 'there');
      assert.equal(met.code, code);
      // The ledger keeps why an account may not log in as data.
      const keeps = code === 'LOGIN_REFUSED' || code === 'SESSION_REFUSED';
      const { login, ...params } = met.details as Record<string, string>;
      assert.equal(login !== undefined, keeps);
      if (keeps) assert.equal(loginReasonText('en', { code: login ?? '', params }), met.message);
    });
  }
});
