#!/usr/bin/env node
/**
 * Takes the pictures of the README and the guide from a demo that is running: "npm start", then this. The practice
 * session is shown in the middle of a rehearsal, which this starts and stops.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { inside, runScript } from './support/checkout.js';
import { ensure } from './support/ensure.js';
import { readProfile } from './support/profile.js';

const pictures = [
  {
    file: inside('docs/images/daily-download.png'),
    tab: 'Daily download',
    size: { width: 1180, height: 800 },
  },
  {
    file: inside('docs/images/practice-session.png'),
    tab: 'Practice session',
    size: { width: 1200, height: 1450 },
    show: rehearse,
  },
];

/** Lives a day up to the middle of its first part; returns what ends that. */
async function rehearse(page) {
  const timer = await page.evaluate(() => {
    const { RED } = globalThis;
    let id = '';
    RED.nodes.eachNode((node) => {
      if (node.type === 'session-timer') id = node.id;
    });
    return id;
  });
  const answer = await page.request.post(`session-timer/${timer}/rehearsal`, { data: { day: 'quiet' } });
  if (!answer.ok()) throw new Error(`The rehearsal does not start: ${await answer.text()}`);
  await page.getByText('go, session runs').waitFor({ timeout: 120_000 });
  await page.getByText('mail sent').nth(2).waitFor({ timeout: 60_000 });
  await page.addStyleTag({ content: '#red-ui-notifications { display: none; }' });
  return () => page.request.delete('session-timer/rehearsals');
}

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
    const baseURL = `http://127.0.0.1:${readProfile(process.env).editorPort}/`;
    for (const { file, tab, size, show } of pictures) {
      const page = await browser.newPage({ baseURL, viewport: size, deviceScaleFactor: 1.6 });
      await page.goto('/');
      await page.locator('.red-ui-flow-node').first().waitFor({ timeout: 30_000 });
      await page.locator('.red-ui-tab-label', { hasText: tab }).first().click();
      await showFlow(page);
      const stop = await show?.(page);
      // No help text of what the mouse happens to be on.
      await page.mouse.move(5, size.height / 2);
      await page.waitForTimeout(500);
      mkdirSync(dirname(file), { recursive: true });
      await page.screenshot({ path: file });
      await stop?.();
      await page.close();
    }
  } finally {
    await browser.close();
  }
});
