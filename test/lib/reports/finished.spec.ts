import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { shippedCatalogue } from '../../../lib/reports/catalogue.ts';
import { unfinished, unfinishedZip } from '../../../lib/reports/finished.ts';

const zip = Buffer.from(zipSync({ 'RMAMR03.csv': Buffer.from('a,b,c\n'.repeat(500)) }));

/** A data file of so many records that begin with these types. */
function records(length: number, types: string, lineEnd = ''): Buffer {
  return Buffer.from([...types].map((type) => type.padEnd(length, 'x') + lineEnd).join(''));
}

describe('The end of a report', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rap-finished-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function judge(name: string, code: string, content: Buffer) {
    const file = path.join(folder, 'file');
    await writeFile(file, content);
    return unfinished({ name, code }, file, shippedCatalogue());
  }

  for (const [what, name, code, content, finished] of [
    ['a whole zip', 'RMAMR03_1_DAT.zip', 'RMAMR03', zip, true],
    ['a zip with a comment', 'a.zip', '', withComment(zip, 'made by'), true],
    ['a zip cut in its directory', 'a.zip', '', zip.subarray(0, zip.length - 30), false],
    ['a zip cut by one byte', 'a.zip', '', zip.subarray(0, zip.length - 1), false],
    ['an empty zip file', 'a.zip', '', Buffer.alloc(0), false],
    ['data records with a trailer', 'CCLTN05.txt', 'CCLTN05', records(143, '01119'), true],
    ['data records with line ends', 'CCLTN04.TXT', 'CCLTN04', records(127, '019', '\r\n'), true],
    ['data records without a trailer', 'CIPSI02.txt', 'CIPSI02', records(260, '0111'), false],
    ['half a record', 'CCLTN05.txt', 'CCLTN05', records(143, '019').subarray(0, 400), false],
    ['an empty data file', 'CCLTN05.txt', 'CCLTN05', Buffer.alloc(0), false],
    ['a form we do not know', 'CCMDS01.txt', 'CCMDS01', Buffer.from('anything'), true],
    ['a report of no code', 'notice.pdf', '', Buffer.alloc(0), true],
  ] as const) {
    it(`of ${what} is ${finished ? '' : 'not '}there`, async () => {
      assert.equal((await judge(name, code, content)) === undefined, finished);
    });
  }

  it('of a zip is missing wherever the zip is cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: zip.length - 1 }), (length) => {
        const cut = zip.subarray(0, length);
        assert.notEqual(unfinishedZip(cut, cut.length), undefined);
      }),
    );
  });
});

function withComment(bytes: Buffer, comment: string): Buffer {
  const out = Buffer.concat([bytes, Buffer.from(comment)]);
  out.writeUInt16LE(comment.length, bytes.length - 2);
  return out;
}
