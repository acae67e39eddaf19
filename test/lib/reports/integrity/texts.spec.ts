/** RPF01 and the .lis files: texts without a trailer. */
import assert from 'node:assert/strict';
import { inspectLis } from '../../../../lib/reports/integrity/lis.ts';
import { inspectRpf01 } from '../../../../lib/reports/integrity/rpf01.ts';
import { brief, sourceOf } from './looking.ts';

const DATE = '2025-11-17';
const rpf01 = async (lines: readonly string[] | string, date = DATE) =>
  brief(await inspectRpf01(sourceOf(typeof lines === 'string' ? lines : `${lines.join('\n')}\n`), date));
const lis = async (lines: readonly string[] | string, date = DATE) =>
  brief(await inspectLis(sourceOf(typeof lines === 'string' ? lines : `${lines.join('\r\n')}\r\n`), date));

const numbers = (count: number) =>
  Array.from({ length: count }, (_, n) => `${n % 2 === 0 ? '' : '-'}0.0${n}`).join(',');
const head = [
  'Valuation_DT,17/11/2025',
  'HVaR_WGT,0.75',
  'SVaR_WGT,0.25',
  'HVaR_Scen_Count,10',
  'SVaR_Scen_Count,12',
  'STV_Count,3',
  'HVaR_CL,0.997',
  'SVaR_CL,0.98',
  'HVaR_Measure,ES',
  'SVaR_Measure,ES',
  'Rounding,100',
  'Holiday_Factor,0.7320508',
];
const scenarios = `InstrumentID,FieldType,${Array.from({ length: 12 }, (_, n) => n + 1).join(',')}`;
const rows = [
  `1,1,${numbers(10)}`,
  `1,2,${numbers(12)}`,
  '1,3,0.5',
  '1,4,0.1,1.2,1000,-5',
  '9,5,HSI,0.4,1.0,-250.55',
  '1,6,.5,2',
  'DSP1,7,1,0.35,10,5',
];
const file = [...head, scenarios, ...rows];
const changed = (at: number, line: string) => file.map((one, n) => (n === at ? line : one));

describe('RPF01', () => {
  it('is sound with either line end, a byte order mark, quotes, and no date in its name', async () => {
    assert.equal(await rpf01(file), 'sound');
    assert.equal(await rpf01(`${file.join('\r\n')}\r\n`), 'sound');
    assert.equal(await rpf01(`\u00ef\u00bb\u00bf${file.join('\n')}\n`), 'sound');
    assert.equal(await rpf01(changed(19, '"DSP1","7","1","0.35","10","5"')), 'sound');
    assert.equal(await rpf01(file, ''), 'sound');
    assert.equal(
      await rpf01(changed(0, 'Valuation_DT,29/02/2026'), ''),
      'damaged 1 Valuation_DT inferred',
      'also where the name has no date',
    );
    // No rows at all: how many there are is not known.
    assert.equal(await rpf01([...head, scenarios]), 'sound');
  });

  const damages: [string, readonly string[] | string, string][] = [
    ['the date of another day', changed(0, 'Valuation_DT,14/11/2025'), 'damaged 1 Valuation_DT inferred'],
    [
      'month and day the wrong way round',
      changed(0, 'Valuation_DT,11/17/2025'),
      'damaged 1 Valuation_DT inferred',
    ],
    ['a date that is none', changed(0, 'Valuation_DT,31/11/2025'), 'damaged 1 Valuation_DT inferred'],
    ['a date in another form', changed(0, 'Valuation_DT,2025-11-17'), 'damaged 1 Valuation_DT'],
    ['weights that do not add up', changed(2, 'SVaR_WGT,0.35'), 'damaged 3 SVaR_WGT inferred'],
    ['a weight that is none', changed(1, 'HVaR_WGT,x'), 'damaged 2 HVaR_WGT'],
    [
      'two head rows in the wrong order',
      [file[1] ?? '', file[0] ?? '', ...file.slice(2)],
      'damaged 1 Valuation_DT',
    ],
    ['a head row without a value', changed(5, 'STV_Count,'), 'damaged 6 STV_Count'],
    ['a count in the head that is too large', changed(4, 'SVaR_Scen_Count,13'), 'damaged 13 SVaR_Scen_Count'],
    ['a count of the smaller set that is wrong', changed(3, 'HVaR_Scen_Count,9'), 'damaged 14 FieldType'],
    ['a count that is none', changed(3, 'HVaR_Scen_Count,1O'), 'damaged 4 HVaR_Scen_Count'],
    ['one value of kind 1 too few', changed(13, `1,1,${numbers(9)}`), 'damaged 14 FieldType'],
    ['one value of kind 7 too many', changed(19, 'DSP1,7,1,0.35,10,5,6'), 'damaged 20 FieldType'],
    ['a number that is none', changed(15, '1,3,0.5x'), 'damaged 16'],
    ['a kind of field that is none', changed(15, '1,A,0.5'), 'damaged 16 FieldType'],
    ['a new kind of field', changed(15, '1,8,0.5'), 'damaged 16 FieldType inferred'],
    ['no instrument', changed(15, ',3,0.5'), 'damaged 16 InstrumentID'],
    ['a cut line', file.join('\n').slice(0, -6), 'damaged 20 FieldType'],
    ['a cut last number', file.join('\n').slice(0, -1).concat('5'), 'damaged 20 inferred'],
    ['no rows after the head', head, 'damaged 13'],
    ['half a head', head.slice(0, 4), 'damaged 5 SVaR_Scen_Count'],
    ['nothing', '', 'damaged 1 Valuation_DT'],
    ['a row of scenarios of another length', changed(12, `${scenarios},13`), 'damaged 13 SVaR_Scen_Count'],
  ];
  for (const [what, lines, expected] of damages) {
    it(`with ${what} is ${expected}`, async () => assert.equal(await rpf01(lines), expected));
  }
});

const wide = (text: string) => text.padEnd(118);
const parameters = [
  '0 HKCC  20251117'.padEnd(40),
  '1 HKD'.padEnd(60),
  wide('2 HSI'),
  wide('81HSI 1'),
  wide('82HSI 1'),
  wide('81HSI 2'),
  wide('82HSI 2'),
];
const other = (at: number, line: string) => parameters.map((one, n) => (n === at ? line : one));

describe('A .lis file', () => {
  it('is sound with either line end, without the last one, and with an end-of-file byte', async () => {
    assert.equal(await lis(parameters), 'sound');
    assert.equal(await lis(`${parameters.join('\n')}\n`), 'sound');
    assert.equal(await lis(parameters.join('\n')), 'sound');
    assert.equal(await lis(`${parameters.join('\r\n')}\r\n\u001a`), 'sound');
    assert.equal(await lis(`${parameters.join('\n')}\u001a`), 'sound');
    assert.equal(await lis(parameters, ''), 'sound');
  });

  for (const [what, lines, expected] of [
    ['the date of another day', other(0, '0 HKCC  20251114'.padEnd(40)), 'damaged 1 tradeDate inferred'],
    ['no date', other(0, '0 HKCC'.padEnd(40)), 'damaged 1 tradeDate inferred'],
    ['another first record', parameters.slice(1), 'damaged 1 recordType inferred'],
    ['an 81 without its 82', parameters.filter((_, n) => n !== 4), 'damaged 5 recordType inferred'],
    ['an 82 without its 81', parameters.filter((_, n) => n !== 3), 'damaged 4 recordType inferred'],
    ['an 81 at the end', parameters.slice(0, -1), 'damaged 7 recordType inferred'],
    ['a line that is cut', other(6, wide('82HSI 2').slice(0, 70)), 'damaged 7 inferred'],
    ['a byte that is not ASCII', other(2, wide('2 HSI\u0080')), 'damaged 3 inferred'],
    ['nothing', '', 'damaged 1 inferred'],
  ] as const) {
    it(`with ${what} is ${expected}`, async () => assert.equal(await lis(lines), expected));
  }
});
