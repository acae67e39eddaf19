/** The parallel run: when the terminal is wanted no more, and how a day is told. */
import assert from 'node:assert/strict';
import type { ComparedDay } from '../../../lib/ledger/records/comparisons.ts';
import { countsOf, dayOf, daysInRow } from '../../../lib/practice/parallel-run.ts';
import { isReady, type ParallelAccount, parallelText } from '../../../lib/practice/parallel-text.ts';
import type { Comparison, Difference } from '../../../lib/reports/compare.ts';
import { freshLedger } from '../ledger/samples.ts';

/** Monday 2 to Friday 6 November 2026, and the Monday after. */
const [MON, TUE, WED, THU, FRI, NEXT] = ['02', '03', '04', '05', '06', '09'].map(
  (day) => `2026-11-${day}`,
) as [...string[]] as [string, string, string, string, string, string];
const isWeekend = (date: string) => ['2026-11-07', '2026-11-08'].includes(date);

function day(date: string, changes: Partial<ComparedDay> = {}): ComparedDay {
  const counts = { equal: 5, different: 0, form: 0, onlyRap: 0, onlyTerminal: 0, unread: 0 };
  return { account: 'A', date, comparedAt: 0, ...counts, ...changes };
}
const row = (days: ComparedDay[], ignoreForm = false) => {
  const { days: n, since, broken } = daysInRow(days, isWeekend, { ignoreForm });
  return [n, since, broken && `${broken.date} ${broken.why}`].filter(
    (part) => part !== undefined && part !== '',
  );
};

describe('The days of a parallel run', () => {
  it('count in a row over a weekend, from the newest back', () => {
    assert.deepEqual(row([NEXT, FRI, THU].map((date) => day(date))), [3, THU]);
    assert.deepEqual(row([]), [0]);
  });

  for (const [what, changes, why] of [
    ['a difference', { different: 1 }, 'different'],
    ['a file that only the terminal has', { onlyTerminal: 1 }, 'different'],
    ['a difference of form', { different: 1, form: 1 }, 'different'],
    ['nothing to compare', { equal: 0 }, 'nothing'],
    ['nothing but reports that only RAP has', { equal: 0, onlyRap: 9 }, 'nothing'],
    ['a report that could not be compared', { unread: 1 }, 'unread'],
  ] as const) {
    it(`end with ${what}`, () => {
      assert.deepEqual(row([day(FRI), day(THU, changes), day(WED)]), [1, FRI, `${THU} ${why}`]);
      assert.deepEqual(row([day(FRI, changes), day(THU)]), [0, `${FRI} ${why}`]);
    });
  }

  it('end with a business day on which nobody compared, also where the row would go on before it', () => {
    assert.deepEqual(row([day(FRI), day(WED), day(TUE)]), [1, FRI, `${THU} not-compared`]);
    assert.deepEqual(row([day(NEXT), day(THU)]), [1, NEXT, `${FRI} not-compared`]);
  });

  it('do not end with what only RAP has, nor with a form that does not count', () => {
    assert.deepEqual(row([day(TUE, { onlyRap: 3 }), day(MON)]), [2, MON]);
    assert.deepEqual(row([day(TUE, { different: 2, form: 2 }), day(MON)], true), [2, MON]);
    assert.deepEqual(row([day(TUE, { different: 2, form: 1 }), day(MON)], true), [0, `${TUE} different`]);
  });

  it('belong to the date before until six in the morning', () => {
    assert.equal(dayOf('2026-11-03 22:30:00'), TUE);
    assert.equal(dayOf('2026-11-04 00:30:00'), TUE);
    assert.equal(dayOf('2026-11-04 05:59:59'), TUE);
    assert.equal(dayOf('2026-11-04 06:00:00'), WED);
  });

  it('are enough only when every account has them', () => {
    const of = (days: number) => ({ row: { days, since: MON } });
    const rules = { readyDays: 3, ignoreForm: false };
    assert.equal(isReady([of(3), of(4)], rules), true);
    assert.equal(isReady([of(3), of(2)], rules), false);
    assert.equal(isReady([], rules), false);
  });
});

const files = (...names: string[]) =>
  names.map((name) => ({ name, path: `/INBOX/${name}`, file: `/x/${name}` }));
function comparison(changes: Partial<Comparison> = {}): Comparison {
  return { equal: [], different: [], onlyRap: [], onlyTerminal: [], ...changes };
}
const differs = (name: string, where: Difference) => {
  const [file = assert.fail()] = files(name);
  return { rap: file, terminal: file, how: '', where };
};
const different = comparison({
  equal: files('a.txt').map((file) => ({ rap: file, terminal: file })),
  different: [
    differs('b.txt', { kind: 'line-ends' }),
    differs('c.txt', { kind: 'lines', lines: 1, count: 9, first: 4, rap: 10, terminal: 11 }),
    differs('d.zip', { kind: 'packing' }),
  ],
  onlyRap: files('e.zip'),
  onlyTerminal: files('f.txt'),
});

describe('The daily comparison', () => {
  const account = (changes: Partial<ParallelAccount> = {}): ParallelAccount => ({
    account: 'SIM001',
    folder: '/mnt/terminal/2026-11-06/SIM001',
    comparison: different,
    unread: 0,
    days: [day(FRI, countsOf(different)), day(THU)],
    row: { days: 0, since: '', broken: { date: FRI, why: 'different' } },
    ...changes,
  });
  const rules = { readyDays: 10, ignoreForm: false };

  it('counts what differs by form alone', () => {
    assert.deepEqual(countsOf(different), { equal: 1, different: 3, form: 2, onlyRap: 1, onlyTerminal: 1 });
  });

  it('names every difference by place, the days before, and why the row ended', () => {
    const { subject, text } = parallelText(FRI, [account()], rules, 'en');
    assert.equal(subject, 'RAP against the terminal, 2026-11-06: 4 differences');
    for (const line of [
      'Not ready to leave the terminal: 10 business days in a row are wanted of every account.',
      'SIM001 against /mnt/terminal/2026-11-06/SIM001',
      '- Only at the terminal: /INBOX/f.txt',
      '- Different: c.txt: 1 of 9 lines differ, the first is line 4; 10 bytes at RAP, 11 at the terminal',
      '- Only at RAP: e.zip',
      'No business day in a row without a difference. 2026-11-06 had a difference.',
      '  2026-11-05: 5 equal, 0 different, 0 only at the terminal, 0 only at RAP',
    ]) {
      assert.ok(text.split('\n').includes(line), `${line}\n---\n${text}`);
    }
    const lenient = parallelText(FRI, [account()], { ...rules, ignoreForm: true }, 'en');
    assert.match(lenient.subject, /: 2 differences$/);
  });

  it('says in the subject that the terminal is wanted no more, and of nothing that it is equal', () => {
    const equal = comparison({ equal: files('a.txt').map((file) => ({ rap: file, terminal: file })) });
    const good = account({ comparison: equal, days: [day(FRI)], row: { days: 10, since: MON } });
    const { subject, text } = parallelText(FRI, [good], rules, 'en');
    assert.equal(subject, 'RAP against the terminal, 2026-11-06: no difference, ready to leave the terminal');
    assert.match(text, /^READY TO LEAVE THE TERMINAL/m);
    assert.match(text, /10 business days in a row without a difference, since 2026-11-02/);
    const empty = account({ comparison: comparison(), days: [day(FRI, { equal: 0 })] });
    assert.match(parallelText(FRI, [empty], rules, 'en').subject, /: nothing was compared$/);
  });

  it('exists in every language, with nothing left unfilled', () => {
    for (const language of ['en', 'zh-Hant', 'zh-Hans'] as const) {
      for (const why of ['different', 'nothing', 'unread', 'not-compared'] as const) {
        const one = account({ unread: 2, row: { days: 1, since: FRI, broken: { date: THU, why } } });
        const { subject, text } = parallelText(FRI, [one], rules, language);
        assert.doesNotMatch(subject + text, /\{\w+\}|undefined/);
        assert.ok(subject.includes(FRI) && text.includes(THU));
      }
    }
  });
});

describe('The ledger of a parallel run', () => {
  const given = freshLedger();
  it('keeps the last comparison of a day, journals each, and gives the newest first', async () => {
    const { comparedAt: _, ...counts } = day(MON);
    await given.ledger.comparisons.recordComparison(counts);
    await given.ledger.comparisons.recordComparison({ ...counts, different: 2 });
    await given.ledger.comparisons.recordComparison({ ...counts, date: TUE });
    await given.ledger.comparisons.recordComparison({ ...counts, date: TUE, account: 'B' });
    const days = await given.ledger.comparisons.comparedDays('A', TUE, 10);
    assert.deepEqual(
      days.map(({ date, different: n }) => [date, n]),
      [
        [TUE, 0],
        [MON, 2],
      ],
    );
    assert.deepEqual((await given.ledger.comparisons.comparedDays('A', MON, 10)).length, 1);
    const records = await given.ledger.journal.records();
    assert.equal(records.filter(({ what }) => what === 'compared with the terminal').length, 4);
  });
});
