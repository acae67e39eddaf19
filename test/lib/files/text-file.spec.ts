/** Text files as editors, spreadsheets and shells of every system leave them. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { visible } from '../../../lib/errors/visible.ts';
import { decodeText, linesOf, readText, readTextSync } from '../../../lib/files/text-file.ts';
import { temporaryFolder } from './temp-folder.ts';

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
const big5 = Buffer.from([0xb3, 0xf8, 0xaa, 0xed]);

function refusal(bytes: Buffer, options = {}): RapError {
  try {
    decodeText(bytes, 'The plan day.json', options);
  } catch (thrown) {
    assert.ok(thrown instanceof RapError, String(thrown));
    assert.ok(thrown.message.startsWith('The plan day.json '), thrown.message);
    return thrown;
  }
  assert.fail('the text was accepted');
}

describe('A text file that people bring', () => {
  const folder = temporaryFolder();
  const text = 'code,issued\r\nTC8,2025-06-21 中文\n';
  const forms: Record<string, Buffer> = {
    'UTF-8': Buffer.from(text),
    'UTF-8 with a mark': Buffer.from(`\uFEFF${text}`),
    'UTF-8 with two marks, of two files copied together': Buffer.from(`\uFEFF\uFEFF${text}`),
    'UTF-16 of Windows': Buffer.from(`\uFEFF${text}`, 'utf16le'),
    'UTF-16, the other way round': utf16be(`\uFEFF${text}`),
    'UTF-16 without a mark': Buffer.from(text, 'utf16le'),
    'UTF-16 without a mark, the other way round': utf16be(text),
    'UTF-8 with the end of text of DOS': Buffer.from(`${text}\x1A`),
  };
  for (const [form, bytes] of Object.entries(forms)) {
    it(`is read as ${form}`, () => assert.equal(decodeText(bytes, 'it'), text));
  }

  it('loses the marks that stand within it, at the head of a line only', () => {
    assert.equal(decodeText(Buffer.from('a\n\uFEFFb\uFEFF\r\uFEFFc'), 'it'), 'a\nb\uFEFF\rc');
  });

  it('is read in whatever form it was written, whatever it says', () => {
    const line = fc.string({ unit: 'grapheme' }).filter((one) => !/[\p{Cc}\uFEFF]/u.test(one));
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n', '\r'), (lines, end) => {
        const written = lines.join(end).toWellFormed();
        for (const bytes of [
          Buffer.from(written),
          Buffer.from(`\uFEFF${written}`),
          Buffer.from(`\uFEFF${written}`, 'utf16le'),
          utf16be(`\uFEFF${written}`),
        ]) {
          if (['PK\x03\x04', '%PDF-'].some((head) => written.startsWith(head))) return;
          assert.equal(decodeText(bytes, 'it'), written);
        }
      }),
    );
  });

  it('is lines, whichever system ended them', () => {
    assert.deepEqual(linesOf('a\r\nb\nc\rd\n\re'), ['a', 'b', 'c', 'd', '', 'e']);
  });

  const refused: [what: string, bytes: Buffer, says: RegExp, cure: RegExp][] = [
    ['Big5', Buffer.concat([Buffer.from('a\nbc'), big5]), /is not UTF-8.* line 2, character 3$/, /UTF-8/],
    ['Windows-1252', Buffer.from('caf\xe9', 'latin1'), /is not UTF-8.* line 1, character 4$/, /Notepad/],
    ['half a character', Buffer.from('中').subarray(0, 2), /is not UTF-8.* line 1, character 1$/, /UTF-8/],
    [
      'UTF-16 that was cut',
      Buffer.concat([Buffer.from('\uFEFFab\n', 'utf16le'), Buffer.from([0x41])]),
      /is not UTF-16.* line 2, character 1$/,
      /UTF-8/,
    ],
    [
      'half a pair',
      Buffer.from('\uFEFFa\uD800b', 'utf16le'),
      /is not UTF-16.* line 1, character 2$/,
      /UTF-8/,
    ],
    [
      'a zero byte',
      Buffer.from('ab\r\nc\0d'),
      /holds \\u\{0000\}, .* line 2, character 2$/,
      /saved as UTF-8/,
    ],
    ['an escape', Buffer.from('a\x1b[2Jb'), /holds \\u\{001b\}, .* line 1, character 2$/, /damaged/],
    ['a control of Latin-1', Buffer.from('a\u0085'), /holds \\u\{0085\}/, /damaged/],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0]), /holds \\u\{0000\}, .* character 1$/, /UTF-8/],
    ['a workbook', Buffer.from('PK\x03\x04and so on', 'latin1'), /a workbook of Excel$/, /CSV UTF-8/],
    ['an old workbook', Buffer.from('\xD0\xCF\x11\xE0', 'latin1'), /an old Excel$/, /CSV UTF-8/],
    ['a PDF', Buffer.from('%PDF-1.7'), /a PDF$/, /text file/],
  ];
  for (const [what, bytes, says, cure] of refused) {
    it(`is refused for ${what}, with the place and a cure`, () => {
      const error = refusal(bytes);
      assert.match(error.message, says);
      assert.match(error.cure, cure);
      assert.equal(error.code, 'CONFIG_INVALID');
    });
  }

  it('is refused in UTF-16 where another program must read it, too', () => {
    for (const bytes of [
      Buffer.from('\uFEFF[]', 'utf16le'),
      Buffer.from('[ ]', 'utf16le'),
      utf16be('\uFEFF[]'),
    ]) {
      const error = refusal(bytes, { onlyUtf8: true });
      assert.equal(error.message, 'The plan day.json is in UTF-16');
      assert.match(error.cure, /UTF-8/);
    }
    assert.equal(decodeText(Buffer.from('\uFEFF[]'), 'it', { onlyUtf8: true }), '[]');
  });

  it('is not taken for UTF-16 because of one zero byte', () => {
    for (const stray of ['0123\x005678', '012\x0045678', `${'x'.repeat(20)}\x00${'y'.repeat(21)}`]) {
      assert.match(refusal(Buffer.from(stray)).message, /holds \\u\{0000\}/, JSON.stringify(stray));
    }
  });

  it('is read for its ASCII where only that counts, whatever its remarks are written in', () => {
    const bytes = Buffer.concat([Buffer.from('host key # '), big5, Buffer.from('\x85\n', 'latin1')]);
    assert.match(decodeText(bytes, 'it', { asciiCounts: true }), /^host key # /);
    assert.match(
      refusal(Buffer.concat([bytes, Buffer.from([0])]), { asciiCounts: true }).message,
      /u\{0000\}/,
    );
  });

  it('is refused when it is larger than such a file can be', async () => {
    const file = path.join(folder(), 'large');
    await writeFile(file, 'x'.repeat(200_000));
    const options = { what: 'The plan', limit: 100_000 };
    const too = { code: 'CONFIG_INVALID', message: `The plan ${file} is larger than 100000 bytes` };
    await assert.rejects(readText(file, options), too);
    assert.throws(() => readTextSync(file, options), too);
    assert.equal((await readText(file, { what: 'The plan' })).length, 200_000);
    assert.equal(readTextSync(file, { what: 'The plan', limit: 200_000 }).length, 200_000);
  });

  it('that cannot be read is named with the reason, and what cannot be seen in its name is shown', async () => {
    for (const [file, says] of [
      [
        path.join(folder(), 'none\r'),
        /^The plan \S+none\\r cannot be read \(ENOENT\): there is no such file$/,
      ],
      [folder(), /^The plan \S+ cannot be read \(EISDIR\): it is a folder$/],
    ] as const) {
      const error = { code: 'KEY_UNREADABLE', message: says };
      await assert.rejects(readText(file, { what: 'The plan', code: 'KEY_UNREADABLE' }), error);
      assert.throws(() => readTextSync(file, { what: 'The plan', code: 'KEY_UNREADABLE' }), error);
    }
  });

  it('is shown on one line with what cannot be seen written out', () => {
    assert.equal(visible('C:\\a b\t中\r\n\u200b\u202e\x1b'), 'C:\\a b\\t中\\r\\n\\u{200b}\\u{202e}\\u{001b}');
  });
});
