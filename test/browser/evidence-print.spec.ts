/** The evidence pack as it comes out of a printer: A4, nothing cut, nothing clipped, every fact on paper. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { languages } from '../../lib/i18n/languages.ts';
import { t } from '../../lib/i18n/translate.ts';
import { type Ledger, openLedger } from '../../lib/ledger/ledger.ts';
import { parseContacts } from '../../lib/mail/config.ts';
import { keepPlan, openDay, performOrder } from '../../lib/practice/day-store.ts';
import { answerDrill, startDrill } from '../../lib/practice/drill.ts';
import { writeEvidencePack } from '../../lib/practice/evidence-pack.ts';
import { sessionOf } from '../../lib/practice/plan.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { emptyResult, recordPartResult } from '../../lib/practice/results.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { decide } from '../../lib/weather/decide.ts';
import { wholeDay } from '../../lib/weather/evidence.ts';
import { triggerSpells } from '../../lib/weather/signals.ts';
import { startBrowser } from '../support/editor.ts';
import { makeHome, removeHome } from '../support/home.ts';

/** A4 without the margins of the page, in CSS pixels. */
const paper = { width: Math.floor(((210 - 24) / 25.4) * 96), height: 1000 };

describe('the evidence pack on paper', function () {
  this.timeout(300_000);
  let home: string;
  let ledger: Ledger;
  let browser: Browser;

  before(async () => {
    browser = await startBrowser();
    home = await makeHome();
  });
  after(async () => {
    await browser?.close();
    await ledger?.close();
    await removeHome(home);
  });

  async function open(summary: string): Promise<Page> {
    const page = await browser.newPage({ viewport: paper });
    await page.goto(`file://${summary}`);
    await page.emulateMedia({ media: 'print' });
    return page;
  }

  /** What reaches over the paper, what the picture cuts, what is written, and how small. */
  const lookAt = (page: Page) =>
    page.evaluate(() => {
      const wide = document.documentElement.clientWidth;
      const out = [...document.querySelectorAll('td, th, p, li, h1, h2, .tiles div, .badge')].filter(
        (one) => one.getBoundingClientRect().right > wide + 0.5 || one.scrollWidth > one.clientWidth + 1,
      );
      const svg = document.querySelector('svg')?.getBoundingClientRect();
      const cut = [...document.querySelectorAll('svg text')].filter((one) => {
        const box = one.getBoundingClientRect();
        return (
          svg === undefined ||
          box.right > svg.right + 0.5 ||
          box.left < svg.left - 0.5 ||
          box.bottom > svg.bottom + 0.5
        );
      });
      return {
        out: out.map((one) => one.outerHTML.slice(0, 120)),
        cut: cut.map((one) => one.textContent),
        text: document.body.innerText,
        smallest: Math.min(
          ...[...document.querySelectorAll('td, p, li')].map((one) =>
            Number.parseFloat(getComputedStyle(one).fontSize),
          ),
        ),
      };
    });

  it('prints on A4 with every report, contact and record, also in Chinese, and its manifest is true', async () => {
    const plan = { ...practice20250621, title: '中央結算系統及 CCMS 報告下載優化演習：測試與核實' };
    const part = plan.parts[0];
    assert.ok(part);
    const clock = new SimulatedClock(fromHongKong('2025-06-19 10:00'));
    ledger = await openLedger(path.join(home, 'ledger.sqlite'), clock);
    await keepPlan(ledger, plan);
    const contacts = parseContacts({
      smtp: { host: '127.0.0.1', port: 2525, requireTls: false, from: 'rap@broker.example' },
      contacts: [
        { name: '陳大文', email: 'chan.tai.man.of.the.settlement.department@broker.example' },
        { name: 'Bo', email: 'bo@broker.example' },
      ],
      language: 'zh-Hant',
    });
    const { contacts: asked } = await startDrill(ledger, contacts, plan);
    await answerDrill(ledger, plan.date, { text: asked[0]?.code ?? '', how: 'telephone', by: '李小姐' });
    await clock.advance(fromHongKong('2025-06-21 15:00') - clock.now());
    for (const { account } of plan.accounts) {
      const reports = Array.from({ length: 40 }, (_, index) => ({
        path: `/INBOX/20250620/${'A_VERY_LONG_NAME_OF_A_REPORT'.repeat(index % 3)}CCLTN${index}_${account}.txt`,
        name: `CCLTN${index}_${account}.txt`,
        system: 'CCASS',
        code: `CCLTN${index}`,
        businessDate: '2025-06-20',
        size: 10 ** (index % 12),
        sha256: createHash('sha256').update(String(index)).digest('hex'),
        file: '/nowhere',
        receivedAt: clock.now(),
      }));
      await recordPartResult(ledger, plan, {
        ...emptyResult(plan, part, account, clock.now()),
        outcome: 'incomplete',
        loggedIn: true,
        address: '10.243.66.141:18801',
        reports,
        failed: [
          { path: '/INBOX/20250620/LOST.txt', code: 'SHORT_FILE', message: 'The server sent 5 of 9 bytes' },
        ],
      });
    }
    const pack = await writeEvidencePack({ ledger, clock, plan, home });
    const page = await open(pack.summary);
    const found = await lookAt(page);
    assert.deepEqual(found.out, [], 'nothing reaches over the paper');
    assert.deepEqual(found.cut, [], 'the picture is whole');
    assert.ok(found.smallest >= 10, `the smallest letters are ${found.smallest} px`);
    for (const words of [
      '中央結算系統',
      '陳大文',
      '李小姐',
      'CCLTN39_SIM001',
      'LOST.txt',
      'no answer',
      '2025-06-19 10:00',
    ]) {
      assert.ok(found.text.includes(words), words);
    }
    const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true, printBackground: true });
    const pages = pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;
    assert.ok(pages >= 5 && pages <= 9, `${pages} pages`);
    assert.match(pdf.toString('latin1'), /\/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/);
    await page.close();

    const manifest = JSON.parse(await readFile(path.join(pack.folder, 'manifest.json'), 'utf8')) as {
      files: { name: string; sha256: string }[];
      reports: unknown[];
    };
    assert.deepEqual(
      manifest.files.map(({ name }) => name).sort(),
      pack.files.filter((name) => name !== 'manifest.json').sort(),
    );
    for (const { name, sha256 } of manifest.files) {
      const bytes = await readFile(path.join(pack.folder, name));
      assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256, name);
    }
    assert.equal(manifest.reports.length, 80);
  });

  for (const language of languages) {
    it(`is whole on paper in ${language}, its picture and its heads of columns as well`, async () => {
      const plan = practice20250621;
      const clock = new SimulatedClock(fromHongKong('2025-06-21 07:50'));
      const place = await makeHome();
      const book = await openLedger(path.join(place, 'ledger.sqlite'), clock);
      try {
        const evidence = wholeDay(
          triggerSpells([{ code: 'TC8SE', issued: fromHongKong('2025-06-21 15:20') }]),
        );
        const day = await openDay(book, plan);
        // Each of these makes a bar of the picture, the third one too narrow for its words.
        for (const time of ['07:50', '09:06', '14:00', '15:20', '15:36', '19:01']) {
          await clock.advance(fromHongKong(`2025-06-21 ${time}`) - clock.now());
          const decision = decide(sessionOf(plan), evidence, clock.now(), day.state.decision);
          for (const order of await day.step(decision, clock.now())) {
            await performOrder(order, { ledger: book, clock, plan });
            await day.done(order.key);
          }
        }
        const pack = await writeEvidencePack({
          ledger: book,
          clock,
          plan,
          home: place,
          rehearsal: true,
          language,
        });
        const page = await open(pack.summary);
        const found = await lookAt(page);
        assert.deepEqual(found.out, [], 'nothing reaches over the paper');
        assert.deepEqual(found.cut, [], 'the picture is whole');
        assert.equal(await page.locator('html').getAttribute('lang'), language);
        for (const key of [
          'practice.page.picture.signals',
          'practice.page.picture.centre',
          'practice.page.section.timeline',
          'practice.page.rehearsal',
          'practice.page.verdict.terminating',
        ] as const)
          assert.ok(found.text.includes(t(language, key)), key);
        const broken = await page.$$eval('th', (all) =>
          all.flatMap((one) => {
            const range = document.createRange();
            range.selectNodeContents(one);
            const text = one.textContent;
            return /\s/.test(text) || range.getClientRects().length === 1 ? [] : [text];
          }),
        );
        assert.deepEqual(broken, [], 'no head of a column is broken in two');
        await page.close();
      } finally {
        await book.close();
        await removeHome(place);
      }
    });
  }
});
