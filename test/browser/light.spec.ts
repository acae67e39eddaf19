/** The traffic light in the editor's side bar: the desk's verdict, or that it is not known, since when. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { Light } from '../../lib/desk/light/file.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { realClock } from '../../lib/time/clock.ts';
import { type Editor, openEditor, picture, startNodeRed, useNodeRed } from '../support/editor.ts';
import { node } from '../support/flow-parts.ts';
import { idleAccounts } from '../support/practice-flow.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const locales = { en: 'en-US', 'zh-Hant': 'zh-TW', 'zh-Hans': 'zh-CN' } as const;
const well: Light = {
  ...{ tone: 'ok', headline: 'All is well: all 14 reports are on the shares', others: [], more: 0 },
  ...{ onShare: 14, all: 14, openAlarms: 0, leftovers: [], moreLeftovers: 0, asOf: '21:52:07' },
};

/** What a browser is told for the light. */
interface Told {
  status: number;
  body: string;
}

describe('the traffic light in the editor', function () {
  this.timeout(300_000);

  const stage = useNodeRed(async (home) => {
    await (await openHome(home, realClock)).close();
    // A Node-RED of somebody's own, in which the example was imported.
    const settings = join(home, 'settings.js');
    await writeFile(
      settings,
      `module.exports = { ...require(${JSON.stringify(join(root, 'settings.js'))}), rapProfile: undefined };\n`,
    );
    return startNodeRed(
      home,
      [
        { id: 'tab', type: 'tab', label: 'Evening' },
        ...idleAccounts(),
        node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, []),
      ],
      {},
      { settings, root: '' },
    );
  });

  const light = (page: Page) => page.locator('.rap-ops-light');
  const tabButton = (page: Page) => page.locator('button[data-tab-id="rap-ops-light"]');
  const ends = async (editor: Editor) => {
    await editor.page.context().close();
    return editor.troubles;
  };
  /** What makes the light ask at once. */
  const deployed = (page: Page) =>
    page.evaluate(() => {
      const { RED } = globalThis as unknown as { RED: { events: { emit(name: string): void } } };
      RED.events.emit('deploy');
    });

  async function shown(page: Page): Promise<void> {
    const button = tabButton(page);
    await button.waitFor();
    if (!(await light(page).isVisible())) await button.click();
    await light(page).waitFor();
  }

  for (const [language, locale] of Object.entries(locales)) {
    it(`says what Today says, and what is still the demo's, in ${language}`, async () => {
      const editor = await openEditor(stage.browser, stage.nodeRed.url, locale);
      const { page } = editor;
      await shown(page);
      await page.locator('.rap-ops-as-of').waitFor({ timeout: 240_000 });
      const today = await fetch(`${stage.nodeRed.url}/rap-ops/`, { headers: { 'accept-language': locale } });
      const [, tone, headline] =
        /<section class="verdict (\w+)".*?<h1>([^<]*)/.exec(await today.text()) ?? [];
      assert.equal(await light(page).getAttribute('data-tone'), tone);
      assert.equal(await page.locator('.rap-ops-verdict span').textContent(), headline);
      const label = (await tabButton(page).getAttribute('aria-label')) ?? '';
      assert.ok(label.endsWith(String(headline)), label);
      const text = (await light(page).textContent()) ?? '';
      assert.match(text, /SIM001/);
      assert.doesNotMatch(text, /light\.|__/, 'every word is there');
      assert.equal(/\p{Script=Han}/u.test(text), language !== 'en');
      await picture(page, `light-${language}`);
      const links = light(page).locator('nav a');
      for (const link of await links.all()) {
        const address = new URL((await link.getAttribute('href')) ?? '', `${stage.nodeRed.url}/`);
        assert.equal((await fetch(address)).status, 200, String(address));
      }
      assert.equal(await links.count(), 5);
      assert.deepEqual(await ends(editor), []);
    });
  }

  it('is green while the desk says so, and grey with since when as soon as it does not answer', async () => {
    const editor = await openEditor(stage.browser, stage.nodeRed.url);
    const { page } = editor;
    await shown(page);
    let answer: Told | 'none' = { status: 200, body: JSON.stringify(well) };
    await page.route('**/rap-ops/light**', (route) =>
      answer === 'none' ? route.abort() : route.fulfill({ ...answer, contentType: 'application/json' }),
    );
    const tone = (which: string) => page.locator(`.rap-ops-light[data-tone="${which}"]`).waitFor();
    await deployed(page);
    await tone('ok');
    await picture(page, 'light-green');
    const odd: (Told | 'none')[] = [
      { status: 200, body: JSON.stringify({ ...well, tone: 'green' }) },
      { status: 200, body: '<html>' },
      { status: 404, body: '' },
      'none',
    ];
    for (const bad of odd) {
      answer = { status: 200, body: JSON.stringify(well) };
      await deployed(page);
      await tone('ok');
      answer = bad;
      await deployed(page);
      await tone('grey');
      const text = (await light(page).textContent()) ?? '';
      assert.match(text, /Could not be refreshed since 21:52:07/);
      assert.doesNotMatch(text, /All is well|14 of 14/);
    }
    await picture(page, 'light-grey');
    answer = { status: 401, body: '' };
    await deployed(page);
    await page.getByText('This login may not look at the desk').waitFor();
    await ends(editor);
  });

  it('shows no markup of what it is told', async () => {
    const editor = await openEditor(stage.browser, stage.nodeRed.url);
    const { page } = editor;
    await shown(page);
    const markup = '<img src=x onerror=alert(1)>';
    const told = {
      ...well,
      tone: 'bad',
      headline: markup,
      others: [markup],
      more: 9,
      leftovers: [markup],
      asOf: markup,
    };
    await page.route('**/rap-ops/light**', (route) => route.fulfill({ json: told }));
    await deployed(page);
    await page.locator('.rap-ops-light[data-tone="bad"]').waitFor();
    assert.equal(await light(page).locator('img').count(), 0);
    assert.match((await light(page).textContent()) ?? '', /and 8 more/);
    await ends(editor);
  });
});
