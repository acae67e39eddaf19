/** What checks of reports add to what people have heard: each fact once, and its end once. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Found, FoundMessage, FoundReport } from '../../../lib/model/completeness.ts';
import { newsOf, nothingStands, type ReportNews, type Standing } from '../../../lib/model/report-news.ts';

const DAY = '2026-11-20';
const NEXT = '2026-11-23';

const report = (changes: Partial<FoundReport> = {}): FoundReport => ({
  ...{ report: 'RP009', set: '', businessDate: DAY, system: 'DCASS', state: 'late', traces: [] },
  ...{ about: 1, riskAfter: 2, lateAfter: 3, cutOff: 4 },
  ...changes,
});
const reached = (kind: 'at-risk' | 'late' | 'missing' | 'event', changes: object = {}): FoundMessage => ({
  ...{ kind, report: 'RP009', set: '', businessDate: DAY, at: 1 },
  ...changes,
});
const check = (changes: Partial<Found> = {}): Found => ({
  ...{ account: 'A', installation: 'hkcc-seoch', at: 9, today: DAY, asked: [DAY], reports: [report()] },
  ...{ messages: [], shortfalls: [], unaccepted: [], blind: false },
  ...changes,
});

/** What each of several checks, one after the other, adds. */
function told(...checks: Partial<Found>[]): string[][] {
  let standing: Standing = nothingStands;
  return checks.map((found) => {
    const next = newsOf(standing, found);
    // It lies in the ledger as JSON between them.
    standing = JSON.parse(JSON.stringify(next.standing));
    return next.news.map(({ kind, subject }) => (subject === '' ? kind : `${kind}: ${subject}`));
  });
}

describe('news of checks of reports', () => {
  const subject = `RP009 ${DAY}`;
  const late = check({ messages: [reached('late')] });
  const here = check({ reports: [report({ state: 'received' })], messages: [reached('late')] });

  for (const [what, checks, expected] of [
    ['a stage, once however often it is found', [late, late], [[`report late: ${subject}`], []]],
    [
      'only the gravest, and again when it grows graver',
      [
        check({ messages: [reached('at-risk'), reached('late')] }),
        check({ messages: [reached('late'), reached('missing')] }),
        check({ messages: [reached('late')] }),
      ],
      [[`report late: ${subject}`], [`report missing: ${subject}`], []],
    ],
    ['the end, once', [late, here, here], [[`report late: ${subject}`], [`report settled: ${subject}`], []]],
    ['nothing of what was here before anybody heard', [here], [[]]],
    [
      'the end by a person',
      [late, check({ reports: [report({ closed: { by: 'Ho', reason: 'none' } })] })],
      [[`report late: ${subject}`], [`report settled: ${subject}`]],
    ],
    [
      'the end of what is not expected any more',
      [late, check({ reports: [] })],
      [[`report late: ${subject}`], [`report settled: ${subject}`]],
    ],
    [
      'no end because an answer could not be had; the end when one can',
      [late, check({ reports: [], asked: [], shortfalls: [{ kind: 'never looked' }], blind: true }), here],
      [[`report late: ${subject}`], [], [`report settled: ${subject}`]],
    ],
    [
      'nothing of a date about which nobody asks any more',
      [late, check({ reports: [], asked: [NEXT] }), here],
      [[`report late: ${subject}`], [], []],
    ],
    [
      'each set by itself',
      [
        check({
          reports: [report({ set: '1' }), report({ set: '2', state: 'missing' })],
          messages: [reached('late', { set: '1' }), reached('missing', { set: '2' })],
        }),
      ],
      [[`report late: RP009 1 ${DAY}`, `report missing: RP009 2 ${DAY}`]],
    ],
    [
      'a report that came unawaited, once, and another one',
      [
        check({ messages: [reached('event')] }),
        check({ messages: [reached('event'), reached('event', { report: 'RP010' })] }),
      ],
      [[`report came: ${subject}`], [`report came: RP010 ${DAY}`]],
    ],
    [
      'that nobody can look, until somebody can, and once more',
      (() => {
        const unknown: FoundMessage[] = [{ kind: 'unknown', at: 5, since: 4 }];
        const dark = check({ reports: [report({ state: 'unknown' })], messages: unknown, blind: true });
        return [dark, dark, check({ messages: unknown }), dark];
      })(),
      [['reports unknown'], [], ['reports known'], ['reports unknown']],
    ],
  ] as [string, Partial<Found>[], string[][]][]) {
    it(`tell ${what}`, () => assert.deepEqual(told(...checks), expected));
  }

  it('tell of every report that is open its gravest stage, and no end of one that is open', () => {
    const stages = ['at-risk', 'late', 'missing'] as const;
    const state = fc.constantFrom('awaited', ...stages, 'received', 'on-share', 'unknown');
    const one = fc.record({ state, stage: fc.constantFrom(undefined, ...stages) });
    fc.assert(
      fc.property(fc.array(fc.array(one, { minLength: 3, maxLength: 3 }), { maxLength: 8 }), (days) => {
        let standing: Standing = nothingStands;
        const heard = new Map<string, ReportNews['kind']>();
        for (const reports of days) {
          const found = check({
            reports: reports.map(({ state }, index) => report({ report: `R${index}`, state })),
            messages: reports.flatMap(({ stage }, index) =>
              stage === undefined ? [] : [reached(stage, { report: `R${index}` })],
            ),
          });
          const next = newsOf(standing, found);
          standing = next.standing;
          for (const { kind, subject } of next.news) {
            assert.notEqual(heard.get(subject), kind, 'nothing is told twice');
            if (kind === 'report settled') heard.delete(subject);
            else heard.set(subject, kind);
          }
          for (const [index, { state, stage }] of reports.entries()) {
            const known = heard.get(`R${index} ${DAY}`);
            if (state === 'received' || state === 'on-share') assert.equal(known, undefined);
            else if (stage !== undefined) {
              const least = stages.indexOf(stage);
              const told = ['report at risk', 'report late', 'report missing'].indexOf(known ?? '');
              assert.ok(told >= least, `${stage} was told as ${known}`);
            }
          }
        }
      }),
      { seed: 60, numRuns: 500 },
    );
  });
});
