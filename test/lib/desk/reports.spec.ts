/** What a spreadsheet makes of a list, and how arrivals are drawn. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cell } from '../../../lib/desk/history/csv.ts';
import { textOf } from '../../../lib/desk/html.ts';
import { clockTime, picture } from '../../../lib/desk/report/picture.ts';
import { windowOf } from '../../../lib/desk/report/view.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';

describe('a cell of a list that is saved', () => {
  const table: [string | number, string][] = [
    ['plain', '"plain"'],
    [12, '12'],
    ['say "so"', '"say ""so"""'],
    ['=1+1', `"'=1+1"`],
    ['+852', `"'+852"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    [' =1', `"' =1"`],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    ['＝1', `"'＝1"`],
    ['a=1', '"a=1"'],
    ['', '""'],
  ];
  for (const [value, expected] of table) {
    it(`is no formula: ${JSON.stringify(value)}`, () => assert.equal(cell(value), expected));
  }

  it('never begins as a formula, and never ends early (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const inside = cell(text).slice(1, -1);
        assert.doesNotMatch(inside, /^\s*[=+\-@]/);
        assert.doesNotMatch(inside.replaceAll('""', ''), /"/);
      }),
      { seed: 30, numRuns: 500 },
    );
  });
});

describe('the picture of arrivals', () => {
  const span = { from: '2026-10-01', to: '2026-11-30' };
  const arrival = (date: string, minute: number) => ({ date, minute, bytes: 5, amended: false, own: false });

  it('says times of later days', () => {
    assert.deepEqual([1170, 1530, 30, -60].map(clockTime), ['19:30', '01:30+1', '00:30', '23:00-1']);
  });

  it('keeps everything within its frame, whatever came when (property)', async () => {
    const minute = fc.integer({ min: -3000, max: 100_000 });
    const bound = fc.option(minute, { nil: null });
    const day = fc.integer({ min: 0, max: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(day, minute), { minLength: 1, maxLength: 80 }),
        bound,
        bound,
        bound,
        async (some, about, late, cutOff) => {
          const arrivals = some.map(([n, at]) =>
            arrival(new Date(Date.UTC(2026, 9, 1 + n)).toISOString().slice(0, 10), at),
          );
          const svg = await textOf(picture({ arrivals, span, window: { about, late, cutOff } }, 'x'));
          const lines = svg.match(/<line/g)?.length ?? 0;
          assert.ok(lines >= 1 && lines <= 12, `${lines} lines`);
          for (const [, x, y] of svg.matchAll(/cx="([^"]+)" cy="([^"]+)"/g)) {
            assert.ok(Number(x) >= 0 && Number(x) <= 640 && Number(y) >= 0 && Number(y) <= 220, `${x} ${y}`);
          }
          assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
        },
      ),
      { seed: 31, numRuns: 60 },
    );
  });

  it('is nothing where nothing came', async () => {
    const window = { about: 1, late: 2, cutOff: 3 };
    assert.equal(await textOf(picture({ arrivals: [], span, window }, 'x')), '');
  });
});

describe('the window of a report', () => {
  const second = (time: string) => fromHongKong(`2026-11-30T${time}`) / 1000;
  const expected = (report: string, set: string, time: string) => ({
    ...{ report, set, businessDate: '2026-11-30' },
    ...{ about: second(time), lateAfter: second(time) + 1800, cutOff: second(time) + 3600 },
  });
  const found = {
    reports: [
      expected('RMAMR03', '1', '11:30'),
      expected('RMAMR03', '3', '17:15'),
      expected('RPI', '1300', '13:00'),
      expected('RMAMP05', '', '20:00'),
      expected('CCLTN05', '', '20:30'),
      expected('EVENT', 'AM', '09:00'),
    ],
  };
  const ledger = { expectations: { checks: async () => [{ found }] } } as unknown as Parameters<
    typeof windowOf
  >[0];
  const table: [string, string, string | null][] = [
    ['RMAMR03', '3', '17:15'],
    ['RMAMR03', '3-CTL', '17:15'],
    ['RMAMR03', '1-DAT', '11:30'],
    ['RMAMR03', '13-DAT', null],
    ['RMAMR03', '', null],
    ['RPI', '1300', '13:00'],
    ['RPI', '0900', null],
    ['RMAMP05', 'CTL', '20:00'],
    ['CCLTN05', '', '20:30'],
    ['EVENT', 'am-dat', '09:00'],
    ['OTHER', '3', null],
  ];
  for (const [code, sequence, time] of table) {
    it(`${code} "${sequence}" is due ${time ?? 'at no time that is known'}`, async () => {
      const { about } = await windowOf(ledger, {
        ...{ account: 'SIM001', code, sequence, businessDate: '2026-11-30' },
      });
      assert.equal(about === null ? null : clockTime(about), time);
    });
  }
});
