/** A real Node-RED of this checkout, built, with its editor open in Chromium. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { freePort } from './free-port.ts';
import { makeHome, removeHome } from './home.ts';
import { PATIENCE_MS } from './patience.ts';
import type { FlowNode } from './runtime.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where the pictures of a test go: not part of the project, overwritten each time. */
export const pictures = join(root, 'coverage', 'pictures');

export interface NodeRed {
  url: string;
  /** What it has logged so far. */
  log(): string;
  stop(): Promise<void>;
}

/** What the tests of a suite share. */
export interface Stage {
  home: string;
  nodeRed: NodeRed;
  browser: Browser;
}

/**
 * Gives the calling suite a home, a Node-RED in it, and Chromium: made before its first test, gone after its last.
 * @param start prepares the home and starts Node-RED in it
 */
export function useNodeRed(start: (home: string) => Promise<NodeRed>): Stage {
  const stage = {} as Stage;
  before(async function () {
    this.timeout(300_000);
    stage.home = await makeHome();
    stage.browser = await startBrowser();
    stage.nodeRed = await start(stage.home);
  });
  after(async () => {
    await stage.browser?.close();
    await stage.nodeRed?.stop();
    if (stage.home !== undefined) await removeHome(stage.home);
  });
  return stage;
}

/** Builds when the sources have changed since the last build. */
export async function ensureBuild(): Promise<void> {
  const module: string = new URL('../../scripts/support/ensure.js', import.meta.url).href;
  const { ensure } = (await import(module)) as {
    ensure(steps: string[], say: (line: string) => void): Promise<void>;
  };
  await ensure(['build'], () => {});
}

/**
 * Node-RED's editor puts up its first tip a second after it begins to load, and makes the place for it when its keys
 * have come: where these need longer, it ends in an error of its own.
 */
const NO_TIPS = { 'view-show-tips': false };

/**
 * Starts Node-RED with the project's settings.js, the built palette and these flows.
 * @param other another settings file, and the editor's root in it ('/ops')
 */
export async function startNodeRed(
  home: string,
  flow: FlowNode[],
  env: Record<string, string> = {},
  other: { settings: string; root: string } = { settings: join(root, 'settings.js'), root: '' },
): Promise<NodeRed> {
  await ensureBuild();
  const port = await freePort();
  const userDir = join(home, 'node-red');
  await mkdir(userDir, { recursive: true, mode: 0o700 });
  await writeFile(join(userDir, 'flows.json'), JSON.stringify(flow));
  await writeFile(join(userDir, '.config.users.json'), JSON.stringify({ _: { editor: { view: NO_TIPS } } }));
  const child = spawn(
    process.execPath,
    [join(root, 'node_modules/node-red/red.js'), '-u', userDir, '-s', other.settings],
    { env: { ...process.env, ...env, RAP_HOME: home, RAP_PROFILE: 'demo', RAP_EDITOR_PORT: String(port) } },
  );
  let log = '';
  child.stdout.on('data', (bytes) => {
    log += bytes;
  });
  child.stderr.on('data', (bytes) => {
    log += bytes;
  });
  const url = `http://127.0.0.1:${port}${other.root}`;
  try {
    await answers(child, `${url}/rap-account/presets`, () => log);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return { url, log: () => log, stop: () => stop(child) };
}

async function answers(child: ChildProcess, url: string, log: () => string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`Node-RED ended:\n${log()}`);
    const ready = await fetch(url).then(
      // With a login there, this asks for it.
      (answer) => answer.ok || answer.status === 401,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Node-RED did not answer at ${url}:\n${log()}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** @throws Error with one sentence on what to install when there is no Chromium */
export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env.RAP_CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(
      'The tests of the editor need Chromium: install it with "apt-get install chromium", or set RAP_CHROMIUM to its program.',
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface Editor {
  page: Page;
  /** Errors on the console and requests that failed, but for the palette manager's look at the internet. */
  troubles: string[];
}

/** Opens the editor and waits until the flow is drawn. */
export async function openEditor(browser: Browser, url: string, locale = 'en-US'): Promise<Editor> {
  const context = await browser.newContext({ viewport: { width: 1500, height: 900 }, locale });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const troubles: string[] = [];
  // Nothing of this test leaves the machine.
  await page.route(
    (address) => address.hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  // The light of the side bar asks at each deploy, when nobody may be there to answer: then it is grey.
  const isLight = (address: string) => new URL(address).pathname.endsWith('/rap-ops/light');
  page.on('console', (message) => {
    const { url: from } = message.location();
    if (message.type() !== 'error' || (from !== '' && isLight(from))) return;
    if (!message.text().includes('ERR_FAILED')) troubles.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    const address = response.url();
    if (response.status() >= 500 && !(response.status() === 503 && isLight(address)))
      troubles.push(`${response.status()} ${address}`);
  });
  await page.goto(url);
  await page.locator('.red-ui-flow-node').first().waitFor();
  return { page, troubles };
}

/** Waits until so many of these are there: a page needs a moment for what was typed. */
export async function thereAre(count: number, these: Locator, what = ''): Promise<void> {
  if (count === 0) await these.first().waitFor({ state: 'detached' });
  else await these.nth(count - 1).waitFor({ state: 'attached' });
  assert.equal(await these.count(), count, what);
}

/** Takes a picture into `pictures`. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}
