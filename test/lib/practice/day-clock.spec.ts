import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Ledger, PracticeDayRow } from '../../../lib/ledger/ledger.ts';
import type { DayState } from '../../../lib/practice/day.ts';
import type { KeyedOrder } from '../../../lib/practice/day-reducer.ts';
import { openDay, type StoredDay } from '../../../lib/practice/day-store.ts';
import { sessionOf } from '../../../lib/practice/plan.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { fromHongKong, hongKongTime } from '../../../lib/time/hong-kong.ts';
import { decide } from '../../../lib/weather/decide.ts';
import { type Evidence, wholeDay } from '../../../lib/weather/evidence.ts';
import { triggerSpells } from '../../../lib/weather/signals.ts';
import { runs } from '../../support/runs.ts';

const MINUTE = 60_000;
const at = (time: string) => fromHongKong(`2025-06-21 ${time}`);
const quiet = wholeDay([]);
const session = sessionOf(practice20250621, true);
const gale = wholeDay(triggerSpells([{ code: 'TC8NE', issued: at('14:20') }]));

/** The part of the ledger that a day is kept in. */
function memory() {
  const results: { result: string }[] = [];
  let row: PracticeDayRow | undefined;
  let orders: readonly KeyedOrder[] = [];
  const takenBack: string[] = [];
  const ledger = {
    practiceDay: async () => row,
    savePracticeDay: async (next: PracticeDayRow, step: { orders: readonly KeyedOrder[] }) => {
      row = structuredClone(next);
      orders = structuredClone(step.orders);
    },
    practiceOrders: async () => orders,
    practiceResults: async () => results,
    takeBackPractice: async (_: string, after: number) => {
      takenBack.push(hongKongTime(after));
    },
  };
  /** Whoever is set to work gets through at once. */
  const work = (order: KeyedOrder, now: number) => {
    if (order.kind !== 'part' || order.action !== 'begin') return;
    for (const account of order.accounts ?? []) {
      const result = { part: order.part.name, account, outcome: 'complete', finishedAt: now };
      results.push({ result: JSON.stringify(result) });
    }
  };
  return { ledger: { practice: ledger } as unknown as Ledger, takenBack, work };
}

interface Lived {
  /** What was ordered by the right clock, at its minute. */
  orders: string[];
  /** Everything ordered, also by the wrong clock. */
  wrong: string[];
  centres: Map<string, string>;
  state: DayState;
  takenBack: string[];
}

/** Lives the day from 08:00 to 19:10 minute by minute; in the minutes given the clock is ahead, or behind. */
async function live(evidence: Evidence, ahead: ReadonlyMap<string, number>, restart = false): Promise<Lived> {
  const { ledger, takenBack, work } = memory();
  let day = await openDay(ledger, practice20250621);
  const step = (one: StoredDay, now: number) =>
    one.step(decide(session, evidence, now, one.state.decision), now);
  // The reminders of past weeks were told on their days.
  for (const { key } of await step(day, at('07:59'))) await day.done(key);
  const orders: string[] = [];
  const wrong: string[] = [];
  const centres = new Map<string, string>();
  for (let now = at('08:00'); now <= at('19:10'); now += MINUTE) {
    const time = hongKongTime(now);
    const by = ahead.get(time) ?? 0;
    if (restart && by !== 0) day = await openDay(ledger, practice20250621);
    for (const order of await step(day, now + by)) {
      (by === 0 ? orders : wrong).push(`${time} ${nameOf(order)}`);
      work(order, now + by);
      await day.done(order.key);
    }
    centres.set(time, day.state.dataCentre);
  }
  return { orders, wrong, centres, state: day.state, takenBack };
}

function nameOf(order: KeyedOrder): string {
  switch (order.kind) {
    case 'verdict':
      return order.decision.verdict;
    case 'milestone':
      return `${order.milestone.id} ${order.outcome}`;
    case 'data-centre':
      return order.dataCentre;
    case 'part':
      return `${order.action} ${order.part.name}`;
  }
}

describe('the day of a session by a clock that is set', () => {
  it('happens in its time though the clock was months ahead for a minute in the morning', async () => {
    const right = await live(quiet, new Map());
    const lived = await live(quiet, new Map([['10:00', 90 * 24 * 60 * MINUTE]]));
    assert.ok(
      lived.wrong.some((one) => one.endsWith('restore-check missed')),
      lived.wrong.join(),
    );
    assert.deepEqual(lived.orders, right.orders);
    assert.deepEqual(lived.takenBack, ['12:00'], 'as soon as something is to be done');
    assert.deepEqual(lived.state.parts, { 'Part 1': 'ended', 'Part 2': 'ended' });
  });

  it('begins a part that was ended too early once more, and ends one that was begun too early', async () => {
    const ended = await live(quiet, new Map([['14:30', 3 * 60 * MINUTE]]));
    assert.ok(ended.wrong.includes('14:30 end Part 1'));
    assert.ok(ended.orders.includes('14:31 begin Part 1') && ended.orders.includes('14:31 secondary'));
    assert.ok(ended.orders.includes('16:00 end Part 1'));
    const begun = await live(quiet, new Map([['10:00', 4.5 * 60 * MINUTE]]));
    assert.ok(begun.wrong.includes('10:00 begin Part 1'));
    assert.ok(begun.orders.includes('10:01 stop Part 1') && begun.orders.includes('10:01 primary'));
    assert.ok(begun.orders.includes('14:00 begin Part 1'));
    assert.equal(begun.centres.get('13:00'), 'primary');
  });

  it('tells nothing twice for a clock that is behind for a while; a part pauses that it does not know of', async () => {
    const right = await live(quiet, new Map());
    const behind = (minutes: number) =>
      live(quiet, new Map(['15:00', '15:01', '15:02'].map((time) => [time, -minutes * MINUTE])));
    const hour = await behind(60);
    assert.deepEqual([hour.orders, hour.wrong, hour.takenBack], [right.orders, [], []]);
    const years = await behind(26 * 365 * 24 * 60);
    assert.deepEqual(years.wrong, ['15:00 stop Part 1', '15:00 primary']);
    const again = ['15:03 secondary', '15:03 begin Part 1'];
    assert.deepEqual(
      years.orders.filter((one) => !again.includes(one)),
      right.orders,
    );
    assert.deepEqual([years.takenBack, years.state.parts], [[], right.state.parts]);
  });

  it('stays cancelled or terminated, and its correction by a few minutes undoes nothing', async () => {
    const right = await live(gale, new Map());
    const lived = await live(gale, new Map([['15:00', 30 * 24 * 60 * MINUTE]]));
    assert.equal(lived.state.decision?.verdict, 'terminated');
    assert.deepEqual(lived.state.parts, right.state.parts);
    const minutes = Array.from(
      { length: 60 },
      (_, minute) => [`14:${String(minute).padStart(2, '0')}`, 4 * MINUTE] as const,
    );
    const corrected = await live(quiet, new Map(minutes));
    assert.deepEqual(corrected.takenBack, []);
    assert.deepEqual(corrected.state.parts, { 'Part 1': 'ended', 'Part 2': 'ended' });
  });

  it('comes out as without it, whenever the clock goes ahead, by whatever, over restarts', async () => {
    const right = await live(quiet, new Map());
    const spell = fc.record({
      from: fc.integer({ min: 0, max: 600 }),
      minutes: fc.integer({ min: 1, max: 5 }),
      by: fc.oneof(fc.integer({ min: 10, max: 900 }), fc.integer({ min: 1000, max: 500_000 })),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(spell, { minLength: 1, maxLength: 2 }),
        fc.boolean(),
        async (spells, restart) => {
          const ahead = new Map<string, number>();
          for (const { from, minutes, by } of spells) {
            for (let minute = from; minute < from + minutes; minute++) {
              ahead.set(hongKongTime(at('08:00') + minute * MINUTE), by * MINUTE);
            }
          }
          const lived = await live(quiet, ahead, restart);
          // By the right clock everything is ordered at its minute, but what fell into a minute of the wrong one.
          const missing = right.orders.filter(
            (one) => !ahead.has(one.slice(0, 5)) && !lived.orders.includes(one),
          );
          assert.deepEqual(missing, []);
          assert.deepEqual(lived.state.parts, right.state.parts);
          for (const [time, centre] of right.centres) {
            const before = hongKongTime(at(time) - MINUTE);
            if (!ahead.has(time) && !ahead.has(before)) assert.equal(lived.centres.get(time), centre, time);
          }
        },
      ),
      { numRuns: runs(25), seed: 3 },
    );
  });
});
