/** Many requests at once are begun a few in each turn of the loop, in their order, and none is forgotten. */
import assert from 'node:assert/strict';
import { perTurn } from '../../nodes/desk/turns.ts';

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('what begins in one turn', () => {
  for (const [all, most] of [
    [1, 1],
    [7, 3],
    [9, 3],
    [1000, 20],
  ] as const) {
    it(`is ${most} of ${all} at most`, async () => {
      const begin = perTurn(most);
      const done: number[] = [];
      for (let n = 0; n < all; n++) begin(() => done.push(n));
      let before = 0;
      for (let turns = 0; done.length < all; turns++) {
        assert.ok(done.length - before <= most && done.length > before, `${done.length} in turn ${turns}`);
        before = done.length;
        await nextTurn();
      }
      assert.deepEqual(
        done,
        Array.from({ length: all }, (_, n) => n),
      );
    });
  }

  it('leaves what comes later in its place, and begins at once when there is time', async () => {
    const begin = perTurn(2);
    const done: string[] = [];
    for (const one of ['a', 'b', 'c']) begin(() => done.push(one));
    assert.deepEqual(done, ['a', 'b']);
    await nextTurn();
    begin(() => done.push('d'));
    begin(() => done.push('e'));
    assert.deepEqual(done, ['a', 'b', 'c', 'd']);
    for (let turns = 0; turns < 3; turns++) await nextTurn();
    assert.deepEqual(done, ['a', 'b', 'c', 'd', 'e']);
    begin(() => done.push('f'));
    assert.equal(done.at(-1), 'f');
  });

  it('goes on after work that fails', async () => {
    const begin = perTurn(1);
    const done: string[] = [];
    assert.throws(() =>
      begin(() => {
        throw new Error('x');
      }),
    );
    begin(() => done.push('a'));
    assert.deepEqual(done, []);
    await nextTurn();
    assert.deepEqual(done, ['a']);
  });
});
