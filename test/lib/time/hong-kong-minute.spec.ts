import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hongKongTime } from '../../../lib/time/hong-kong.ts';
import { hongKongMinute } from '../../../lib/time/hong-kong-minute.ts';

/** The same by the time zone database. */
function byDatabase(epochMs: number): number {
  const [hours = Number.NaN, minutes = Number.NaN] = hongKongTime(epochMs).split(':').map(Number);
  return hours * 60 + minutes;
}

describe('The minute of the day in Hong Kong', () => {
  for (const [moment, minute] of [
    ['1980-07-01T00:00:00Z', 480],
    ['2026-01-01T15:59:59.999Z', 1439],
    ['2026-01-01T16:00:00Z', 0],
    ['2028-02-29T08:29:00.5Z', 16 * 60 + 29],
  ] as const) {
    it(`is ${minute} at ${moment}`, () => assert.equal(hongKongMinute(Date.parse(moment)), minute));
  }

  it('is the one of the time zone database, summer and winter', () => {
    const moments = fc.integer({ min: Date.UTC(1980, 0, 1), max: Date.UTC(2100, 0, 1) });
    fc.assert(fc.property(moments, (moment) => assert.equal(hongKongMinute(moment), byDatabase(moment))));
    for (let month = 0; month < 12 * 60; month++) {
      const moment = Date.UTC(1980, month * 2, 1, month % 24, month % 60);
      assert.equal(hongKongMinute(moment), byDatabase(moment), new Date(moment).toISOString());
    }
  });
});
