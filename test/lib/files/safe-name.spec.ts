import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import {
  collisionKey,
  nameHexOf,
  refuseName,
  showBeginning,
  showName,
} from '../../../lib/files/safe-name.ts';

/** 100 000 names in every run; RAP_PROPERTY_RUNS=1000000 for the long one. */
const RUNS = Number(process.env.RAP_PROPERTY_RUNS ?? 100_000);

describe('refuseName', () => {
  const safe = [
    'CCLTN05_20261120_01.txt',
    'RP009.zip',
    '結算報告 二零二六.pdf',
    '-rf',
    'a b',
    '.hidden',
    'console.txt',
    'COM10.txt',
    'x'.repeat(200),
  ];
  for (const name of safe)
    it(`accepts ${showName(name).slice(0, 40)}`, () => assert.equal(refuseName(name), undefined));

  const unsafe: [string | Uint8Array, RegExp][] = [
    ['', /empty/],
    ['.', /folder/],
    ['..', /folder/],
    ['../x', /separator/],
    ['/etc/passwd', /separator/],
    ['..\\x', /separator/],
    ['a\0b', /seen/],
    ['a\r\nBcc: x', /seen/],
    ['\u001b[2Jx', /seen/],
    ['abc\u202etxt.exe', /seen/],
    ['a\u200bb', /seen/],
    ['a\u00a0b', /seen/],
    ['a\u3164b', /seen/],
    ['\ud800', /seen/],
    ['a\ufffd', /seen/],
    ['a:stream', /Windows/],
    ['what?', /Windows/],
    [' a', /blank/],
    ['a ', /blank/],
    ['a.', /dot/],
    ['CON', /device/],
    ['nul.txt', /device/],
    ['com1.log', /device/],
    ['LPT\u00b2', /device/],
    ['AUX .txt', /device/],
    ['.part-00', /own/],
    ['.RAP-share.json', /own/],
    ['e\u0301.txt', /NFC/],
    ['x'.repeat(201), /longer/],
    ['報'.repeat(67), /longer/],
    [Buffer.from([0xb3, 0xf8, 0x2e, 0x74]), /UTF-8/],
    [Buffer.from('ok/../no'), /separator/],
  ];
  for (const [name, reason] of unsafe) {
    it(`refuses ${showName(name).slice(0, 40) || 'the empty name'}`, () => {
      assert.match(refuseName(name) ?? 'accepted', reason);
    });
  }

  it('says the same of text and of its bytes', () => {
    assert.equal(refuseName(Buffer.from('CCLTN05.txt')), undefined);
    assert.match(refuseName(Buffer.from('\ufeffCCLTN05.txt')) ?? '', /seen/);
  });

  it(`never lets a name leave its folder on any system (${RUNS} names)`, function () {
    this.timeout(300_000 + RUNS / 5);
    const nasty = fc.constantFrom(
      '.',
      '..',
      '/',
      '\\',
      ':',
      'CON',
      'nul',
      '\0',
      ' ',
      '\u202e',
      '~',
      'é',
      'e\u0301',
      '報',
      '$',
      '%2e',
    );
    const names = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.array(fc.oneof(nasty, fc.string({ maxLength: 3 })), { maxLength: 8 }).map((parts) => parts.join('')),
    );
    let accepted = 0;
    fc.assert(
      fc.property(names, (name) => {
        if (refuseName(name) !== undefined) return;
        accepted++;
        assert.equal(path.posix.join('/root', name), `/root/${name}`);
        assert.equal(path.win32.join('C:\\root', name), `C:\\root\\${name}`);
        assert.equal(path.win32.resolve('C:\\root', name), `C:\\root\\${name}`);
        assert.equal(path.posix.basename(name), name);
        assert.ok(name.length > 0 && Buffer.byteLength(name) <= 200);
        assert.equal(Buffer.from(name).toString(), name, 'bytes and text agree');
        assert.equal(showName(name), name, 'an accepted name shows as it is');
      }),
      { numRuns: RUNS },
    );
    assert.ok(accepted > RUNS / 50, `only ${accepted} names were accepted: the generator is too wild`);
  });

  it('answers for any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const reason = refuseName(bytes);
        assert.ok(reason === undefined || reason.length > 0);
        assert.match(showName(bytes), /^[^\p{C}]*$/u);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('collisionKey', () => {
  it('joins what a disk may take for one name', () => {
    const twins: [string, string][] = [
      ['A.txt', 'a.TXT'],
      ['é', 'e\u0301'],
      ['straße', 'STRASSE'],
      ['\u212a', 'k'],
      ['ς', 'Σ'],
    ];
    for (const [one, two] of twins) assert.equal(collisionKey(one), collisionKey(two), `${one} ${two}`);
  });

  it('keeps different names apart', () => {
    assert.notEqual(collisionKey('CCLTN04'), collisionKey('CCLTN05'));
    assert.notEqual(collisionKey('報一'), collisionKey('報二'));
  });

  it('sees every pair that differs only in the case of letters or the normal form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (name) => {
        assert.equal(collisionKey(name.normalize('NFD')), collisionKey(name));
        assert.equal(collisionKey(name.toUpperCase()), collisionKey(name));
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('showName', () => {
  it('makes everything visible and keeps what is readable', () => {
    assert.equal(showName('a\u202eb\r\n報.txt'), 'a\\u{202e}b\\u{000d}\\u{000a}報.txt');
    assert.equal(showName(Buffer.from([0x41, 0xff, 0x0a])), 'A\\xff\\x0a');
  });
});

describe('a name that is longer than any file system holds', () => {
  it('is known by its beginning and its hash, whole names by themselves, and no two by the same', () => {
    const long = (length: number, end: string) => Buffer.from('報x\0'.repeat(length).slice(0, length) + end);
    const names = [0, 130, 133, 134, 300, 5_000, 250_000].flatMap((length) =>
      ['', 'a', 'b'].map((end) => long(length, end)),
    );
    const known = names.map((name) => nameHexOf(name));
    assert.equal(new Set(known).size, names.length);
    for (const [at, name] of names.entries()) {
      assert.ok((known[at]?.length ?? 0) <= 800, `${known[at]?.length}`);
      if (name.length <= 400) assert.equal(known[at], name.toString('hex'));
      assert.ok(showBeginning(name).length <= 400 * 8 + 30);
    }
    assert.match(showBeginning(long(5_000, '')), /\.\.\. \(\d+ bytes\)$/);
  });
});
