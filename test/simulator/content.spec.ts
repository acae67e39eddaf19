import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { recognise } from '../../lib/reports/catalogue.ts';
import { addDays, fromHongKong, hongKongStamp } from '../../lib/time/hong-kong.ts';
import { layout, record, total, widthOf } from '../../simulator/content/fixed-length.ts';
import * as layouts from '../../simulator/content/layouts.ts';
import { type PlannedReport, planDay } from '../../simulator/content/plan.ts';
import { Chance } from '../../simulator/content/random.ts';
import { riskFile, riskFileSize } from '../../simulator/content/risk-file.ts';

const options = { seed: 7, riskFileBytes: 30_000 };

function contentOf(report: PlannedReport | undefined, revision = 0): Buffer {
  assert.ok(report !== undefined);
  return Buffer.concat([...report.content(revision)]);
}

function find(plan: readonly PlannedReport[], part: string): PlannedReport | undefined {
  return plan.find(({ path }) => path.includes(part));
}

/** Cuts a record at byte positions, counted from 1 as data layouts do. */
function cut(line: string, from: number, width: number): string {
  return line.slice(from - 1, from - 1 + width);
}

function linesOf(bytes: Buffer): string[] {
  const text = bytes.toString('latin1');
  assert.ok(text.endsWith('\r\n'));
  return text.slice(0, -2).split('\r\n');
}

function sum(values: readonly string[]): bigint {
  return values.reduce((all, digits) => {
    assert.match(digits, /^\d+$/);
    return all + BigInt(digits);
  }, 0n);
}

/** What is left of a sum in so many digits. */
function lastDigits(value: bigint, digits: number): string {
  return value.toString().padStart(digits, '0').slice(-digits);
}

const friday = '2025-06-20';
const securities = planDay('hkscc', friday, options);
const derivatives = planDay('hkcc-seoch', friday, options);

describe('simulated reports of a business day', () => {
  it('have the published lengths of records', () => {
    for (const fields of [layouts.fcsHeader, layouts.fcsDetail, layouts.fcsTrailer]) {
      assert.equal(widthOf(fields), 143);
    }
    for (const fields of [layouts.pcsHeader, layouts.pcsDetail, layouts.pcsTrailer]) {
      assert.equal(widthOf(fields), 127);
    }
    for (const fields of [layouts.isiHeader, layouts.isiActivity, layouts.isiCharges, layouts.isiTrailer]) {
      assert.equal(widthOf(fields), 260);
    }
  });

  it('CCLTN05: header, record checksums and hash totals are right', () => {
    const lines = linesOf(contentOf(find(securities, 'CCLTN05')));
    const [header = '', ...rest] = lines;
    const trailer = rest.pop() ?? '';
    for (const line of lines) assert.equal(line.length, 143);
    assert.equal(header.trimEnd(), '0SIM001CCLTN05FCS            HKMK2025062020250624');
    assert.ok(rest.length >= 100);
    // quantity 11 at 66, price 8 at 77, value 13 at 85, accrued interest 13 at 110, checksum 14 at 127
    for (const line of rest) {
      assert.equal(line[0], '1');
      const parts = [
        cut(line, 3, 5),
        cut(line, 66, 11),
        cut(line, 77, 8),
        cut(line, 85, 13),
        cut(line, 110, 13),
      ];
      assert.equal(cut(line, 127, 14), lastDigits(sum(parts), 14));
      const value = (BigInt(cut(line, 66, 11)) * BigInt(cut(line, 77, 8))) / 10n;
      assert.equal(BigInt(cut(line, 85, 13)), value);
    }
    assert.equal(trailer[0], '9');
    const column = (from: number, width: number) => rest.map((line) => cut(line, from, width));
    assert.equal(cut(trailer, 2, 10), lastDigits(sum(column(3, 5)), 10));
    assert.equal(cut(trailer, 12, 17), lastDigits(sum(column(66, 11)), 17));
    assert.equal(cut(trailer, 29, 13), lastDigits(sum(column(77, 8)), 13));
    assert.equal(cut(trailer, 42, 18), lastDigits(sum(column(85, 13)), 18));
    assert.equal(cut(trailer, 60, 18), lastDigits(sum(column(110, 13)), 18));
    assert.equal(cut(trailer, 78, 18), lastDigits(sum(column(127, 14)), 18));
  });

  it('CCLTN04: header, checksums, count and hash totals are right', () => {
    const lines = linesOf(contentOf(find(securities, 'CCLTN04')));
    const [header = '', ...rest] = lines;
    const trailer = rest.pop() ?? '';
    for (const line of lines) assert.equal(line.length, 127);
    assert.equal(header.trimEnd(), '0SIM001CCLTN04PCS            HKMK20250620');
    const fields = (line: string) => [
      cut(line, 2, 5),
      cut(line, 54, 11),
      cut(line, 65, 8),
      cut(line, 73, 13),
    ];
    for (const line of rest) {
      const checksum = sum([...fields(line), cut(line, 90, 13)]);
      assert.equal(cut(line, 104, 14), lastDigits(checksum, 14));
    }
    assert.equal(Number(cut(trailer, 2, 7)), rest.length);
    assert.equal(cut(trailer, 9, 10), lastDigits(sum(rest.map((line) => cut(line, 2, 5))), 10));
    assert.equal(cut(trailer, 85, 18), lastDigits(sum(rest.map((line) => cut(line, 104, 14))), 18));
  });

  it('CIPSI02: header, checksums, counts and hash totals are right', () => {
    const lines = linesOf(contentOf(find(securities, 'CIPSI02')));
    const [header = '', ...rest] = lines;
    const trailer = rest.pop() ?? '';
    for (const line of lines) assert.equal(line.length, 260);
    assert.equal(header.trimEnd(), '0SIM001CIPSI02ISI ACT REPORT HKMK20250620');
    const activities = rest.filter((line) => line[0] === '1');
    const charges = rest.filter((line) => line[0] === '2');
    assert.equal(activities.length + charges.length, rest.length);
    // settlement date 8 at 30, stock code 5 at 38, quantity 12 at 55, value 13 at 67, checksum 14 at 231
    for (const line of activities) {
      const parts = [cut(line, 30, 8), cut(line, 38, 5), cut(line, 55, 12), cut(line, 67, 13)];
      assert.equal(cut(line, 231, 14), lastDigits(sum(parts), 14));
    }
    for (const line of charges) {
      const counts = [0, 1, 2, 3, 4, 5, 6].map((index) => cut(line, 2 + 5 * index, 5));
      assert.equal(cut(line, 121, 11), lastDigits(sum(counts), 11));
    }
    assert.equal(Number(cut(trailer, 2, 7)), activities.length);
    assert.equal(Number(cut(trailer, 9, 7)), charges.length);
    assert.equal(cut(trailer, 26, 18), lastDigits(sum(activities.map((line) => cut(line, 55, 12))), 18));
    const checksums = [
      ...activities.map((line) => cut(line, 231, 14)),
      ...charges.map((line) => cut(line, 121, 11)),
    ];
    assert.equal(cut(trailer, 62, 18), lastDigits(sum(checksums), 18));
  });

  it('a hash total that overflows loses its leading digits, a text its end', () => {
    assert.equal(total([999n, 2n], 3), 1n);
    const fields = layout('a:9(3) b:X(3)');
    assert.equal(record(fields, { a: 12345, b: 'abcdef' }), '345abc');
    assert.equal(record(fields, {}), '000   ');
  });

  it('printed statements add up', () => {
    const text = contentOf(find(securities, 'CSEMA08')).toString('latin1');
    const cents = (shown: string) => {
      const amount = BigInt(shown.replace(/[,.-]/g, ''));
      return shown.endsWith('-') ? -amount : amount;
    };
    const entries = [...text.matchAll(/^ *\d+ {2}.*HKD +([\d,.]+-?) +([\d,.]+-?) *\r$/gm)];
    const opening = /OPENING BALANCE.* ([\d,.]+-?)/.exec(text)?.[1] ?? '';
    const closing = /CLOSING BALANCE.* ([\d,.]+-?)/.exec(text)?.[1] ?? '';
    assert.ok(entries.length >= 35);
    const end = entries.reduce((balance, entry) => {
      const next = balance + cents(entry[1] ?? '');
      assert.equal(next, cents(entry[2] ?? ''));
      return next;
    }, cents(opening));
    assert.equal(end, cents(closing));
    assert.match(text, /REPORT ID {3}: CSEMA08/);
    assert.match(text, /\*\*\* END OF REPORT \*\*\*/);
  });

  it('every control file tells the truth about its data file', () => {
    const controls = securities.filter(({ path }) => path.endsWith('_CTL.zip'));
    assert.equal(controls.length, 4);
    for (const control of controls) {
      const data = find(securities, control.path.replace('_CTL.zip', '_DAT.zip'));
      assert.equal(data?.appearsAt, control.appearsAt);
      const [, row = ''] = Buffer.from(Object.values(unzipSync(contentOf(control)))[0] ?? [])
        .toString()
        .split('\r\n');
      const [code, participant, date, set, name = '', rows, bytes, sha256] = row.split(',');
      const table = unzipSync(contentOf(data))[name];
      assert.ok(table !== undefined, name);
      assert.equal(Number(bytes), table.length);
      assert.equal(sha256, createHash('sha256').update(table).digest('hex'));
      assert.equal(Number(rows), Buffer.from(table).toString().trim().split('\r\n').length - 1);
      assert.deepEqual([participant, date], ['SIM001', friday]);
      assert.ok(control.path.includes(`/${code}_SIM001_20250620_${set}_CTL`));
    }
  });

  it('set 2 of RMAMR03 is absent, the others come at their published times', () => {
    const times = securities
      .filter(({ path }) => /RMAMR03.*DAT/.test(path))
      .map(({ path, appearsAt }) => [
        recognise(path, path.split('/').at(-1) ?? '').sequence,
        hongKongStamp(appearsAt),
      ]);
    assert.deepEqual(times, [
      ['1-DAT', '2025-06-20 11:30:00'],
      ['3-DAT', '2025-06-20 17:15:00'],
      ['4-DAT', '2025-06-20 21:00:00'],
    ]);
  });

  it('other published times hold, also those after midnight', () => {
    const at = (plan: readonly PlannedReport[], part: string) =>
      hongKongStamp(find(plan, part)?.appearsAt ?? 0);
    assert.equal(at(securities, 'CSEMA08'), '2025-06-20 16:30:00');
    assert.equal(at(securities, 'CSEMS08'), '2025-06-21 08:00:00');
    assert.equal(find(securities, 'CSEMS08')?.path, '/INBOX/20250621/CSEMS08_SIM001_20250620.txt');
    assert.equal(at(derivatives, '-250620-0900.lis'), '2025-06-20 09:00:00');
    assert.equal(at(derivatives, '-250620-1300.lis'), '2025-06-20 13:00:00');
    assert.equal(at(derivatives, 'rpp______-_____-__-_____-250620.lis'), '2025-06-20 18:30:00');
    assert.equal(at(derivatives, 'rpf______-_____-__-_____-250620.lis'), '2025-06-21 00:15:00');
  });

  it('the day-end ledger before a holiday comes on the next working morning or Saturday', () => {
    const path = (date: string) => find(planDay('hkscc', date, options), 'CSEMS08')?.path ?? '';
    assert.match(path('2025-06-19'), /\/20250620\//);
    // 18 to 21 April 2025 are Easter holidays, the Saturday among them
    assert.match(path('2025-04-17'), /\/20250422\//);
    assert.match(path('2025-06-30'), /\/20250702\//);
  });

  it('RP008 comes on event days only', () => {
    const has = (date: string, eventDay?: boolean) =>
      find(
        planDay('hkcc-seoch', date, { ...options, ...(eventDay === undefined ? {} : { eventDay }) }),
        'RP008',
      ) !== undefined;
    assert.ok(!has(friday));
    assert.ok(has(friday, true));
    assert.ok(has('2026-10-01'));
    assert.ok(!has('2026-10-02'));
  });

  it('the same seed gives the same bytes, another seed or revision others', () => {
    const again = planDay('hkscc', friday, options);
    const other = planDay('hkscc', friday, { ...options, seed: 8 });
    for (const [index, report] of securities.entries()) {
      assert.ok(contentOf(report).equals(contentOf(again[index])), report.path);
      if (report.path.includes('STOCKLIST')) continue;
      assert.ok(!contentOf(report).equals(contentOf(other[index])), report.path);
      assert.ok(!contentOf(report).equals(contentOf(report, 1)), report.path);
    }
  });

  it('zips are the same in every time zone', () => {
    const zone = process.env.TZ;
    const zips = securities.filter(({ path }) => path.endsWith('.zip'));
    const here = zips.map((report) => contentOf(report));
    try {
      process.env.TZ = 'America/New_York';
      assert.deepEqual(
        zips.map((report) => contentOf(report)),
        here,
      );
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it('every name on every day has its own path and is recognised with the right date', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.constantFrom('hkscc' as const, 'hkcc-seoch' as const),
        (days, installation) => {
          const date = addDays('2025-01-02', days);
          const plan = planDay(installation, date, options);
          assert.equal(new Set(plan.map(({ path }) => path)).size, plan.length);
          for (const report of plan) {
            const told = recognise(report.path, report.path.split('/').at(-1) ?? '');
            assert.equal(told.businessDate, date, report.path);
            assert.equal(told.system === '', report.path.includes('STOCKLIST'), report.path);
            assert.ok(report.appearsAt >= fromHongKong(`${date} 00:00`));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('risk parameter files', () => {
  it('have at most the size asked for, whole pairs of lines, and a number on every line', () => {
    for (const bytes of [0, 1, 99, 100, 250_000, 250_001, 777_777]) {
      const whole = Buffer.concat([...riskFile('TEST', '20250620', bytes, new Chance('x'))]);
      assert.equal(whole.length, riskFileSize(bytes));
      assert.ok(bytes < 100 ? whole.length === bytes : bytes - whole.length < 200);
      for (let line = 1; (line + 1) * 100 <= whole.length; line++) {
        assert.equal(Number(whole.toString('latin1', line * 100 + 3, line * 100 + 13)), line);
      }
    }
  });
});
