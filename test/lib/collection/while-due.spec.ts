import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LookLogins, waitBeforeLogin } from '../../../lib/accounts/look-logins.ts';
import {
  afterSending,
  type Looking,
  nextStep,
  notLooking,
  orderOf,
} from '../../../lib/collection/while-due.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';

const EVERY = 30_000;

describe('what a schedule does while something is due', () => {
  const looking: Looking = { passes: 4, run: 'r', sentAt: 100_000, keeps: true };
  const kept: Looking = { passes: 5, run: undefined, sentAt: 100_000, keeps: true };
  const rows: [string, Looking, { now: number; due: boolean; underWay: boolean }, string, number?][] = [
    [
      'nothing is due and nothing was begun',
      notLooking,
      { now: 0, due: false, underWay: false },
      'wait',
      Infinity,
    ],
    [
      'nothing is due, an ordinary run is under way',
      notLooking,
      { now: 0, due: false, underWay: true },
      'wait',
      Infinity,
    ],
    ['something becomes due', notLooking, { now: 0, due: true, underWay: false }, 'look'],
    [
      'something becomes due while a run is under way',
      notLooking,
      { now: 0, due: true, underWay: true },
      'wait',
      1_000,
    ],
    ['the look is under way', looking, { now: 140_000, due: true, underWay: true }, 'wait', 1_000],
    ['the next look is not due', looking, { now: 110_000, due: true, underWay: false }, 'wait', 5_000],
    ['the next look is nearly due', looking, { now: 128_000, due: true, underWay: false }, 'wait', 2_000],
    ['the next look is due', looking, { now: 130_000, due: true, underWay: false }, 'look'],
    ['all is here', looking, { now: 110_000, due: false, underWay: false }, 'end'],
    [
      'all is here, the look is still under way',
      looking,
      { now: 110_000, due: false, underWay: true },
      'wait',
      1_000,
    ],
    ['all is here this very moment', looking, { now: 100_400, due: false, underWay: false }, 'wait', 600],
    ['a run of another kind brought all', kept, { now: 110_000, due: false, underWay: false }, 'log out'],
    ['a run of another kind did not', kept, { now: 131_000, due: true, underWay: false }, 'look'],
  ];
  for (const [when, state, now, step, ms] of rows) {
    it(`${when}: ${step}`, () => {
      const next = nextStep(state, { ...now, every: EVERY });
      assert.equal(next.step, step);
      assert.equal('ms' in next ? next.ms : undefined, ms);
    });
  }

  it('says on each message whether the session stays and the digest waits', () => {
    assert.deepEqual(orderOf('look', notLooking, true, EVERY), { keepSession: EVERY, pass: 1, goesOn: true });
    assert.deepEqual(orderOf('end', looking, false, EVERY), { keepSession: 0, pass: 5 });
    assert.deepEqual(orderOf('other', looking, true, EVERY), { keepSession: EVERY, pass: 5 });
    assert.deepEqual(
      orderOf('other', kept, false, EVERY),
      { keepSession: 0, pass: 6 },
      'what was kept is kept no longer',
    );
    assert.deepEqual(orderOf('other', notLooking, false, EVERY), {}, 'an ordinary run is as it always was');
  });

  it('whatever happens: never two passes at once, none sooner than it should be, each run told, no session left', () => {
    /** What the world does in a second: something is due or not, a person or a time begins a run. */
    const second = fc.record({ due: fc.boolean(), other: fc.integer({ min: 0, max: 40 }) });
    const spans = fc.array(fc.tuple(second, fc.integer({ min: 1, max: 90 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        spans,
        fc.integer({ min: 5, max: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (world, every, lasts) => {
          let state: Looking = notLooking;
          let now = 0;
          let runs = 0;
          let freeAt = 0;
          let waitUntil = 0;
          const untold = new Set<string>();
          let open = false;
          const send = (sending: 'look' | 'end' | 'other', due: boolean) => {
            assert.ok(now >= freeAt, 'a pass beside another');
            if (sending === 'look' && state.keeps) assert.ok(now - state.sentAt >= every * 1000, 'too soon');
            const run = state.run ?? `run-${++runs}`;
            const order = orderOf(sending, state, due, every * 1000);
            state = afterSending(sending, state, { run, now, due });
            freeAt = now + lasts * 1000;
            if (order.goesOn) untold.add(run);
            else untold.delete(run);
            open = (order.keepSession ?? 0) > 0;
          };
          const at = (due: boolean, other: boolean) => {
            const underWay = now < freeAt;
            if (other && !underWay) send('other', due);
            else if (now >= waitUntil || other) {
              const next = nextStep(state, { now, due, underWay, every: every * 1000 });
              if (next.step === 'wait') waitUntil = now + next.ms;
              else if (next.step === 'log out') {
                open = false;
                state = notLooking;
              } else send(next.step, due);
            }
            if (!due || other) waitUntil = Math.min(waitUntil, now + 1000);
            now += 1000;
          };
          for (const [{ due, other }, length] of world) {
            waitUntil = now;
            for (let one = 0; one < length; one++) at(due, one === other);
          }
          waitUntil = now;
          for (let one = 0; one < 200; one++) at(false, false);
          assert.deepEqual([...untold], [], 'a run without its digest');
          assert.equal(open, false, 'a session is left open');
          assert.deepEqual([state.run, state.keeps], [undefined, false]);
        },
      ),
      { seed: 30, numRuns: 500 },
    );
  });
});

describe('the logins of looks', () => {
  const MINUTE = 60_000;
  const rows: [string, number[], number, number][] = [
    ['the first', [], 0, 0],
    ['the second, at once', [0], 1, 0],
    ['the third waits a minute from the second', [0, 1], 1, MINUTE],
    ['the third, a minute later', [0, 1], MINUTE + 1, 0],
    ['the fourth waits two minutes', [0, 1, MINUTE + 1], 2 * MINUTE + 1, MINUTE],
    [
      'the seventh waits a quarter of an hour',
      [0, 0, 1, 3, 7, 15].map((at) => at * MINUTE),
      16 * MINUTE,
      14 * MINUTE,
    ],
    ['those of more than two hours ago do not count', [0, 0, 0, 0], 121 * MINUTE, 0],
  ];
  for (const [what, logins, now, wait] of rows) {
    it(what, () => assert.equal(waitBeforeLogin(logins, now), wait));
  }

  it('are never more than ten in the first hour and five in each further one, however often it is looked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 600 }), (every) => {
        const looks = new LookLogins();
        const tries: number[] = [];
        const fault = new RapError('CONNECTION_LOST', 'cut');
        for (let now = 0; now < 4 * 3600_000; now += every * 1000) {
          looks.note(fault);
          try {
            looks.admit(now);
            tries.push(now);
          } catch (thrown) {
            assert.equal(thrown, fault, 'the fault lasts, and is no other one');
          }
        }
        for (let hour = 0; hour < 4; hour++) {
          const within = tries.filter((at) => Math.floor(at / 3600_000) === hour).length;
          assert.ok(within <= (hour === 0 ? 10 : 5), `${within} in hour ${hour}`);
        }
      }),
      { seed: 31, numRuns: 100 },
    );
  });

  it('are as many as it takes where nothing failed', () => {
    const looks = new LookLogins();
    for (let one = 0; one < 10; one++) looks.admit(one);
  });
});
