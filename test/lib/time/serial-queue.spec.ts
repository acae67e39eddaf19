import assert from 'node:assert/strict';
import { serialQueue } from '../../../lib/time/serial-queue.ts';

describe('work in a queue', () => {
  it('begins when the work before it has ended, however it ended, and gives each its own result', async () => {
    const inTurn = serialQueue();
    const lines: string[] = [];
    const first = Promise.withResolvers<string>();
    const one = inTurn(async () => {
      lines.push('one begins');
      return first.promise;
    });
    const two = inTurn(async () => {
      lines.push('two begins');
      throw new Error('two failed');
    });
    const three = inTurn(async () => lines.push('three begins'));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(lines, ['one begins']);
    first.resolve('one');
    await assert.rejects(two, /two failed/);
    assert.deepEqual([await one, await three], ['one', 3]);
    assert.deepEqual(lines, ['one begins', 'two begins', 'three begins']);
  });
});
