import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Bandwidth, checkBandwidth, rateAt } from '../../../lib/rap/transfer/bandwidth.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';

const trading = [
  { from: '09:00', to: '16:30', kilobytes: 100 },
  { from: '12:00', to: '13:00', kilobytes: 500 },
  { from: '22:00', to: '01:00', kilobytes: 50 },
];

describe('The bandwidth timetable', () => {
  for (const [time, rate] of [
    [8 * 60 + 59, Number.POSITIVE_INFINITY],
    [9 * 60, 100_000],
    [12 * 60 + 30, 100_000],
    [16 * 60 + 29, 100_000],
    [16 * 60 + 30, Number.POSITIVE_INFINITY],
    [23 * 60, 50_000],
    [0, 50_000],
    [60, Number.POSITIVE_INFINITY],
  ] as const) {
    it(`allows ${rate} bytes a second at minute ${time}`, () => assert.equal(rateAt(trading, time), rate));
  }

  for (const wrong of [
    { from: '9:00', to: '10:00', kilobytes: 1 },
    { from: '09:00', to: '25:00', kilobytes: 1 },
    { from: '09:00', to: '09:00', kilobytes: 1 },
    { from: '09:00', to: '10:00', kilobytes: 0 },
    { from: '09:00', to: '10:00', kilobytes: Number.NaN },
  ]) {
    it(`is refused with ${JSON.stringify(wrong)}`, () =>
      assert.throws(() => checkBandwidth([wrong]), { code: 'CONFIG_INVALID' }));
  }

  it('is kept to over any sequence of requests', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 20 }),
        async (sizes) => {
          const clock = new SimulatedClock(fromHongKong('2025-06-20 10:00'));
          const bandwidth = new Bandwidth(trading, clock);
          let granted = 0;
          const asking = (async () => {
            for (const size of sizes) {
              await bandwidth.take(size);
              // What came before this request has had its time.
              assert.ok(granted / 100 <= clock.monotonic() + 1e-6);
              granted += size;
            }
          })();
          await new Promise((resolve) => setImmediate(resolve)); // until it waits for the first time
          await clock.advance(100_000);
          await asking;
          assert.equal(
            granted,
            sizes.reduce((sum, size) => sum + size, 0),
            'nobody waits for ever',
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it('does not slow anything outside its windows', async () => {
    const clock = new SimulatedClock(fromHongKong('2025-06-20 17:00'));
    await new Bandwidth(trading, clock).take(1e12);
    assert.equal(clock.monotonic(), 0);
  });
});
