import assert from 'node:assert/strict';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { movePlan, type PracticePlan, parsePlan, sessionOf } from '../../../lib/practice/plan.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { dayOfWeek, fromHongKong } from '../../../lib/time/hong-kong.ts';

/** The shipped plan with a change, as it would come from a file. */
function altered(change: (plan: PracticePlan) => void): unknown {
  const plan = structuredClone(practice20250621);
  change(plan);
  return JSON.parse(JSON.stringify(plan));
}

function refusalOf(input: unknown, known?: Parameters<typeof parsePlan>[1]): RapError {
  try {
    parsePlan(input, known);
  } catch (error) {
    assert.ok(error instanceof RapError);
    assert.equal(error.code, 'CONFIG_INVALID');
    return error;
  }
  assert.fail('the plan was accepted');
}

describe('the plan of a practice session', () => {
  it('ships the session of 21 June 2025 as a plan that passes its own checks', () => {
    assert.deepEqual(parsePlan(JSON.parse(JSON.stringify(practice20250621))), practice20250621);
  });

  it('gives the weather rule the hours of the session in Hong Kong time', () => {
    const { times, rule } = sessionOf(practice20250621, true);
    assert.deepEqual(times, {
      date: '2025-06-21',
      cutOff: fromHongKong('2025-06-21 09:00'),
      start: fromHongKong('2025-06-21 14:00'),
      end: fromHongKong('2025-06-21 19:00'),
    });
    assert.deepEqual(rule, {
      noticeMinutes: 15,
      cancels: ['no-8', 'extreme-conditions', 'black-rainstorm'],
      terminates: ['no-8', 'extreme-conditions'],
      unattended: true,
    });
  });

  it('moves to another date with hours kept, weekdays right and reports of a weekday', () => {
    const monday = movePlan(practice20250621, '2023-10-09');
    assert.equal(monday.weekday, 'Monday');
    assert.equal(monday.reportsOf, '2023-10-06');
    assert.equal(monday.keyFreeze.from, '2023-10-09 14:00');
    for (const offset of ['2025-09-20', '2025-09-21', '2025-09-22', '2025-09-23', '2024-02-29']) {
      const moved = movePlan(practice20250621, offset);
      assert.ok(dayOfWeek(moved.reportsOf) <= 5);
      assert.deepEqual(parsePlan(moved), moved, `moved to ${offset}`);
    }
  });

  const faults: [what: string, change: (plan: PracticePlan) => void, field: string, says: RegExp][] = [
    [
      'a weekday that is not that of the date',
      (plan) => Object.assign(plan, { weekday: 'Wednesday' }),
      'weekday',
      /says Wednesday, but 2025-06-21 is a Saturday/,
    ],
    [
      'the slip of the circular: Wednesday 13 June 2025',
      (plan) => Object.assign(plan.deadlines[3] ?? {}, { weekday: 'Wednesday' }),
      'deadlines[3].weekday',
      /2025-06-13 is a Friday/,
    ],
    [
      'overlapping parts',
      (plan) => Object.assign(plan.parts[1] ?? {}, { start: '15:59' }),
      'parts[1].start',
      /overlaps "Part 1", which ends at 16:00/,
    ],
    ['parts in the wrong order', (plan) => plan.parts.reverse(), 'parts[1].start', /overlaps "Part 2"/],
    [
      'a part that ends before it starts',
      (plan) => Object.assign(plan.parts[1] ?? {}, { end: '01:00' }),
      'parts[1].end',
      /within the day/,
    ],
    [
      'a part outside the day',
      (plan) => Object.assign(plan.parts[1] ?? {}, { end: '24:30' }),
      'parts[1].end',
      /not a time of the day/,
    ],
    [
      'a part name used twice',
      (plan) => Object.assign(plan.parts[1] ?? {}, { name: 'Part 1' }),
      'parts[1].name',
      /used twice/,
    ],
    ['no part', (plan) => Object.assign(plan, { parts: [] }), 'parts', /has no part/],
    [
      'a part with nothing to do',
      (plan) => Object.assign(plan.parts[0] ?? {}, { tasks: [] }),
      'parts[0].tasks',
      /nothing to do/,
    ],
    [
      'an unknown data centre',
      (plan) => Object.assign(plan.parts[0] ?? {}, { dataCentre: 'third' }),
      'parts[0].dataCentre',
      /must be one of primary, secondary/,
    ],
    [
      'an account named twice',
      (plan) => plan.accounts.push({ account: 'SIM001', installation: 'hkscc' }),
      'accounts[2].account',
      /named twice/,
    ],
    [
      'a cut-off after the start',
      (plan) => Object.assign(plan.weather, { cutOff: '14:00' }),
      'weather.cutOff',
      /not before the first part/,
    ],
    [
      'a signal that is not one of the rule',
      (plan) => Object.assign(plan.weather, { cancels: ['red-rainstorm'] }),
      'weather.cancels[0]',
      /must be one of no-8/,
    ],
    [
      'a negative notice',
      (plan) => Object.assign(plan.weather, { noticeMinutes: -15 }),
      'weather.noticeMinutes',
      /negative/,
    ],
    [
      'a hotline that opens after the start',
      (plan) => Object.assign(plan.hotlines[0] ?? {}, { from: '15:00' }),
      'hotlines[0].from',
      /not before the first part/,
    ],
    [
      'an installation that takes part without a hotline',
      (plan) => plan.hotlines.pop(),
      'hotlines',
      /no number for hkcc-seoch/,
    ],
    [
      'reports of a Saturday',
      (plan) => Object.assign(plan, { reportsOf: '2025-06-14' }),
      'reportsOf',
      /is a Saturday, not a business day/,
    ],
    [
      'reports of the future',
      (plan) => Object.assign(plan, { reportsOf: '2025-06-23' }),
      'reportsOf',
      /after the session/,
    ],
    [
      'a deadline after the session',
      (plan) => Object.assign(plan.deadlines[0] ?? {}, { date: '2025-06-22' }),
      'deadlines[0].date',
      /after the session/,
    ],
    [
      'a date that does not exist',
      (plan) => Object.assign(plan, { date: '2025-06-31' }),
      'date',
      /not a real date/,
    ],
    [
      'a key freeze that ends before the session',
      (plan) => Object.assign(plan.keyFreeze, { to: '2025-06-21 18:00' }),
      'keyFreeze',
      /does not cover the session/,
    ],
    [
      'a field it does not know',
      (plan) => Object.assign(plan.weather, { cutoff: '09:00' }),
      'weather.cutoff',
      /not a field of a plan/,
    ],
    ['a missing field', (plan) => Reflect.deleteProperty(plan, 'keyFreeze'), 'keyFreeze', /keyFreeze/],
  ];
  for (const [what, change, field, says] of faults) {
    it(`refuses ${what}, naming ${field} and the cure`, () => {
      const error = refusalOf(altered(change));
      assert.match(error.message, says);
      assert.ok(error.message.includes(field), error.message);
      assert.equal(error.details.field, field);
      assert.ok(error.cure.includes(field) && error.cure.length > field.length + 10, error.cure);
    });
  }

  it('refuses an account that does not exist here, or belongs to the other installation', () => {
    const known = [
      { account: 'SIM001', installation: 'hkcc-seoch' as const },
      { account: 'OTHER', installation: 'hkcc-seoch' as const },
    ];
    const error = refusalOf(practice20250621, known);
    assert.match(error.message, /accounts\[0\]\.installation says hkscc, but "SIM001" is an account of hkcc/);
    assert.match(error.message, /accounts\[1\]\.account "SIMC01" is not known here \(known: SIM001, OTHER\)/);
  });

  it('names every fault at once, so that a person corrects the plan in one go', () => {
    const error = refusalOf(
      altered((plan) => {
        Object.assign(plan, { weekday: 'Sunday' });
        Object.assign(plan.weather, { cutOff: '15:00' });
      }),
    );
    assert.match(error.message, /weekday .*; weather\.cutOff /);
  });

  for (const junk of [null, 7, 'plan', [], undefined]) {
    it(`refuses ${JSON.stringify(junk) ?? 'nothing'} in place of a plan`, () => {
      assert.match(refusalOf(junk).message, /object/);
    });
  }

  /** Every place of a plan, as the way to it. */
  function placesIn(value: unknown, way: (string | number)[] = []): (string | number)[][] {
    if (typeof value !== 'object' || value === null) return [way];
    const inside = Object.entries(value).flatMap(([key, one]) =>
      placesIn(one, [...way, Array.isArray(value) ? Number(key) : key]),
    );
    return way.length === 0 ? inside : [way, ...inside];
  }

  /** What is at a place in others' words than a plan has. */
  const odd: [string, (before: unknown) => unknown][] = [
    ['gone', () => undefined],
    ['null', () => null],
    ['a number', () => -1.5],
    ['a large number', () => 1e6],
    ['a word', () => 'x'],
    ['nothing', () => ''],
    ['an empty list', () => []],
    ['a field more', (before) => (Array.isArray(before) ? before : { ...(before as object), sun: true })],
  ];
  const english = /\b(?:is|are|must|missing|has|not|names|says|the|than|cannot|used|it|enter|remove|text)\b/i;

  for (const language of ['zh-Hant', 'zh-Hans'] as const) {
    it(`is refused in ${language}, whatever of it is wrong`, () => {
      const told = new Set<string>();
      for (const way of placesIn(practice20250621))
        for (const [what, change] of odd) {
          const plan: unknown = JSON.parse(JSON.stringify(practice20250621));
          const last = way.at(-1) ?? '';
          const holder = way.slice(0, -1).reduce<unknown>((one, step) => Object(one)[step], plan);
          Object(holder)[last] = change(Object(holder)[last]);
          try {
            parsePlan(JSON.parse(JSON.stringify(plan)), undefined, language);
          } catch (error) {
            assert.ok(error instanceof RapError);
            const text = `${error.message} ${error.cure}`;
            assert.doesNotMatch(text.replaceAll(/[「“][^」”]*[」”]/g, ''), english, `${way} ${what}`);
            told.add(error.message);
          }
        }
      assert.ok(told.size > 150, `only ${told.size} sentences`);
    });
  }
});
