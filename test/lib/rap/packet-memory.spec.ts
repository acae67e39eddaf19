/** The memory of deciphered packets on its way through decoder and disk: whole as long as it counts, then gone. */
import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { packet, type Reply, ReplyDecoder } from '../../../lib/rap/client/sftp-codec.ts';
import { OrderedWriter } from '../../../lib/rap/transfer/ordered-writer.ts';
import { countUsers } from '../../../lib/ssh/plain-memory.ts';

function frame(type: number, id: number, rest: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt32BE(5 + rest.length);
  head[4] = type;
  head.writeUInt32BE(id, 5);
  return Buffer.concat([head, rest]);
}

function data(id: number, length: number): Buffer {
  const content = Buffer.alloc(4 + length, id % 256);
  content.writeUInt32BE(length);
  return frame(packet.DATA, id, content);
}

const status = (id: number) => frame(packet.STATUS, id, Buffer.from([0, 0, 0, 1]));
const handle = (id: number) => frame(packet.HANDLE, id, Buffer.from([0, 0, 0, 2, 7, 7]));

/** The bytes as packets bring them, each in memory of its own. */
function packetsOf(stream: Buffer, sizes: readonly number[]): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at < stream.length; ) {
    const size = sizes[packets.length % sizes.length] ?? 32_768;
    const one = Buffer.from(Uint8Array.from(stream.subarray(at, at + size)).buffer);
    countUsers(one);
    packets.push(one);
    at += size;
  }
  return packets;
}

describe("A packet's memory", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rap-packets-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const replies = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('data' as const), length: fc.integer({ min: 1, max: 70_000 }) }),
      fc.record({ kind: fc.constantFrom('status' as const, 'handle' as const), length: fc.constant(0) }),
    ),
    { minLength: 1, maxLength: 12 },
  );
  const sizes = fc.array(fc.integer({ min: 8_192, max: 33_000 }), { minLength: 1, maxLength: 4 });

  it('lasts until the file is written, and no longer, however replies lie in packets', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(replies, sizes, fc.boolean(), async (wanted, cut, backwards) => {
        const stream = Buffer.concat(
          wanted.map(({ kind, length }, id) => ({ data, status, handle })[kind](id, length)),
        );
        const packets = packetsOf(stream, cut);
        const large = packets.filter((one) => one.length >= 8_192);
        const got: Reply[] = [];
        const decoder = new ReplyDecoder((reply) => got.push(reply));
        for (const one of packets) decoder.push(one);
        assert.deepEqual(
          got.map(({ type }) => type),
          wanted.map(({ kind }) => packet[kind.toUpperCase() as 'DATA']),
        );

        const file = path.join(folder, `${count++}`);
        const writer = new OrderedWriter(file, await open(file, 'w'), () => {});
        const contents = got.flatMap((reply) => (reply.type === packet.DATA ? [reply] : []));
        let offset = 0;
        const places = contents.map((content) => {
          offset += content.length;
          return { content, at: offset - content.length };
        });
        for (const { content, at } of backwards ? places.reverse() : places) writer.accept(at, content);
        await writer.finish();
        const expected = wanted.flatMap(({ kind, length }, id) =>
          kind === 'data' ? [Buffer.alloc(length, id % 256)] : [],
        );
        assert.ok((await readFile(file)).equals(Buffer.concat(expected)));
        assert.deepEqual(
          large.map((one) => one.length),
          large.map(() => 0),
        );
      }),
      { numRuns: 60, seed: 46 },
    );
  });
});
