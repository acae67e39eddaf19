import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBusinessDay, nextBusinessDay } from '../../../../lib/time/calendar.ts';
import { addDays } from '../../../../lib/time/hong-kong.ts';
import { scenarios } from './generate.ts';
import { oracle } from './oracle.ts';
import type { RawScenario } from './raw.ts';
import { told } from './told.ts';
import { dayOf, type Firm } from './years.ts';

/** The whole with RAP_PROPERTY_RUNS from 100,000 on, half a minute; else a taste of it. */
const WHOLE = Number(process.env.RAP_PROPERTY_RUNS ?? 0) >= 100_000;
const SEED = 20261130;

describe('expectations beside an independent slow oracle', () => {
  it('have the same states and the same mails at the same seconds', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => assert.deepEqual(told(scenario), oracle(scenario))),
      { numRuns: WHOLE ? 5000 : 150, seed: SEED, endOnFailure: true },
    );
  }).timeout(600_000);

  it('have them though every single second is judged', () => {
    const short = fc
      .sample(scenarios, { numRuns: WHOLE ? 400 : 200, seed: SEED })
      .filter((one) => seconds(one) < 2 * 3600);
    assert.ok(short.length > 10, `only ${short.length} are short`);
    for (const scenario of short.slice(0, WHOLE ? 100 : 10)) {
      assert.deepEqual(told(scenario), oracle(scenario, true));
    }
  }).timeout(600_000);

  for (const firm of ['securities', 'derivatives-h', 'derivatives-nh'] satisfies Firm[]) {
    it(`have them through three years of a firm of ${firm}, each mail once`, () => {
      const market = firm === 'derivatives-h' ? 'derivatives' : 'securities';
      for (let day = '2025-01-01'; day < '2027-12-31'; day = addDays(day, WHOLE ? 1 : 23)) {
        if (!isBusinessDay(market, day)) continue;
        const scenario = dayOf(firm, day, nextBusinessDay(market, day));
        const quick = told(scenario);
        assert.deepEqual(quick, oracle(scenario), day);
        const once = quick.messages.map((text) => text.replace(/ at .*/, '')).filter(isOnce);
        assert.equal(new Set(once).size, once.length, day);
      }
    }).timeout(600_000);
  }
});

/** Outages and editions may come again. */
function isOnce(mail: string): boolean {
  return !/^(unknown|amended)/.test(mail);
}

function seconds({ facts, at }: RawScenario): number {
  return (Date.parse(at) - Date.parse(facts[0]?.at ?? at)) / 1000;
}
