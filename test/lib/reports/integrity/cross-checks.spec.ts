/** What fields of a report say of each other, and of the calendar: told, and never a reason to keep a report back. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { shippedCatalogue } from '../../../../lib/reports/catalogue.ts';
import { verdictOf } from '../../../../lib/reports/integrity/finding.ts';
import { inspectSource } from '../../../../lib/reports/integrity/inspect.ts';
import type { Layouts } from '../../../../lib/reports/integrity/layouts.ts';
import { refusalOf } from '../../../../lib/reports/integrity/refuse.ts';
import { CalendarBook, shippedCalendars } from '../../../../lib/time/calendar-book.ts';
import { finalClearingStatement } from '../../../../simulator/content/data-files.ts';
import { record } from '../../../../simulator/content/fixed-length.ts';
import * as forms from '../../../../simulator/content/layouts.ts';
import { marginParameters } from '../../../../simulator/content/margin-parameters.ts';
import { Chance } from '../../../../simulator/content/random.ts';
import { sourceOf } from './looking.ts';

const shipped = shippedCatalogue();
const RUNS = Number(process.env.RAP_PROPERTY_RUNS ?? 200);
const seeded = { seed: 27, numRuns: Math.min(RUNS, 20_000) };

/** The warnings of a file as 'rule record field'; it is sound all the same, and no strictness keeps it back. */
async function warningsOf(
  name: string,
  content: string | Buffer,
  { layouts = shipped as Layouts, calendars = shippedCalendars } = {},
): Promise<string[]> {
  const named = { name, ...shipped.recognise(name, name) };
  const found = await inspectSource(named, sourceOf(content), 'B01234', layouts, calendars);
  assert.equal(verdictOf(found).verdict, 'sound', JSON.stringify(found));
  assert.equal(refusalOf(found, true), undefined);
  return found.warnings.map(({ rule, record: at, field }) => `${rule} ${at} ${field}`.trim());
}

interface Trade {
  quantity: number;
  price: number;
  value: number;
  accruedInterest?: number;
  tradeTime?: string;
}

const fcs = (tradeDate: string) => `CCLTN05_B01234_${tradeDate}.txt`;

function statement(trades: readonly Trade[], tradeDate = '20251117', settlementDate = '20251119'): string {
  const all = trades.map((trade) => ({ stockCode: 5, accruedInterest: 0, tradeTime: '1030', ...trade }));
  const sum = (of: (one: (typeof all)[number]) => number) =>
    all.reduce((sum, one) => sum + BigInt(of(one)), 0n);
  const checksum = ({ stockCode, quantity, price, value, accruedInterest }: (typeof all)[number]) =>
    stockCode + quantity + price + value + accruedInterest;
  return [
    record(forms.fcsHeader, {
      ...{ recordType: '0', participant: 'B01234', report: 'CCLTN05', name: 'FCS', market: 'HKMK' },
      ...{ tradeDate, settlementDate },
    }),
    ...all.map((one) =>
      record(forms.fcsDetail, {
        ...{ recordType: '1', indicator: '1', side: 'B', method: 'A', shortSell: 'N', ...one },
        checksum: checksum(one),
      }),
    ),
    record(forms.fcsTrailer, {
      ...{ recordType: '9', stockCodes: sum((one) => one.stockCode), quantities: sum((one) => one.quantity) },
      ...{ prices: sum((one) => one.price), values: sum((one) => one.value) },
      ...{ accruedInterests: sum((one) => one.accruedInterest), checksums: sum(checksum) },
    }),
  ].join('\r\n');
}

/** 400 at 62.150 are 24,860.00. */
const fair: Trade = { quantity: 400, price: 62_150, value: 2_486_000 };

describe('The settlement date of CCLTN05', () => {
  for (const [what, traded, settled, warned] of [
    ['two days on', '20251117', '20251119', false],
    ['over a weekend', '20251120', '20251124', false],
    ['over Lunar New Year', '20260213', '20260220', false],
    ['over a half day', '20251223', '20251229', false],
    ['over a day that a typhoon closed', '20230831', '20230905', false],
    ['one day on', '20251117', '20251118', true],
    ['three days on', '20251117', '20251120', true],
    ['on a holiday', '20251223', '20251225', true],
    ['before the trade', '20251117', '20251114', true],
    ['no date', '20251117', '        ', true],
    ['in a year that is projected', '20311224', '20311231', false],
  ] as const) {
    it(`${what} ${warned ? 'is told' : 'is right'}`, async () => {
      const found = await warningsOf(fcs(traded), statement([fair], traded, settled));
      assert.deepEqual(found, warned ? ['settlement-date 1 settlementDate'] : []);
    });
  }

  it('follows the calendar of the site, and the rule in force on the trade date', async () => {
    const override = { by: 'Ho', reason: 'circular', at: '2025-11-17 10:00', day: 'closed' as const };
    const calendars = new CalendarBook({
      overrides: [{ ...override, date: '2025-11-18', calendars: ['securities'] }],
    });
    const later = statement([fair], '20251117', '20251120');
    assert.deepEqual(await warningsOf(fcs('20251117'), later, { calendars }), []);
    const layout = shipped.layouts.get('CCLTN05');
    assert.ok(layout?.kind === 'records' && layout.settlement !== undefined);
    const rules = [...layout.settlement.rules, { from: '2027-11-08', days: 1 }];
    const changed = { ...layout, settlement: { ...layout.settlement, rules } };
    const layouts = { layoutOf: () => changed };
    for (const [traded, settled] of [
      ['20271105', '20271109'],
      ['20271108', '20271109'],
      ['20271112', '20271115'],
    ] as const) {
      assert.deepEqual(
        await warningsOf(fcs(traded), statement([fair], traded, settled), { layouts }),
        [],
        traded,
      );
    }
  });
});

describe('The fields of a trade in CCLTN05', () => {
  for (const [what, trade, field] of [
    ['a value that is quantity times price', fair, ''],
    ['a value rounded down', { quantity: 333, price: 475, value: 15_817 }, ''],
    ['a value rounded up', { quantity: 333, price: 475, value: 15_818 }, ''],
    ['nothing at all', { quantity: 0, price: 0, value: 0 }, ''],
    ['a debt, whose price is a percentage', { ...fair, accruedInterest: 1, value: 99 }, ''],
    ['a value that is a cent too high', { ...fair, value: 2_486_001 }, 'product 2 value'],
    ['a value that is a cent too low', { ...fair, value: 2_485_999 }, 'product 2 value'],
    ['a price of another day', { ...fair, price: 62_160 }, 'product 2 value'],
    ['a value of nothing', { ...fair, value: 0 }, 'product 2 value'],
    ['midnight', { ...fair, tradeTime: '0000' }, ''],
    ['no hour', { ...fair, tradeTime: '2400' }, 'odd-value 2 tradeTime'],
    ['no minute', { ...fair, tradeTime: '0960' }, 'odd-value 2 tradeTime'],
    ['no time', { ...fair, tradeTime: '    ' }, 'odd-value 2 tradeTime'],
  ] as [string, Trade, string][]) {
    it(`${field === '' ? 'may say' : 'are told when they say'} ${what}`, async () => {
      const found = await warningsOf(fcs('20251117'), statement([trade]));
      assert.deepEqual(found, field === '' ? [] : [field]);
    });
  }

  it('are told wherever a value is another, and never of a value that is right', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            quantity: fc.integer({ min: 1, max: 9_999_999 }),
            price: fc.integer({ min: 1, max: 9_999_999 }),
            up: fc.boolean(),
          }),
          { minLength: 1, maxLength: 8 },
        ),
        fc.nat(),
        fc.oneof(fc.integer({ min: -999, max: -2 }), fc.integer({ min: 2, max: 999 })),
        async (all, which, off) => {
          const trades = all.map(({ quantity, price, up }) => {
            const value = (quantity * price) / 10;
            return { quantity, price, value: up ? Math.ceil(value) : Math.floor(value) };
          });
          assert.deepEqual(await warningsOf(fcs('20251117'), statement(trades)), []);
          const at = which % trades.length;
          const changed = trades.map((one, n) =>
            n === at ? { ...one, value: Math.abs(one.value + off) } : one,
          );
          const hit = Math.abs((changed[at]?.value ?? 0) - (trades[at]?.value ?? 0)) > 1;
          const found = await warningsOf(fcs('20251117'), statement(changed));
          assert.deepEqual(found, hit ? [`product ${at + 2} value`] : []);
        },
      ),
      seeded,
    ));

  it('agree in what the simulator makes', async () => {
    const facts = { participant: 'B01234', businessDate: '2025-11-17', settlementDate: '2025-11-19' };
    const made = finalClearingStatement(facts, new Chance('cross'));
    assert.deepEqual(await warningsOf(fcs('20251117'), made), []);
  });
});

describe('RPF01', () => {
  const name = (day: string) => `RPF01_${day.replaceAll('-', '')}.csv`;
  const changed = (day: string, from: string | RegExp, to: string) =>
    marginParameters(day as never, new Chance('rpf'))
      .toString('latin1')
      .replace(from, to);

  for (const [factor, day, warned] of [
    ['0', '2026-02-16', false],
    ['0.7320508', '2026-02-16', false],
    ['0.73205', '2026-02-13', false],
    ['0.4142136', '2025-12-24', false],
    ['0', '2025-11-17', false],
    ['0.4142136', '2026-02-16', true],
    ['0.7320508', '2025-11-17', true],
    ['0.5', '2026-02-16', true],
    ['-0.2', '2026-02-16', true],
    ['0.7320508', '2031-01-20', false],
  ] as const) {
    it(`with the holiday factor ${factor} on ${day} ${warned ? 'is told' : 'is right'}`, async () => {
      const found = await warningsOf(name(day), changed(day, 'Holiday_Factor,0', `Holiday_Factor,${factor}`));
      assert.deepEqual(found, warned ? ['holiday-factor 12 Holiday_Factor'] : []);
    });
  }

  for (const [what, row, warned] of [
    ['a threshold that is a whole number', '700,4,0.1,0.2,3,0.4', ''],
    ['a threshold that is none', '700,4,0.1,0.2,3.5,0.4', 'odd-value 54 FieldType 4'],
    ['a cash dividend', 'DIV1,7,3,1.5,0,0', ''],
    ['a distribution of no known type', 'DIV1,7,4,1.5,0,0', 'odd-value 54 FieldType 7'],
    ['ten decimals', '700,3,0.1234567890', ''],
    ['eleven decimals', '700,3,0.12345678901', 'odd-value 54'],
  ] as const) {
    it(`with ${what} is ${warned === '' ? 'right' : 'told'}`, async () => {
      const text = marginParameters('2025-11-17' as never, new Chance('rpf')).toString('latin1');
      assert.equal(text.trimEnd().split('\r\n').length, 53);
      assert.deepEqual(
        await warningsOf(name('2025-11-17'), `${text}${row}\r\n`),
        warned === '' ? [] : [warned],
      );
    });
  }
});
