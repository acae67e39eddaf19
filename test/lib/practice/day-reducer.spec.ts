/** The reducer of the day over whatever may come between: processes that stop, orders that are not acted on. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dayOf, isActedOn } from '../../../lib/practice/day.ts';
import {
  beginDay,
  type DayEvent,
  isStepDue,
  type KeyedOrder,
  type PracticeDayRun,
  reduceDay,
} from '../../../lib/practice/day-reducer.ts';
import { movePlan, type PracticePlan, sessionOf } from '../../../lib/practice/plan.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { emptyResult, type PartResult } from '../../../lib/practice/results.ts';
import { pastDays } from '../../../lib/practice/scenarios.ts';
import type { Milestone } from '../../../lib/practice/timeline.ts';
import { fromHongKong, hongKongTime } from '../../../lib/time/hong-kong.ts';
import { decide } from '../../../lib/weather/decide.ts';
import { wholeDay } from '../../../lib/weather/evidence.ts';
import { type SignalRow, triggerSpells } from '../../../lib/weather/signals.ts';
import { runs } from '../../support/runs.ts';

const MINUTE = 60_000;

/** What happens in a minute besides that time goes on. */
interface Minute {
  /** The process is stopped after so many orders of the minute, and another one takes the day up. */
  stopsAfter?: number;
  /** The node is woken by a message so many seconds later. */
  wokenAfter?: number;
}

interface Lived {
  /** 'HH:MM key' of what was acted on. */
  acted: string[];
  parts: Record<string, string>;
}

/** Lives the day minute by minute as session-timer does. Whoever is set to work is through two minutes later. */
function live(plan: PracticePlan, signals: readonly SignalRow[], minutes = new Map<string, Minute>()): Lived {
  const day = dayOf(plan);
  const session = sessionOf(plan, true);
  const evidence = wholeDay(triggerSpells(signals));
  const acted: string[] = [];
  const results: PartResult[] = [];
  const ends: { at: number; result: PartResult }[] = [];
  const reduce = (event: DayEvent) => {
    const before = minutes.size === 0 ? JSON.stringify(run) : '';
    const next = reduceDay(day, run, event);
    if (before !== '') assert.equal(JSON.stringify(run), before, 'the reducer changes nothing in place');
    run = next.run;
    return next.orders;
  };
  let run: PracticeDayRun = beginDay(day);
  const look = (now: number, stopsAfter: number): boolean => {
    const decision = decide(session, evidence, now, run.kept.state.decision);
    for (const [index, order] of reduce({ kind: 'time', now, decision, results }).entries()) {
      if (index === stopsAfter) return false;
      const open = run.kept.open.some((one) => one.kind === 'part' && /end|stop/.test(one.action));
      if (isRestoreCheck(order)) assert.ok(!open, 'nothing is checked while a part still ends');
      acted.push(`${hongKongTime(now)} ${order.key}`);
      if (!isActedOn(order, plan, order.at)) reduce({ kind: 'done', key: order.key });
      else {
        reduce({ kind: 'left', now, order, results });
        if (order.kind !== 'part' || order.action !== 'begin') continue;
        for (const account of order.accounts ?? []) {
          const at = now + 2 * MINUTE;
          const result = { ...emptyResult(plan, order.part, account, at), outcome: 'complete' as const };
          ends.push({ at, result });
        }
      }
    }
    return true;
  };
  // The reminders of past weeks were told on their days.
  const begin = fromHongKong(`${plan.date} 08:00`);
  const nothing = decide(session, evidence, begin - MINUTE);
  const past = reduce({ kind: 'time', now: begin - MINUTE, decision: nothing, results });
  for (const { key } of past) reduce({ kind: 'done', key });
  for (let now = begin; now <= fromHongKong(`${plan.date} 19:10`); now += MINUTE) {
    const { stopsAfter = Infinity, wokenAfter } = minutes.get(hongKongTime(now)) ?? {};
    results.push(...ends.filter(({ at }) => at === now).map(({ result }) => result));
    if (!isStepDue(day, run, now)) continue;
    const went = look(now, stopsAfter);
    if (went && wokenAfter !== undefined) look(now + wokenAfter * 1000, Infinity);
    if (went) continue;
    // All that was under way is lost with the process; what it kept goes through JSON as on disk.
    ends.length = 0;
    run = beginDay(day, JSON.parse(JSON.stringify(run.kept)));
  }
  return { acted, parts: run.kept.state.parts };
}

const isRestoreCheck = (order: KeyedOrder) =>
  order.kind === 'milestone' && order.milestone.kind === 'restore-check';
const keyOf = (line: string) => line.slice(6);

describe('the reducer of the day', () => {
  for (const { name, date, signals } of pastDays) {
    it(`${name}: acts on each order once, and asks whether all is back once nothing ends any more`, () => {
      const { acted } = live(movePlan(practice20250621, date), signals);
      const keys = acted.map(keyOf);
      assert.equal(new Set(keys).size, keys.length, keys.join());
      assert.ok(!keys.some((key) => /:(restart|failure)@/.test(key)), 'nobody is tried again who is at work');
      const check = acted.find((line) => line.endsWith('milestone:restore-check'));
      const ends = acted.some((line) => /^19:00 part:.*:(end|stop)#\d+$/.test(line));
      assert.equal(check?.slice(0, 5), ends ? '19:01' : '19:00');
    });
  }

  for (const time of ['14:00', '16:00', '19:00']) {
    it(`woken by a message at ${time}, just when orders have left, acts on none again and on none too early`, () => {
      const woken = live(practice20250621, [], new Map([[time, { wokenAfter: 2 }]]));
      assert.deepEqual(woken.acted, live(practice20250621, []).acted);
    });
  }

  it('acts on the same over processes that stop and messages that wake it, at whatever moment', () => {
    const minute = fc.record(
      {
        stopsAfter: fc.integer({ min: 0, max: 4 }),
        wokenAfter: fc.integer({ min: 0, max: 59 }),
      },
      { requiredKeys: [] },
    );
    const at = fc.oneof(
      fc.constantFrom('08:30', '09:05', '14:00', '14:35', '16:00', '18:00', '19:00', '19:01'),
      fc
        .integer({ min: 0, max: 660 })
        .map((minutes) => hongKongTime(fromHongKong('2025-06-21 08:00') + minutes * MINUTE)),
    );
    const days = fc.constantFrom(...pastDays);
    const calms = new Map<string, Lived>();
    fc.assert(
      fc.property(days, fc.array(fc.tuple(at, minute), { maxLength: 8 }), ({ date, signals }, happens) => {
        const plan = movePlan(practice20250621, date);
        const calm = calms.get(date) ?? live(plan, signals);
        calms.set(date, calm);
        const hit = live(plan, signals, new Map(happens));
        assert.deepEqual(hit.parts, calm.parts);
        const keys = new Set(hit.acted.map(keyOf));
        assert.deepEqual(
          calm.acted.map(keyOf).filter((key) => !keys.has(key)),
          [],
        );
        const known = new Set(calm.acted.map(keyOf));
        // Besides, only work is taken up again; and only where a process was stopped.
        const more = [...keys].filter((key) => !known.has(key));
        assert.deepEqual(
          more.filter((key) => !/:begin:restart@/.test(key)),
          [],
        );
        const stopped = happens.some(([, { stopsAfter }]) => stopsAfter !== undefined);
        if (!stopped) assert.deepEqual(hit.acted.toSorted(), calm.acted.toSorted());
      }),
      { numRuns: runs(40), seed: 12 },
    );
  });

  const milestone = (kind: Milestone['kind'], outcome: 'due' | 'missed' | 'dropped') =>
    ({ kind: 'milestone', milestone: { id: kind, at: 0, kind, title: '' }, outcome }) as const;
  const [part] = practice20250621.parts;
  assert.ok(part);
  const of = (action: 'begin' | 'end' | 'stop' | 'skip') =>
    ({ kind: 'part', part, action, reason: '' }) as const;
  const table = [
    ['a milestone in its minute', milestone('hotline', 'due'), '2025-06-21', true],
    ['a milestone that was missed', milestone('hotline', 'missed'), '2025-06-21', false],
    ['a milestone without a sense', milestone('last-call', 'dropped'), '2025-06-21', false],
    ['a restore check that was missed', milestone('restore-check', 'missed'), '2025-06-21', true],
    ['a drill that was missed, the day before', milestone('drill', 'missed'), '2025-06-20', true],
    ['a drill that was missed, on the day', milestone('drill', 'missed'), '2025-06-21', false],
    ['a data centre', { kind: 'data-centre', dataCentre: 'primary', reason: '' }, '2025-06-21', false],
    ['a part that begins', of('begin'), '2025-06-21', true],
    ['a part that ends', of('end'), '2025-06-21', true],
    ['a part that is not held', of('skip'), '2025-06-21', false],
  ] as const;
  for (const [what, order, date, acted] of table) {
    it(`${what}: ${acted ? 'somebody acts on it' : 'is only written down'}`, () => {
      assert.equal(isActedOn(order, practice20250621, fromHongKong(`${date} 12:00`)), acted);
    });
  }

  it('sets nobody to work whom the plan does not name', () => {
    const one = { ...practice20250621, accounts: practice20250621.accounts.slice(0, 1) };
    const day = dayOf(one);
    const now = fromHongKong('2025-06-21 14:00');
    const decision = decide(sessionOf(one, true), wholeDay([]), now);
    const { orders } = reduceDay(day, beginDay(day), { kind: 'time', now, decision, results: [] });
    const begun = orders.find((order) => order.kind === 'part' && order.action === 'begin');
    assert.deepEqual(begun?.kind === 'part' && begun.accounts, ['SIM001']);
  });
});
