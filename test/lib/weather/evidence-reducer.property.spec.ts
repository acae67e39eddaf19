import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromHongKong, hongKongTime } from '../../../lib/time/hong-kong.ts';
import { type Decision, decide, readDay } from '../../../lib/weather/decide.ts';
import { type Evidence, noEvidence } from '../../../lib/weather/evidence.ts';
import { applyObservation } from '../../../lib/weather/evidence-reducer.ts';
import type { Session } from '../../../lib/weather/rule.ts';
import { runs } from '../../support/runs.ts';
import { type Level, rowsOf, type Sky, warnsumAt } from './observatory.ts';

const date = '2025-09-23';
const midnight = fromHongKong(`${date} 00:00`);
const moment = (minute: number) => midnight + minute * 60_000;
const [cutOff, start, end] = [9 * 60, 14 * 60, 19 * 60];
/** Answers come a little after the full minute. */
const offset = 20_000;

function sessionFor(unattended: boolean): Session {
  return {
    times: { date, cutOff: moment(cutOff), start: moment(start), end: moment(end) },
    rule: {
      cancels: ['no-8', 'extreme-conditions', 'black-rainstorm'],
      terminates: ['no-8', 'extreme-conditions'],
      noticeMinutes: 15,
      unattended,
    },
  };
}

/** Levels that change at least three minutes apart, with the edges of the rule more often than by chance. */
function levels(codes: string[]): fc.Arbitrary<Level[]> {
  const minute = fc.oneof(
    fc.integer({ min: -300, max: 1200 }),
    fc
      .tuple(fc.constantFrom(540, 840, 960, 1080, 1125, 1140), fc.integer({ min: -3, max: 3 }))
      .map(([edge, off]) => edge + off),
  );
  return fc.array(fc.tuple(minute, fc.constantFrom(...codes)), { maxLength: 7 }).map((changes) => {
    const made: Level[] = [];
    for (const [from, code] of changes.sort((a, b) => a[0] - b[0])) {
      const last = made.at(-1);
      if (last !== undefined && (from < last.from + 3 || code === last.code)) continue;
      if (last === undefined && code === '') continue;
      made.push({ code, from });
    }
    return made;
  });
}

const sky: fc.Arbitrary<Sky> = fc.record({
  cyclone: levels(['', '', 'TC1', 'TC3', 'TC8NE', 'TC8SE', 'TC9']),
  rain: levels(['', '', 'WRAINA', 'WRAINR', 'WRAINB']),
  hidesCode: fc.boolean(),
});

const signalsOf = (seen: Sky) =>
  rowsOf(seen).map(({ code, issued, cancelled }) => ({
    code,
    issued: moment(issued),
    ...(cancelled === Infinity ? {} : { cancelled: moment(cancelled) }),
  }));

/** The decisions of a whole day, minute by minute; `silent` minutes bring no answer. */
function liveThrough(session: Session, seen: Sky, silent: (minute: number) => boolean): Decision[] {
  let evidence: Evidence = noEvidence;
  let decision: Decision | undefined;
  const decisions: Decision[] = [];
  for (let minute = 8 * 60 + 30; minute <= end; minute++) {
    const now = moment(minute) + offset;
    if (!silent(minute)) {
      const body = warnsumAt(seen, minute, midnight);
      evidence = applyObservation(evidence, { source: 'warnsum', url: '', at: now, body, date: now, age: 0 });
    }
    decision = decide(session, evidence, now, decision);
    decisions.push(decision);
  }
  return decisions;
}

function ending({ verdict, effectiveAt, trigger }: Decision): string {
  const word =
    verdict === 'completed' ? (trigger === null ? 'HELD' : 'HELD_CONTINUES') : verdict.toUpperCase();
  return effectiveAt === null ? word : `${word} ${hongKongTime(effectiveAt)}`;
}

function truth(seen: Sky): string {
  const { verdict, effectiveAt } = readDay(sessionFor(true), signalsOf(seen));
  return effectiveAt === null ? verdict : `${verdict} ${hongKongTime(effectiveAt)}`;
}

describe('a day watched through the warning summary', () => {
  it('ends as the day whose signals are wholly known', () => {
    fc.assert(
      fc.property(sky, (seen) => {
        const last = liveThrough(sessionFor(true), seen, () => false).at(-1);
        assert.ok(last);
        assert.equal(ending(last), truth(seen));
        assert.equal(last.quality, 'sure');
      }),
      { numRuns: runs(60) },
    );
  });

  it('with the feed away at any times: never goes on when it is cancelled, never stops what is held', () => {
    const outage = fc.tuple(fc.integer({ min: 500, max: 1140 }), fc.integer({ min: 1, max: 150 }));
    fc.assert(
      fc.property(sky, fc.array(outage, { minLength: 1, maxLength: 3 }), (seen, outages) => {
        const away = (minute: number) =>
          outages.some(([from, length]) => from <= minute && minute < from + length);
        const decisions = liveThrough(sessionFor(false), seen, away);
        const expected = truth(seen);
        const words = new Set(decisions.map((one) => one.verdict));
        if (expected.startsWith('HELD')) {
          for (const stop of ['cancelled', 'terminating', 'terminated']) {
            assert.ok(!words.has(stop as Decision['verdict']), `${stop}, but it is ${expected}`);
          }
        }
        const cancelledAt = expected.startsWith('CANCELLED') ? expected.slice(-5) : '';
        // A trigger in the last minutes before the start may be published, or missed, after it.
        if (cancelledAt !== '' && cancelledAt < '13:50') {
          assert.ok(!words.has('running') && !words.has('completed'), `it runs, but it is ${expected}`);
        }
        if (expected.startsWith('TERMINATED')) {
          assert.ok(!words.has('cancelled'), `cancelled, but it is ${expected}`);
        }
      }),
      { numRuns: runs(100) },
    );
  });
});
