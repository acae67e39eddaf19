/** The inbox of the demo in a browser: somebody chooses a fault, and the next run meets it. */
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { languages } from '../../lib/i18n/languages.ts';
import { faultPlayer } from '../../simulator/inbox/player.ts';
import { type Inbox, startInbox } from '../../simulator/inbox.ts';
import { type House, openHouse, run, type Stage, stageFor } from '../faults/meeting.ts';
import { pictures, startBrowser } from '../support/editor.ts';

const sizes = { phone: { width: 390, height: 844 }, laptop: { width: 1366, height: 768 } } as const;
const tags = { en: 'en-US', 'zh-Hant': 'zh-HK', 'zh-Hans': 'zh-CN' } as const;
const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe('the inbox of the demo in a browser', function () {
  this.timeout(300_000);
  let house: House;
  let stage: Stage;
  let inbox: Inbox;
  let browser: Browser;
  let address: string;

  before(async () => {
    browser = await startBrowser();
    house = await openHouse();
    stage = await stageFor(house, { name: 'N01', expected: ['right'], make: () => ({}) });
    const player = faultPlayer(house.simulator, (fault) => fault.make());
    const last = 'The evening is over: 9 mails.';
    const offer = { title: 'Demo: a bad evening', about: '', running: undefined, last, start() {} };
    inbox = await startInbox({ mailbox: join(house.top, 'mailbox'), player, offer });
    address = `http://127.0.0.1:${inbox.httpPort}/`;
  });
  after(async () => {
    await browser?.close();
    await inbox?.stop();
    await stage?.close();
    await house?.close();
  });

  const codesOfRun = async () => [...(await run(stage)).codes];

  it('lets somebody choose a fault by keyboard, the next run shows it, and none takes it back', async () => {
    const context = await browser.newContext({ locale: 'en-US', viewport: sizes.laptop });
    const page = await context.newPage();
    await page.goto(address);
    assert.deepEqual(await codesOfRun(), []);
    const press = async (name: string) => {
      await page.getByLabel('What the simulator does wrong').focus();
      await page.getByLabel('What the simulator does wrong').selectOption(name);
      await page.keyboard.press('Tab');
      const loaded = page.waitForEvent('load');
      await page.keyboard.press('Enter');
      await loaded;
    };
    await press('P06');
    await page.getByText('A run makes of it: SHORT_FILE.').waitFor();
    assert.ok((await codesOfRun()).includes('SHORT_FILE'));
    await press('');
    await page.getByText('The simulator behaves').waitFor();
    // Times have seconds at RAP: what was seen as it is now stays as it is.
    await house.simulator.offerAgain(Date.now() + 60_000);
    assert.deepEqual(await codesOfRun(), []);
    await context.close();
  });

  it('keeps what was chosen and not yet sent while new mail comes', async () => {
    const context = await browser.newContext({ locale: 'en-US' });
    const page = await context.newPage();
    await page.goto(address);
    const chooser = page.getByLabel('What the simulator does wrong');
    await chooser.selectOption('R04');
    const { default: nodemailer } = await import('nodemailer');
    const transport = nodemailer.createTransport({ host: '127.0.0.1', port: inbox.smtpPort });
    await transport.sendMail({
      from: 'a@b.example',
      to: 'c@b.example',
      subject: 'Digest of today',
      text: 'x',
    });
    transport.close();
    await page.getByText('Digest of today').waitFor({ timeout: 240_000 });
    assert.equal(await chooser.inputValue(), 'R04');
    await context.close();
  });

  for (const language of languages) {
    it(`can be used by everybody, at each size and light, in ${language}`, async () => {
      const axe = await readFile(axeFile, 'utf8');
      await mkdir(pictures, { recursive: true });
      const context = await browser.newContext({ locale: tags[language], bypassCSP: true });
      const page = await context.newPage();
      const found: string[] = [];
      for (const name of ['L02', '']) {
        await page.goto(address);
        await page.locator('select').selectOption(name);
        await Promise.all([page.waitForEvent('load'), page.locator('#fault button').click()]);
        for (const colorScheme of ['light', 'dark'] as const) {
          for (const [size, viewport] of Object.entries(sizes)) {
            await page.setViewportSize(viewport);
            await page.emulateMedia({ colorScheme });
            found.push(...(await findings(page, axe)).map((one) => `${size} ${colorScheme}: ${one}`));
            if (colorScheme === 'light')
              await page.screenshot({
                path: join(pictures, `inbox-${name || 'none'}-${size}-${language}.png`),
              });
          }
        }
        await page.setViewportSize({ width: 320, height: 700 });
        const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(Number(wide) <= Number(window), `${wide} of ${window}`);
      }
      await context.close();
      assert.deepEqual(found, []);
    });
  }

  async function findings(page: Page, axe: string): Promise<string[]> {
    return page.evaluate(async (source) => {
      const tester = new Function(`${source}; return axe;`)() as {
        run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
      const { violations } = await tester.run();
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
    }, axe);
  }
});
