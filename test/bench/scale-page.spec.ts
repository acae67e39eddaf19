/** The page about scale says of each row how it compares with the first of its kind, and what is out of bounds. */
import assert from 'node:assert/strict';
import { type Row, scalePage } from '../../bench/scale-page.ts';

const row = (kind: Row['kind'], size: number, processor: number, more: Partial<Row> = {}): Row => ({
  ...{ kind, size, reports: 10, seconds: 1, processor, delay95: 3, delayMost: 200, memory: 100e6 },
  ...more,
});

describe('The page about scale', () => {
  const each = { reports: 200, bytes: 20_000 };
  const machine = { processors: 2, load: 17.4 };
  const lineOf = (page: string, title: string) =>
    page.split('\n').find((line) => line.startsWith(`| ${title} |`)) ?? assert.fail(`no row "${title}"`);

  it('compares each row with the first of its own kind', () => {
    const page = scalePage(
      [row('accounts', 1, 4), row('day', 2_000, 1), row('day', 20_000, 1.05)],
      each,
      machine,
    );
    assert.match(lineOf(page, 'a day of 20,000 reports'), /\| 1\.05 \| 1\.05 \|/);
    assert.match(lineOf(page, 'one account'), /\| 4\.00 \| {2}\|/);
  });

  it('marks growth, delay and memory that are out of bounds, and nothing else', () => {
    const rows = [
      row('ledger', 0, 1),
      row('ledger', 1_000_000, 1.2, { delay95: 50, memory: 351e6 }),
      row('accounts', 1, 1),
      row('accounts', 30, 1.1, { delay95: 49.9, memory: 349e6 }),
    ];
    const page = scalePage(rows, each, machine);
    assert.match(page, /2 processors had a load of 17 at the end/);
    assert.match(
      lineOf(page, 'a ledger of 1,000,000 rows'),
      /\*\*1\.20\*\* \| \*\*50\*\* \| 200 \| \*\*351\*\*/,
    );
    assert.doesNotMatch(lineOf(page, '30 accounts at once'), /\*\*/);
  });
});
