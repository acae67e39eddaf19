import assert from 'node:assert/strict';
import { RapError } from '../../../../lib/errors/rap-error.ts';
import { expect } from '../../../../lib/reports/expectation/expect.ts';
import { readScenario } from '../../../../lib/reports/expectation/scenario.ts';
import { DAY, factOf, pair, single } from './lines.ts';
import type { RawScenario } from './raw.ts';

const good: RawScenario = {
  account: { installation: 'HKSCC', participant: 'SIM001', calendar: 'securities' },
  rules: [pair, single],
  ask: [DAY],
  at: `${DAY} 21:10`,
  facts: [factOf('21:00 looked every 5 until 21:10', pair), factOf('21:05 deadline late 22:00', pair)],
};

/** The scenario with one field changed: 'rules.0.times.about'. */
function broken(field: string, value: unknown): unknown {
  const copy = structuredClone(good) as unknown as Record<string, unknown>;
  const steps = field.split('.');
  const last = steps.pop() ?? '';
  const place = steps.reduce<Record<string, unknown>>(
    (one, step) => one[step] as Record<string, unknown>,
    copy,
  );
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

describe('reading a scenario', () => {
  it('takes a good one, and the notes of a test with it', () => {
    assert.equal(readScenario(good).rules.length, 2);
    assert.ok(readScenario({ ...good, id: 'S1', title: 'x', basis: '', expected: {}, tz: 'UTC' }));
  });

  const wrong: [string, unknown, RegExp][] = [
    ['at', '2026-11-25 24:00', /at "2026-11-25 24:00" is not a time like/],
    ['at', '2026-11-31 21:00', /at "2026-11-31 21:00" is not a time/],
    ['at', undefined, /at is missing: a text in quotes/],
    ['ask.0', '2026-02-30', /ask\[0\] "2026-02-30" is not a real date/],
    ['account.calendar', 'securites', /account\.calendar "securites" is not a calendar/],
    ['rules.1.calendar', 'connect', /rules\[1\]\.calendar "connect" is not a calendar/],
    ['rules.0.times.about', '21.00', /rules\[0\]\.times\.about "21\.00" is not a time like/],
    ['rules.0.times.cutOff', '09:00+1w', /rules\[0\]\.times\.cutOff/],
    ['rules.0.name', 'RMAMR03_(', /rules\[0\]\.name "RMAMR03_\(" is not a regular expression/],
    ['rules.0.name', 'a)|(b', /rules\[0\]\.name/],
    ['rules.0.frequency', 'daily', /rules\[0\]\.frequency must be one of business-day/],
    ['rules.0.frequency', 'conditional', /rules\[0\]\.condition is missing/],
    ['rules.0.frequency', 'event', /rules\[0\]\.times is not a field of a scenario/],
    ['rules.0.halves', [], /rules\[0\]\.halves names no half/],
    ['rules.1', pair, /rules\[1\]\.validFrom makes two versions of RMAMR03 set 4 that begin alike/],
    ['rules.0.validUtil', '2026-11-25', /rules\[0\]\.validUtil is not a field/],
    ['facts.0.fact', 'look', /facts\[0\]\.fact must be one of looked/],
    ['facts.0.centre', 'third', /facts\[0\]\.centre must be one of primary, secondary/],
    ['facts.0.failed', ['/INBOX'], /facts\[0\]\.failed names a folder that is in ok, too/],
    ['facts.0.until', undefined, /facts\[0\]\.every and until go together/],
    ['facts.0.every', 0, /facts\[0\]\.every is not a number of minutes/],
    ['facts.1.entry', 'deadlines', /facts\[1\]\.entry must be one of condition/],
    ['facts.1.lateAfter', undefined, /facts\[1\] moves nothing/],
    ['account.holidays', { '2026': ['01-01'] }, /account\.holidays\.2026 contradicts/],
    ['account.holidays', { '2028': ['02-30'] }, /account\.holidays\.2028 names 02-30/],
    ['account.calendars', { securities: { open: [] } }, /account\.calendars\.securities has the name/],
  ];
  for (const [field, value, message] of wrong) {
    it(`refuses ${field} ${JSON.stringify(value)}`, () => {
      assert.throws(
        () => readScenario(broken(field, value)),
        (error) => {
          assert.ok(error instanceof RapError);
          assert.equal(error.exitStatus, 2);
          assert.match(error.message, message);
          assert.notEqual(error.cure, '');
          return true;
        },
      );
    });
  }

  it('puts facts into the order of their times', () => {
    const facts = [...good.facts].reverse();
    assert.deepEqual(readScenario({ ...good, facts }).facts, readScenario(good).facts);
  });

  it('refuses what is no scenario at all', () => {
    for (const input of [null, [], 'x', 3]) assert.throws(() => readScenario(input), /must be an object/);
  });

  it('names the year whose holidays it needs, and needs none for a weekend', () => {
    const ask = (date: string) =>
      expect(readScenario({ ...good, facts: [], ask: [date], at: `${date} 21:10` }));
    assert.throws(() => ask('2028-01-26'), /needs the general holidays of 2028 for 2028-01-26/);
    assert.throws(() => ask('2024-02-12'), /general holidays of 2024/);
    assert.equal(ask('2028-01-22').expectations[0]?.state, 'not-expected');
  });

  it('says where an imported list of days ends', () => {
    const account = { ...good.account, calendar: 'connect', calendars: { connect: { open: [DAY] } } };
    const rules = [{ ...single, times: { about: '20:00', lateAfter: '21:00', cutOff: '09:00+1bd' } }];
    assert.throws(
      () => expect(readScenario({ ...good, account, rules, facts: [] })),
      /"connect" has no 1\. open day after/,
    );
  });
});
