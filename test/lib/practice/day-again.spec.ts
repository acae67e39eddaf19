/** What happens more than once on a day is told each time, and each time once: whatever the verdicts, whatever is killed. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type DayOrder, dayOf, newDay } from '../../../lib/practice/day.ts';
import {
  beginDay,
  type DayEvent,
  type PracticeDayRun,
  reduceDay,
} from '../../../lib/practice/day-reducer.ts';
import type { EvidenceFacts } from '../../../lib/practice/evidence-facts.ts';
import { weatherPicture } from '../../../lib/practice/evidence-picture.ts';
import { mailOf, resultMail } from '../../../lib/practice/mails.ts';
import type { PracticePart } from '../../../lib/practice/plan.ts';
import { practice20250621 as plan } from '../../../lib/practice/plans/2025-06-21.ts';
import { emptyResult, type PartResult } from '../../../lib/practice/results.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';
import type { Decision, Verdict } from '../../../lib/weather/decide.ts';
import { runs } from '../../support/runs.ts';

const MINUTE = 60_000;
const at = (time: string) => fromHongKong(`${plan.date} ${time}`);
const part = plan.parts[0] as PracticePart;

type Said = 'clear' | 'hold' | 'running' | 'black' | 'terminating' | 'terminated' | 'cancelled';

/** One look of the timer. */
interface Look {
  said: Said;
  /** Milliseconds since the look before. */
  after: number;
  /** Whoever is set to work gets through. */
  whole: boolean;
  /** The process is killed when it has acted on so many orders, before it wrote the last of them down. */
  killedAt?: number;
}

function decisionOf(said: Said, now: number): Decision {
  const verdict: Verdict = said === 'black' ? 'running' : said;
  const signal =
    said === 'black'
      ? ({ kind: 'black-rainstorm', code: 'WRAINB', issued: at('14:01') } as const)
      : said === 'terminating'
        ? ({ kind: 'no-8', code: 'TC8NE', issued: at('14:02') } as const)
        : null;
  return {
    ...{ date: plan.date, at: now, verdict, trigger: signal, reasons: ['A reason.'], quality: 'sure' },
    ...{ effectiveAt: said === 'terminating' ? at('15:59') : null, needsPerson: false, moot: false },
  };
}

interface Lived {
  /** Mails that went out, as what they tell; the same id goes once. */
  mails: Map<string, string>;
  /** Keys of the orders acted on. */
  keys: string[];
}

const whatOf = (order: DayOrder) => (order.kind === 'part' ? order.action : order.kind);

/** Lives looks within the hours of the first part, which nothing has begun yet. */
function live(looks: readonly Look[], kills: boolean): Lived {
  const day = dayOf(plan);
  const mails = new Map<string, string>();
  const keys: string[] = [];
  const results: PartResult[] = [];
  const told = day.timeline.map(({ id }) => id);
  let run: PracticeDayRun = beginDay(day, { state: { ...newDay(day), told }, open: [] });
  const reduce = (event: DayEvent) => {
    const next = reduceDay(day, run, event);
    run = next.run;
    return next.orders;
  };
  let now = at('14:05');
  for (const { said, after, whole, killedAt } of looks) {
    now += after;
    let life = kills && killedAt !== undefined ? killedAt : Infinity;
    for (let again = true; again; ) {
      again = false;
      const decision = decisionOf(said, now);
      for (const [index, order] of reduce({ kind: 'time', now, decision, results }).entries()) {
        keys.push(order.key);
        const mail = mailOf(order, { plan, decision, choices: [], results });
        if (mail !== undefined && !mails.has(mail.id)) mails.set(mail.id, whatOf(order));
        if (order.kind === 'part' && order.action === 'begin') {
          for (const account of order.accounts ?? []) {
            const outcome = whole ? ('complete' as const) : ('incomplete' as const);
            const { occurrence = 0 } = order;
            const result = { ...emptyResult(plan, part, account, now), outcome, occurrence };
            const known = results.findIndex((one) => one.account === account);
            results.splice(known < 0 ? results.length : known, known < 0 ? 0 : 1, result);
            const { id } = resultMail(plan, result, 'en', !whole);
            if (!mails.has(id)) mails.set(id, whole ? 'result' : 'again');
          }
        }
        if (index === life) {
          run = beginDay(day, JSON.parse(JSON.stringify(run.kept)));
          life = Infinity;
          again = true;
          break;
        }
        reduce({ kind: 'done', key: order.key });
      }
    }
  }
  return { mails, keys };
}

/** How many mails of a kind people are to get: the same told by other means than numbers and names. */
function expected(looks: readonly Look[]): Record<string, number> {
  const count: Record<string, number> = {};
  const add = (what: string, n = 1) => {
    count[what] = (count[what] ?? 0) + n;
  };
  const verdictOf = (said: Said) => (said === 'black' ? 'running' : said);
  const binding = ['hold', 'terminating', 'terminated', 'cancelled'];
  let before: string | undefined;
  let saidBlack = false;
  let state = 'waiting';
  let account = { whole: false, at: 0, again: false, result: false };
  let now = at('14:05');
  for (const { said, after, whole } of looks) {
    now += after;
    const verdict = verdictOf(said);
    if (verdict !== before) {
      saidBlack = false;
      if (binding.includes(verdict)) add('verdict');
      else if (said !== 'black' && before !== undefined && binding.includes(before)) add('verdict');
    }
    if (said === 'black' && !saidBlack) {
      add('verdict');
      saidBlack = true;
    }
    before = verdict;
    const over = verdict === 'cancelled' || verdict === 'terminated';
    let tries = false;
    if (state === 'running' && over) {
      state = 'stopped';
      add('stop');
    } else if (state === 'running') {
      tries = !account.whole && now - account.at >= 5 * MINUTE;
    } else if (over) {
      if (state === 'waiting') state = 'skipped';
    } else if (verdict === 'running' || verdict === 'terminating') {
      state = 'running';
      add('begin');
      account = { whole: false, at: now, again: false, result: false };
      tries = true;
    } else if (state === 'skipped') state = 'waiting';
    if (!tries) continue;
    const told = whole ? 'result' : 'again';
    if (!account[told]) add(told, plan.accounts.length);
    account = { ...account, whole, at: now, [told]: true };
  }
  return count;
}

describe('what happens more than once on a day', () => {
  const said = fc.constantFrom<Said>(
    ...(['clear', 'hold', 'running', 'running', 'black', 'terminating', 'terminated', 'cancelled'] as const),
  );
  // Also within one minute, and within one millisecond.
  const after = fc.constantFrom(0, 0, 1, 700, 20_000, MINUTE, 6 * MINUTE);
  const look = fc.record(
    { said, after, whole: fc.boolean(), killedAt: fc.integer({ min: 0, max: 3 }) },
    { requiredKeys: ['said', 'after', 'whole'] },
  );

  it('is told each time and each time once, whatever comes after what, and when a process is killed', () => {
    fc.assert(
      fc.property(fc.array(look, { minLength: 2, maxLength: 16 }), (looks) => {
        const calm = live(looks, false);
        const tally: Record<string, number> = {};
        for (const what of calm.mails.values()) tally[what] = (tally[what] ?? 0) + 1;
        assert.deepEqual(tally, expected(looks));
        const killed = live(looks, true);
        assert.deepEqual([...killed.mails].sort(), [...calm.mails].sort());
      }),
      { numRuns: runs(400), seed: 12 },
    );
  });

  const turn = (...all: Said[]): Look[] => all.map((one) => ({ said: one, after: MINUTE, whole: true }));
  const table: [string, Look[], Record<string, number>][] = [
    [
      'a part that is stopped three times',
      turn('running', 'terminated', 'running', 'cancelled', 'running', 'terminated'),
      { begin: 3, stop: 3, verdict: 5, result: 6 },
    ],
    [
      'a hold that comes again in its minute',
      turn('hold', 'running', 'hold', 'running'),
      { begin: 1, verdict: 4, result: 2 },
    ],
    [
      'a notice that is taken back and given again',
      turn('running', 'terminating', 'running', 'terminating'),
      { begin: 1, verdict: 3, result: 2 },
    ],
    [
      'a hold during a black rainstorm that is over again',
      turn('black', 'hold', 'black', 'hold', 'black'),
      { begin: 1, verdict: 5, result: 2 },
    ],
    ['nothing new', turn('running', 'running', 'running'), { begin: 1, result: 2 }],
  ];
  for (const [what, looks, mails] of table) {
    it(`${what}: ${Object.entries(mails)
      .map(([kind, n]) => `${n} ${kind}`)
      .join(', ')}`, () => {
      for (const gap of [0, 1000, MINUTE]) {
        const { mails: sent, keys } = live(
          looks.map((one) => ({ ...one, after: gap })),
          false,
        );
        const tally: Record<string, number> = {};
        for (const one of sent.values()) tally[one] = (tally[one] ?? 0) + 1;
        assert.deepEqual(tally, mails, `${gap} ms apart`);
        assert.equal(new Set(keys).size, keys.length, keys.join());
      }
    });
  }

  it('has a name of its own where two accounts or parts are called nearly alike', () => {
    const ids = [
      ['Part 1', 'A-B'],
      ['Part 1', 'A B'],
      ['Part 1-A', 'B'],
    ].map(([name = '', account = '']) => {
      const result = { ...emptyResult(plan, { ...part, name }, account, 0), occurrence: 1 };
      return resultMail(plan, result).id;
    });
    assert.equal(new Set(ids).size, 3);
  });

  const happened = (...moments: [string, 'begin' | 'end' | 'stop'][]) =>
    moments.map(([time, action]) => ({ at: at(time), what: '', details: { part: part.name, action } }));
  const pictures = [
    [
      'stopped twice',
      happened(['14:00', 'begin'], ['14:35', 'stop'], ['14:50', 'begin'], ['15:10', 'stop']),
      [2, 0],
    ],
    [
      'stopped, taken up, tried again and ended',
      happened(
        ['14:00', 'begin'],
        ['14:35', 'stop'],
        ['14:50', 'begin'],
        ['15:10', 'begin'],
        ['16:00', 'end'],
      ),
      [1, 1],
    ],
    ['begun', happened(['14:00', 'begin']), [0, 1]],
    ['of which nothing was recorded', [], [0, 1]],
  ] as const;
  for (const [what, events, [stopped, through]] of pictures) {
    it(`stands in the picture of the day: a part ${what}`, () => {
      const facts = {
        plan,
        events,
        parts: { [part.name]: 'running' },
        language: 'en',
        writtenAt: at('19:00'),
      };
      const weather = { evidence: { spells: [], words: [], watched: [] }, decision: undefined };
      const svg = weatherPicture({ ...facts, ...weather } as unknown as EvidenceFacts);
      const bars = (fill: string) => svg.split(`fill="${fill}"`).length - 1;
      assert.deepEqual([bars('#c25b12'), bars('#1f4e79') - bars('#dbe7f3')], [stopped, through]);
    });
  }
});
