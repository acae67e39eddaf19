/**
 * How soon the desk answers "is all well?" with a large ledger: Chromium at 390x844 with 100 ms round trip, cold and warm,
 * the bytes of a page, and how long Node-RED's loop was kept by it.
 *
 * Browser and Node-RED share the machine here. What is not the desk's is told beside it: how long a page of nothing takes,
 * and of the time that a turn of the loop was late, how long the machine had no processor for it (on Linux).
 *
 * node bench/desk.ts [--reports 500000] [--home FOLDER]
 *
 * With --home the ledger that is made stays in that folder, and is taken from there the next time.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { BrowserContext } from 'playwright-core';
import { openHome } from '../lib/ledger/home-ledger.ts';
import { realClock } from '../lib/time/clock.ts';
import { startBrowser, startNodeRed } from '../test/support/editor.ts';
import { makeHome, removeHome } from '../test/support/home.ts';
import { makeLargeLedger, ROWS_PER_REPORT, recordAlarms } from '../test/support/large-ledger.ts';
import { idleAccounts } from '../test/support/practice-flow.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const ALARMS = 30;
const ROUND_TRIP_MS = 100;
const TIMES = 10;
const AT_ONCE = 1_000;
const PAGES = [
  ...[
    '',
    'history',
    'history?q=CCLTN05_SIM001_123',
    'report/1',
    'alarms',
    'quarantine',
    'practice',
    'system',
  ],
  ...['contacts', 'deliver', 'runbook'],
];
/** Nothing of the desk: what the line, the browser and Node-RED's own handlers take. */
const NOTHING = '../nothing';

/**
 * The demo's settings, an address that tells how long turns of the loop took since it was asked last, and a page of
 * nothing. A timer of 1 ms sees each turn: how late it is, how long of that this thread had work and no processor, and how
 * long it worked.
 */
const settings = `
const { openSync, readSync } = require('node:fs');
const base = require(${JSON.stringify(join(root, 'settings.js'))});
const place = process.platform === 'linux' ? openSync('/proc/thread-self/schedstat') : undefined;
const bytes = Buffer.alloc(100);
const waited = () => {
  if (place === undefined) return 0;
  const [, wait = '0'] = bytes.toString('latin1', 0, readSync(place, bytes, 0, 100, 0)).split(' ');
  return Number(wait) / 1e6;
};
const worked = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e3;
};
const now = () => ({ at: performance.now(), waited: waited(), worked: worked() });
const none = { late: 0, waited: 0, worked: 0 };
let last = now();
let most = { ...none };
setInterval(() => {
  const next = now();
  const turn = { late: next.at - last.at - 1, waited: next.waited - last.waited, worked: next.worked - last.worked };
  for (const key in most) most[key] = Math.max(most[key], turn[key]);
  last = next;
}, 1).unref();
const told = (request, response, next) => {
  if (request.url === '/nothing') return response.type('html').send('<!doctype html><main><h1>Nothing</h1></main>');
  if (request.url !== '/loop') return next();
  response.json(most);
  most = { ...none };
};
module.exports = { ...base, httpAdminMiddleware: [told] };
`;

async function fill(home: string, reports: number): Promise<void> {
  await makeLargeLedger(join(home, 'ledger.sqlite'), reports * ROWS_PER_REPORT);
  const ledger = await openHome(home, realClock);
  await recordAlarms(ledger, ALARMS);
  await ledger.close();
}

interface Visit {
  /** Milliseconds until the page says something, as this program sees it: with what the browser's driver takes. */
  ms: number;
  /** The same within the browser, since the address was entered: until the first text is painted, and the verdict there. */
  painted: number;
  said: number;
  bytes: number;
}

/** Remembers, from the first byte of a page on, when its first headline is there. */
const WHEN_SAID = `new MutationObserver((_, observer) => {
  if (document.querySelector('main h1, main h2') === null) return;
  globalThis.saidAt = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true });`;

async function visit(context: BrowserContext, url: string): Promise<Visit> {
  const page = await context.newPage();
  await page.addInitScript(WHEN_SAID);
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
  const within = await page.evaluate(
    () =>
      new Promise<{ painted: number; said: number }>((resolve) => {
        new PerformanceObserver((list) => {
          const [first] = list.getEntriesByName('first-contentful-paint');
          if (first === undefined) return;
          const { saidAt } = globalThis as unknown as { saidAt?: number };
          resolve({ painted: first.startTime, said: saidAt ?? Number.NaN });
        }).observe({ type: 'paint', buffered: true });
      }),
  );
  await page.close();
  return { ms, ...within, bytes };
}

/** The index of names is made beside the pages, once for a ledger. @returns how many of the names are in it */
function indexed(home: string): number {
  const file = join(home, 'names.sqlite');
  if (!existsSync(file)) return 0;
  const index = new DatabaseSync(file, { readOnly: true });
  try {
    return Number(index.prepare('select upto from mark').get()?.upto ?? 0);
  } finally {
    index.close();
  }
}

const { values } = parseArgs({
  options: { reports: { type: 'string', default: '500000' }, home: { type: 'string' } },
});
const home = values.home ?? (await makeHome());
const say = (line: string) => process.stdout.write(`${line}\n`);
/** '187 ms (181-197; painted 121, said 115 in the browser)' */
const inBrowser = (visits: readonly Visit[]) => {
  const ms = visits.map((one) => one.ms);
  const span = visits.length === 1 ? '' : `${Math.round(Math.min(...ms))}-${Math.round(Math.max(...ms))}; `;
  const of = (key: 'painted' | 'said') => Math.round(median(visits.map((one) => one[key])));
  return `${Math.round(median(ms))} ms (${span}painted ${of('painted')}, said ${of('said')} in the browser)`;
};
const median = (all: number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
try {
  const began = performance.now();
  if (!existsSync(join(home, 'ledger.sqlite'))) await fill(home, Number(values.reports));
  say(
    `${values.reports} reports, ${ALARMS} open alarms, made or found in ${Math.round((performance.now() - began) / 1000)} s`,
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
    (await (await fetch(`${nodeRed.url}/loop`)).json()) as Record<'late' | 'waited' | 'worked', number>;
  const kept = ({ late, waited, worked }: Awaited<ReturnType<typeof loop>>) =>
    `by ${worked.toFixed(1)} ms of its own work in one turn at most (late by ${late.toFixed(1)}, without a processor for ${waited.toFixed(1)})`;
  try {
    const size = { viewport: { width: 390, height: 844 } };
    await loop();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    say(`loop kept ${kept(await loop())} without any page`);
    // A search before the index is whole walks through the other names.
    const reports = Number(values.reports);
    const from = performance.now();
    await (await fetch(`${nodeRed.url}/rap-ops/`)).arrayBuffer();
    while (indexed(home) < reports) await new Promise((resolve) => setTimeout(resolve, 200));
    say(`index of names made, or found, in ${((performance.now() - from) / 1000).toFixed(1)} s`);
    for (const path of [NOTHING, ...PAGES]) {
      const url = `${nodeRed.url}/rap-ops/${path}`;
      const cold = await browser.newContext(size);
      const first = await visit(cold, url);
      await cold.close();
      const warm = await browser.newContext(size);
      await visit(warm, url);
      await loop();
      const again: Visit[] = [];
      for (let time = 0; time < TIMES; time++) again.push(await visit(warm, url));
      const busy = await loop();
      await warm.close();
      const made = performance.now();
      await (await fetch(url)).arrayBuffer();
      say(
        `/${path}: cold ${inBrowser([first])}, warm ${inBrowser(again)}, ${(first.bytes / 1000).toFixed(1)} kB; made in ${Math.round(performance.now() - made)} ms; loop kept ${kept(busy)}`,
      );
    }
    await loop();
    const all = Array.from({ length: AT_ONCE }, () => fetch(`${nodeRed.url}/rap-ops/`));
    const answers = await Promise.all(all.map(async (one) => (await one).status));
    const shown = answers.filter((status) => status === 200).length;
    say(
      `${AT_ONCE} at once: ${shown} shown, the others asked to come again; loop kept ${kept(await loop())}`,
    );
  } finally {
    await browser.close();
    await nodeRed.stop();
  }
} finally {
  if (values.home === undefined) await removeHome(home);
}
process.exit(0);
