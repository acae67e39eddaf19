import assert from 'node:assert/strict';
import { countUsers, giveBack, use } from '../../../lib/ssh/plain-memory.ts';

describe('Memory of deciphered packets', () => {
  const packet = () => Buffer.alloc(16 * 1024, 1);

  it('goes with the last of its users, and not before', () => {
    const whole = packet();
    countUsers(whole);
    const parts = [whole.subarray(0, 100), whole.subarray(100, 9000), whole.subarray(9000)];
    for (const part of parts) use(part);
    for (const part of parts) {
      assert.ok(whole.every((byte) => byte === 1) && whole.length === 16 * 1024);
      giveBack(part);
    }
    assert.equal(whole.length, 0);
  });

  it('is left alone where nobody counts: other buffers, small ones, parts of something larger', () => {
    const pool = Buffer.alloc(64 * 1024, 1);
    const shared = [pool.subarray(1000, 30_000), pool.subarray(0, 40_000), Buffer.alloc(100, 1), packet()];
    for (const buffer of shared.slice(0, 3)) countUsers(buffer);
    for (const buffer of shared) {
      use(buffer);
      giveBack(buffer);
      giveBack(buffer);
      assert.ok(buffer.length > 0 && buffer.every((byte) => byte === 1));
    }
  });

  it('may be given back once too often', () => {
    const whole = packet();
    countUsers(whole);
    use(whole);
    use(whole);
    giveBack(whole);
    giveBack(whole);
    giveBack(whole);
    assert.equal(whole.length, 0);
  });
});
