import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { fromHongKong } from '../../../lib/time/hong-kong.ts';
import { familyOf, triggerOf } from '../../../lib/weather/codes.ts';
import { parseSignals, type SignalRow, triggerSpells } from '../../../lib/weather/signals.ts';

const at = (text: string) => fromHongKong(`2025-09-24 ${text}`);

function refusal(text: string): RapError {
  try {
    parseSignals(text, 'day.csv');
  } catch (error) {
    assert.ok(error instanceof RapError);
    assert.equal(error.code, 'CONFIG_INVALID');
    assert.notEqual(error.cure, '');
    return error;
  }
  assert.fail('the file was accepted');
}

describe('the signals file', () => {
  it('reads rows in Hong Kong time, with an empty "cancelled" for a signal still in force', () => {
    assert.deepEqual(
      parseSignals('code,issued,cancelled\nTC8NW,2025-09-24 02:40,2025-09-24 13:20\nWTS,2025-09-24 03:00,\n'),
      [
        { code: 'TC8NW', issued: Date.UTC(2025, 8, 23, 18, 40), cancelled: Date.UTC(2025, 8, 24, 5, 20) },
        { code: 'WTS', issued: Date.UTC(2025, 8, 23, 19) },
      ],
    );
  });

  it('accepts a byte order mark, CRLF, blank lines, quotes, spaces, small letters and other column orders', () => {
    const rows = [{ code: 'TC9', issued: at('01:40'), cancelled: at('02:40') }];
    for (const text of [
      '\uFEFFcode,issued,cancelled\r\nTC9,2025-09-24 01:40,2025-09-24 02:40\r\n\r\n',
      '\n\ncode,issued,cancelled\n"TC9","2025-09-24 01:40","2025-09-24 02:40"',
      'Code, Issued, Cancelled\n tc9 , 2025-09-24 01:40 , 2025-09-24 02:40 ',
      'issued,cancelled,note,code\r2025-09-24 01:40,2025-09-24 02:40,hm,TC9\r',
    ]) {
      assert.deepEqual(parseSignals(text), rows, JSON.stringify(text));
    }
  });

  describe('that came through a spreadsheet', () => {
    const rows = [{ code: 'TC9', issued: at('01:40'), cancelled: at('14:05') }];
    const good = 'code,issued,cancelled\r\nTC9,2025-09-24 01:40,2025-09-24 14:05\r\n';
    const written: Record<string, string> = {
      semicolons: good.replaceAll(',', ';'),
      tabs: good.replaceAll(',', '\t'),
      bars: good.replaceAll(',', '|'),
      'the commas of a Chinese keyboard': good.replaceAll(',', '，'),
      'the line that tells Excel what separates': `sep=;\r\n${good.replaceAll(',', ';')}`,
      'the same line in quotes, and an odd separator': `"sep=^"\n\n${good.replaceAll(',', '^')}`,
      'cleared rows and columns': good.replaceAll('\r\n', ',,\r\n,,,,\r\n'),
      'cleared rows with blanks and tabs': good.replaceAll(',', '\t').replace('TC9', '\t \t\r\nTC9'),
      'quotes around everything': good.replace(/[^,\r\n]+/g, '"$&"'),
      'a remark with the separator and quotes in it': good
        .replace('cancelled', 'cancelled,remark')
        .replace('14:05', '14:05,"so, ""far"""'),
      'a remark that not every row has': good.replace('cancelled', 'cancelled,remark,by'),
      'large letters and blanks in the header': good.replace('code,issued', ' CODE ,\u00a0Issued '),
      'blanks that cannot be seen': good.replace('TC9', '\u200bTC9\u00a0').replace('2025', '\u200e2025'),
      'digits of a Chinese keyboard': good.replace('01:40', '０１：４０').replace('TC9', 'ＴＣ９'),
      'an ideographic space': good.replace('24 01:40', '24\u300001:40'),
      slashes: good.replaceAll('2025-09-24', '2025/09/24'),
      dots: good.replaceAll('2025-09-24', '2025.9.24'),
      'no leading zeros': good.replaceAll('2025-09-24 0', '2025/9/24 '),
      'a Chinese date': good.replaceAll('2025-09-24', '2025年9月24日'),
      'a T between': good.replaceAll('24 ', '24T'),
      seconds: good.replace('01:40', '01:40:00').replace('14:05', '14:05:00.000'),
      'halves of the day': good.replace('01:40', '1:40:00 AM').replace('14:05', '2:05 pm'),
      'halves of the day in Chinese': good.replace('01:40', '上午 1:40').replace('14:05', '下午02:05:00'),
    };
    for (const [what, text] of Object.entries(written)) {
      it(`is read with ${what}`, () => assert.deepEqual(parseSignals(text, 'day.csv'), rows));
    }

    it('reads noon and midnight by halves of the day, and seconds as they are', () => {
      const [row] = parseSignals('code,issued,cancelled\nEC,2025-09-24 12:00 AM,2025-09-24 12:00:30 PM');
      assert.deepEqual(row, { code: 'EC', issued: at('00:00'), cancelled: at('12:00') + 30_000 });
    });

    const odd: [text: string, says: RegExp, cure: RegExp][] = [
      [
        'code,issued,cancelled\nTC9,24/9/2025 01:40,',
        /line 2, issued: "24\/9\/2025 01:40"/,
        /Excel has rewritten/,
      ],
      [
        'code,issued,cancelled\nTC9,9/24/25 1:40 AM,',
        /line 2, issued: "9\/24\/25 1:40 AM"/,
        /yyyy-mm-dd hh:mm/,
      ],
      ['code,issued,cancelled\nTC9,0025-09-24 01:40,', /line 2, issued: "0025-09-24/, /YYYY-MM-DD/],
      ['code,issued,cancelled\nTC9,45924.0694,', /line 2, issued: "45924.0694"/, /Excel has rewritten/],
      [
        'code,issued,cancelled\nTC9,24-Sep-25 1:40,',
        /line 2, issued: "24-Sep-25 1:40"/,
        /Excel has rewritten/,
      ],
      [
        'code,issued,cancelled\nTC9,2025-09-24,',
        /line 2, issued: "2025-09-24" is not a time/,
        /YYYY-MM-DD HH:MM/,
      ],
      ['code,issued,cancelled\nTC9,2025-09-24 13:40 PM,', /line 2, issued/, /YYYY-MM-DD HH:MM/],
      ['code,issued,cancelled\nTC9,2025-09-24 下午 1:40 PM,', /line 2, issued/, /YYYY-MM-DD HH:MM/],
      ['code,issued,cancelled\nTC9,2025-09/24 01:40,', /line 2, issued/, /YYYY-MM-DD HH:MM/],
      ['code,issued,cancelled\nTC9,########,', /line 2, issued: "########"/, /YYYY-MM-DD HH:MM/],
      ['code,issued,cancelled\nTC9,2025-09-24 01:40,,more', /line 2: 4 fields instead of 3/, /separator/],
      [
        'code;issued;cancelled\nTC9;2025-09-24 01:40',
        /line 2: 2 fields instead of 3/,
        /code;issued;cancelled/,
      ],
      ['code,issued,cancelled\nTC9,2025-09-24 01:40,"', /line 2: a quote is not closed/, /quotes/],
      ['code,issued,cancelled\nTC9,"2025-09-24 01:40"x,', /line 2: a quote/, /quotes/],
      [
        'code,issued,cancelled,remark\nTC8,2025-09-24 01:40,,"a\nTC9,2025-09-24 02:40,,b"',
        /line 2: a quote is not closed/,
        /line breaks/,
      ],
      ['code,issued,cancelled,Issued\nTC9,2025-09-24 01:40,,', /line 1: two columns issued/, /one column/],
      ['sep=;\ncode,issued,cancelled\nTC9,2025-09-24 01:40,', /line 2: no column code/, /code,issued/],
    ];
    for (const [text, says, cure] of odd) {
      it(`refuses ${JSON.stringify(text)}`, () => {
        assert.match(refusal(text).message, says);
        assert.match(refusal(text).cure, cure);
      });
    }
  });

  it('reads a quiet day from a file with nothing but its header', () => {
    assert.deepEqual(parseSignals('code,issued,cancelled\n'), []);
  });

  it('reads 24:00 as the midnight that ends the day', () => {
    const [row] = parseSignals('code,issued,cancelled\nEC,2023-09-08 06:00,2023-09-08 24:00');
    assert.equal(row?.cancelled, fromHongKong('2023-09-09 00:00'));
  });

  const wrong: [text: string, says: RegExp][] = [
    ['', /^day\.csv line 1: no column code$/],
    ['TC8,2025-09-24 01:40,', /^day\.csv line 1: no column code$/],
    ['code,issued\nTC8,2025-09-24 01:40', /^day\.csv line 1: no column cancelled$/],
    ['code,issued,cancelled\nTC8,2025-09-24 01:40', /^day\.csv line 2: 2 fields instead of 3$/],
    ['code,issued,cancelled\r\n\r\nTC8XX,2025-09-24 01:40,', /^day\.csv line 3, code: "TC8XX" is not/],
    ['code,issued,cancelled\nWRAIN,2025-09-24 01:40,', /line 2, code: "WRAIN"/],
    ['code,issued,cancelled\n,2025-09-24 01:40,', /line 2, code: ""/],
    ['code,issued,cancelled\nTC8,24/09/2025 01:40,', /line 2, issued: "24\/09\/2025 01:40" is not a time/],
    ['code,issued,cancelled\nTC8,2025-09-31 01:40,', /line 2, issued: "2025-09-31 01:40"/],
    ['code,issued,cancelled\nTC8,2025-09-24 25:00,', /line 2, issued: "2025-09-24 25:00"/],
    ['code,issued,cancelled\nTC8,2025-09-24 24:01,', /line 2, issued: "2025-09-24 24:01"/],
    ['code,issued,cancelled\nTC8,2025-09-24 01:60,', /line 2, issued: "2025-09-24 01:60"/],
    ['code,issued,cancelled\nTC8,,', /line 2, issued: "" is not a time/],
    ['code,issued,cancelled\nTC8,2025-09-24T01:40+08:00,', /line 2, issued/],
    ['code,issued,cancelled\nTC8,2025-09-24 01:40,soon', /line 2, cancelled: "soon" is not a time/],
    [
      'code,issued,cancelled\nTC8,2025-09-24 01:40,2025-09-24 01:40',
      /line 2, cancelled: 2025-09-24 01:40 is not after issued 2025-09-24 01:40/,
    ],
  ];
  for (const [text, says] of wrong) {
    it(`refuses ${JSON.stringify(text)} with line, field and cure`, () => {
      assert.match(refusal(text).message, says);
    });
  }

  it('either reads any text at all or refuses it with a line number', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('TC8', 'code,issued,cancelled', ',', '\n', '\r\n', '2025-09-24 01:40', '\uFEFF', '"'),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        try {
          parseSignals(words.join(''));
        } catch (error) {
          assert.ok(error instanceof RapError && / line \d+/.test(error.message), String(error));
        }
      }),
    );
  });
});

describe('codes', () => {
  it('knows what stops a session and what does not', () => {
    for (const code of ['TC8', 'TC8NE', 'TC8SE', 'TC8SW', 'TC8NW', 'TC9', 'TC10']) {
      assert.equal(triggerOf(code), 'no-8', code);
    }
    assert.equal(triggerOf('WRAINB'), 'black-rainstorm');
    assert.equal(triggerOf('EC'), 'extreme-conditions');
    for (const code of [
      ...['TC1', 'TC3', 'WRAINA', 'WRAINR', 'WTS', 'WL', 'WFNTSA', 'WHOT', 'WMSGNL', 'WTMW', 'WTCPRE8'],
      ...['WCOLD', 'WFROST', 'WFIREY', 'WFIRER'],
    ]) {
      assert.equal(triggerOf(code), undefined, code);
      assert.notEqual(familyOf(code), undefined, code);
    }
    for (const code of ['TC8XX', 'tc8nw', 'WRAIN', 'WEXTREME', '', 'CANCEL', 'constructor']) {
      assert.equal(familyOf(code), undefined, code);
      assert.equal(triggerOf(code), undefined, code);
    }
  });
});

describe('spells', () => {
  const row = (code: string, issued: string, cancelled?: string): SignalRow => ({
    code,
    issued: at(issued),
    ...(cancelled === undefined ? {} : { cancelled: at(cancelled) }),
  });

  it('joins steps up, steps down and new directions of No. 8 and above into one event', () => {
    assert.deepEqual(
      triggerSpells([
        row('TC8SE', '13:20', '20:20'),
        row('TC8NW', '00:20', '01:40'),
        row('TC9', '01:40', '02:40'),
        row('TC10', '02:40', '13:20'),
      ]),
      [{ kind: 'no-8', code: 'TC8NW', issued: at('00:20'), cancelled: at('20:20') }],
    );
  });

  it('keeps a signal that was lowered to No. 3 and raised again as two events', () => {
    const spells = triggerSpells([
      row('TC8', '01:00', '02:00'),
      row('TC3', '02:00', '10:00'),
      row('TC8', '10:00'),
    ]);
    assert.deepEqual(
      spells.map((spell) => [spell.issued, spell.cancelled]),
      [
        [at('01:00'), at('02:00')],
        [at('10:00'), undefined],
      ],
    );
  });

  it('never joins different kinds, and lets a spell still in force swallow what follows', () => {
    assert.deepEqual(triggerSpells([row('TC8', '01:00'), row('TC9', '02:00', '03:00'), row('EC', '02:00')]), [
      { kind: 'no-8', code: 'TC8', issued: at('01:00') },
      { kind: 'extreme-conditions', code: 'EC', issued: at('02:00') },
    ]);
  });

  it('covers the same minutes as the rows it was made of, in spells that never touch', () => {
    const minute = fc.integer({ min: 0, max: 60 });
    const rows = fc.array(
      fc.record({ code: fc.constantFrom('TC8', 'TC9', 'WRAINB'), issued: minute, length: fc.nat(20) }),
    );
    fc.assert(
      fc.property(rows, (made) => {
        const given = made.map(({ code, issued, length }) => ({
          code,
          issued,
          ...(length === 20 ? {} : { cancelled: issued + length + 1 }),
        }));
        const spells = triggerSpells(given);
        for (const kind of ['no-8', 'black-rainstorm']) {
          const mine = spells.filter((spell) => spell.kind === kind);
          for (let t = 0; t < 100; t++) {
            const inRows = given.some(
              (one) => triggerOf(one.code) === kind && one.issued <= t && t < (one.cancelled ?? Infinity),
            );
            const inSpells = mine.filter((one) => one.issued <= t && t < (one.cancelled ?? Infinity));
            assert.equal(inSpells.length, inRows ? 1 : 0);
          }
          mine.forEach((spell, index) => {
            const next = mine[index + 1];
            if (next !== undefined) assert.ok((spell.cancelled ?? Infinity) < next.issued);
          });
        }
      }),
    );
  });
});
