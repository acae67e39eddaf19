/**
 * The desk in Chromium, behind a login and behind a proxy that signs people in: who gets in and who does not, and
 * whether each page can be used by everybody, in each language, size and light.
 */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { files, pages } from '../../lib/desk/pages.ts';
import { systemLists } from '../../lib/desk/system/view.ts';
import { languages } from '../../lib/i18n/languages.ts';
import { acts } from '../../nodes/desk/acts/index.ts';
import { startInbox } from '../../simulator/inbox.ts';
import { startNodeRed, useNodeRed } from '../support/editor.ts';
import { inLedger } from '../support/in-ledger.ts';
import { idleAccounts, planNode } from '../support/practice-flow.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const password = 'a password of this test';
// bcrypt, cost 8, of this password
const hash = '$2b$08$WXlGI78NEUyFlfKml0nUtuj7lWSWMXWCvb4jtebpzR2hcWcG/9h2a';
/** The proxy connects from here; everybody else from 127.0.0.1. */
const PROXY = '127.0.0.2';
const markup = '<img src=x onerror=alert(1)>';

const settings = (folder: string) => `
const base = require(${JSON.stringify(join(root, 'settings.js'))});
const { editorLogins } = require(${JSON.stringify(join(root, 'nodes/live/logins.ts'))});
const { loginGuard } = require(${JSON.stringify(join(root, 'nodes/live/login-guard.ts'))});
const { users } = editorLogins({ RAP_EDITOR_USERS: ${JSON.stringify(join(folder, 'logins'))} });
module.exports = {
  ...base,
  httpAdminRoot: '/ops',
  httpAdminMiddleware: [loginGuard({ users, secret: 'a secret of this test' })],
  adminAuth: { type: 'credentials', users },
  rapSignOn: { header: 'X-Remote-User', proxies: ['${PROXY}'] },
};
`;

/** axe-core as a text that runs in the page. */
const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** The address of a page with its parts filled in. */
function addressOf({ path }: { path: string }): string {
  return path.replace(':id', '1').replace(':code', 'DISK_FULL').replace(':kind', 'outstanding');
}

describe('the desk behind a login', function () {
  this.timeout(300_000);
  let axe: string;

  const stage = useNodeRed(async (home) => {
    await mkdir(join(home, 'node-red'), { recursive: true });
    const users = `ada full ${hash}\noscar operate ${hash}\nrita look ${hash}\n`;
    await writeFile(join(home, 'logins'), users, { mode: 0o600 });
    const file = join(home, 'settings.cjs');
    await writeFile(file, settings(home));
    axe = await readFile(axeFile, 'utf8');
    await inLedger(stage.home, async (open) => {
      await open.alarms.recordFault(
        {
          ...{ key: 'k', level: 'critical', account: 'SIM001', code: 'LOGIN_REFUSED', place: 'log in' },
          ...{ message: `The key was refused ${markup}`, cure: 'Ring HKEX', run: 'run-1', groups: [] },
        },
        () => ({}),
      );
    });
    const flow = [{ id: 'tab', type: 'tab', label: 'test' }, ...idleAccounts(), planNode()];
    return startNodeRed(home, flow, { RAP_SMTP_PORT: '1' }, { settings: file, root: '/ops' });
  });

  /** A request as any program can make it. */
  function ask(
    path: string,
    headers: Record<string, string> = {},
    { method = 'GET', body = '', from = '127.0.0.1' } = {},
  ): Promise<Answer> {
    const { hostname: host, port, pathname } = new URL(stage.nodeRed.url);
    const at = { host, port, path: `${pathname}/rap-ops/${path}`, method, headers, localAddress: from };
    return new Promise((resolve, reject) => {
      request(at, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      })
        .on('error', reject)
        .end(body);
    });
  }

  const html = { accept: 'text/html' };
  const host = () => new URL(stage.nodeRed.url).host;
  const ownJson = () => ({ 'content-type': 'application/json', origin: `http://${host()}`, host: host() });

  async function tokenOf(username: string): Promise<string> {
    const body = new URLSearchParams({
      ...{ client_id: 'node-red-editor', grant_type: 'password', scope: '', username, password },
    });
    const answer = await fetch(`${stage.nodeRed.url}/auth/token`, { method: 'POST', body });
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  /** The cookie that the desk gives for a login. */
  async function cookieOf(username: string): Promise<string> {
    const body = JSON.stringify({ token: await tokenOf(username), seconds: 3600 });
    const { headers } = await ask('session', ownJson(), { method: 'POST', body });
    const [cookie = ''] = (headers['set-cookie'] as string[] | undefined) ?? [];
    assert.match(cookie, /; Path=\/ops\/rap-ops; HttpOnly; SameSite=Strict$/);
    return cookie.split(';')[0] ?? '';
  }

  const paths = () => [...pages, ...files].map(addressOf);
  const facts = /The key was refused|SIM001/;

  it('gives no page, form or file to nobody, to a made-up cookie, or to a forged header', async () => {
    const strangers: [string, Record<string, string>, { from?: string }?][] = [
      ['nobody', {}],
      ['a made-up token', { authorization: 'Bearer made-up-token-of-nobody' }],
      ['a made-up cookie', { cookie: 'rap-ops-desk=made-up-token-of-nobody' }],
      ['a header from elsewhere', { 'x-remote-user': 'ada' }],
      ['a header that claims the proxy', { 'x-remote-user': 'ada', 'x-forwarded-for': PROXY }],
      ['an unknown name from the proxy', { 'x-remote-user': 'mallory' }, { from: PROXY }],
      ['two names from the proxy', { 'x-remote-user': 'rita, ada' }, { from: PROXY }],
      ['no name from the proxy', { 'x-remote-user': '' }, { from: PROXY }],
    ];
    for (const [who, headers, options] of strangers) {
      for (const path of [...paths(), ...acts.map(({ name }) => `act/${name}`)]) {
        const plain = await ask(path, headers, options);
        assert.equal(plain.status, 401, `${who} ${path}`);
        const page = await ask(path, { ...headers, ...html }, options);
        assert.ok([302, 401, 403].includes(page.status), `${who} ${path} ${page.status}`);
        assert.doesNotMatch(plain.text + page.text, facts, `${who} ${path}`);
      }
      for (const { name } of acts) {
        const { status } = await ask(
          `act/${name}`,
          { ...ownJson(), ...headers },
          { method: 'POST', body: '{}', ...options },
        );
        assert.equal(status, 401, `${who} POST ${name}`);
      }
    }
  });

  it('lets who may look see all pages, and gives them no button, form or act', async () => {
    const cookie = await cookieOf('rita');
    for (const path of paths()) {
      const { status, text } = await ask(path, { cookie, ...html });
      assert.ok([200, 404].includes(status), `${path}: ${status}`);
      assert.doesNotMatch(text, /data-act=/, path);
    }
    for (const { name } of acts) {
      assert.equal((await ask(`act/${name}`, { cookie })).status, 401, name);
      const { status } = await ask(`act/${name}`, { cookie, ...ownJson() }, { method: 'POST', body: '{}' });
      assert.equal(status, 401, name);
    }
  });

  it('does nothing for a page of another address, whoever is logged in', async () => {
    const cookie = await cookieOf('ada');
    const others: Record<string, string>[] = [
      { origin: 'https://elsewhere.example' },
      { origin: 'null' },
      { origin: `http://${host()}.elsewhere.example` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: '' },
    ];
    const routes = [...acts.map(({ name }) => `act/${name}`), 'session', 'logout'];
    for (const route of routes) {
      for (const headers of others) {
        const sent = { ...ownJson(), cookie, ...headers };
        if (headers.origin === '') delete (sent as { origin?: string }).origin;
        const { status } = await ask(route, sent, { method: 'POST', body: '{}' });
        assert.equal(status, 403, `${route} ${JSON.stringify(headers)}`);
      }
      const form = { ...ownJson(), cookie, 'content-type': 'text/plain' };
      assert.equal((await ask(route, form, { method: 'POST', body: '{}' })).status, 415, route);
    }
  });

  it('believes the proxy who somebody is, with the rights of the list', async () => {
    const named = (name: string) => ({ 'x-remote-user': name, ...html });
    const ada = await ask('', named('ada'), { from: PROXY });
    assert.equal(ada.status, 200);
    assert.match(ada.text, /Logged in as ada/);
    assert.match(ada.text, /data-act="acknowledge"/);
    const rita = await ask('', named('rita'), { from: PROXY });
    assert.doesNotMatch(rita.text, /data-act=/);
    const send = (name: string) =>
      ask(
        'act/acknowledge',
        { ...ownJson(), ...named(name) },
        { method: 'POST', body: '{"alarm":77}', from: PROXY },
      );
    assert.equal((await send('rita')).status, 401);
    assert.match((await send('ada')).text, /There is no open alarm 77/);
  });

  async function open(context: BrowserContext, path: string): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(240_000);
    await page.goto(`${stage.nodeRed.url}/rap-ops/${path}`);
    return page;
  }

  async function logIn(page: Page, name: string, word = password): Promise<void> {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(word);
    await page.keyboard.press('Enter');
  }

  it('logs in by keyboard, goes where one was going, and out again so that the token is dead', async () => {
    const context = await stage.browser.newContext({
      locale: 'en-US',
      viewport: { width: 390, height: 844 },
    });
    const page = await open(context, 'alarms');
    assert.match(page.url(), /\/rap-ops\/login\?next=alarms$/);
    const fields = await page
      .locator('#login input')
      .evaluateAll((all) => all.map((one) => [one.getAttribute('name'), one.getAttribute('autocomplete')]));
    assert.deepEqual(fields, [
      ['username', 'username'],
      ['password', 'current-password'],
    ]);
    await logIn(page, 'oscar', 'wrong');
    await page.getByRole('alert').filter({ hasText: 'Name or password is wrong.' }).waitFor();
    await logIn(page, 'oscar');
    await page.waitForURL('**/rap-ops/alarms');
    await page.getByText('The key was refused').first().waitFor();
    assert.equal(
      await page.evaluate(() => (globalThis as unknown as { document: { cookie: string } }).document.cookie),
      '',
    );
    const [cookie] = (await context.cookies(`${stage.nodeRed.url}/rap-ops/`)).filter(
      ({ name }) => name === 'rap-ops-desk',
    );
    const held = `rap-ops-desk=${cookie?.value}`;
    assert.equal((await ask('', { cookie: held })).status, 200);
    // The editor's login in the same browser ends too: the login page would take it from there.
    const token = await tokenOf('oscar');
    const authorization = `Bearer ${token}`;
    assert.equal((await ask('', { authorization })).status, 200);
    const kept = JSON.stringify({ access_token: token });
    await page.evaluate((one) => localStorage.setItem('auth-tokens-ops', one), kept);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.waitForURL('**/rap-ops/login');
    await page.locator('#login [name=username]').waitFor();
    assert.equal((await ask('', { cookie: held })).status, 401);
    assert.equal((await ask('', { authorization })).status, 401);
    assert.equal(await page.evaluate(() => localStorage.getItem('auth-tokens-ops')), null);
    await context.close();
  });

  it('says how long too many wrong passwords keep one out', async () => {
    const context = await stage.browser.newContext({ locale: 'en-US' });
    const page = await open(context, 'login');
    for (let attempt = 0; attempt < 6; attempt++) {
      const answered = page.waitForResponse('**/auth/token');
      await logIn(page, 'rita', `wrong ${attempt}`);
      await answered;
    }
    await page
      .getByRole('alert')
      .filter({ hasText: /Try again in \d+ minutes?\./ })
      .waitFor();
    await context.close();
  });

  it('acknowledges by keyboard alone, says so, and keeps the name of the login', async () => {
    const context = await stage.browser.newContext({
      locale: 'en-US',
      viewport: { width: 390, height: 844 },
    });
    const page = await open(context, '');
    await logIn(page, 'oscar');
    const button = page.getByRole('button', { name: 'Acknowledge' });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.locator('dialog[open]').waitFor();
    assert.equal(await page.getByLabel('Your name').inputValue(), 'oscar');
    await page.keyboard.type('rung HKEX');
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'Alarm 1 is acknowledged' }).waitFor();
    await page.getByText(/acknowledged by oscar/).waitFor();
    const alarm = await inLedger(stage.home, (open) => open.alarms.alarm(1));
    assert.deepEqual([alarm?.acknowledgedBy, alarm?.acknowledgedWhy], ['oscar', 'rung HKEX']);
    await context.close();
  });

  it('loses nothing of what was typed when the login ends meanwhile, and does it after one in another window', async () => {
    const context = await stage.browser.newContext({
      locale: 'en-US',
      viewport: { width: 390, height: 844 },
    });
    const page = await open(context, 'system');
    await logIn(page, 'oscar');
    await page.waitForURL('**/rap-ops/system');
    await page.locator('#as-of').waitFor();
    await page.evaluate(() => {
      const button = Object.assign(document.createElement('button'), { id: 'ours', textContent: 'ours' });
      Object.assign(button.dataset, { act: 'condition', fields: '{"date":"2026-11-30","account":"nobody"}' });
      document.body.append(button);
      button.click();
    });
    const dialog = page.locator('dialog[open]');
    const reason = dialog.locator('[name=why]');
    await dialog.locator('[name=condition]').fill('margin call');
    await reason.fill('typed before the end');
    await context.clearCookies();
    await page.keyboard.press('Enter');
    const fault = dialog.getByRole('alert');
    await fault.filter({ hasText: 'nothing you typed is lost' }).waitFor();
    assert.equal(await reason.inputValue(), 'typed before the end');
    const [other] = await Promise.all([
      context.waitForEvent('page'),
      fault.getByRole('link', { name: 'Log in' }).click(),
    ]);
    await logIn(other, 'oscar');
    await other.waitForURL('**/rap-ops/system');
    await reason.press('Enter');
    // It got through: what is refused now is the account that is not there.
    await fault.filter({ hasText: 'No account "nobody" is checked' }).waitFor();
    assert.equal(await reason.inputValue(), 'typed before the end');
    await context.close();
  });

  it('says when it cannot be refreshed, and goes on by itself; says when the login has ended', async () => {
    const context = await stage.browser.newContext({ locale: 'en-US' });
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(`${stage.nodeRed.url}/rap-ops/`);
    await logIn(page, 'oscar');
    await page.locator('#verdict').waitFor();
    await page.route('**/rap-ops/', (route) => route.abort());
    await page.clock.runFor(30_000);
    await page.locator('#as-of.stopped', { hasText: 'not refreshed since' }).waitFor();
    await page.locator('#verdict', { hasText: 'What is true now cannot be told' }).waitFor();
    await page.unroute('**/rap-ops/');
    await page.clock.runFor(10_000);
    await page.locator('#as-of:not(.stopped)', { hasText: 'as of' }).waitFor();
    await page.locator('#verdict:not(:has(.was))').waitFor();
    // What a proxy says in place of the desk, as an error or as its own login.
    for (const status of [502, 200]) {
      const said = { status, contentType: 'text/html', body: '<main id="main"><p>Who are you?</p></main>' };
      await page.route('**/rap-ops/', (route) => route.fulfill(said));
      await page.clock.runFor(30_000);
      await page.locator('#verdict', { hasText: 'What is true now cannot be told' }).waitFor();
      assert.equal(await page.getByText('Who are you?').count(), 0);
      await page.unroute('**/rap-ops/');
      await page.clock.runFor(10_000);
      await page.locator('#verdict:not(:has(.was))').waitFor();
    }
    // The machine slept: the clock on the wall went on, and there is no network yet.
    await page.route('**/rap-ops/', (route) => route.abort());
    const wall = await page.evaluate(() => {
      const slept = Date.now() + 3_600_000;
      Date.now = () => slept;
      return slept;
    });
    assert.ok(wall > 0);
    await page.clock.runFor(2_000);
    await page.locator('#verdict', { hasText: 'What is true now cannot be told' }).waitFor();
    await page.unroute('**/rap-ops/');
    await context.clearCookies();
    await page.clock.runFor(10_000);
    await page.getByText('Your login has ended.').waitFor();
    await page.locator('#said').getByRole('link', { name: 'Log in' }).waitFor();
    await context.close();
  });

  it('tries a page again by itself that could not be shown, and only then', async () => {
    const context = await stage.browser.newContext({ locale: 'en-US' });
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(`${stage.nodeRed.url}/rap-ops/alarms`);
    await logIn(page, 'oscar');
    await page.locator('#other').waitFor();
    const text = await (await page.request.get(`${stage.nodeRed.url}/rap-ops/alarms`)).text();
    const busy = text
      .replace('data-follow="yes"', 'data-follow="again"')
      .replace(/<main[\s\S]*<\/main>/, '<main id="main"><h1>Too many</h1></main>');
    let asked = 0;
    await page.route('**/rap-ops/alarms', (route) => {
      asked++;
      const isPiece = route.request().headers()['x-rap-desk'] === 'pieces';
      const body = isPiece ? '' : busy;
      return route.fulfill({ status: 503, headers: { 'Retry-After': '5' }, contentType: 'text/html', body });
    });
    await page.reload();
    await page.getByRole('heading', { name: 'Too many' }).waitFor();
    for (let n = 1; n <= 2; n++) {
      const answered = page.waitForResponse('**/rap-ops/alarms');
      await page.clock.runFor(5_000);
      await answered;
      assert.equal(asked, 1 + n);
      await page.getByRole('heading', { name: 'Too many' }).waitFor();
    }
    await page.unroute('**/rap-ops/alarms');
    await page.clock.runFor(5_000);
    await page.locator('#other').waitFor();
    await page.getByRole('button', { name: 'Log out' }).waitFor();
    await context.close();
  });

  /** What axe-core finds on the page, of any impact. */
  async function findings(page: Page): Promise<string[]> {
    // In a world of its own, so that the page's policy need not allow it.
    return page.evaluate(async (source) => {
      const run = new Function(`${source}; return axe;`)() as {
        run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
      };
      const { violations } = await run.run();
      return violations.flatMap(({ id, impact, nodes }) =>
        nodes.map((node) => `${id} (${impact}): ${node.html.slice(0, 160)}`),
      );
    }, axe);
  }

  const sizes = [
    { width: 390, height: 844 },
    { width: 1366, height: 768 },
  ];
  const tags = { en: 'en-US', 'zh-Hant': 'zh-TW', 'zh-Hans': 'zh-CN' } as const;

  for (const language of languages) {
    it(`has no finding of axe-core on any page, and no sideways scroll from 320 px on, in ${language}`, async function () {
      this.timeout(300_000);
      const found: string[] = [];
      const context = await stage.browser.newContext({ locale: tags[language], bypassCSP: true });
      const page = await open(context, 'login');
      const look = async (path: string) => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          for (const size of sizes) {
            await page.setViewportSize(size);
            const place = `${path} ${language} ${colorScheme} ${size.width}`;
            found.push(...(await findings(page)).map((one) => `${place}: ${one}`));
          }
        }
        await page.setViewportSize({ width: 320, height: 640 });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (over > 0) found.push(`${path} ${language}: ${over} px too wide at 320`);
        assert.equal(await page.locator('img[src=x]').count(), 0, path);
      };
      await look('login');
      await page.locator('[name=username]').fill('ada');
      await page.locator('[name=password]').fill(password);
      await page.keyboard.press('Enter');
      await page.locator('#verdict').waitFor();
      const lists = [...systemLists.map((list) => `system?show=${list}`), 'contacts?show=people'];
      for (const path of [...pages.map(addressOf), ...lists]) {
        await page.goto(`${stage.nodeRed.url}/rap-ops/${path}`);
        await look(path === '' ? 'today' : path);
      }
      await page.goto(`${stage.nodeRed.url}/rap-ops/`);
      const button = page.locator('[data-act]').first();
      if ((await button.count()) > 0) {
        await button.click();
        await page.locator('dialog[open]').waitFor();
        await look('a dialog');
      }
      await context.close();
      assert.deepEqual([...new Set(found)], []);
    });
  }

  it('has none on the inbox page of the demo either', async () => {
    const inbox = await startInbox({ mailbox: join(stage.home, 'mailbox') });
    try {
      const context = await stage.browser.newContext({ bypassCSP: true });
      const page = await context.newPage();
      const found: string[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const size of sizes) {
          await page.setViewportSize(size);
          await page.emulateMedia({ colorScheme });
          await page.goto(`http://127.0.0.1:${inbox.httpPort}/`);
          found.push(...(await findings(page)).map((one) => `inbox ${colorScheme} ${size.width}: ${one}`));
        }
      }
      await context.close();
      assert.deepEqual(found, []);
    } finally {
      await inbox.stop();
    }
  });
});
