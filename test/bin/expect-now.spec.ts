import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import catalogue from '../../bin/commands/catalogue.ts';
import expectCommand from '../../bin/commands/expect.ts';
import { answerNow } from '../../bin/expect-now.ts';
import type { AwaitingAccount } from '../../lib/collection/awaiting-account.ts';
import { completenessOf } from '../../lib/collection/completeness.ts';
import { SiteRulesReader } from '../../lib/collection/site-rules.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { listen } from './listen.ts';

const DAY = '2026-11-20';
const at = (time: string) => fromHongKong(`${DAY} ${time}`);

const hkscc: AwaitingAccount = {
  account: 'HKSCC',
  installation: 'hkscc',
  participant: 'SIM001',
  holidayTrading: '',
  folders: ['/INBOX', '/RPF'],
  everything: false,
};

describe('rap expect, of the ledger', () => {
  const home = temporaryFolder();
  let said = '';
  beforeEach(async () => {
    await inLedger('06:00', async () => {});
  });

  async function told(work: () => Promise<number>): Promise<number> {
    said = '';
    return listen((text) => {
      said += text;
    }, work);
  }
  const run = (...words: string[]) => told(() => expectCommand([...words, '--home', home()]));
  const now = (time: string, more: object = {}) =>
    told(() => answerNow({ home: home(), ...more }, new SimulatedClock(at(time))));

  async function inLedger<T>(time: string, work: (ledger: Ledger) => Promise<T>): Promise<T> {
    const ledger = await openHome(home(), new SimulatedClock(at(time)));
    try {
      return await work(ledger);
    } finally {
      await ledger.close();
    }
  }

  const look = (time: string) =>
    inLedger(time, (ledger) =>
      ledger.looks.noteLook({
        ...{ account: 'HKSCC', at: at(time), dataCentre: 'primary' },
        ...{ good: hkscc.folders, failed: [] },
      }),
    );

  /** What a report-check node leaves in the ledger. */
  const check = (time: string) =>
    inLedger(time, async (ledger) => {
      const found = await completenessOf(ledger, await new SiteRulesReader(home()).read(), hkscc, at(time));
      await ledger.expectations.recordCheck({ account: 'HKSCC', at: at(time), asked: hkscc, found });
    });

  const watch = (...words: string[]) =>
    told(() => catalogue(['watch', ...words, '--reason', 'seen', '--by', 'Ho Wai', '--home', home()]));

  it('says that no account is checked, and what to do', async () => {
    await assert.rejects(run(), /No account is checked for its reports/);
  });

  it('says at a site that has accepted nothing that nothing is awaited, and accepts what a person names', async () => {
    await look('06:00');
    await check('06:01');
    assert.equal(await now('12:00'), 6);
    assert.match(said, /^HKSCC none awaited \(20 of the catalogue not accepted\)\n/);
    assert.match(said, /not accepted, so never missed: RMAMP01, RMAMR03/);
    assert.equal(await watch('rpf01'), 0);
    assert.match(await readFile(path.join(home(), 'catalogue.yaml'), 'utf8'), /watch: "?yes/);
    assert.equal(await now('12:00'), 0);
    assert.match(
      said,
      /^HKSCC 0 of 1: 1 later\n {2}HKSCC {2}2026-11-20 VaR RPF01: awaited, due 21:45, usual 21:00\n/,
    );
    assert.equal(await watch('RPF01', '--not'), 0);
    assert.equal(await now('12:00'), 6);
    const journal = await inLedger('12:00', (ledger) => ledger.journal.records());
    assert.deepEqual(
      journal.map(({ who, what }) => [who, what]),
      [
        ['Ho Wai', 'reports awaited'],
        ['Ho Wai', 'reports not awaited'],
      ],
    );
  });

  it('accepts no report of which nobody knows when it comes, nor one that is not there', async () => {
    await assert.rejects(watch('CCLID01'), /does not know when CCLID01 comes/);
    await assert.rejects(watch('NOSUCH'), /There is no report NOSUCH/);
  });

  it('exits 5 while a report is late, and 0 once it is here, or a person has closed it', async () => {
    await watch('RPF01');
    await look('06:00');
    await look('21:50');
    await check('21:50');
    assert.equal(await now('21:51'), 5);
    assert.match(said, /^HKSCC 0 of 1: RPF01 late, due 21:45\n/);
    assert.equal(await now('21:51', { json: true }), 5);
    const [row] = said.trim().split('\n');
    const { complete, here, all, reports } = JSON.parse(row ?? '');
    assert.deepEqual(
      [complete, here, all, reports[0].state, reports[0].lateAfter],
      [false, 0, 1, 'late', '2026-11-20 21:45:00'],
    );
    const name = 'RPF01_SIM001_20261120.csv';
    await inLedger('21:52', (ledger) =>
      ledger.reports.recordReceived(aVersion({ name, path: `/RPF/${name}`, folder: '/RPF', code: 'RPF01' })),
    );
    assert.equal(await now('21:53'), 0);
    assert.match(said, /^HKSCC 1 of 1\n/);
  });

  it('exits 6 when nobody can say', async () => {
    await watch('RPF01');
    await look('21:00');
    await check('21:00');
    assert.equal(await now('21:30'), 6);
    assert.match(said, /RPF01 unknown/);
  });

  it('takes the words of people, with name and reason', async () => {
    await watch('RPF01', 'RMAMR03');
    await check('06:00');
    const of = ['--by', 'Ho Wai', '--reason', 'circular'];
    assert.equal(
      await run('deadline', 'RMAMR03:4', DAY, '--late', '22:30', '--cut-off', '01:00+1d', ...of),
      0,
    );
    assert.equal(await run('condition', 'holiday-margin-call', DAY, ...of), 0);
    assert.equal(await run('close', 'rpf01', DAY, ...of), 0);
    const entries = await inLedger('12:00', (ledger) =>
      ledger.expectations.expectationEntries('HKSCC', [DAY]),
    );
    assert.deepEqual(
      entries.map(({ account, by, reason, said: entry }) => [account, by, reason, entry]),
      [
        [
          'HKSCC',
          'Ho Wai',
          'circular',
          {
            ...{ entry: 'deadline', report: 'RMAMR03', set: '4', businessDate: DAY },
            ...{ lateAfter: at('22:30'), cutOff: fromHongKong('2026-11-21 01:00') },
          },
        ],
        [
          '',
          'Ho Wai',
          'circular',
          { entry: 'condition', condition: 'holiday-margin-call', date: DAY, holds: true },
        ],
        ['HKSCC', 'Ho Wai', 'circular', { entry: 'closed', report: 'RPF01', set: '', businessDate: DAY }],
      ],
    );
  });

  for (const [words, why] of [
    [['deadline', 'RPF01', DAY, '--reason', 'x'], /--late or --cut-off is missing/],
    [['deadline', 'RPF01', DAY, '--late', '25:00', '--reason', 'x'], /--late "25:00" is not a time/],
    [['deadline', 'RPF01', 'tonight', '--late', '22:00', '--reason', 'x'], /DATE/],
    [['close', 'RPF99', DAY, '--reason', 'x'], /No report "RPF99" is known/],
    [['close', 'RMAMR03:9', DAY, '--reason', 'x'], /No report "RMAMR03:9" is known/],
    [['close', 'RPF01', DAY], /--reason is missing/],
    [['condition', 'full-moon', DAY, '--reason', 'x'], /No report comes on the condition "full-moon"/],
    [['open', 'RPF01', DAY], /takes deadline, condition or close/],
  ] as const) {
    it(`refuses ${words.join(' ')}`, async () => {
      await check('06:00');
      await assert.rejects(run(...words), why);
    });
  }
});
