import assert from 'node:assert/strict';
import { partOutcomes } from '../../../lib/practice/part-outcomes.ts';
import { movePlan, sessionOf } from '../../../lib/practice/plan.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { hongKongStamp } from '../../../lib/time/hong-kong.ts';
import { readDay } from '../../../lib/weather/decide.ts';
import { pastDays } from './past-days.ts';

describe('the weather rule on days that were', () => {
  it('has days of every ending', () => {
    assert.ok(pastDays.length >= 80);
    assert.deepEqual([...new Set(pastDays.map((day) => day.verdict))].sort(), [
      'CANCELLED',
      'HELD',
      'HELD_CONTINUES',
      'TERMINATED',
    ]);
  });

  for (const { date, verdict, effective, parts, signals } of pastDays) {
    it(`${date}: ${verdict} ${effective}`.trim(), () => {
      const plan = movePlan(practice20250621, date);
      const reading = readDay(sessionOf(plan), signals);
      assert.equal(reading.verdict, verdict);
      const effectiveAt = reading.effectiveAt === null ? '' : hongKongStamp(reading.effectiveAt);
      assert.equal(effectiveAt, effective === '' ? '' : `${date} ${effective}:00`);
      assert.deepEqual(
        partOutcomes(plan, reading).map((one) => one.outcome),
        parts,
      );
      assert.ok(reading.reasons.length > 0 && reading.reasons.every((reason) => reason.endsWith('.')));
    });
  }
});
