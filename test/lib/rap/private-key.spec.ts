/** Private keys as people have them. The samples of PuTTY's form are made with puttygen 0.78. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import crypto, { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path, { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { newEd25519Key } from '../../../lib/rap/client/ed25519-key.ts';
import { readPpk } from '../../../lib/rap/client/ppk.ts';
import { openToOthers, parseLoginKey, readLoginKey } from '../../../lib/rap/client/private-key.ts';
import { newKey, newRsaKey } from '../../../simulator/keys.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const samples = fileURLToPath(new URL('keys/', import.meta.url));
const sample = (name: string) => readFileSync(path.join(samples, name), 'utf8');
const PHRASE = 'correct horse';

const publicOf = (text: string, passphrase?: string) =>
  parseLoginKey(text, passphrase).getPublicSSH().toString('base64');

function refusal(text: string, passphrase?: string, file?: string): RapError {
  try {
    parseLoginKey(text, passphrase, file);
  } catch (thrown) {
    assert.ok(thrown instanceof RapError, String(thrown));
    assert.equal(thrown.code, 'KEY_UNREADABLE');
    return thrown;
  }
  assert.fail('the key was accepted');
}

const pem = (key: KeyObject, type: 'pkcs1' | 'sec1' | 'pkcs8', cipher?: string) =>
  key.export({ type, format: 'pem', ...(cipher ? { cipher, passphrase: PHRASE } : {}) } as never).toString();

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const ed = newKey('ops desk');

const keys: Record<string, { text: string; passphrase?: string }> = {
  'OpenSSH, Ed25519': { text: ed.privateKey },
  'PEM, RSA': { text: newRsaKey().privateKey },
  'PEM, RSA, passphrase in its head': { text: pem(rsa, 'pkcs1', 'aes-128-cbc'), passphrase: PHRASE },
  'PEM, ECDSA': { text: pem(ec, 'sec1') },
  'PKCS#8, RSA': { text: pem(rsa, 'pkcs8') },
  'PKCS#8, ECDSA, passphrase': { text: pem(ec, 'pkcs8', 'aes-256-cbc'), passphrase: PHRASE },
  'PuTTY 2, RSA': { text: sample('rsa-v2.ppk') },
  'PuTTY 3, ECDSA': { text: sample('ecdsa384-v3.ppk') },
  'PuTTY 2, Ed25519, passphrase': { text: sample('ed25519-v2-locked.ppk'), passphrase: PHRASE },
};

/** What happens to a text on its way. */
const ways: Record<string, (text: string) => string> = {
  'as it is': (text) => text,
  'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
  'with CR': (text) => text.replaceAll('\n', '\r'),
  'without its last line end': (text) => text.trimEnd(),
  'with blanks at line ends': (text) => text.replaceAll('\n', '  \n'),
  indented: (text) => text.replace(/^/gm, '    '),
  'with tabs in front': (text) => text.replace(/^/gm, '\t'),
  'quoted by a mail program': (text) => text.replace(/^/gm, '> '),
  'with empty lines between': (text) => text.replaceAll('\n', '\n\n'),
  'on one line, with blanks': (text) => text.trim().replaceAll('\n', ' '),
  'on one line, without': (text) => text.trim().replaceAll('\n', ''),
  'with line ends written out': (text) => text.replaceAll('\n', '\\n'),
  'with line ends written out twice': (text) => text.replaceAll('\n', '\\\\n'),
  'with line ends of Windows written out': (text) => text.replaceAll('\n', '\\r\\n'),
  'in quotes': (text) => `"${text.trim()}"`,
  'as a value of JSON': (text) => JSON.stringify({ key: text }),
  'with line ends written out, as a line of many': (text) =>
    `USER=x\nKEY='${text.replaceAll('\n', '\\n')}'\nPORT=22\n`,
  'with text around': (text) => `Dear ops,\n\nhere is the key:\n${text}\nregards\nAda - desk\n`,
  'in base64 as a whole': (text) => Buffer.from(text).toString('base64'),
  'in base64 as a whole, with line ends': (text) =>
    Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\n'),
};

describe('A private key', () => {
  const folder = temporaryFolder();

  for (const [form, { text, passphrase }] of Object.entries(keys)) {
    it(`(${form}) is read whatever happened to it on its way`, () => {
      const wanted = publicOf(text, passphrase);
      for (const [way, change] of Object.entries(ways)) {
        // Marks in front of each line of PuTTY's form become part of its fields.
        if (form.startsWith('PuTTY') && way === 'quoted by a mail program') continue;
        assert.doesNotThrow(() => publicOf(change(text), passphrase), way);
        assert.equal(publicOf(change(text), passphrase), wanted, way);
      }
    });
  }

  it('is read from a file in UTF-16, with a mark, and with remarks in Big5', async () => {
    const remark = Buffer.from([0xa4, 0x4b, 0xb8, 0xb9, 0x0a]);
    for (const bytes of [
      Buffer.from(`\uFEFF${ed.privateKey}`, 'utf16le'),
      Buffer.from(`\uFEFF${ed.privateKey}`),
      Buffer.concat([remark, Buffer.from(ed.privateKey)]),
    ]) {
      const file = path.join(folder(), 'key');
      writeFileSync(file, bytes);
      assert.equal((await readLoginKey(file)).getPublicSSH().toString('base64'), ed.blob.toString('base64'));
    }
  });

  if (process.platform === 'win32') {
    it('whose rights cannot be looked at is not called open', async () => {
      const file = path.join(folder(), 'key');
      writeFileSync(file, 'x');
      // Others may or may not read a new file here; what is said names them and the command.
      assert.match((await openToOthers(file)) ?? 'Run: icacls', /Run: icacls/);
    });
  } else
    for (const mode of [0o640, 0o604, 0o620, 0o644, 0o777]) {
      it(`with mode ${mode.toString(8)} is open to others, and the command that closes it is said`, async () => {
        const folder = await mkdtemp(join(tmpdir(), 'rap-key-'));
        try {
          const file = join(folder, "ops' key");
          await writeFile(file, 'x', { mode: 0o600 });
          assert.equal(await openToOthers(file), undefined);
          await chmod(file, mode);
          const said = (await openToOthers(file)) ?? assert.fail();
          assert.match(said, new RegExp(`\\(mode ${mode.toString(8)}\\)`));
          if (process.platform !== 'win32')
            assert.equal(await openToOthers(file, 'win32'), undefined, 'nothing is claimed without icacls');
          const command = /Run: (.*)$/.exec(said)?.[1] ?? assert.fail(said);
          execFileSync('sh', ['-c', command]);
          assert.equal(await openToOthers(file), undefined, command);
        } finally {
          await rm(folder, { recursive: true });
        }
      });
    }

  it('that is not there is no key open to others', async () => {
    assert.equal(await openToOthers('/nowhere/key'), undefined);
  });

  it('is read with marks that a word processor made longer', () => {
    assert.equal(
      publicOf(ed.privateKey.replaceAll('-----', '\u2014\u2014\u2013')),
      ed.blob.toString('base64'),
    );
    assert.equal(publicOf(ed.privateKey.replaceAll(' PRIVATE', '\u00a0PRIVATE')), ed.blob.toString('base64'));
  });

  it('is read beside what is no private key: parameters, a certificate, its own public half', () => {
    const parameters = '-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n';
    const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
    const text = pem(ec, 'sec1');
    assert.equal(publicOf(parameters + text), publicOf(text));
    assert.equal(publicOf(text + certificate), publicOf(text));
    assert.equal(publicOf(`${ed.publicKey}\n${ed.privateKey}`), ed.blob.toString('base64'));
    assert.equal(publicOf(text + text), publicOf(text), 'the same key twice is one key');
  });

  it('is read with lines before it that say whose it is, and with line ends of a web page', () => {
    for (const text of [pem(rsa, 'pkcs8'), pem(rsa, 'pkcs1'), pem(ec, 'sec1')]) {
      for (const head of [
        'Comment: of Ada\n\n',
        'Subject: rap\nX-Note: a long \\\nline\n\n',
        'Comment: "x"\n',
      ]) {
        const first = text.replace('-----\n', () => `-----\n${head}`);
        assert.equal(publicOf(first), publicOf(text), head);
        assert.equal(publicOf(first.replaceAll('\n', '\r\n')), publicOf(text), head);
      }
      assert.equal(publicOf(text.replaceAll('\n', '<br>\r\n')), publicOf(text));
    }
    const locked = pem(rsa, 'pkcs1', 'aes-128-cbc').replace('Proc-Type', 'Comment: x\nProc-Type');
    assert.equal(publicOf(locked, PHRASE), publicOf(pem(rsa, 'pkcs1')));
  });

  for (const cipher of ['aria-128-cbc', 'camellia-256-cbc', 'des-ede3-cbc']) {
    it(`is opened where its head names ${cipher}`, () => {
      assert.equal(publicOf(pem(rsa, 'pkcs1', cipher), PHRASE), publicOf(pem(rsa, 'pkcs1')));
    });
  }

  it('is read with a curve that is written out in numbers', () => {
    // openssl ecparam -name prime256v1 -param_enc explicit -genkey
    const text = sample('explicit-curve.pem');
    assert.equal(parseLoginKey(text).type, 'ecdsa-sha2-nistp256');
  });

  it('is opened by a passphrase that comes with a line end', () => {
    const text = pem(rsa, 'pkcs8', 'aes-256-cbc');
    for (const given of [PHRASE, `${PHRASE}\r`, `${PHRASE}\r\n`, `\uFEFF${PHRASE}\n`]) {
      assert.equal(publicOf(text, given), publicOf(pem(rsa, 'pkcs8')));
    }
  });

  describe('of PuTTYgen', () => {
    const types: Record<string, string> = Object.fromEntries(
      sample('public-keys')
        .trim()
        .split('\n')
        .map((line) => [line.split(' ').at(-1), line.split(' ')[1]]),
    );
    const withoutArgon2 = !('argon2Sync' in crypto);
    const readable = readdirSync(samples).filter((name) => /^(rsa|ed25519|ecdsa).*\.ppk$/.test(name));
    for (const name of readable) {
      it(`${name} is the key whose public half PuTTYgen showed`, () => {
        const locked = name.includes('locked');
        const text = sample(name);
        if (locked && withoutArgon2 && /v3/.test(name)) {
          assert.match(refusal(text, PHRASE).message, /wants Node.js 24.7 or newer/);
          return;
        }
        assert.equal(publicOf(text, locked ? PHRASE : undefined), types[name.split('-')[0] ?? '']);
        if (!locked) return;
        assert.match(refusal(text).message, /has a passphrase, and none was given/);
        assert.match(refusal(text, 'wrong').message, /not opened by the passphrase/);
      });
    }

    it('signs', () => {
      const key = parseLoginKey(sample(withoutArgon2 ? 'rsa-v3.ppk' : 'rsa-v3-locked.ppk'), PHRASE);
      const signature = key.sign(Buffer.from('data'));
      assert.ok(!(signature instanceof Error) && key.verify(Buffer.from('data'), signature));
    });

    it('with Argon2 is called by its name where Node.js does not have that', () => {
      const without = readPpk(sample('ed25519-v3-locked.ppk'), PHRASE, null);
      assert.deepEqual(without, { fault: 'argon2', type: 'ssh-ed25519' });
    });

    const damage: [what: string, change: (text: string) => string, says: RegExp][] = [
      [
        'another comment',
        (text) => text.replace('ops desk', 'ops dusk'),
        /form of PuTTY \(\.ppk\), and damaged/,
      ],
      ['a letter less', (text) => text.replace(/(Private-Lines: 1\n)./, '$1'), /damaged/],
      ['a line less', (text) => text.replace(/(Public-Lines: 2\n).*\n/, '$1'), /damaged/],
      ['no seal', (text) => text.replace(/Private-MAC.*/, ''), /damaged/],
      ['another version', (text) => text.replace('File-3', 'File-4'), /other than version 2 and 3/],
    ];
    for (const [what, change, says] of damage) {
      it(`is refused with ${what}`, () => {
        assert.match(refusal(change(sample('ed25519-v3.ppk'))).message, says);
      });
    }
  });

  const openssh = (cipher: string) => newEd25519Key({ cipher, passphrase: PHRASE, rounds: 2 }).private;
  const refused: [what: string, text: string, passphrase: string | undefined, says: RegExp, cure: RegExp][] =
    [
      ['nothing', ' \n', undefined, /is empty$/, /all its lines/],
      [
        'OpenSSH without the passphrase',
        openssh('aes256-ctr'),
        undefined,
        /has a passphrase, and none was given$/,
        /RAP_KEY_PASSPHRASE/,
      ],
      [
        'OpenSSH with a wrong one',
        openssh('aes256-ctr'),
        'no',
        /not opened by the passphrase that was given$/,
        /passphrase/,
      ],
      [
        'a passphrase with a blank',
        openssh('aes256-ctr'),
        `${PHRASE} `,
        /given; it begins or ends with a blank$/,
        /passphrase/,
      ],
      [
        'PEM without the passphrase',
        pem(rsa, 'pkcs1', 'aes-128-cbc'),
        '',
        /has a passphrase, and none/,
        /passphrase/,
      ],
      ['PEM with a wrong one', pem(rsa, 'pkcs1', 'aes-128-cbc'), 'no', /not opened by/, /passphrase/],
      [
        'PKCS#8 without the passphrase',
        pem(ec, 'pkcs8', 'aes-256-cbc'),
        undefined,
        /has a passphrase, and none/,
        /passphrase/,
      ],
      ['PKCS#8 with a wrong one', pem(ec, 'pkcs8', 'aes-256-cbc'), 'no', /not opened by/, /passphrase/],
      ['a public key', ed.publicKey, undefined, /is the public key/, /without "\.pub"/],
      [
        'a public key in PEM',
        generateKeyPairSync('rsa', { modulusLength: 1024 })
          .publicKey.export({ type: 'spki', format: 'pem' })
          .toString(),
        undefined,
        /is the public key/,
        /private key/,
      ],
      [
        'a public key of PuTTYgen',
        '---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----',
        undefined,
        /is the public key/,
        /private key/,
      ],
      [
        'a certificate',
        `ssh-ed25519-cert-v01@openssh.com ${ed.publicKey.split(' ')[1]}`,
        undefined,
        /is a certificate/,
        /private key/,
      ],
      [
        'a certificate of the web',
        '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
        undefined,
        /is a certificate/,
        /private key/,
      ],
      [
        'two keys',
        ed.privateKey + newKey('other').privateKey,
        undefined,
        /holds 2 private keys$/,
        /registered with HKEX/,
      ],
      [
        'two keys in two forms',
        ed.privateKey + sample('rsa-v3.ppk'),
        undefined,
        /holds 2 private keys$/,
        /one key/,
      ],
      [
        'a key that was cut',
        ed.privateKey.slice(0, 200),
        undefined,
        /is cut: its line "END OPENSSH PRIVATE KEY" is missing$/,
        /all its lines/,
      ],
      [
        'a key with its middle gone',
        ed.privateKey.replace(/(?<=KEY-----\n.{20}).{30}/, ''),
        undefined,
        /is damaged$/,
        /good copy/,
      ],
      [
        'a key with something in it',
        pem(rsa, 'pkcs8').replace('\nMI', '\n…MI'),
        undefined,
        /is damaged: something in it/,
        /good copy/,
      ],
      [
        'only the middle of a key',
        pem(rsa, 'pkcs8').replace(/-----.*-----\n/g, ''),
        undefined,
        /has no BEGIN and END lines$/,
        /all its lines/,
      ],
      [
        'a DSA key of PuTTY',
        sample('dsa-v3.ppk'),
        undefined,
        /DSA key, which signs with SHA-1 only$/,
        /rap key new/,
      ],
      [
        'a DSA key',
        '-----BEGIN DSA PRIVATE KEY-----\nMIIB\n-----END DSA PRIVATE KEY-----',
        undefined,
        /DSA key/,
        /rap key new/,
      ],
      [
        'an Ed448 key of PuTTY',
        sample('ed448-v3.ppk'),
        undefined,
        /of the type ssh-ed448, which is not supported$/,
        /rap key new/,
      ],
      [
        'an Ed448 key',
        pem(generateKeyPairSync('ed448').privateKey, 'pkcs8'),
        undefined,
        /of the type ed448/,
        /rap key new/,
      ],
      [
        'another curve',
        pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey, 'sec1'),
        undefined,
        /ECDSA with the curve secp256k1/,
        /rap key new/,
      ],
      [
        'a key of ssh.com',
        '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2/5\n---- END SSH2 ENCRYPTED PRIVATE KEY ----',
        undefined,
        /form of ssh\.com$/,
        /ssh-keygen -i -f '\/k\/my key' >/,
      ],
      [
        'a key of PGP',
        '-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ\n-----END PGP PRIVATE KEY BLOCK-----',
        undefined,
        /"PGP PRIVATE KEY BLOCK"/,
        /ssh-keygen/,
      ],
      ['other text', 'hello', undefined, /is no private key that can be understood$/, /ssh-keygen/],
    ];
  for (const [what, text, passphrase, says, cure] of refused) {
    it(`is refused for ${what}, with the file, a cure that fits, and no word of the key`, () => {
      const error = refusal(text, passphrase, '/k/my key');
      assert.match(error.message, /^The private key file \/k\/my key /);
      assert.match(error.message, says);
      assert.match(error.cure, cure);
      assert.equal(/passphrase/i.test(error.cure), /passphrase/i.test(error.message), error.cure);
      for (const part of text.match(/[A-Za-z0-9+/]{24,}/g) ?? []) {
        assert.ok(!`${error.message}${error.cure}`.includes(part), 'a part of the key is shown');
      }
      assert.match(refusal(text, passphrase).message, /^The private key (?!file)/);
    });
  }

  const files: [what: string, bytes: Buffer, says: RegExp, cure: RegExp][] = [
    [
      'a binary key',
      rsa.export({ type: 'pkcs8', format: 'der' }),
      /binary \(DER or PKCS#12\)/,
      /openssl pkey -inform DER/,
    ],
    ['a key of SSH 1', Buffer.from('SSH PRIVATE KEY FILE FORMAT 1.1\n\0\0'), /SSH protocol 1/, /rap key new/],
    ['a file that is too large', Buffer.alloc(300_000, 0x41), /larger than 262144 bytes/, /right file/],
    ['zero bytes', Buffer.from('ssh\0'), /holds \\u\{0000\}.* character 4/, /UTF-8/],
  ];
  for (const [what, bytes, says, cure] of files) {
    it(`in a file is refused for ${what}`, async () => {
      const file = path.join(folder(), 'key');
      writeFileSync(file, bytes);
      await assert.rejects(readLoginKey(file), (error: RapError) => {
        assert.equal(error.code, 'KEY_UNREADABLE');
        assert.ok(error.message.startsWith(`The private key file ${file} `));
        assert.match(error.message, says);
        assert.match(error.cure, cure);
        assert.doesNotMatch(error.cure, /passphrase/);
        return true;
      });
    });
  }

  it('that is not there is no matter of a passphrase', async () => {
    await assert.rejects(readLoginKey(path.join(folder(), 'none')), (error: RapError) => {
      assert.match(
        error.message,
        /^The private key file \S+ cannot be read \(ENOENT\): there is no such file$/,
      );
      assert.doesNotMatch(error.cure, /passphrase/);
      return error.code === 'KEY_UNREADABLE';
    });
  });

  it('either is read or is refused, whatever is done to it', () => {
    const texts = Object.values(keys).map(({ text }) => text);
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.nat({ max: 40 }),
        fc.oneof(fc.string(), fc.constantFrom('\n', '-----', 'BEGIN ', 'Private-Lines: 9', '=')),
        (text, at, gone, put) => {
          const place = at % text.length;
          try {
            parseLoginKey(text.slice(0, place) + put + text.slice(place + gone));
          } catch (error) {
            assert.ok(error instanceof RapError && error.code === 'KEY_UNREADABLE', String(error));
          }
        },
      ),
    );
  });
});
