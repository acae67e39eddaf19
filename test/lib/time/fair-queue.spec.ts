/** Whoever asks for much waits for it alone, and nothing waits without bound. */
import assert from 'node:assert/strict';
import { FairQueue, unlimited } from '../../../lib/time/fair-queue.ts';

describe('A fair queue', () => {
  it('does one work at a time, in turn of those who ask', async () => {
    const queue = new FairQueue({ ofOne: 10, ofAll: 100 });
    const done: string[] = [];
    let atOnce = 0;
    const ask = (asker: string, name: string) =>
      queue.run(asker, async () => {
        assert.equal(++atOnce, 1);
        await Promise.resolve();
        done.push(name);
        atOnce--;
      });
    await Promise.all(
      [
        ...['a1', 'a2', 'a3', 'a4'].map((name) => ['a', name]),
        ...['b1', 'b2'].map((name) => ['b', name]),
        ['__proto__', 'c1'],
      ].map(([asker = '', name = '']) => ask(asker, name)),
    );
    assert.deepEqual(done, ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  it('does as many at once as it is told', async () => {
    const queue = new FairQueue({ ...unlimited, atOnce: 3 });
    let [atOnce, most] = [0, 0];
    const work = async () => {
      most = Math.max(most, ++atOnce);
      await Promise.resolve();
      atOnce--;
    };
    await Promise.all(Array.from({ length: 50 }, (_, n) => queue.run(`${n % 7}`, work)));
    assert.deepEqual([atOnce, most], [0, 3]);
  });

  it('refuses at once what would wait beyond the limits, and has room again afterwards', async () => {
    const queue = new FairQueue({ ofOne: 2, ofAll: 3 });
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const ask = (asker: string) => queue.offer(asker, () => gate);
    const first = ask('a');
    const more = ['a', 'a', 'a', 'b', 'c'].map(ask);
    assert.deepEqual(
      more.map((one) => one !== undefined),
      [true, true, false, true, false],
    );
    open();
    await Promise.all([first, ...more]);
    assert.equal(await queue.run('a', async () => 7), 7);
  });

  it('goes on after a work that fails, and tells whoever asked for it', async () => {
    const queue = new FairQueue({ ofOne: 5, ofAll: 5 });
    const failed = queue.run('a', async () => {
      throw new Error('no');
    });
    const next = queue.run('a', async () => 'yes');
    await assert.rejects(async () => failed, /no/);
    assert.equal(await next, 'yes');
  });
});
