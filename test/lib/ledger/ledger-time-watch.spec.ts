/** The database's clock against one that nobody sets. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DUTY_MS } from '../../../lib/ledger/lease/duty-keeper.ts';
import { LedgerTimeWatch } from '../../../lib/ledger/lease/ledger-time-watch.ts';
import { START } from './samples.ts';

/** Milliseconds until the ledger reads its time, and until its answer is there. */
const look = fc.record({
  after: fc.integer({ min: 0, max: 15_000 }),
  asked: fc.integer({ min: 0, max: 400 }),
  answered: fc.integer({ min: 0, max: 20_000 }),
});

describe('the time of the ledger', () => {
  it('is one to go by while it goes as the host’s, however late its answers are', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.array(look, { maxLength: 30 }), (ahead, looks) => {
        const watch = new LedgerTimeWatch(DUTY_MS);
        // The first one is answered at once: what is late there is not known to be late.
        assert.ok(watch.look(START + ahead, 0, 0));
        let clock = 0;
        for (const { after, asked, answered } of looks) {
          const begun = clock + after;
          clock = begun + asked + answered;
          assert.ok(watch.look(START + ahead + begun + asked, begun, clock));
        }
      }),
    );
  });

  it('is none for as long as a lease lasts, once it was put forward by more than what a host has left', () => {
    const step = fc.integer({ min: DUTY_MS * 0.05 + 1, max: 1e7 });
    fc.assert(
      fc.property(step, fc.array(look, { minLength: 1, maxLength: 30 }), (ahead, looks) => {
        const watch = new LedgerTimeWatch(DUTY_MS);
        assert.ok(watch.look(START, 0, 0));
        let clock = 0;
        let seen: number | undefined;
        for (const { after, asked, answered } of looks) {
          const begun = clock + after;
          clock = begun + asked + answered;
          const isSteady = watch.look(START + ahead + begun + asked, begun, clock);
          if (ahead - answered > DUTY_MS * 0.05) seen ??= clock;
          if (seen === undefined || clock < seen + DUTY_MS) assert.equal(isSteady, false, `${begun}`);
        }
      }),
    );
  });

  it('is one again at once where it was put back, and a step forward from there is seen', () => {
    const watch = new LedgerTimeWatch(DUTY_MS);
    assert.ok(watch.look(START, 0, 0));
    assert.ok(watch.look(START - 300_000 + 2_000, 2_000, 2_000));
    assert.ok(watch.look(START - 300_000 + 4_000, 4_000, 4_000));
    assert.equal(watch.look(START - 200_000 + 6_000, 6_000, 6_000), false);
  });
});
