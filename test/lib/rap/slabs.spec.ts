import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readIntoSlabs } from '../../../lib/rap/slabs.ts';

describe('reading a socket into slabs', () => {
  it('hands out every byte in its order, and never writes to a piece that was handed out', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sizes, (reads) => {
        const pieces: Buffer[] = [];
        const { buffer, callback } = readIntoSlabs((piece) => pieces.push(piece) > 0);
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
    const { buffer, callback } = readIntoSlabs(() => false);
    const room = typeof buffer === 'function' ? buffer() : buffer;
    assert.equal(callback(1, room), false);
  });
});
