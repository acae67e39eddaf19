import assert from 'node:assert/strict';
import fc from 'fast-check';
import { shippedCatalogue } from '../../../../lib/reports/catalogue.ts';
import { inspectRecords, unfinishedRecords } from '../../../../lib/reports/integrity/fixed-length.ts';
import { shippedCalendars } from '../../../../lib/time/calendar-book.ts';
import {
  finalClearingStatement,
  isiActivityReport,
  provisionalClearingStatement,
} from '../../../../simulator/content/data-files.ts';
import { record } from '../../../../simulator/content/fixed-length.ts';
import * as layouts from '../../../../simulator/content/layouts.ts';
import { Chance } from '../../../../simulator/content/random.ts';
import { brief, sourceOf } from './looking.ts';

const facts = { participant: 'B01234', businessDate: '2025-11-17', settlementDate: '2025-11-19' };
const DATE = '20251117';

async function verdict(content: Buffer | string, code = 'CCLTN05', changes: object = {}): Promise<string> {
  const form = shippedCatalogue().layouts.get(code);
  assert.ok(form?.kind === 'records');
  const { businessDate, participant } = facts;
  const expected = { code, businessDate, participant, calendars: shippedCalendars, ...changes };
  return brief(await inspectRecords(sourceOf(content), form, expected));
}

const header = (changes: object = {}) =>
  record(layouts.fcsHeader, {
    recordType: '0',
    participant: 'B01234',
    report: 'CCLTN05',
    name: 'FCS',
    tradeDate: DATE,
    ...changes,
  });

const sum = (values: readonly bigint[]) => values.reduce((all, one) => all + one, 0n);

interface Detail {
  stockCode: bigint;
  quantity: bigint;
  price: bigint;
  value: bigint;
  accruedInterest: bigint;
}
const checksumOf = (one: Detail) => sum(Object.values(one));
const detail = (one: Detail, changes: object = {}) =>
  record(layouts.fcsDetail, { recordType: '1', ...one, checksum: checksumOf(one), ...changes });

const detailsOf = (count: number): Detail[] =>
  Array.from({ length: count }, (_, n) => ({
    stockCode: BigInt(1 + (n % 9000)),
    quantity: BigInt(100 + n * 37),
    price: BigInt(1000 + n * 11),
    value: BigInt(5000 + n * 101),
    accruedInterest: BigInt(n % 3),
  }));

function trailer(all: readonly Detail[], changes: object = {}): string {
  return record(layouts.fcsTrailer, {
    recordType: '9',
    stockCodes: sum(all.map((one) => one.stockCode)),
    quantities: sum(all.map((one) => one.quantity)),
    prices: sum(all.map((one) => one.price)),
    values: sum(all.map((one) => one.value)),
    accruedInterests: sum(all.map((one) => one.accruedInterest)),
    checksums: sum(all.map(checksumOf)),
    ...changes,
  });
}

/** A sound CCLTN05 as records. */
const statement = (count: number): string[] => {
  const all = detailsOf(count);
  return [header(), ...all.map((one) => detail(one)), trailer(all)];
};

/** The forms in which records may stand in a file. */
const forms: Record<string, (records: readonly string[]) => string> = {
  'no line ends': (records) => records.join(''),
  LF: (records) => records.map((one) => `${one}\n`).join(''),
  CRLF: (records) => records.map((one) => `${one}\r\n`).join(''),
  'LF, none at the end': (records) => records.join('\n'),
  'CRLF, none at the end': (records) => records.join('\r\n'),
};

/** Every count that fits several forms by its size, and others; contract.spec.ts takes all to 2,000. */
const counts = Array.from({ length: 2000 }, (_, n) => n).filter(
  (n) => n < 40 || (n + 2) % 127 < 2 || (n + 2) % 143 < 3 || (n + 2) % 260 < 2 || n % 397 === 0,
);

describe('A data file of records of one length', () => {
  for (const [form, join] of Object.entries(forms)) {
    it(`is sound with ${form}, with and without an end-of-file byte, at every number of records`, async function () {
      this.timeout(600_000);
      for (const count of counts) {
        const text = join(statement(count));
        for (const end of ['', '\u001a']) {
          assert.equal(await verdict(text + end), 'sound', `${count} details, ${form}`);
          const tail = Buffer.from(text + end, 'latin1');
          assert.equal(
            unfinishedRecords(tail.subarray(-70_000), tail.length, 143),
            undefined,
            `${count} ${form}`,
          );
        }
      }
    });

    it(`of the other two reports is sound with ${form}`, async () => {
      for (const [code, make, length] of [
        ['CCLTN04', provisionalClearingStatement, 127],
        ['CIPSI02', isiActivityReport, 260],
      ] as const) {
        const made = make(facts, new Chance(form)).toString('latin1').split('\r\n').slice(0, -1);
        for (const count of [2, 3, length - 1, length, length + 1, 2 * length, length + 3]) {
          const middle = Array.from({ length: count - 2 }, (_, n) => made[1 + (n % (made.length - 2))] ?? '');
          const text = join([made[0] ?? '', ...middle, made.at(-1) ?? '']);
          assert.equal(await verdict(text, code), 'sound', `${code}, ${count} records, ${form}`);
          const tail = Buffer.from(text, 'latin1');
          assert.equal(unfinishedRecords(tail.subarray(-70_000), tail.length, length), undefined);
        }
      }
    });
  }

  it('is sound in every report of the simulator, whatever the day', async () => {
    for (let seed = 0; seed < 5; seed++) {
      const chance = () => new Chance(`day ${seed}`);
      assert.equal(await verdict(finalClearingStatement(facts, chance())), 'sound');
      assert.equal(await verdict(provisionalClearingStatement(facts, chance()), 'CCLTN04'), 'sound');
      assert.equal(await verdict(isiActivityReport(facts, chance()), 'CIPSI02'), 'sound');
    }
  });

  it('loses the leading digits of sums that are too long, as published', async () => {
    const one = { stockCode: 1n, quantity: 0n, price: 99_999_999n, value: 0n, accruedInterest: 0n };
    const many = Array.from({ length: 100_001 }, () => one); // more than 13 digits of prices
    assert.equal(
      await verdict([header(), ...many.map((each) => detail(each)), trailer(many)].join('')),
      'sound',
    );
  });

  for (const [what, participant, expected] of [
    ['our own ID', 'B01234', 'sound'],
    ['our own ID in small letters', ' b01234 ', 'sound'],
    ['another ID', 'B00001', 'foreign 1 participant'],
    ['the beginning of the ID', 'B0123', 'foreign 1 participant'],
    ['no ID', '', 'sound'],
  ] as const) {
    it(`compared with ${what} is ${expected}`, async () => {
      assert.equal(await verdict(statement(5).join('\n'), 'CCLTN05', { participant }), expected);
    });
  }

  const ten = statement(10);
  const replaced = (at: number, text: string) => ten.map((one, n) => (n === at ? text : one));
  const put = (text: string, at: number, bytes: string) =>
    text.slice(0, at) + bytes + text.slice(at + bytes.length);
  const [first = '', second = '', third = ''] = ten;
  const last = ten.at(-1) ?? '';
  const sums = 'checksum (of stockCode, quantity, price, value, accruedInterest)';
  const damages: [string, readonly string[], string][] = [
    ['another quantity', replaced(2, put(third, 75, '9')), `damaged 3 ${sums}`],
    ['a letter in a quantity', replaced(2, put(third, 70, 'O')), 'damaged 3 quantity'],
    ['a letter in a price', replaced(1, put(second, 80, 'x')), 'damaged 2 price'],
    ['a blank in a checksum', replaced(1, put(second, 126, ' ')), 'damaged 2 checksum'],
    [
      'a value and its checksum changed together',
      replaced(2, detail({ ...(detailsOf(10)[1] as Detail), value: 1n })),
      'damaged 12 checksum totals: value, checksum',
    ],
    [
      'another total of the quantities',
      replaced(11, put(last, 27, '9')),
      'damaged 12 checksum totals: quantity',
    ],
    [
      'a dropped record',
      ten.filter((_, n) => n !== 4),
      'damaged 11 checksum totals: stockCode, quantity, price, value, checksum',
    ],
    [
      'a doubled record',
      [...ten.slice(0, 5), ten[4] ?? '', ...ten.slice(5)],
      'damaged 13 checksum totals: stockCode, quantity, price, value, checksum',
    ],
    ['no trailer', ten.slice(0, -1), 'damaged 12 recordType'],
    ['no header', ten.slice(1), 'damaged 1 recordType'],
    ['two trailers', [...ten, last], 'damaged 13 recordType'],
    ['two headers', [first, ...ten], 'damaged 2 recordType'],
    ['an unknown type', replaced(3, put(ten[3] ?? '', 0, '7')), 'damaged 4 recordType'],
    ['a cut record', [...ten.slice(0, 5), (ten[5] ?? '').slice(0, 60)], 'damaged 6'],
    ['a byte too few in the middle', replaced(5, (ten[5] ?? '').slice(1)), 'damaged 6 recordType'],
    ['a byte that is not ASCII', replaced(4, put(ten[4] ?? '', 68, '\u00e9')), 'damaged 5 quantity'],
    ['a control character', replaced(4, put(ten[4] ?? '', 140, '\u0000')), 'damaged 5'],
    ['another report', replaced(0, header({ report: 'CCLTN04' })), 'damaged 1 report'],
    [
      'the trade date of another day',
      replaced(0, header({ tradeDate: '20251114' })),
      'damaged 1 tradeDate inferred',
    ],
    [
      'a trade date that is none',
      replaced(0, header({ tradeDate: '2025-11-' })),
      'damaged 1 tradeDate inferred',
    ],
  ];
  for (const [what, records, expected] of damages) {
    it(`with ${what} is ${expected}, in every form`, async () => {
      for (const [form, join] of Object.entries(forms)) {
        const found = await verdict(join(records));
        // Without line ends a missing byte shifts what follows: it is found where the next field no longer fits.
        const shifted = form === 'no line ends' && /byte too few/.test(what);
        if (shifted) assert.match(found, /^damaged [67] /, form);
        else
          assert.equal(
            found.replace(/^(damaged 6)( recordType)?$/, '$1'),
            expected.replace(/^(damaged 6)( recordType)?$/, '$1'),
            form,
          );
      }
    });
  }

  it('with one line end that differs is damaged at that record, the first and the last but one included', async () => {
    for (const [form, odd] of [
      ['\n', '\r\n'],
      ['\r\n', '\n'],
      ['\n', ''],
      ['', '\n'],
      ['\r\n', ''],
    ] as const) {
      for (const at of [0, 1, 5, 10]) {
        const text = ten.map((one, n) => one + (n === ten.length - 1 ? '' : n === at ? odd : form)).join('');
        assert.equal(await verdict(text), `damaged ${at + 1}`, JSON.stringify([form, odd, at]));
      }
    }
  });

  it('is damaged when it is empty, or holds less than a record', async () => {
    for (const text of ['', '\u001a', '\n', '0', first.slice(0, 100)]) {
      assert.match(await verdict(text), /^damaged 1/, JSON.stringify(text));
    }
  });

  it('is never sound whichever digit of a sum or of a summed field is another one', async () => {
    const places = [
      ...[2, 65, 76, 84, 109, 126].map((at) => [1, at] as const),
      ...[1, 11, 28, 41, 59, 77].map((at) => [11, at] as const),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.nat(4),
        fc.integer({ min: 1, max: 9 }),
        async ([n, start], digit, more) => {
          const one = ten[n] ?? '';
          const at = start + digit;
          const other = String((Number(one[at]) + more) % 10);
          assert.match(await verdict(replaced(n, put(one, at, other)).join('\r\n')), /^damaged/);
        },
      ),
      { numRuns: 300, seed: 20261130 },
    );
  });

  it('that is still being written has no end yet', () => {
    const text = Buffer.from(forms.CRLF?.(ten) ?? '', 'latin1');
    const states = (size: number) => unfinishedRecords(text.subarray(0, size), size, 143);
    for (const size of [0, 1, 100, 143, 145, 290, text.length - 200, text.length - 145, text.length - 3]) {
      assert.notEqual(states(size), undefined, String(size));
    }
    // The line end of the last record may be missing for good.
    for (const size of [text.length - 2, text.length]) assert.equal(states(size), undefined, String(size));
  });
});
