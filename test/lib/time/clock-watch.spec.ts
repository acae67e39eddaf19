import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Clock, SimulatedClock } from '../../../lib/time/clock.ts';
import { ClockWatch, JUMP_MS } from '../../../lib/time/clock-watch.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('watching the clock', () => {
  const start = fromHongKong('2026-11-30 21:00');
  const table: [string, number, number | undefined][] = [
    ['that is put forward by a day', DAY, DAY],
    ['that is put back by an hour, as at the end of summer time elsewhere', -HOUR, -HOUR],
    ['that a time service corrects by three minutes', -3 * MINUTE, -3 * MINUTE],
    ['that a time service corrects by half a minute', 30_000, undefined],
    ['of a machine that slept for sixteen hours', 16 * HOUR, 16 * HOUR],
    ['that starts again in the year 2000', Date.UTC(2000, 0, 1) - start, Date.UTC(2000, 0, 1) - start],
    ['that is not set', 0, undefined],
  ];
  for (const [what, jump, seen] of table) {
    it(`one ${what}: ${seen === undefined ? 'nothing' : 'noticed, once'}`, async () => {
      const clock = new SimulatedClock(start);
      const watch = new ClockWatch(clock);
      await clock.advance(10 * MINUTE);
      assert.equal(watch.look(), undefined);
      clock.jump(jump);
      await clock.advance(MINUTE);
      assert.deepEqual(watch.look(), seen && { jump: seen, at: start + 11 * MINUTE + jump });
      await clock.advance(MINUTE);
      assert.equal(watch.look(), undefined);
    });
  }

  it('takes a clock that runs a little fast or slow for a right one, for weeks', () => {
    for (const rate of [1 + 500e-6, 1 - 500e-6]) {
      let elapsed = 0;
      const clock: Clock = {
        now: () => start + elapsed * rate,
        monotonic: () => elapsed,
        after: () => () => {},
      };
      const watch = new ClockWatch(clock);
      for (; elapsed < 21 * DAY; elapsed += MINUTE) assert.equal(watch.look(), undefined);
    }
  });

  it('adds up what is put in small steps within the hour, and accounts for every step of any size', () => {
    const step = fc.record({
      pass: fc.integer({ min: 0, max: 90 }),
      jump: fc.oneof(
        fc.constant(0),
        fc.integer({ min: -DAY, max: DAY }),
        fc.integer({ min: -MINUTE, max: MINUTE }),
      ),
    });
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const clock = new SimulatedClock(start);
        const watch = new ClockWatch(clock);
        let seen = 0;
        let set = 0;
        for (const { pass, jump } of steps) {
          await clock.advance(pass * MINUTE);
          clock.jump(jump);
          set += jump;
          seen += watch.look()?.jump ?? 0;
        }
        // What is not noticed is less than a jump in each hour.
        const hours = 1 + Math.ceil(clock.monotonic() / HOUR);
        assert.ok(Math.abs(set - seen) < hours * JUMP_MS, `${set} was set, ${seen} noticed`);
      }),
      { seed: 11 },
    );
  });
});
