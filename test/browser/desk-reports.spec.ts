/** Questions of a night about reports, each answered by at most two clicks or one search on the desk. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { discardReport } from '../../lib/collection/release.ts';
import { routeReport } from '../../lib/collection/route.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { isBusinessDay, previousBusinessDay } from '../../lib/time/calendar.ts';
import { realClock, SimulatedClock } from '../../lib/time/clock.ts';
import { addDays, dayOfWeek, fromHongKong, hongKongDate } from '../../lib/time/hong-kong.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { picture, startNodeRed, thereAre, useNodeRed } from '../support/editor.ts';
import { frame } from '../support/flow-parts.ts';
import { idleAccounts } from '../support/practice-flow.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe('the desk in a browser, reports', function () {
  this.timeout(300_000);
  let page: Page;
  /** A Friday that has passed, and the business day before today. */
  let friday: string;
  let yesterday: string;
  let clicks = 0;

  const shareOf = (date: string) => path.join(stage.home, 'shares/clearing', date);

  /** Received, filed and told of as the flow does it, at 21:40 of its date. */
  async function filed(
    name: string,
    date: string,
    told = false,
    content = `${name} of ${date}`,
  ): Promise<number> {
    const clock = new SimulatedClock(fromHongKong(`${date}T21:40`));
    const ledger = await openHome(stage.home, clock);
    const of = `/INBOX/${date.replaceAll('-', '')}/${name}`;
    const file = path.join(stage.home, 'landing/SIM001', of);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const [code = '', , set = ''] = name.replace(/\..*$/, '').split('_');
    const facts = {
      account: 'SIM001',
      name,
      path: of,
      file,
      sha256,
      bytes: content.length,
      businessDate: date,
    };
    const { versionId } = await ledger.reports.recordReceived(aVersion({ ...facts, code, sequence: set }));
    const report = (await ledger.reports.version(versionId)) ?? assert.fail();
    const rules = [
      { system: '', code: '', folder: '', share: `${stage.home}/shares/clearing/{businessDate}` },
    ];
    const context = { home: stage.home, account: 'SIM001', installation: 'hkscc' };
    assert.deepEqual((await routeReport(report, { ledger, run: 'run-1', rules, context })).errors, []);
    if (told) await tell(ledger, versionId, date);
    await ledger.close();
    return versionId;
  }

  async function tell(ledger: Ledger, versionId: number, date: string): Promise<void> {
    const mail = {
      kind: 'digest' as const,
      run: 'run-1',
      subject: `RAP reports ${date}: 1 received`,
      text: 't',
      html: 'h',
      told: [versionId],
    };
    const { id } = await ledger.mails.queueMail({
      ...mail,
      eventKey: 'digest',
      to: ['ada.wong@broker.example'],
    });
    await ledger.mails.markSending(id);
    const answers = [{ address: 'ada.wong@broker.example', state: 'accepted' as const, response: '' }];
    await ledger.mails.settleMail(id, { answers, error: '', nextAttempt: null });
  }

  const stage = useNodeRed(async (home) => {
    const today = hongKongDate(realClock.now());
    yesterday = previousBusinessDay('securities', today);
    friday = addDays(today, -1);
    while (dayOfWeek(friday) !== 5 || !isBusinessDay('securities', friday)) friday = addDays(friday, -1);
    await fs.mkdir(path.join(home, 'shares/clearing'), { recursive: true });
    for (let date = addDays(friday, -50); date < friday; date = addDays(date, 1)) {
      if (isBusinessDay('securities', date)) await filed(`CCLTN05_SIM001_1.txt`, date);
    }
    await filed('CCLTN05_SIM001_1.txt', friday, true);
    const name = 'CCMDS02_SIM001_1.txt';
    for (const content of ['first', 'and again']) await filed(name, today, false, content);
    for (const set of ['1', '2', '3', '4']) await filed(`RMAMR03_SIM001_${set}.zip`, yesterday);
    const ledger = await openHome(home, realClock);
    const version =
      (await ledger.reportSearch.findReports({ words: ['rmamr03', '_2'], most: 1 }))[0] ?? assert.fail();
    const lost = {
      versionId: version.versionId,
      share: shareOf(yesterday),
      state: 'gone',
      why: 'gone',
    } as const;
    await fs.rm(path.join(shareOf(yesterday), version.name));
    await ledger.placedFiles.notePlaced([lost], realClock.now());
    const held = path.join(home, 'quarantine/SIM001/held.txt');
    await fs.mkdir(path.dirname(held), { recursive: true });
    await fs.writeFile(held, 'held');
    const sha256 = createHash('sha256').update('held').digest('hex');
    const facts = {
      account: 'SIM001',
      name: 'CCMDS01_SIM001.txt',
      path: '/INBOX/CCMDS01_SIM001.txt',
      file: held,
    };
    await ledger.quarantine.quarantineReport(aVersion({ ...facts, sha256, bytes: 4 }), {
      code: 'FOREIGN_REPORT',
      reason: 'is for B09999',
    });
    const other = { ...facts, name: 'CCMDS03_SIM001.txt', path: '/INBOX/CCMDS03_SIM001.txt' };
    await ledger.quarantine.quarantineReport(aVersion({ ...other, sha256, bytes: 4 }), {
      code: 'FOREIGN_REPORT',
      reason: 'is for B08888',
    });
    const thrown = (await ledger.quarantine.quarantinedReports()).at(-1) ?? assert.fail();
    await discardReport(ledger, thrown, { by: 'B. Wong', reason: 'HKEX was told' });
    const one = { report: 'CCLTN02', set: '', businessDate: yesterday, system: 'CCASS', state: 'missing' };
    const times = {
      about: 1,
      riskAfter: 2,
      lateAfter: Math.floor(fromHongKong(`${yesterday}T22:30`) / 1000),
      cutOff: 4,
    };
    const found = { account: 'SIM001', reports: [{ ...one, ...times, traces: [] }] };
    await ledger.expectations.recordCheck({ account: 'SIM001', at: 1, asked: {}, found } as never);
    await ledger.close();
    return startNodeRed(home, [...frame('out'), ...idleAccounts()]);
  });

  beforeEach(async () => {
    clicks = 0;
    const context = await stage.browser.newContext({
      viewport: { width: 390, height: 844 },
      locale: 'en-GB',
    });
    page = await context.newPage();
    page.setDefaultTimeout(240_000);
    await page.goto(`${stage.nodeRed.url}/rap-ops/`);
  });
  afterEach(async () => {
    await page.context().close();
  });

  const click = async (name: string) => {
    clicks++;
    await page.getByRole('link', { name, exact: true }).first().click();
    await page.waitForLoadState('load');
  };
  const search = async (text: string, date = '') => {
    await page.goto(`${stage.nodeRed.url}/rap-ops/history`);
    await page.getByRole('searchbox').fill(text);
    if (date !== '') await page.getByLabel('Business date').fill(date);
    await page.getByRole('searchbox').press('Enter');
    await page.waitForURL(/q=/);
  };
  const says = async (text: string | RegExp) => {
    await page.getByText(text).first().waitFor();
    assert.ok(clicks <= 2, `${clicks} clicks`);
  };

  it('did RMAMR03’s fourth set come?', async () => {
    await search('RMAMR03 _4', yesterday);
    await says('RMAMR03_SIM001_4.zip');
    await says('on share');
  });

  it('where is CCLTN05 of last Friday?', async () => {
    await search('CCLTN05', friday);
    await says(new RegExp(`shares/clearing/${friday}`));
    await thereAre(1, page.locator('#found li'));
  });

  it('who was told of it, when did it come, is it the right content?', async () => {
    await search('CCLTN05', friday);
    await click('CCLTN05_SIM001_1.txt');
    await says(/told in mail \d+: ada\.wong@broker\.example \(taken by the relay\)/);
    await says(createHash('sha256').update(`CCLTN05_SIM001_1.txt of ${friday}`).digest('hex'));
    await says(new RegExp(`${friday} 21:40`));
  });

  it('does it always come at that time?', async () => {
    await search('CCLTN05', friday);
    await click('CCLTN05_SIM001_1.txt');
    const svg = page.locator('#arrivals svg').first();
    await svg.waitFor();
    assert.match(
      (await svg.getAttribute('aria-label')) ?? '',
      /^\d\d arrivals between .* earliest 21:40, latest 21:40$/,
    );
    const dots = await svg
      .locator('path')
      .evaluateAll((paths) => paths.map((one) => (one.getAttribute('d') ?? '').split('M').length - 1));
    assert.ok(Math.max(...dots) > 25, `dots: ${dots}`);
    await says(/^Sizes of 60 days, \d+ B to \d+ B/);
    const bars = await page.locator('#arrivals path.s-volume').getAttribute('d');
    assert.ok((bars ?? '').split('M').length > 25, bars ?? '');
  });

  it('which reports of yesterday are missing?', async () => {
    await click('History');
    await click(yesterday);
    await says('Expected, and not here');
    await says('CCLTN02');
  });

  it('is anything held that must not be passed on?', async () => {
    await click('Quarantine');
    await says('1 thing waits for a decision');
    await says('is for B09999');
  });

  it('which report came twice of late, with another content?', async () => {
    await click('History');
    await click('Amended lately');
    await says('CCMDS02_SIM001_1.txt');
    await thereAre(1, page.locator('#found li'));
    await says('amended');
  });

  it('how many reports came of Friday?', async () => {
    await page.goto(`${stage.nodeRed.url}/rap-ops/history`);
    await page.getByLabel('Business date').fill(friday);
    await page.getByRole('button', { name: 'Find' }).click();
    await says('1 report received');
  });

  it('was the digest of Friday sent, and to whom?', async () => {
    await click('Contacts');
    await click('Digests of runs');
    const line = page.locator('#list li', { hasText: `RAP reports ${friday}` });
    await line.getByText('ada.wong@broker.example').waitFor();
    await line.locator('.pill', { hasText: 'sent' }).waitFor();
    await says(friday);
  });

  it('who threw away the file of another firm, and why?', async () => {
    await click('Quarantine');
    await says('B. Wong: HKEX was told');
    await click('/INBOX/CCMDS03_SIM001.txt');
    await says(/B\. Wong: discarded from quarantine: HKEX was told/);
  });

  it('what did people do by hand?', async () => {
    await click('System');
    await says('B. Wong: discarded from quarantine');
    await click('All that people did');
    await says(/\/INBOX\/CCMDS03_SIM001\.txt/);
  });

  it('somebody emptied the folder: which file is gone? Put it back.', async () => {
    await search('RMAMR03');
    await says('gone or changed');
    await click('RMAMR03_SIM001_2.zip');
    await says('there is no such file');
    await page.getByRole('button', { name: 'Deliver again' }).press('Enter');
    await page.locator('dialog[open]').waitFor();
    await page.getByLabel('Your name').fill('Chan');
    await page.getByLabel('Reason').fill('the folder was emptied');
    await page.locator('dialog').getByRole('button', { name: 'Deliver again' }).press('Enter');
    await page.locator('#said', { hasText: 'Delivered: ' }).waitFor();
    await says('Chan: delivered again: the folder was emptied');
    assert.ok((await fs.readdir(shareOf(yesterday))).includes('RMAMR03_SIM001_2.zip'));
  });

  it('has no finding of axe and no sideways scroll, in three languages, light and dark, from 320 px on', async () => {
    const addresses = [
      'history',
      'history?q=ccltn',
      `history?date=${yesterday}`,
      'history?q=nothing',
      'quarantine',
      'report/1',
    ];
    const looks = [
      { locale: 'en-GB', colorScheme: 'light', width: 390, height: 844 },
      { locale: 'zh-TW', colorScheme: 'dark', width: 1366, height: 768 },
      { locale: 'zh-CN', colorScheme: 'light', width: 320, height: 640 },
    ] as const;
    for (const { locale, colorScheme, width, height } of looks) {
      const context = await stage.browser.newContext({
        locale,
        colorScheme,
        viewport: { width, height },
        bypassCSP: true,
      });
      const one = await context.newPage();
      for (const address of addresses) {
        await one.goto(`${stage.nodeRed.url}/rap-ops/${address}`);
        const name = `desk ${address.replace(/[?=]/g, ' ')} ${width}`;
        await picture(one, name);
        const wide = await one.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.ok(Number(wide) <= 0, `${name} scrolls sideways by ${wide}`);
        await one.addScriptTag({ path: axe });
        const found = await one.evaluate(
          'axe.run().then(({violations}) => violations.map(({id, nodes}) => id + ": " + nodes.map(({target}) => target).join(", ")))',
        );
        assert.deepEqual(found, [], name);
      }
      await context.close();
    }
  });
});
