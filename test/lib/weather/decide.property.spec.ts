import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromHongKong, hongKongTime } from '../../../lib/time/hong-kong.ts';
import { type Decision, decide, readDay } from '../../../lib/weather/decide.ts';
import { wholeDay } from '../../../lib/weather/evidence.ts';
import type { Session } from '../../../lib/weather/rule.ts';
import { triggerSpells } from '../../../lib/weather/signals.ts';
import { runs } from '../../support/runs.ts';
import { type Row, walk } from './minute-by-minute.ts';
import { pastDays } from './past-days.ts';

const hours = { cutOff: 9 * 60, start: 14 * 60, end: 19 * 60, notice: 15, settle: 5 };

function sessionOn(date: string, unattended: boolean): Session {
  const midnight = fromHongKong(`${date} 00:00`);
  const moment = (minute: number) => midnight + minute * 60_000;
  return {
    times: { date, cutOff: moment(hours.cutOff), start: moment(hours.start), end: moment(hours.end) },
    rule: {
      cancels: ['no-8', 'extreme-conditions', 'black-rainstorm'],
      terminates: ['no-8', 'extreme-conditions'],
      noticeMinutes: hours.notice,
      unattended,
    },
  };
}

const date = '2025-09-23';
const midnight = fromHongKong(`${date} 00:00`);
const toMinute = (moment: number | null) => (moment === null ? null : (moment - midnight) / 60_000);

/** Minutes of the day with the edges of the rule much more often than chance would bring them. */
const minute = fc.oneof(
  fc.integer({ min: -700, max: 1500 }),
  fc
    .tuple(fc.constantFrom(540, 545, 840, 960, 1080, 1125, 1140), fc.integer({ min: -2, max: 2 }))
    .map(([edge, off]) => edge + off),
);
const row = fc
  .record({
    code: fc.constantFrom('TC8', 'TC8NE', 'TC9', 'TC10', 'EC', 'WRAINB', 'WRAINB', 'TC3', 'WRAINR', 'WTS'),
    issued: minute,
    other: minute,
    open: fc.nat(9),
  })
  .map(({ code, issued, other, open }): Row => {
    const [first, last] = issued < other ? [issued, other] : [other, issued];
    return { code, issued: first, cancelled: open === 0 ? Infinity : last === first ? last + 1 : last };
  });
const rows = fc.array(row, { maxLength: 6 });

const given = (made: readonly Row[]) =>
  made.map(({ code, issued, cancelled }) => ({
    code,
    issued: midnight + issued * 60_000,
    ...(cancelled === Infinity ? {} : { cancelled: midnight + cancelled * 60_000 }),
  }));

function assertSame(decision: Decision, expected: ReturnType<typeof walk>[number], t: number): void {
  const where = `at ${hongKongTime(midnight + t * 60_000)}`;
  assert.equal(decision.verdict, expected.verdict, where);
  assert.equal(toMinute(decision.effectiveAt), expected.effectiveAt, where);
  if (decision.verdict === 'running' || decision.verdict === 'completed') {
    assert.equal(decision.trigger?.kind, expected.goesOnUnderBlack ? 'black-rainstorm' : undefined, where);
  }
}

describe('decide against a slow walk through the day', () => {
  for (const unattended of [true, false]) {
    const who = unattended ? 'unattended' : 'attended';

    it(`says the same at every edge and at any minute of any day, ${who}`, () => {
      fc.assert(
        fc.property(rows, fc.array(fc.integer({ min: 0, max: 1439 }), { maxLength: 30 }), (made, any) => {
          const session = sessionOn(date, unattended);
          const evidence = wholeDay(triggerSpells(given(made)));
          const edges = [...Object.values(hours), ...made.flatMap((one) => [one.issued, one.cancelled])];
          const near = edges.flatMap((edge) => [edge - 1, edge, edge + 1, edge + hours.notice]);
          const expected = walk(made, hours, unattended, 1439);
          for (const t of [...near, ...any]) {
            const state = expected[t];
            if (state !== undefined) assertSame(decide(session, evidence, midnight + t * 60_000), state, t);
          }
        }),
        { numRuns: runs(250) },
      );
    });

    it(`says the same when each decision leans on the one before, restarts included, ${who}`, () => {
      fc.assert(
        fc.property(rows, fc.integer({ min: 5, max: 60 }), (made, step) => {
          const session = sessionOn(date, unattended);
          const evidence = wholeDay(triggerSpells(given(made)));
          const expected = walk(made, hours, unattended, 1439);
          let previous: Decision | undefined;
          for (let t = 0; t <= 1439; t += step) {
            const state = expected[t];
            assert.ok(state);
            const decision = decide(session, evidence, midnight + t * 60_000, previous);
            assertSame(decision, state, t);
            previous = JSON.parse(JSON.stringify(decision));
          }
        }),
        { numRuns: runs(100) },
      );
    });
  }

  it('reads a whole day as the walk ends', () => {
    fc.assert(
      fc.property(rows, (made) => {
        const last = walk(made, hours, true, hours.end).at(-1);
        const reading = readDay(sessionOn(date, false), given(made));
        const expected =
          last?.verdict === 'completed' ? (last.goesOnUnderBlack ? 'held_continues' : 'held') : last?.verdict;
        assert.equal(reading.verdict.toLowerCase(), expected);
        assert.equal(toMinute(reading.effectiveAt), last?.effectiveAt);
      }),
      { numRuns: runs(600) },
    );
  });

  it('is not moved by what is issued after the end', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1141, max: 3000 }), (made, late) => {
        const more = [...made, { code: 'TC10', issued: late, cancelled: Infinity }];
        // A later signal may still join one that is already there; only a separate one must change nothing.
        fc.pre(!made.some((one) => one.code.startsWith('TC') && one.cancelled >= late));
        const session = sessionOn(date, true);
        assert.deepEqual(readDay(session, given(more)), readDay(session, given(made)));
      }),
    );
  });

  it('agrees with the walk on the days that were', () => {
    for (const day of pastDays) {
      const start = fromHongKong(`${day.date} 00:00`);
      const made = day.signals.map(({ code, issued, cancelled }) => ({
        code,
        issued: (issued - start) / 60_000,
        cancelled: cancelled === undefined ? Infinity : (cancelled - start) / 60_000,
      }));
      const last = walk(made, hours, true, hours.end).at(-1);
      const verdict =
        last?.verdict === 'completed' ? (last.goesOnUnderBlack ? 'held_continues' : 'held') : last?.verdict;
      assert.equal(verdict, day.verdict.toLowerCase(), day.date);
      assert.equal(readDay(sessionOn(day.date, true), day.signals).verdict, day.verdict);
    }
  });
});
