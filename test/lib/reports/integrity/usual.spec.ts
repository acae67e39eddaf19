/** What is unusual: files of no known layout, and rows and columns against the last arrivals. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ReportShape } from '../../../../lib/model/findings.ts';
import { inspectCsv } from '../../../../lib/reports/integrity/csv.ts';
import type { Finding } from '../../../../lib/reports/integrity/finding.ts';
import { inspectText } from '../../../../lib/reports/integrity/text.ts';
import { comparedWith } from '../../../../lib/reports/integrity/usual.ts';
import { runs } from '../../../support/runs.ts';
import { brief, sourceOf } from './looking.ts';

const csv = (content: string | Buffer) => inspectCsv(sourceOf(content));
const told = ({ warnings }: Finding) =>
  warnings.map(({ rule, record, field }) => [rule, record, field].filter(Boolean).join(' '));

describe('A csv of no known layout', () => {
  for (const [what, content, warnings, rows] of [
    ['whose rows are of one length', 'a,b,c\r\n1,2,3\r\n4,5,6\r\n', [], 3],
    ['without its last line end', 'a,b\n1,2', [], 2],
    ['with an end-of-file byte', 'a,b\n1,2\n\u001a', [], 2],
    ['with quotes, commas and line ends in them', 'a,b\n"1,5","x ""y""\nz"\n3,4\n', [], 3],
    ['with empty lines', 'a,b\n\n1,2\n\n', [], 2],
    ['with a row too short', 'a,b,c\n1,2,3\n4,5\n6,7,8\n', ['ragged 3'], 4],
    ['with a row too long', 'a,b,c\n1,2,3,4\n', ['ragged 2'], 2],
    ['with a ragged row after a quoted line end', 'a,b\n"1\n2",3\n4\n', ['ragged 4'], 3],
    ['cut within quotes', 'a,b\n1,"2', ['open-quotes 2'], 2],
    ['with zeros of a disk in it', 'a,b\n1,2\n\0\0\0\0', ['not-text 3', 'ragged 3'], 3],
    ['in UTF-16', Buffer.from('a,b\n1,2\n', 'utf16le'), ['not-text 1', 'ragged 3'], 3],
    ['that is empty', '', ['no-records 1'], 0],
    ['of line ends alone', '\r\n\r\n', ['no-records 1'], 0],
  ] as const) {
    it(`${what} warns of ${warnings.join(', ') || 'nothing'}`, async () => {
      const found = await csv(content);
      assert.deepEqual(told(found), warnings);
      assert.equal(found.shape?.rows[''], rows);
      assert.equal(brief(found), 'not-checked');
    });
  }

  it('has the same head whatever its line ends, and another one with another column', async () => {
    const hashes = await Promise.all(
      ['a,b\n1,2\n', 'a,b\r\n9,9\r\n', 'a,c\n1,2\n', 'a,b,c\n'].map(
        async (text) => (await csv(text)).shape?.head?.hash,
      ),
    );
    assert.equal(hashes[0], hashes[1]);
    assert.equal(new Set(hashes).size, 3);
  });

  it('counts rows and columns as they were written', async () => {
    const cell = fc
      .string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', ' ') })
      .map((text) => `x${text}`);
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(
        fc
          .integer({ min: 1, max: 5 })
          .chain((width) =>
            fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 20 }),
          ),
        fc.constantFrom('\n', '\r\n'),
        async (rows, end) => {
          const found = await csv(rows.map((row) => row.map(quoted).join(',') + end).join(''));
          assert.deepEqual(told(found), []);
          assert.equal(found.shape?.rows[''], rows.length);
          assert.equal(found.shape?.head?.columns, rows[0]?.length);
        },
      ),
      { numRuns: runs(200), seed: 20261130 },
    );
  });
});

describe('A csv with a layout', () => {
  const columns = ['Business Date', 'Market', 'Quantity'];
  const file = ['Business Date,Market,Quantity', '17/11/2025,HKMK,5', '17/11/2025,HKMK,"1,000"'];
  const says = async (lines: readonly string[] | string, names: readonly string[] = columns) => {
    const text = typeof lines === 'string' ? lines : lines.map((one) => `${one}\r\n`).join('');
    const layout = { kind: 'csv', columns: names } as const;
    return brief(await inspectCsv(sourceOf(text), layout));
  };
  const changed = (at: number, text: string) => file.map((one, n) => (n === at ? text : one));

  for (const [what, lines, expected] of [
    ['as it should be', file, 'sound'],
    [
      'with a byte order mark and quotes',
      changed(0, '\u00ef\u00bb\u00bf"Business Date", Market ,Quantity'),
      'sound',
    ],
    ['with an end-of-file byte', `${file.join('\n')}\n\u001a`, 'sound'],
    ['without rows', file.slice(0, 1), 'sound'],
    ['with another column', changed(0, 'Business Date,Side,Quantity'), 'damaged 1 Market'],
    ['with a column less', changed(0, 'Business Date,Market'), 'damaged 1 Quantity'],
    ['with a column more', changed(0, 'Business Date,Market,Quantity,X'), 'damaged 1'],
    ['with the first row lost', file.slice(1), 'damaged 1 Business Date'],
    ['with a row too short', changed(1, '17/11/2025,HKMK'), 'damaged 2'],
    ['with a row too long', changed(2, '17/11/2025,HKMK,5,6'), 'damaged 3'],
    ['cut in a row', file.join('\n').slice(0, 55), 'damaged 3'],
    ['cut within quotes', file.join('\n').slice(0, -3), 'damaged 3'],
    ['cut at its end', file.join('\n'), 'damaged 3 inferred'],
    ['with zeros of a disk', `${file.join('\n')}\n\0\0`, 'damaged 4'],
    ['that is empty', '', 'damaged 1 Business Date'],
  ] as const) {
    it(`${what} is ${expected}`, async () => assert.equal(await says(lines), expected));
  }

  it('that names no columns proves what every csv can', async () => {
    assert.equal(await says(file, []), 'sound');
    assert.equal(await says(changed(0, 'a,b,c'), []), 'sound');
    assert.equal(await says(changed(1, 'x'), []), 'damaged 2');
    assert.equal(await says('', []), 'damaged 1');
  });
});

describe('A text of no known layout', () => {
  for (const [what, content, warnings, rows] of [
    ['with line ends', 'a\nb\n', [], 2],
    ['without its last line end', 'a\r\nb', [], 2],
    ['with zeros of a disk in it', 'a\nb\0\0', ['not-text 2'], 2],
    ['that is empty', '', ['no-records 1'], 0],
  ] as const) {
    it(`${what} warns of ${warnings.join(', ') || 'nothing'}`, async () => {
      const found = await inspectText(sourceOf(content));
      assert.deepEqual([told(found), found.shape?.rows['']], [warnings, rows]);
    });
  }
});

describe('Against its last arrivals', () => {
  const rows = (...counts: number[]): ReportShape[] => counts.map((count) => ({ rows: { '': count } }));
  const finding = (count: number): Finding => ({ warnings: [], shape: { rows: { '': count } } });
  const says = (count: number, earlier: ReportShape[], jump = 20) =>
    told(comparedWith(finding(count), earlier, jump));

  for (const [what, count, earlier, expected] of [
    ['as many', 1000, rows(1000, 990, 1010), []],
    ['a fifth fewer', 792, rows(1000, 990, 1010), []],
    ['more than a fifth fewer', 791, rows(1000, 990, 1010), ['fewer-rows']],
    ['more than a fifth more', 1213, rows(1000, 990, 1010), ['more-rows']],
    ['none', 0, rows(1000, 990, 1010), ['fewer-rows']],
    ['half, beside another odd day', 500, rows(1000, 480, 1010, 990, 1000), ['fewer-rows']],
    ['half, where that has been usual', 500, rows(1000, 480, 1010, 490, 1000), []],
    ['two of usually four', 2, rows(4, 4, 4), []],
    ['none of usually twenty', 0, rows(20, 20, 20), ['fewer-rows']],
    ['anything, with two arrivals', 1, rows(1000, 1000), []],
  ] as const) {
    it(`${what} of ${earlier.map((one) => one.rows['']).join(', ')} rows warns of ${expected.join() || 'nothing'}`, () => {
      assert.deepEqual(says(count, [...earlier]), expected);
    });
  }

  it('says how many rows are usual, by kind of row', () => {
    const earlier = rows(0, 0, 0).map(() => ({ rows: { '1': 100, '2': 50 } }));
    const found = comparedWith({ warnings: [], shape: { rows: { '1': 100 } } }, earlier, 20);
    assert.deepEqual(
      found.warnings.map(({ rule, field, reason, rows: how }) => [rule, field, reason, how]),
      [['fewer-rows', '2', 'it has 0 rows, 50 are usual', { found: 0, least: 50, most: 50 }]],
    );
  });

  it('warns of nothing when the bound is 0, and of more with a smaller one', () => {
    assert.deepEqual(says(1, rows(1000, 1000, 1000), 0), []);
    assert.deepEqual(says(930, rows(1000, 1000, 1000), 5), ['fewer-rows']);
    assert.deepEqual(says(930, rows(1000, 1000, 1000)), []);
  });

  it('tells of other columns than the last time', async () => {
    const before = (await csv('a,b\n1,2\n')).shape as ReportShape;
    const reasons = async (text: string) =>
      comparedWith(await csv(text), [before], 20).warnings.map(({ rule, reason }) => `${rule}: ${reason}`);
    assert.deepEqual(await reasons('a,b\n3,4\n'), []);
    assert.deepEqual(await reasons('a,c\n3,4\n'), [
      'other-columns: its columns are not those of the last time',
    ]);
    assert.deepEqual(await reasons('a,b,c\n3,4,5\n'), [
      'other-columns: it has 3 columns, the last time there were 2',
    ]);
  });

  it('takes what every arrival breaks for the form of the report, and tells again once one did not', async () => {
    let earlier: ReportShape[] = [];
    const day = async (text: string) => {
      const found = comparedWith(await csv(text), earlier, 20);
      earlier = [found.shape as ReportShape, ...earlier];
      return told(found);
    };
    const ragged = 'Statement\na,b\n1,2\n';
    assert.deepEqual(await day(ragged), ['ragged 2']);
    assert.deepEqual(await day(ragged), ['ragged 2']);
    assert.deepEqual(await day(ragged), []);
    assert.deepEqual(await day(`${ragged}\0`), ['not-text 4'], 'something else is still told');
    assert.deepEqual(await day('Statement\n1\n2\n'), []);
    assert.deepEqual(await day(ragged), ['ragged 2']);
  });

  it('never takes away what we infer', () => {
    const doubt = {
      rule: 'another-date',
      certainty: 'inferred',
      record: 1,
      field: 'tradeDate',
      reason: '',
    } as const;
    const one = { warnings: [doubt], shape: { rows: {}, odd: ['another-date tradeDate'] } };
    assert.deepEqual(told(comparedWith(one, [one.shape, one.shape], 20)), ['another-date 1 tradeDate']);
  });
});
