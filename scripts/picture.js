#!/usr/bin/env node
/** Takes the README's picture of the daily download from a demo that is running: "npm start", then this. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { inside, runScript } from './support/checkout.js';
import { ensure } from './support/ensure.js';
import { readProfile } from './support/profile.js';

const file = inside('docs/images/daily-download.png');

/** Leaves only the flow in view: palette and sidebars closed, the whole tab visible. */
async function showFlow(page) {
  await page.evaluate(() => {
    const { RED } = globalThis;
    RED.actions.invoke('core:toggle-palette', false);
    RED.actions.invoke('core:toggle-sidebar', false);
    RED.view.select('none');
    RED.actions.invoke('core:zoom-fit');
  });
  // The editor slides its panels.
  await page.waitForTimeout(2000);
}

await runScript(async () => {
  await ensure(['dependencies', 'testTools'], (line) => process.stderr.write(`setup: ${line}\n`));
  const { chromium } = await import('playwright-core');
  const executablePath = process.env.RAP_CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 600 }, deviceScaleFactor: 1.6 });
    await page.goto(`http://127.0.0.1:${readProfile(process.env).editorPort}/`);
    await page.locator('.red-ui-flow-node').first().waitFor({ timeout: 30_000 });
    await showFlow(page);
    mkdirSync(dirname(file), { recursive: true });
    await page.screenshot({ path: file });
  } finally {
    await browser.close();
  }
});
