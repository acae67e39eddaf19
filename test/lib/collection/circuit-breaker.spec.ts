/** A destination that cannot be written is tried once a round, however many reports wait for it. */
import assert from 'node:assert/strict';
import { CircuitBreakers } from '../../../lib/collection/circuit-breaker.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';

const full = () => new RapError('NOT_WRITABLE', 'full', { subject: '/mnt/ops' });

describe('The circuit breaker of a destination', () => {
  for (const [what, fail] of [
    ['a report', (one: CircuitBreakers, error: RapError) => one.fail('/mnt/ops', 1, 'run-1', error)],
    ['a trial without one', (one: CircuitBreakers, error: RapError) => one.failTrial('/mnt/ops', error)],
  ] as const) {
    it(`rests from the first fault of a round on, when ${what} met it, and tells each code once`, () => {
      const breakers = new CircuitBreakers();
      assert.equal(fail(breakers, full()), true);
      for (let round = 0; round < 3; round++) {
        breakers.tryAgain();
        assert.equal(breakers.openError('/mnt/ops'), undefined, 'one attempt');
        assert.equal(fail(breakers, full()), false);
        assert.equal(breakers.openError('/mnt/ops')?.code, 'NOT_WRITABLE', 'and no other in this round');
        assert.deepEqual(breakers.closeServed(), []);
      }
      assert.equal(fail(breakers, new RapError('SHARE_MISSING', 'gone')), true);
      assert.equal(breakers.openError('/mnt/ops')?.code, 'SHARE_MISSING');
      assert.equal(breakers.openError('/mnt/other'), undefined);
    });
  }

  it('closes when what waited lies there, and says how much that was', () => {
    const breakers = new CircuitBreakers();
    for (const version of [1, 2]) breakers.fail('/mnt/ops', version, 'run-1', full());
    breakers.tryAgain();
    breakers.served('/mnt/ops', 1);
    assert.deepEqual(breakers.closeServed(), []);
    breakers.served('/mnt/ops', 2);
    const [{ destination, delivered } = assert.fail()] = breakers.closeServed();
    assert.deepEqual([destination, delivered, breakers.any], ['/mnt/ops', 2, false]);
  });
});
