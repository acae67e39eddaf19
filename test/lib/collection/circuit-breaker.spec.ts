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

const OPS = '/srv/ops';
const away = () => new RapError('SHARE_MISSING', 'The share of /srv/ops is not there');

describe('a destination that failed', () => {
  let breakers: CircuitBreakers;
  const fail = (...versions: number[]) => versions.map((one) => breakers.fail(OPS, one, 'run-1', away()));
  const closed = () => breakers.closeServed().map(({ destination, delivered }) => [destination, delivered]);
  const failedTrials = () => breakers.failedTrials().map(([destination]) => destination);

  beforeEach(() => {
    breakers = new CircuitBreakers();
  });

  it('serves again when the last of what waited lies there', () => {
    assert.deepEqual(fail(1, 2), [true, false]);
    breakers.served(OPS, 1);
    assert.deepEqual(closed(), []);
    breakers.served(OPS, 2);
    assert.deepEqual(closed(), [[OPS, 2]]);
  });

  it('does not serve because nothing waits for it any more, until it takes a report', () => {
    fail(1, 2);
    breakers.keepOnly(new Set());
    assert.deepEqual([closed(), failedTrials()], [[], [OPS]]);
    breakers.served(OPS, 3);
    assert.deepEqual(closed(), [[OPS, 0]]);
  });

  it('nor until it is tried without one', () => {
    fail(1);
    breakers.keepOnly(new Set([7]));
    assert.deepEqual(closed(), []);
    breakers.passTrial(OPS);
    assert.deepEqual(closed(), [[OPS, 0]]);
  });

  it('nor when it took one report, and failed at the next, which nobody brings any more', () => {
    fail(1, 2);
    breakers.served(OPS, 1);
    fail(2);
    breakers.keepOnly(new Set());
    assert.deepEqual([closed(), failedTrials()], [[], [OPS]]);
  });

  it('serves when it took the last report that was tried, whatever became of those that waited', () => {
    fail(1, 2);
    breakers.served(OPS, 1);
    breakers.keepOnly(new Set());
    assert.deepEqual(closed(), [[OPS, 1]]);
  });
});
