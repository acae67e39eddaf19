#!/usr/bin/env node
/**
 * Takes the pictures of the README and the guide from a demo that is running: "npm start", then this. The desk is shown
 * when the day's reports are there, the practice session in the middle of a rehearsal, which this starts and stops.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { inside, runScript } from './support/checkout.js';
import { ensure } from './support/ensure.js';
import { readProfile } from './support/profile.js';

const pictures = [
  { file: inside('docs/images/desk-today.png'), desk: true, size: { width: 1100, height: 860 }, scale: 1 },
  { file: inside('docs/images/desk-phone.png'), desk: true, size: { width: 390, height: 844 }, scale: 1.5 },
  {
    file: inside('docs/images/daily-download.png'),
    tab: 'Daily download',
    size: { width: 1180, height: 800 },
    scale: 1.3,
  },
  {
    file: inside('docs/images/practice-session.png'),
    tab: 'Practice session',
    size: { width: 1200, height: 1450 },
    scale: 0.77,
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

/** The desk's first page, when the first run of the demo has filed everything. */
async function showDesk(page) {
  await page.goto('rap-ops/');
  await page.locator('.verdict.ok').waitFor({ timeout: 120_000 });
}

async function showTab(page, tab) {
  await page.goto('/');
  await page.locator('.red-ui-flow-node').first().waitFor({ timeout: 30_000 });
  await page.locator('.red-ui-tab-label', { hasText: tab }).first().click();
  await showFlow(page);
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
  // The lines of the grid are a fifth of a picture's bytes.
  await page.addStyleTag({ content: '.red-ui-workspace-chart-grid { display: none; }' });
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
    for (const { file, desk, tab, size, scale, show } of pictures) {
      const page = await browser.newPage({ baseURL, viewport: size, deviceScaleFactor: scale });
      if (desk) await showDesk(page);
      else await showTab(page, tab);
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
