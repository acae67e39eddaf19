import assert from 'node:assert/strict';
import fc from 'fast-check';
import { printable } from '../../../lib/net/far-text.ts';
import { MAX_REPLY, type Reply, ReplyDecoder } from '../../../lib/rap/sftp-codec.ts';
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

  for (const [what, bytes] of [
    ['a length beyond any reply', Buffer.concat([uint32(MAX_REPLY + 1), Buffer.alloc(5)])],
    ['a length of 4 GB', Buffer.concat([uint32(0xffffffff), Buffer.alloc(5)])],
    ['a length of nothing', Buffer.concat([uint32(0), Buffer.alloc(5)])],
    ['an unknown type', frame(77, 1)],
    ['DATA whose inner length is larger', frame(103, 1, uint32(9), Buffer.alloc(3))],
    ['DATA with bytes after its string', frame(103, 1, uint32(2), Buffer.alloc(3))],
    ['a handle longer than its reply', frame(102, 1, uint32(50), Buffer.alloc(3))],
    ['a handle of a kilobyte', frame(102, 1, text(Buffer.alloc(1024)))],
    ['more names than there are', frame(104, 1, uint32(1000), text('a'), text('a'), uint32(0))],
    ['attributes that stop short', frame(105, 1, uint32(1), uint32(0))],
    ['a size beyond what numbers can hold', frame(105, 1, uint32(1), uint32(0xffffffff), uint32(0xffffffff))],
  ] as const) {
    it(`are refused for ${what}`, () => {
      assert.throws(() => decodeAll([Buffer.from(bytes)]), { code: 'SFTP_PROTOCOL' });
    });
  }

  it('never throw anything but a coded error, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeAll([Buffer.from(bytes)]);
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'SFTP_PROTOCOL');
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('A server text shown to people', () => {
  it('has no control, escape or direction characters and is short', () => {
    assert.equal(printable('a\u001b[31mred\r\n\u202eb'), 'a?[31mred???b');
    assert.equal(printable('x'.repeat(500)).length, 200);
  });
});
