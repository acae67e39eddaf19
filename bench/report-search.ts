/**
 * How long a search of reports takes in a ledger of 500,000: any part of a name with the index of names, without it,
 * and by business date; and how long the index takes to be made, slice by slice.
 *
 *   node bench/report-search.ts [reports]
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openLedger, type ReportQuery } from '../lib/ledger/ledger.ts';
import { NameIndex } from '../lib/ledger/records/name-index.ts';
import { wordsIn } from '../lib/ledger/records/report-search.ts';
import { realClock } from '../lib/time/clock.ts';
import { makeLargeLedger, ROWS_PER_REPORT } from '../test/support/large-ledger.ts';

const reports = Number(process.argv[2] ?? 500_000);
const folder = await mkdtemp(path.join(tmpdir(), 'rap-search-'));
const file = path.join(folder, 'ledger.sqlite');
const say = (line: string) => process.stdout.write(`${line}\n`);
const ms = (since: number) => `${(performance.now() - since).toFixed(1)} ms`;

try {
  let begun = performance.now();
  await makeLargeLedger(file, reports * ROWS_PER_REPORT);
  say(`${reports} reports made in ${ms(begun)}`);
  begun = performance.now();
  const ledger = await openLedger(file, realClock);
  say(`opened in ${ms(begun)}`);
  const searches: [string, Partial<ReportQuery>][] = [
    ...[
      'CCLTN05',
      'SIM001_4',
      '49999',
      '_77',
      'txt',
      'no such name',
      `SIM001_${reports - 5}`,
      'ltn05 1234',
    ].map((text): [string, Partial<ReportQuery>] => [`"${text}"`, { words: wordsIn(text) }]),
    ['all of a date', { businessDate: '2025-01-02' }],
    ['"999" of a date', { words: ['999'], businessDate: '2025-01-02' }],
    ['the newest', {}],
    ['page in the middle', { before: Math.floor(reports / 2) }],
  ];
  const measure = async (title: string, names?: NameIndex) => {
    for (const [what, query] of searches) {
      const times: number[] = [];
      let rows = 0;
      for (let turn = 0; turn < 5; turn++) {
        const start = performance.now();
        rows = (await ledger.reportSearch.findReports({ most: 51, ...query }, names)).length;
        times.push(performance.now() - start);
      }
      const [first = 0] = times;
      const last = times.toSorted((one, other) => one - other)[2] ?? 0;
      say(`${title}: ${what}: ${rows} rows, first ${first.toFixed(1)} ms, then ${last.toFixed(1)} ms`);
    }
  };
  await measure('without index');
  const names = new NameIndex(file);
  begun = performance.now();
  let longest = 0;
  for (let more = true; more; ) {
    const start = performance.now();
    more = names.fill();
    longest = Math.max(longest, performance.now() - start);
  }
  const { size } = await stat(path.join(folder, 'names.sqlite'));
  say(`index made in ${ms(begun)}, longest slice ${longest.toFixed(1)} ms, ${(size / 1e6).toFixed(0)} MB`);
  await measure('with index', names);
  names.close();
  await ledger.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}
