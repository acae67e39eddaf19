import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { zipSync } from 'fflate';
import { inspectZip } from '../../../../lib/reports/integrity/zip.ts';
import { brief, sourceOf } from './looking.ts';

const verdict = async (zip: Buffer) => brief(await inspectZip(sourceOf(zip)));

type Options = NonNullable<Parameters<typeof zipSync>[1]>;
const zipOf = (members: Record<string, string | Uint8Array>, options: Options = {}) =>
  Buffer.from(
    zipSync(
      Object.fromEntries(
        Object.entries(members).map(([name, content]) => [
          name,
          typeof content === 'string' ? Buffer.from(content) : content,
        ]),
      ),
      { mtime: '2025-11-17', ...options },
    ),
  );

const text = 'a row of a report\r\n'.repeat(500);
const stored = zipOf({ 'a.csv': text, 'b.csv': 'b'.repeat(300) }, { level: 0 });
const packed = zipOf({ 'a.csv': text, 'dir/b.csv': `${text}more` });

const END = 22;
const directoryAt = (zip: Buffer) => zip.readUInt32LE(zip.length - END + 16);
/** A copy with one change. */
function changed(zip: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(zip);
  change(copy);
  return copy;
}

/** Names of one length, so that they can be put in the place of others. */
const named = (name: string) => {
  const stand = 'x'.repeat(name.length);
  return Buffer.from(
    zipOf({ [stand]: 'x' })
      .toString('latin1')
      .replaceAll(stand, name),
    'latin1',
  );
};

/** A zip with a name for programs that know its extra field ("Info-ZIP Unicode Path"), beside the usual one. */
const alsoNamed = (name: string) =>
  zipOf({ 'a.csv': 'x' }, { extra: { 28789: Buffer.concat([Buffer.alloc(5, 1), Buffer.from(name)]) } });

/** The same zip as written by a stream: sizes and checksum stand behind the data. */
function streamed(content: string): Buffer {
  const whole = zipOf({ 'a.csv': content });
  const nameAt = 30;
  const dataAt = nameAt + whole.readUInt16LE(26) + whole.readUInt16LE(28);
  const at = directoryAt(whole);
  const local = changed(whole.subarray(0, dataAt), (copy) => {
    copy.writeUInt16LE(copy.readUInt16LE(6) | 8, 6);
    copy.fill(0, 14, 26);
  });
  const descriptor = Buffer.alloc(16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  whole.copy(descriptor, 4, at + 16, at + 28);
  const directory = changed(whole.subarray(at), (copy) => {
    copy.writeUInt16LE(copy.readUInt16LE(8) | 8, 8);
    copy.writeUInt32LE(at + 16, copy.length - END + 16);
  });
  return Buffer.concat([local, whole.subarray(dataAt, at), descriptor, directory]);
}

/** The same zip with an end record for large zips. */
function zip64(zip: Buffer): Buffer {
  const at = zip.length - END;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  const entries = BigInt(zip.readUInt16LE(at + 10));
  record.writeBigUInt64LE(entries, 24);
  record.writeBigUInt64LE(entries, 32);
  record.writeBigUInt64LE(BigInt(zip.readUInt32LE(at + 12)), 40);
  record.writeBigUInt64LE(BigInt(zip.readUInt32LE(at + 16)), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(at), 8);
  locator.writeUInt32LE(1, 16);
  const end = changed(zip.subarray(at), (copy) => copy.fill(0xff, 8, 20));
  return Buffer.concat([zip.subarray(0, at), record, locator, end]);
}

/** 12 MiB of zeros with a hundredth of noise. */
function mostlyEmpty(): Buffer {
  const content = Buffer.alloc(12 << 20);
  randomFillSync(content, 0, content.length / 100);
  return content;
}

describe('A zip', () => {
  const comment = (zip: Buffer, words: string) =>
    Buffer.concat([
      changed(zip, (copy) => copy.writeUInt16LE(words.length, copy.length - 2)),
      Buffer.from(words),
    ]);
  for (const [what, zip] of [
    ['stored', stored],
    ['packed', packed],
    ['empty', zipOf({})],
    ['with an empty member and a folder', zipOf({ 'dir/': '', 'empty.csv': '' })],
    ['with a comment', comment(packed, 'made by HKEX')],
    ['written by a stream', streamed(text)],
    ['with an end record for large zips', zip64(packed)],
    [
      'with 1,000 members',
      zipOf(Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`m${n}.csv`, `row ${n}`]))),
    ],
    ['that unpacks to 90 times its size', zipOf({ 'a.csv': mostlyEmpty() })],
  ] as const) {
    it(`${what} is sound`, async function () {
      this.timeout(300_000);
      assert.equal(await verdict(zip), 'sound');
    });
  }

  const dataAt = 30 + 'a.csv'.length;
  for (const [what, zip, expected] of [
    [
      'with a changed bit in stored data',
      changed(stored, (copy) => {
        copy[dataAt + 9] = (copy[dataAt + 9] ?? 0) ^ 1;
      }),
      'damaged - a.csv',
    ],
    [
      'with a changed bit in packed data',
      changed(packed, (copy) => {
        copy[dataAt + 9] = (copy[dataAt + 9] ?? 0) ^ 1;
      }),
      'damaged - a.csv',
    ],
    [
      'with another checksum in the directory',
      changed(packed, (copy) => {
        const at = directoryAt(copy) + 16;
        copy[at] = (copy[at] ?? 0) ^ 1;
      }),
      'damaged - a.csv',
    ],
    [
      'with another size in the directory',
      changed(stored, (copy) => {
        const at = directoryAt(copy) + 24;
        copy.writeUInt32LE(copy.readUInt32LE(at) + 1, at);
      }),
      'damaged - a.csv',
    ],
    [
      'with another name in a local header',
      changed(packed, (copy) => copy.write('z', 30)),
      'damaged - a.csv',
    ],
    ['cut in its end record', packed.subarray(0, -3), 'damaged -'],
    ['cut in its directory', packed.subarray(0, directoryAt(packed) + 20), 'damaged -'],
    ['with bytes behind its end', Buffer.concat([packed, Buffer.from('x')]), 'damaged -'],
    [
      'whose end record counts a member more',
      changed(packed, (copy) => {
        copy.writeUInt16LE(3, copy.length - 12);
        copy.writeUInt16LE(3, copy.length - 14);
      }),
      'damaged -',
    ],
    [
      'whose end record counts a member less',
      changed(packed, (copy) => {
        copy.writeUInt16LE(1, copy.length - 12);
        copy.writeUInt16LE(1, copy.length - 14);
      }),
      'damaged -',
    ],
    ['that is empty as a file', Buffer.alloc(0), 'damaged -'],
    ['that is none', Buffer.from('PK not really a zip file at all'), 'damaged -'],
    ['with a name upwards', named('../a.csv'), 'damaged - ../a.csv'],
    ['with a name upwards in the middle', named('d/../../a'), 'damaged - d/../../a'],
    ['with a name upwards by the other slash', named('..\\a.csv'), 'damaged - ..\\a.csv'],
    ['with an absolute name', named('/etc/a'), 'damaged - /etc/a'],
    ['with a name on a drive', named('C:a.csv'), 'damaged - C:a.csv'],
    ['with a name upwards in an extra field', alsoNamed('../../a.csv'), 'damaged - a.csv'],
    ['with an absolute name in an extra field', alsoNamed('\\\\fs01\\a'), 'damaged - a.csv'],
    ['with a harmless name in an extra field', alsoNamed('dir/報告.csv'), 'sound'],
    ['with a link', zipOf({ 'a.csv': '/etc/passwd' }, { os: 3, attrs: 0o120777 << 16 }), 'damaged - a.csv'],
    ['with a file of Unix', zipOf({ 'a.csv': 'x' }, { os: 3, attrs: 0o100644 << 16 }), 'sound'],
    ['with a name on a server', named('\\\\fs01\\a'), 'damaged - \\\\fs01\\a'],
    [
      'with an encrypted member',
      changed(packed, (copy) => {
        copy[6] = 1;
        copy[directoryAt(copy) + 8] = 1;
      }),
      'not-checked',
    ],
    [
      'packed in an unknown way',
      changed(packed, (copy) => {
        copy[8] = 12;
        copy[directoryAt(copy) + 10] = 12;
      }),
      'not-checked',
    ],
  ] as const) {
    it(`${what} is ${expected}`, async () => assert.equal(await verdict(zip), expected));
  }

  it('in which there is nothing says so', async () => {
    for (const [zip, rules] of [
      [zipOf({}), ['no-records']],
      [zipOf({ 'dir/': '', 'empty.csv': '' }), ['no-records']],
      [zipOf({ 'dir/': '', 'a.csv': 'x' }), []],
    ] as const) {
      const { warnings } = await inspectZip(sourceOf(zip));
      assert.deepEqual(
        warnings.map(({ rule }) => rule),
        rules,
      );
    }
  });

  it('whose two members share bytes is damaged', async () => {
    const zip = zipOf({ 'a.csv': text, 'b.csv': text }, { level: 0 });
    const at = directoryAt(zip);
    const second = at + 46 + 5;
    const same = changed(zip, (copy) => {
      copy.writeUInt32LE(0, second + 42);
      copy.write('a.csv', second + 46);
    });
    assert.match(await verdict(same), /^damaged - a\.csv/);
  });

  it('that unpacks to more than it says is damaged, without being unpacked whole', async () => {
    const zip = zipOf({ 'a.csv': Buffer.alloc(64 << 20) });
    const lying = changed(zip, (copy) => {
      for (const at of [22, directoryAt(copy) + 24]) copy.writeUInt32LE(1000, at);
    });
    assert.equal(await verdict(lying), 'damaged - a.csv');
  });

  it('with more bytes than its packed data need is damaged', async () => {
    const [one] = [zipOf({ 'a.csv': text })];
    const at = directoryAt(one);
    const longer = Buffer.concat([one.subarray(0, at), Buffer.from('more!'), one.subarray(at)]);
    const grown = changed(longer, (copy) => {
      copy.writeUInt32LE(at + 5, copy.length - END + 16);
      for (const place of [18, at + 5 + 20]) copy.writeUInt32LE(copy.readUInt32LE(place) + 5, place);
    });
    assert.equal(await verdict(grown), 'damaged - a.csv');
  });

  // Unpacked, they would be sound.
  it('with 10,000 members, or 500 times its size, is damaged', async () => {
    const many = zipOf(Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`m${n}`, ''])), {
      level: 0,
    });
    const bomb = zipOf({ 'a.csv': Buffer.alloc(64 << 20) });
    assert.equal(await verdict(many), 'damaged -');
    assert.equal(await verdict(bomb), 'damaged - a.csv');
  });
});
