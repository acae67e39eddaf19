import assert from 'node:assert/strict';
import fc from 'fast-check';
import { printable } from '../../../lib/net/far-text.ts';
import {
  MAX_NAMES_REPLY,
  MAX_REPLY,
  type Reply,
  ReplyDecoder,
  UNREADABLE,
} from '../../../lib/rap/client/sftp-codec.ts';
import { fileAttributes, frame, reply, text, uint32 } from '../../support/fake-sftp.ts';

function decodeAll(chunks: Buffer[]): Reply[] {
  const replies: Reply[] = [];
  const decoder = new ReplyDecoder((one) => replies.push(one));
  for (const chunk of chunks) decoder.push(chunk);
  return replies;
}

/** Cuts a stream at the given places. */
function cut(stream: Buffer, places: number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % (stream.length + 1)))].sort((a, b) => a - b);
  return [0, ...sorted].map((from, index) => stream.subarray(from, sorted[index] ?? stream.length));
}

const anyReply = fc.oneof(
  fc
    .tuple(fc.nat(), fc.uint8Array({ maxLength: 300 }))
    .map(([id, bytes]) => reply.data(id, Buffer.from(bytes))),
  fc.tuple(fc.nat(), fc.nat({ max: 40 })).map(([id, code]) => reply.status(id, code, 'some words')),
  fc.nat().map((id) => reply.handle(id, `handle ${id}`)),
  fc.nat().map((id) => reply.attributes(id, fileAttributes(id))),
  fc.tuple(fc.nat(), fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 })).map(([id, names]) =>
    reply.names(
      id,
      names.map((name) => ({ name: Buffer.from(name), attributes: fileAttributes(7) })),
    ),
  ),
);

/** A reply with its slices joined, so that two decodings can be compared whatever the chunks were. */
function joined(one: Reply): unknown {
  return one.type === 103 ? { ...one, slices: Buffer.concat(one.slices) } : one;
}

describe('SFTP replies', () => {
  it('are the same however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(anyReply, { maxLength: 8 }), fc.array(fc.nat()), (frames, places) => {
        const stream = Buffer.concat(frames);
        const whole = decodeAll([stream]).map(joined);
        assert.deepEqual(decodeAll(cut(stream, places)).map(joined), whole);
        assert.equal(whole.length, frames.length);
      }),
    );
  });

  it('keep names as bytes, also when they are not UTF-8', () => {
    const name = Buffer.from([0x66, 0xff, 0xfe, 0x2e]);
    const [names] = decodeAll([reply.names(1, [{ name, attributes: fileAttributes(3) }])]);
    assert.ok(names?.type === 104);
    assert.equal(names.entries[0]?.name, name.toString('latin1'));
    assert.equal(names.entries[0]?.attributes.size, 3);
  });

  /** The code that a stream is refused with, as a whole or as the one reply in it. */
  function refusal(bytes: Buffer): string {
    try {
      const [one] = decodeAll([Buffer.from(bytes)]);
      return one?.type === UNREADABLE ? `${one.error.code} of ${one.id}` : 'taken';
    } catch (error) {
      return (error as { code: string }).code;
    }
  }

  for (const [what, bytes] of [
    ['a length beyond any reply', Buffer.concat([uint32(MAX_REPLY + 1), Buffer.alloc(5)])],
    ['a length of 4 GB', Buffer.concat([uint32(0xffffffff), Buffer.alloc(5)])],
    ['a length of nothing', Buffer.concat([uint32(0), Buffer.alloc(5)])],
    ['an unknown type', frame(77, 1)],
    ['DATA whose inner length is larger', frame(103, 1, uint32(9), Buffer.alloc(3))],
    ['DATA with bytes after its string', frame(103, 1, uint32(2), Buffer.alloc(3))],
  ] as const) {
    it(`are refused for ${what}, and the stream with them`, () => {
      assert.equal(refusal(Buffer.from(bytes)), 'SFTP_PROTOCOL');
    });
  }

  const names = (...entries: Buffer[]) => frame(104, 1, uint32(entries.length), ...entries);
  const entry = (name: string, attributes: Buffer, long = '') =>
    Buffer.concat([text(name), text(long), attributes]);
  for (const [what, bytes] of [
    ['a handle longer than its reply', frame(102, 1, uint32(50), Buffer.alloc(3))],
    ['a handle of a kilobyte', frame(102, 1, text(Buffer.alloc(1024)))],
    ['more names than there are', frame(104, 1, uint32(1000), text('a'), text('a'), uint32(0))],
    ['attributes that stop short', frame(105, 1, uint32(1), uint32(0))],
    ['bytes after a handle', frame(102, 1, text('h'), Buffer.alloc(1))],
    ['bytes after the names', Buffer.concat([names(entry('a', fileAttributes(1))), Buffer.alloc(1)])],
    ['bytes after attributes', frame(105, 1, fileAttributes(1), Buffer.from('more'))],
  ] as const) {
    it(`are refused for ${what}, and nothing else with them`, () => {
      const whole = Buffer.from(bytes);
      whole.writeUInt32BE(whole.length - 4, 0);
      const next = reply.attributes(2, fileAttributes(5));
      assert.equal(refusal(Buffer.concat([whole, next])), 'SFTP_PROTOCOL of 1');
      assert.equal(decodeAll([whole, next])[1]?.type, 105);
    });
  }

  it('of a size that no file has, as -1 travels, say no size; a huge one is told as huge', () => {
    const sized = (high: number, low: number) => frame(105, 1, uint32(1), uint32(high), uint32(low));
    for (const [bytes, size] of [
      [sized(0xffffffff, 0xffffffff), undefined],
      [sized(0xffffffff, 0xfffffffe), undefined],
      [sized(0x80000000, 0), undefined],
      [sized(0x7fffffff, 0), 0x7fffffff * 2 ** 32],
      [sized(0x00200000, 1), 2 ** 53 + 1],
      [sized(0, 0), 0],
    ] as const) {
      const [one] = decodeAll([bytes]);
      assert.ok(one?.type === 105);
      assert.equal(one.attributes.size, size);
    }
  });

  it('take owners below zero, times of any year and attributes that nobody knows as they come', () => {
    const odd = Buffer.concat([
      uint32(0x8000000f),
      ...[0, 7, 0xffffffff, 0xfffffffe, 0o100644, 0xffffffff, 0x80000000, 1].map(uint32),
      text('vendor'),
      text('x'),
    ]);
    const [one] = decodeAll([frame(105, 1, odd)]);
    assert.ok(one?.type === 105);
    assert.deepEqual(one.attributes, { size: 7, mode: 0o100644, modifiedAt: 0x80000000 * 1000 });
  });

  it('keep the letter of a long name that looks like "ls -l", and nothing else of it', () => {
    const longs = [
      'drwxr-xr-x  2 root',
      '-rw-rw-rw  1 root',
      'lrwxrwxrwx 1',
      'dr',
      'drum roll',
      '',
      '05/11/26  <DIR>  x',
    ];
    const [one] = decodeAll([
      frame(104, 1, uint32(longs.length), ...longs.map((long) => entry('a', uint32(0), long))),
    ]);
    assert.ok(one?.type === 104);
    assert.deepEqual(
      one.entries.map(({ letter }) => letter),
      ['d', '-', 'l', '', '', '', ''],
    );
  });

  it('of a whole large folder are taken in one piece, however it is cut', () => {
    const long = 'x'.repeat(100);
    const many = Array.from({ length: 20_000 }, (_, at) =>
      entry(`report ${at}.txt`, fileAttributes(at), long),
    );
    const whole = frame(104, 1, uint32(many.length), ...many);
    assert.ok(whole.length > 8 * MAX_REPLY);
    const pieces = Array.from({ length: Math.ceil(whole.length / 16_384) }, (_, at) =>
      whole.subarray(at * 16_384, (at + 1) * 16_384),
    );
    const [one] = decodeAll(pieces);
    assert.ok(one?.type === 104);
    assert.equal(one.entries.at(-1)?.name, 'report 19999.txt');
  });

  for (const [what, bytes, said] of [
    ['bytes', Buffer.concat([uint32(MAX_NAMES_REPLY + 1), Buffer.from([104])]), /16777217 bytes/],
    ['names', frame(104, 1, uint32(1_000_000), Buffer.alloc(20)), /1000000 names/],
  ] as const) {
    it(`that list more ${what} at once than may be taken are LIST_LIMIT and say how many`, () => {
      let told: unknown;
      try {
        const [one] = decodeAll([bytes]);
        told = one?.type === UNREADABLE ? one.error : undefined;
      } catch (error) {
        told = error;
      }
      assert.equal((told as { code?: string }).code, 'LIST_LIMIT');
      assert.match(String(told), said);
    });
  }

  it('never throw anything but a coded error, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeAll([Buffer.from(bytes)]);
        } catch (error) {
          assert.match((error as { code: string }).code, /^(SFTP_PROTOCOL|SFTP_TEXT|LIST_LIMIT)$/);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('Text where a reply should be', () => {
  const big5 = Buffer.from([0xb3, 0xf8, 0xa7, 0x69, 0x0a]);
  for (const [what, bytes, shown] of [
    [
      'a notice',
      'This service allows sftp connections only.\r\n',
      'This service allows sftp connections only.',
    ],
    ['several lines', '\r\n*** RAP ***\r\nclosed\tuntil 06:00\n', '*** RAP *** / closed\\x09until 06:00'],
    ['UTF-8', '系統維護中，請於六時後登入\n', '系統維護中，請於六時後登入'],
    ['another encoding', big5, '\\xb3\\xf8\\xa7i'],
    ['control characters', '\u001b[31mno\u202e way\u0007\n', '\\x1b[31mno\\u{202e} way\\x07'],
    ['a line that never ends', 'ab '.repeat(200), 'ab '.repeat(67).slice(0, 200)],
    ['a line and then a reply', Buffer.concat([Buffer.from('Welcome'), reply.version()]), 'Welcome'],
  ] as const) {
    it(`is shown, whether it comes whole or byte by byte: ${what}`, () => {
      for (const size of [bytes.length, 1]) {
        const whole = Buffer.from(bytes);
        const pieces = cut(
          whole,
          Array.from({ length: Math.ceil(whole.length / size) }, (_, at) => at * size),
        );
        assert.throws(
          () => decodeAll(pieces),
          (error: Error & { code: string }) => {
            assert.equal(error.code, 'SFTP_TEXT');
            assert.ok(error.message.endsWith(`"${shown}"`) || size === 1, error.message);
            assert.doesNotMatch(error.message, /[\p{C}]/u);
            return true;
          },
        );
      }
    });
  }

  it('is known before its line is whole', () => {
    const decoder = new ReplyDecoder(() => assert.fail('no reply came'));
    decoder.push(Buffer.from('acc'));
    assert.equal(decoder.text, 'acc');
    decoder.push(Buffer.from('ount disabled'));
    assert.equal(decoder.text, 'account disabled');
  });

  it('is not seen in the beginning of a reply', () => {
    const decoder = new ReplyDecoder(() => {});
    for (const byte of reply.names(1, [{ name: 'a', attributes: fileAttributes(1) }])) {
      assert.equal(decoder.text, '');
      decoder.push(Buffer.from([byte]));
    }
  });
});

describe('A server text shown to people', () => {
  it('has no control, escape or direction characters and is short', () => {
    assert.equal(printable('a\u001b[31mred\r\n\u202eb'), 'a?[31mred???b');
    assert.equal(printable('x'.repeat(500)).length, 200);
  });
});
