import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type ReadBuffer, readIntoBuffers } from '../../../lib/rap/transfer/read-buffer.ts';

describe('reading a socket into slabs', () => {
  it('hands out every byte in its order, and never writes to a piece that was handed out', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sizes, (reads) => {
        const pieces: Buffer[] = [];
        const { buffer, callback } = readIntoBuffers((piece) => pieces.push(piece) > 0);
        let count = 0;
        const arrived = reads.map((wanted) => {
          const room = typeof buffer === 'function' ? buffer() : buffer;
          assert.ok(room.length >= 64 * 1024);
          const bytes = Math.min(wanted, room.length);
          count++;
          room.fill(count % 256, 0, bytes);
          callback(bytes, room);
          return Buffer.alloc(bytes, count % 256);
        });
        assert.deepEqual(Buffer.concat(pieces), Buffer.concat(arrived));
      }),
      { numRuns: 100 },
    );
  });

  it('passes on that no more is wanted for now', () => {
    const { buffer, callback } = readIntoBuffers(() => false);
    const room = typeof buffer === 'function' ? buffer() : buffer;
    assert.equal(callback(1, room), false);
  });

  /** Reads as Node.js does, each as large as there is room; `keep` says which pieces of the taker still count. */
  function memoryOf(reader: ReadBuffer, reads: number): { fresh: number; torn: number } {
    const { buffer, callback } = reader;
    const memory = new Set<ArrayBufferLike>();
    const last: { piece: Buffer; mark: number }[] = [];
    let torn = 0;
    for (let count = 1; count <= reads; count++) {
      const room = (typeof buffer === 'function' ? buffer() : buffer) as Buffer;
      memory.add(room.buffer);
      const bytes = Math.min(100_000, room.length);
      room.fill(count % 256, 0, bytes);
      callback(bytes, room);
      last.push({ piece: room.subarray(0, bytes), mark: count % 256 });
      // A packet that a piece begins ends with the next one.
      if (last.length > 2) last.shift();
      torn += last.filter(({ piece, mark }) => piece.some((byte) => byte !== mark)).length;
    }
    return { fresh: memory.size, torn };
  }

  it('needs three slabs once every piece is looked at as it comes: the first, and two in turn', () => {
    const reader = readIntoBuffers(() => true);
    reader.takeTurns(() => false);
    assert.deepEqual(memoryOf(reader, 100), { fresh: 3, torn: 0 });
  });

  it('uses none again as long as pieces wait to be looked at', () => {
    const reader = readIntoBuffers(() => true);
    reader.takeTurns(() => true);
    assert.deepEqual(memoryOf(reader, 100), { fresh: 50, torn: 0 });
  });

  it('never uses again what was read before turns were taken', () => {
    const pieces: Buffer[] = [];
    const reader = readIntoBuffers((piece) => pieces.push(piece) > 0);
    memoryOf(reader, 3);
    const before = pieces.map((piece) => [piece, piece[0]] as const);
    reader.takeTurns(() => false);
    memoryOf(reader, 100);
    for (const [piece, mark] of before) assert.ok(piece.every((byte) => byte === mark));
  });
});
