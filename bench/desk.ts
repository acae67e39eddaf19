/**
 * How soon the desk answers "is all well?" with a large ledger: Chromium at 390x844 with 100 ms round trip, cold and warm,
 * the bytes of a page, and how long Node-RED's loop was kept by it.
 *
 * node bench/desk.ts [--reports 500000]
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { BrowserContext } from 'playwright-core';
import { openHome } from '../lib/ledger/home-ledger.ts';
import { realClock } from '../lib/time/clock.ts';
import { startBrowser, startNodeRed } from '../test/support/editor.ts';
import { makeHome, removeHome } from '../test/support/home.ts';
import { makeLargeLedger, ROWS_PER_REPORT } from '../test/support/large-ledger.ts';
import { idleAccounts } from '../test/support/practice-flow.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const ALARMS = 30;
const ROUND_TRIP_MS = 100;
const TIMES = 10;
const PAGES = ['', 'history', 'history?q=CCLTN05_SIM001_123', 'alarms', 'quarantine', 'system', 'contacts'];

/** The demo's settings, and an address that tells how long the loop was kept since it was asked last. */
const settings = `
const { monitorEventLoopDelay } = require('node:perf_hooks');
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const base = require(${JSON.stringify(join(root, 'settings.js'))});
const told = (request, response, next) => {
  if (request.url !== '/loop') return next();
  response.end(JSON.stringify({ max: delay.max / 1e6, p99: delay.percentile(99) / 1e6 }));
  delay.reset();
};
module.exports = { ...base, httpAdminMiddleware: [told] };
`;

async function fill(home: string, reports: number): Promise<void> {
  await makeLargeLedger(join(home, 'ledger.sqlite'), reports * ROWS_PER_REPORT);
  const ledger = await openHome(home, realClock);
  for (let at = 0; at < ALARMS; at++) {
    const of = { key: `k${at}`, level: 'critical', account: 'hkscc', code: 'SHARE_AWAY' } as const;
    const sight = {
      ...of,
      place: `share ${at}`,
      message: 'It is away',
      cure: 'Mount it',
      run: 'r',
      groups: [],
    };
    await ledger.alarms.recordFault({ ...sight, subject: `/srv/${at}` }, () => ({}));
  }
  await ledger.close();
}

/** Milliseconds until the page says something, and the bytes that came. */
async function visit(context: BrowserContext, url: string): Promise<{ ms: number; bytes: number }> {
  const page = await context.newPage();
  const protocol = await context.newCDPSession(page);
  await protocol.send('Network.enable');
  await protocol.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: ROUND_TRIP_MS, downloadThroughput: -1, uploadThroughput: -1 },
  });
  let bytes = 0;
  protocol.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  const begun = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('main h1, main h2').first().waitFor();
  const ms = performance.now() - begun;
  await page.waitForLoadState('load');
  await page.close();
  return { ms, bytes };
}

const { values } = parseArgs({ options: { reports: { type: 'string', default: '500000' } } });
const home = await makeHome();
const say = (line: string) => process.stdout.write(`${line}\n`);
const median = (all: number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
try {
  const began = performance.now();
  await fill(home, Number(values.reports));
  say(
    `${values.reports} reports, ${ALARMS} open alarms, made in ${Math.round((performance.now() - began) / 1000)} s`,
  );
  const file = join(home, 'settings.cjs');
  await writeFile(file, settings);
  const [account, ...others] = idleAccounts();
  const flow = [
    { id: 'tab', type: 'tab', label: 'bench' },
    { ...account, id: 'account', type: 'rap-account', name: 'hkscc' },
    ...others,
  ];
  const nodeRed = await startNodeRed(home, flow, { RAP_SMTP_PORT: '1' }, { settings: file, root: '' });
  const browser = await startBrowser();
  const loop = async () =>
    (await (await fetch(`${nodeRed.url}/loop`)).json()) as { max: number; p99: number };
  try {
    const size = { viewport: { width: 390, height: 844 } };
    for (const path of PAGES) {
      const url = `${nodeRed.url}/rap-ops/${path}`;
      const cold = await browser.newContext(size);
      const first = await visit(cold, url);
      await cold.close();
      const warm = await browser.newContext(size);
      await visit(warm, url);
      await loop();
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      const idle = await loop();
      const again: number[] = [];
      for (let time = 0; time < TIMES; time++) again.push((await visit(warm, url)).ms);
      const busy = await loop();
      await warm.close();
      say(
        `/${path}: cold ${Math.round(first.ms)} ms, warm ${Math.round(median(again))} ms, ${(first.bytes / 1000).toFixed(1)} kB; loop kept ${busy.max.toFixed(1)} ms at most (idle ${idle.max.toFixed(1)})`,
      );
    }
  } finally {
    await browser.close();
    await nodeRed.stop();
  }
} finally {
  await removeHome(home);
}
process.exit(0);
