import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Attempt,
  type DayOrder,
  type DayState,
  dayOf,
  newDay,
  stepDay,
} from '../../../lib/practice/day.ts';
import { partOutcomes } from '../../../lib/practice/part-outcomes.ts';
import { movePlan, type PracticePlan, sessionOf } from '../../../lib/practice/plan.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { pastDays } from '../../../lib/practice/scenarios.ts';
import { fromHongKong, hongKongStamp, hongKongTime } from '../../../lib/time/hong-kong.ts';
import { decide, readDay } from '../../../lib/weather/decide.ts';
import { addStatement, type Evidence, noEvidence, wholeDay } from '../../../lib/weather/evidence.ts';
import { type SignalRow, triggerSpells } from '../../../lib/weather/signals.ts';
import { runs } from '../../support/runs.ts';

interface Lived {
  state: DayState;
  orders: (DayOrder & { time: string })[];
  /** Data centre at each minute 'HH:MM'. */
  centres: Map<string, string>;
}

/**
 * Lives the day from 08:00 to 19:30 minute by minute. The state goes through JSON after every
 * step, as it does on disk. `killed` minutes are slept through.
 */
function live(
  plan: PracticePlan,
  evidenceAt: (now: number) => Evidence,
  {
    killed = () => false,
    unattended = true,
  }: { killed?: (time: string) => boolean; unattended?: boolean } = {},
): Lived {
  const begin = fromHongKong(`${plan.date} 08:00`);
  // The reminders of past weeks were told on their days.
  const day = dayOf(plan);
  const session = sessionOf(plan, unattended);
  let state = newDay(day);
  const step = (evidence: Evidence, now: number) =>
    stepDay(day, state, decide(session, evidence, now, state.decision), now);
  state = step(noEvidence, fromHongKong(`${plan.date} 07:59`)).state;
  const orders: Lived['orders'] = [];
  const centres = new Map<string, string>();
  for (let minute = 0; minute <= 11.5 * 60; minute++) {
    const now = begin + minute * 60_000;
    const time = hongKongTime(now);
    if (!killed(time)) {
      const next = step(evidenceAt(now), now);
      state = JSON.parse(JSON.stringify(next.state));
      orders.push(...next.orders.map((order) => ({ ...order, time })));
    }
    centres.set(time, state.dataCentre);
  }
  return { state, orders, centres };
}

function told(order: Lived['orders'][number]): string {
  switch (order.kind) {
    case 'verdict': {
      const { verdict, effectiveAt } = order.decision;
      return `${order.time} ${verdict}${effectiveAt === null ? '' : ` ${hongKongTime(effectiveAt)}`}`;
    }
    case 'milestone':
      return `${order.time} ${order.milestone.id} ${order.outcome}`;
    case 'data-centre':
      return `${order.time} ${order.dataCentre}`;
    case 'part':
      return `${order.time} ${order.action} ${order.part.name}`;
  }
}

const given = (signals: readonly SignalRow[]) => {
  const evidence = wholeDay(triggerSpells(signals));
  return () => evidence;
};

describe('famous days', () => {
  for (const { name, date, verdict, effective, signals } of pastDays) {
    it(`${name}: ${verdict} ${effective ?? ''}`.trim(), () => {
      const reading = readDay(sessionOf(movePlan(practice20250621, date)), signals);
      assert.equal(reading.verdict, verdict);
      const effectiveAt =
        reading.effectiveAt === null ? null : hongKongStamp(reading.effectiveAt).slice(11, 16);
      assert.equal(effectiveAt, effective);
    });
  }

  it('are six, each under its own name and date', () => {
    assert.equal(new Set(pastDays.map((one) => one.name)).size, 6);
    assert.equal(new Set(pastDays.map((one) => one.date)).size, 6);
  });
});

const orders: Record<string, string[]> = {
  quiet: [
    '08:30 weather-watch due',
    '09:05 clear',
    '09:05 weather-verdict due',
    '12:00 hotline-hkscc due',
    '12:00 hotline-hkcc-seoch due',
    '13:50 last-call dropped',
    '14:00 running',
    '14:00 secondary',
    '14:00 key-freeze-begins due',
    '14:00 part-1-starts due',
    '14:00 begin Part 1',
    '16:00 end Part 1',
    '16:00 primary',
    '16:00 part-1-ends due',
    '18:00 part-2-starts due',
    '18:00 begin Part 2',
    '19:00 completed',
    '19:00 end Part 2',
    '19:00 part-2-ends due',
    '19:00 restore-check due',
    '19:00 expiry due',
    '19:00 key-freeze-ends due',
  ],
  'gale-in-part-1': [
    '14:20 terminating 14:35',
    '14:35 terminated 14:35',
    '14:35 stop Part 1',
    '14:35 skip Part 2',
    '14:35 primary',
    '16:00 part-1-ends dropped',
    '18:00 part-2-starts dropped',
    '19:00 part-2-ends dropped',
    '19:00 restore-check due',
    '19:00 expiry due',
    '19:00 key-freeze-ends due',
  ],
  'gale-between-the-parts': [
    '16:00 end Part 1',
    '16:00 primary',
    '16:00 part-1-ends due',
    '17:20 terminating 17:35',
    '17:35 terminated 17:35',
    '17:35 skip Part 2',
    '17:35 primary',
    '18:00 part-2-starts dropped',
  ],
  'gale-lowered-in-the-morning': [
    '09:05 cancelled 09:00',
    '09:05 skip Part 1',
    '09:05 skip Part 2',
    '09:05 primary',
    '09:05 weather-verdict due',
    '12:00 hotline-hkscc dropped',
  ],
  'extreme-conditions': ['09:05 cancelled 09:00', '09:05 skip Part 1', '09:05 skip Part 2', '09:05 primary'],
  'black-in-part-1': [
    '15:35 running',
    '16:00 end Part 1',
    '16:00 primary',
    '16:00 part-1-ends due',
    '18:00 part-2-starts due',
    '18:00 begin Part 2',
    '19:00 completed',
  ],
};

describe('the day of a session', () => {
  for (const { name, date, signals } of pastDays) {
    it(`${name}: gives its orders in their order, and none twice`, () => {
      const lived = live(movePlan(practice20250621, date), given(signals));
      const lines = lived.orders.map(told);
      const expected = orders[name] ?? [];
      const from = lines.indexOf(expected[0] ?? '');
      assert.deepEqual(lines.slice(from, from + expected.length), expected);
      if (name === 'quiet') assert.deepEqual(lines, expected);
      const once = lines.filter((line) => !/ (running|primary)$/.test(line)).map((line) => line.slice(6));
      assert.equal(new Set(once).size, once.length);
    });
  }

  it('points at the right data centre at every minute, and at the primary in the end', () => {
    for (const { date, name, signals } of pastDays) {
      const { centres } = live(movePlan(practice20250621, date), given(signals));
      const secondary = [...centres].filter(([, centre]) => centre === 'secondary').map(([time]) => time);
      const last =
        { 'gale-in-part-1': '14:34', 'gale-lowered-in-the-morning': '', 'extreme-conditions': '' }[name] ??
        '15:59';
      assert.deepEqual(
        [secondary[0] ?? '', secondary.at(-1) ?? ''],
        last === '' ? ['', ''] : ['14:00', last],
        name,
      );
      assert.equal(centres.get('19:00'), 'primary');
    }
  });

  it('ends the same after being killed and started again at any milestone', () => {
    for (const { date, name, signals } of pastDays) {
      const plan = movePlan(practice20250621, date);
      const whole = live(plan, given(signals));
      for (const at of [
        '08:30',
        '09:05',
        '12:00',
        '13:50',
        '14:00',
        '14:20',
        '14:35',
        '16:00',
        '17:35',
        '18:00',
      ]) {
        const hit = live(plan, given(signals), { killed: (time) => time === at });
        assert.deepEqual(hit.state.parts, whole.state.parts, `${name}, killed at ${at}`);
        assert.equal(hit.state.decision?.verdict, whole.state.decision?.verdict);
        assert.equal(hit.state.decision?.effectiveAt, whole.state.decision?.effectiveAt);
        assert.deepEqual(hit.state.told.toSorted(), whole.state.told.toSorted());
        assert.equal(hit.state.dataCentre, 'primary');
      }
    }
  });

  it('says what it missed while it was down, and repeats nothing', () => {
    const down = (time: string) => time >= '11:00' && time < '13:00';
    const { orders: given_ } = live(practice20250621, given([]), { killed: down });
    const lines = given_.map(told);
    assert.ok(lines.includes('13:00 hotline-hkscc missed'));
    assert.ok(lines.includes('13:00 hotline-hkcc-seoch missed'));
    assert.ok(lines.includes('09:05 weather-verdict due'));
    assert.equal(lines.filter((line) => line.includes('weather-watch')).length, 1);
    assert.ok(lines.includes('14:00 begin Part 1'));
  });

  it('does not begin in hold, calls before the start, and begins late on a word', () => {
    const silent: Evidence = noEvidence;
    const held = live(practice20250621, () => silent, { unattended: false });
    const lines = held.orders.map(told);
    assert.ok(lines.includes('13:50 last-call due'));
    assert.ok(lines.includes('16:00 skip Part 1') && lines.includes('19:00 skip Part 2'));
    assert.ok(![...held.centres.values()].includes('secondary'));
    const at = fromHongKong('2025-06-21 14:22');
    const word = { about: 'session', says: 'held', from: 'hkex', by: 'A', how: 'hotline', at } as const;
    const late = live(practice20250621, (now) => (now >= at ? addStatement(silent, word) : silent), {
      unattended: false,
    });
    assert.ok(late.orders.map(told).includes('14:22 begin Part 1'));
    assert.deepEqual(late.state.parts, { 'Part 1': 'ended', 'Part 2': 'ended' });
  });

  for (const [what, over, taken, expected] of [
    ['before the session', ['cancelled', '10:00'], '13:00', ['ended', 'ended', '14:00 begin Part 1']],
    ['in the middle of Part 1', ['cancelled', '10:00'], '15:10', ['ended', 'ended', '15:10 begin Part 1']],
    ['after Part 1', ['cancelled', '13:30'], '16:30', ['skipped', 'ended', '18:00 begin Part 2']],
    ['while a part is stopped', ['terminated', '14:30'], '14:50', ['ended', 'ended', '14:50 begin Part 1']],
    ['when all is over', ['terminated', '18:30'], '19:10', ['ended', 'stopped', undefined]],
  ] as const) {
    it(`holds what is left of the session when the exchange takes it back ${what}`, () => {
      const word = (says: 'cancelled' | 'terminated' | 'held', time: string) => {
        const at = fromHongKong(`2025-06-21 ${time}`);
        return { about: 'session', says, from: 'hkex', by: 'A', how: 'hotline', at } as const;
      };
      const words = [word(over[0], over[1]), word('held', taken)];
      const lived = live(practice20250621, (now) =>
        words.filter(({ at }) => at <= now).reduce(addStatement, wholeDay([])),
      );
      const [part1, part2, begins] = expected;
      assert.deepEqual(lived.state.parts, { 'Part 1': part1, 'Part 2': part2 });
      const since = lived.orders.filter(({ time }) => time >= taken);
      assert.equal(since.filter((one) => one.kind === 'part' && one.action === 'begin').map(told)[0], begins);
      const verdict = since.find((one) => one.kind === 'verdict');
      assert.equal(verdict?.before, over[0]);
    });
  }

  it('does to the parts what the reading of the whole day says, on any day', () => {
    const minute = fc.oneof(
      fc.integer({ min: -100, max: 1200 }),
      fc
        .tuple(fc.constantFrom(540, 840, 945, 960, 1065, 1080, 1125, 1140), fc.integer({ min: -2, max: 2 }))
        .map(([edge, off]) => edge + off),
    );
    const row = fc.record({
      code: fc.constantFrom('TC8', 'EC', 'WRAINB'),
      from: minute,
      length: fc.integer({ min: 1, max: 400 }),
    });
    const midnight = fromHongKong('2025-06-21 00:00');
    const day = dayOf(practice20250621);
    const session = sessionOf(practice20250621, true);
    const words = { ended: 'held', stopped: 'cut', skipped: 'not-held' } as const;
    fc.assert(
      fc.property(fc.array(row, { maxLength: 4 }), (rows) => {
        const signals = rows.map(({ code, from, length }) => ({
          code,
          issued: midnight + from * 60_000,
          cancelled: midnight + (from + length) * 60_000,
        }));
        const evidence = wholeDay(triggerSpells(signals));
        let state = newDay(day);
        for (let t = 530; t <= 1145; t++) {
          const now = midnight + t * 60_000;
          state = stepDay(day, state, decide(session, evidence, now, state.decision), now).state;
          const secondary = state.parts['Part 1'] === 'running' ? 'secondary' : 'primary';
          assert.equal(state.dataCentre, secondary);
        }
        const outcomes = partOutcomes(practice20250621, readDay(sessionOf(practice20250621), signals));
        for (const { part, outcome } of outcomes) {
          const end = state.parts[part.name];
          assert.ok(end !== undefined && end !== 'waiting' && end !== 'running');
          assert.equal(words[end], outcome);
        }
      }),
      { numRuns: runs(60) },
    );
  });
});

describe('an account that does not get through', () => {
  const day = dayOf(practice20250621);
  const session = sessionOf(practice20250621, true);
  const at = (time: string) => fromHongKong(`2025-06-21 ${time}`);
  const step = (state: DayState, now: number, attempts: readonly Attempt[] = [], evidence = wholeDay([])) =>
    stepDay(day, state, decide(session, evidence, now, state.decision), now, attempts);
  const running = step(newDay(day), at('14:00')).state;
  const attempt = (changes: Partial<Attempt> = {}): Attempt => ({
    part: 'Part 1',
    account: 'SIM001',
    atWork: false,
    ...changes,
  });
  const failed = (time: string) => ({ complete: false, finishedAt: at(time) });

  const table: [string, string, Attempt, string | undefined][] = [
    ['failed five minutes ago', '14:25', attempt({ result: failed('14:20') }), 'failure'],
    ['failed four minutes ago', '14:24', attempt({ result: failed('14:20') }), undefined],
    ['failed an hour ago', '15:20', attempt({ result: failed('14:20') }), 'failure'],
    ['is at work', '14:25', attempt({ atWork: true }), undefined],
    ['failed and is at work again', '14:30', attempt({ atWork: true, result: failed('14:20') }), undefined],
    ['was at work when a process was stopped', '14:25', attempt(), 'restart'],
    ['is through', '15:59', attempt({ result: { complete: true, finishedAt: at('14:20') } }), undefined],
    ['failed, and its part is over', '16:00', attempt({ result: failed('14:20') }), undefined],
    [
      'failed in a part that has not begun',
      '14:25',
      attempt({ part: 'Part 2', result: failed('14:20') }),
      undefined,
    ],
    ['failed by a clock that was put back since', '14:02', attempt({ result: failed('15:20') }), 'failure'],
  ];
  for (const [what, time, one, after] of table) {
    it(`and ${what}: ${after === undefined ? 'nothing' : `tried again after ${after}`}`, () => {
      const { orders } = step(running, at(time), [one]);
      const found = orders.filter((order) => order.kind === 'part' && order.again === true);
      assert.deepEqual(
        found.map(
          (order) => order.kind === 'part' && [order.part.name, order.action, order.accounts, order.after],
        ),
        after === undefined ? [] : [['Part 1', 'begin', ['SIM001'], after]],
      );
    });
  }

  it('is not tried in the minute in which its part begins, nor when the session is over', () => {
    const before = step(newDay(day), at('13:59')).state;
    const first = step(before, at('14:00'), [attempt()]);
    assert.deepEqual(
      first.orders.flatMap((order) => (order.kind === 'part' ? [order.again ?? false] : [])),
      [false],
    );
    const gale = wholeDay(triggerSpells([{ code: 'TC8NE', issued: at('14:20') }]));
    const over = step(running, at('14:36'), [attempt({ result: failed('14:10') })], gale);
    assert.ok(!over.orders.some((order) => order.kind === 'part' && order.again));
  });

  it('is tried within six minutes of each failure and never while at work or through, whatever happens', () => {
    // How long each try lasts in minutes, and whether it succeeds; a process may be stopped at any minute.
    const plan = fc.record({
      tries: fc.array(fc.record({ minutes: fc.integer({ min: 0, max: 20 }), good: fc.boolean() }), {
        minLength: 1,
        maxLength: 40,
      }),
      stops: fc.array(fc.integer({ min: 1, max: 119 }), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(plan, ({ tries, stops }) => {
        let state = running;
        let work: { until: number; good: boolean } | undefined = { until: 0, good: false };
        let result: Attempt['result'];
        let waited = 0;
        let count = 0;
        for (let minute = 1; minute <= 120; minute++) {
          if (stops.includes(minute)) work = undefined;
          if (work !== undefined && work.until <= minute) {
            result = { complete: work.good, finishedAt: at('14:00') + minute * 60_000 };
            work = undefined;
          }
          const known = attempt({ atWork: work !== undefined, ...(result === undefined ? {} : { result }) });
          const next = step(state, at('14:00') + minute * 60_000, [known]);
          state = next.state;
          const again = next.orders.some((order) => order.kind === 'part' && order.again);
          if (minute === 120 || result?.complete || known.atWork) assert.equal(again, false);
          if (minute === 120) break;
          waited = again || known.atWork || result?.complete ? 0 : waited + 1;
          assert.ok(waited <= 5, `waited ${waited} minutes`);
          const one = tries[count % tries.length];
          if (!again || one === undefined) continue;
          count++;
          work = { until: minute + one.minutes, good: one.good };
        }
      }),
      { numRuns: runs(200), seed: 7 },
    );
  });
});
