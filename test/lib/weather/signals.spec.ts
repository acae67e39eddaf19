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
