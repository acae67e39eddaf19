/**
 * Behind a login: Node-RED with adminAuth and an address of its own for the editor. Nobody gets anything without a
 * login, who may only look changes nothing, and what is done bears the name of the login. Whatever routes our
 * nodes register are found by themselves, so that a new one is tried too.
 */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askForSwitch } from '../../lib/accounts/data-centre-switch.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { parseContacts } from '../../lib/mail/config.ts';
import { keepPlan } from '../../lib/practice/day-store.ts';
import { startDrill } from '../../lib/practice/drill.ts';
import { practice20250621 as plan } from '../../lib/practice/plans/2025-06-21.ts';
import { realClock } from '../../lib/time/clock.ts';
import { startNodeRed, useNodeRed } from '../support/editor.ts';
import { node } from '../support/flow-parts.ts';
import { inLedger } from '../support/in-ledger.ts';
import { idleAccounts, planNode } from '../support/practice-flow.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const password = 'a password of this test';
// bcrypt, cost 8, of this password
const hash = '$2b$08$WXlGI78NEUyFlfKml0nUtuj7lWSWMXWCvb4jtebpzR2hcWcG/9h2a';
const users = ['ada', 'oscar', 'rita'] as const;
type User = (typeof users)[number];

/** The demo's settings with the logins of a file, the editor below /ops, and a node that tells which routes there are. */
const settings = (folder: string) => `
const base = require(${JSON.stringify(join(root, 'settings.js'))});
const { editorLogins } = require(${JSON.stringify(join(root, 'nodes/live/logins.ts'))});
module.exports = {
  ...base,
  httpAdminRoot: '/ops',
  nodesDir: [...base.nodesDir, ${JSON.stringify(folder)}],
  adminAuth: { type: 'credentials', users: editorLogins({ RAP_EDITOR_USERS: ${JSON.stringify(join(folder, 'logins'))} }).users },
};
`;
const routesNode = `
module.exports = (RED) => {
  RED.nodes.registerType('routes', function (config) { RED.nodes.createNode(this, config); });
  RED.httpAdmin.get('/routes', (_request, response) => response.json(RED.httpAdmin._router.stack
    .filter(({ route }) => route)
    .flatMap(({ route }) => Object.keys(route.methods).map((method) => [method.toUpperCase(), route.path]))));
};
`;

/** Open to programs of this machine, and to others by a token: test/lib/watch/access.spec.ts says to whom. */
const watched = ['GET /rap-ops/health', 'GET /rap-ops/health/live', 'GET /rap-ops/metrics'];

/** Of the desk, what answers before there is a login; it holds no facts. Its acts have a table of their own. */
const shells = [
  'GET /rap-ops/act/:name',
  'GET /rap-ops/desk.js',
  'GET /rap-ops/login',
  'POST /rap-ops/act/:name',
  'POST /rap-ops/logout',
  'POST /rap-ops/session',
];

/** All that changes something. */
const acts = [
  'DELETE /session-timer/rehearsals',
  'POST /rap-account/:id/unlock',
  'POST /rap-ops/alarms/acknowledge',
  'POST /rap-ops/alarms/close',
  'POST /rap-ops/practice/answer',
  'POST /rap-ops/practice/confirm',
  'POST /rap-ops/practice/refuse',
  'POST /rap-schedule/:id',
  'POST /session-timer/:id/rehearsal',
  'POST /weather-check/:id/word',
];

const flow = [
  { id: 'tab', type: 'tab', label: 'test' },
  {
    id: 'contacts',
    type: 'rap-contacts',
    name: '',
    host: '127.0.0.1',
    port: '1',
    tls: 'none',
    from: 'rap@broker.example',
  },
  ...idleAccounts(),
  planNode(),
  {
    ...node('schedule', 'rap-schedule', { mode: 'cron', cron: '0 0 1 1 *', calendar: 'every day' }),
    x: 200,
    y: 100,
  },
  { ...node('weather', 'weather-check', { plan: 'plan', feeds: [] }), x: 200, y: 200 },
  { ...node('timer', 'session-timer', { plan: 'plan' }), x: 200, y: 300 },
];
const ids: Record<string, string> = {
  'rap-account': 'account-hkscc',
  'rap-plan': 'plan',
  'rap-schedule': 'schedule',
  'session-timer': 'timer',
  'weather-check': 'weather',
};

interface EditorWindow {
  RED: { editor: { editConfig(name: string, type: string, id: string): void } };
}

describe('behind a login', function () {
  this.timeout(300_000);
  let codes: string[];
  const tokens: Partial<Record<User, string>> = {};

  const journal = () => inLedger(stage.home, async (open) => (await open.journal.records()).length);

  /** What has happened already when Node-RED starts: an alarm, a drill, a lock, and a switch that waits. */
  async function prepare(open: Ledger): Promise<void> {
    const contacts = parseContacts({
      smtp: { host: '127.0.0.1', port: 1, requireTls: false, from: 'rap@broker.example' },
      contacts: [{ name: 'ann', email: 'ann@broker.example' }],
    });
    await keepPlan(open, plan);
    codes = (await startDrill(open, contacts, plan)).contacts.map(({ code }) => code);
    await open.accounts.lockLogin({ account: 'SIM001', reason: 'key refused', address: '127.0.0.1:1' });
    await askForSwitch(open, realClock, 'away', {
      accounts: ['SIM001'],
      dataCentre: 'secondary',
      reason: 'drill',
      by: 'Chan',
    });
    await open.alarms.recordFault(
      {
        ...{ key: 'k', level: 'critical', account: 'SIM001', code: 'LOGIN_REFUSED', place: 'log in' },
        ...{ message: 'The key was refused', cure: 'Ring HKEX', run: 'run-1', groups: [] },
      },
      () => ({}),
    );
  }

  async function logIn(username: User): Promise<string> {
    const body = new URLSearchParams({
      ...{ client_id: 'node-red-editor', grant_type: 'password', scope: '', username, password },
    });
    const answer = await fetch(`${stage.nodeRed.url}/auth/token`, { method: 'POST', body });
    assert.equal(answer.status, 200);
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  /** Asks for 'POST /rap-schedule/:id' as this user would. */
  function ask(route: string, user?: User | 'nobody', body = '{}', type = 'application/json') {
    const [method = '', path = ''] = route.split(' ');
    const id = ids[path.split('/')[1] ?? ''] ?? '1';
    const token = user === undefined ? undefined : user === 'nobody' ? 'made-up' : tokens[user];
    return fetch(stage.nodeRed.url + path.replace(':id', id).replace(/:format.*/, 'txt'), {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(method === 'POST' ? { 'content-type': type } : {}),
      },
      ...(method === 'POST' ? { body } : {}),
    });
  }

  async function ourRoutes(): Promise<string[]> {
    const all = (await (await fetch(`${stage.nodeRed.url}/routes`)).json()) as [string, string][];
    return all
      .filter(([, path]) => /^\/(rap|report|session|weather|contact)-/.test(path))
      .map((route) => route.join(' '));
  }

  const stage = useNodeRed(async (home) => {
    const folder = join(home, 'routes');
    await mkdir(folder);
    await writeFile(join(folder, 'routes.js'), routesNode);
    await writeFile(
      join(folder, 'routes.html'),
      `<script type="text/javascript">RED.nodes.registerType('routes', { defaults: {} });</script>`,
    );
    await writeFile(
      join(folder, 'logins'),
      `# who may log in\nada full ${hash}\noscar operate ${hash}\n\nrita look ${hash}\n`,
      { mode: 0o600 },
    );
    const file = join(home, 'settings.cjs');
    await writeFile(file, settings(folder));
    await inLedger(stage.home, prepare);
    return startNodeRed(home, flow, { RAP_SMTP_PORT: '1' }, { settings: file, root: '/ops' });
  });
  before(async () => {
    for (const user of users) tokens[user] = await logIn(user);
  });

  it('gives nothing to nobody, and only the look to who may only look', async () => {
    const before = await journal();
    const routes = await ourRoutes();
    for (const route of shells) {
      assert.ok(routes.includes(route), route);
      assert.doesNotMatch(await (await ask(route)).text(), /The key was refused|broker\.example|SIM001/);
    }
    const guarded = routes.filter((route) => ![...shells, ...watched].includes(route));
    const refused: string[] = [];
    for (const route of guarded) {
      assert.equal((await ask(route)).status, 401, route);
      assert.equal((await ask(route, 'nobody')).status, 401, route);
      if ((await ask(route, 'rita')).status === 401) refused.push(route);
    }
    assert.deepEqual(refused.sort(), acts);
    const alarms = (await (await ask('GET /rap-ops/alarms/data', 'rita')).json()) as { login: string };
    assert.equal(alarms.login, 'rita');
    assert.equal(await journal(), before);
  });

  it('lets who operates act on RAP, and leave the flows as they are', async () => {
    // None of these does anything: there is no such alarm, drill, request, reason, day or word.
    for (const route of acts.filter((one) => one !== 'POST /rap-schedule/:id')) {
      assert.notEqual((await ask(route, 'oscar')).status, 401, route);
    }
    assert.equal((await ask('POST /inject/none', 'oscar')).status, 404);
    assert.equal((await ask('POST /flows', 'oscar', '[]')).status, 401);
    assert.equal((await ask('POST /nodes', 'oscar')).status, 401);
  });

  it('does nothing that a browser sends for any page without asking first, whoever is logged in', async () => {
    const before = await journal();
    for (const route of acts.filter((one) => one.startsWith('POST'))) {
      for (const type of [
        'application/x-www-form-urlencoded',
        'text/plain',
        'multipart/form-data; boundary=x',
      ]) {
        assert.equal((await ask(route, 'ada', 'reason=x&by=x', type)).status, 415, `${route} ${type}`);
      }
    }
    assert.equal(await journal(), before);
  });

  it('shows nobody where in its code a request could not be read, at any address and in any form', async () => {
    const posts = [...(await ourRoutes()), 'POST /flows', 'POST /auth/token', 'POST /nowhere'].filter((one) =>
      one.startsWith('POST'),
    );
    assert.ok(posts.length > 10);
    const forms: [type: string, body: string, encoding?: string][] = [
      ['application/json', '{"a": '],
      ['application/json', 'null'],
      ['application/json', '"text"'],
      ['application/json', '{}', 'gzip'],
      ['application/json', '{}', 'klingon'],
      ['application/json; charset=klingon', '{}'],
      ['application/x-www-form-urlencoded', `a=${'&a='.repeat(2_000)}`],
      ['application/x-www-form-urlencoded', '%E0%A4%A'],
      ['multipart/form-data', '--x'],
      ['text/plain', '{}'],
      ['application/json', `{"a": ${'['.repeat(20_000)}`],
    ];
    const before = await journal();
    for (const route of posts) {
      for (const [type, body, encoding] of forms) {
        const answer = await fetch(stage.nodeRed.url + (route.split(' ')[1] ?? '').replace(':id', 'none'), {
          method: 'POST',
          headers: {
            ...{ 'content-type': type, authorization: `Bearer ${tokens.ada}` },
            ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
          },
          body,
        });
        const text = await answer.text();
        const what = `${route} ${type} ${encoding ?? ''} ${body.slice(0, 20)}: ${answer.status} ${text.slice(0, 300)}`;
        assert.ok(answer.status < 500, what);
        assert.doesNotMatch(text, /node_modules|\bat .*:\d+:\d+|\.[jt]s:\d+/, what);
      }
    }
    assert.equal(await journal(), before);
  });

  it('answers no page of another site, nor a name of another site that points here', async () => {
    const { port } = new URL(stage.nodeRed.url);
    const status = (path: string, headers: Record<string, string>, method = 'GET') =>
      new Promise<number | undefined>((resolve, reject) => {
        const at = { host: '127.0.0.1', port, path: `/ops${path}`, method, headers };
        request(at, (answer) => resolve(answer.resume().statusCode))
          .on('error', reject)
          .end();
      });
    for (const path of ['/flows', '/nodes', '/inject/x', '/rap-schedule/schedule']) {
      assert.equal(await status(path, { origin: 'https://elsewhere.example' }, 'POST'), 403, path);
      assert.equal(await status(path, { origin: 'null' }, 'POST'), 403, path);
      assert.equal(await status(path, { origin: 'https://elsewhere.example' }, 'OPTIONS'), 403, path);
    }
    for (const host of ['elsewhere.example', `127.0.0.1.elsewhere.example:${port}`, `10.0.0.1:${port}`]) {
      assert.equal(await status('/rap-ops/alarms', { host }), 403, host);
    }
    for (const host of ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`)) {
      assert.equal(await status('/rap-ops/login', { host, origin: `http://${host}` }), 200, host);
    }
  });

  it('opens the channel of statuses and messages for its own pages only', async () => {
    const { port } = new URL(stage.nodeRed.url);
    const opens = (headers: Record<string, string>) =>
      new Promise<boolean>((resolve) => {
        const upgrade = {
          ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
          'sec-websocket-key': Buffer.from('sixteen letters!').toString('base64'),
        };
        const at = { host: '127.0.0.1', port, path: '/ops/comms', headers: { ...upgrade, ...headers } };
        request(at)
          .on('upgrade', (_answer, socket) => {
            socket.destroy();
            resolve(true);
          })
          .on('error', () => resolve(false))
          .end();
      });
    const host = `127.0.0.1:${port}`;
    assert.equal(await opens({ host, origin: `http://${host}` }), true);
    assert.equal(await opens({ host }), true);
    assert.equal(await opens({ host, origin: 'http://elsewhere.example' }), false);
    assert.equal(await opens({ host: `elsewhere.example:${port}` }), false);
  });

  it('lets no page of another site frame the editor or a page of ours', async () => {
    for (const path of ['/', '/rap-ops/alarms', '/red/red.min.js', '/settings']) {
      const { headers } = await fetch(stage.nodeRed.url + path);
      assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'self'/, path);
      assert.equal(headers.get('x-frame-options'), 'SAMEORIGIN', path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
      assert.match(headers.get('referrer-policy') ?? '', /^(same-origin|no-referrer)$/, path);
    }
  });

  it('keeps the name of the login with what is done', async () => {
    const act = async (route: string, body: object) => {
      const answer = await ask(route, 'ada', JSON.stringify(body));
      assert.equal(answer.status, 200, `${route}: ${await answer.text()}`);
    };
    await act('POST /rap-account/:id/unlock', { reason: 'key registered again' });
    await act('POST /rap-ops/practice/answer', { date: plan.date, code: codes[0], how: 'telephone' });
    await act('POST /rap-ops/practice/confirm', { id: 1, by: 'Ada Wong' });
    await act('POST /rap-schedule/:id', {});
    const records = await inLedger(stage.home, (open) => open.journal.records());
    const done = records.filter(({ who }) => /ada/i.test(who)).map(({ who, what }) => `${who}: ${what}`);
    assert.deepEqual(done, [
      'ada: login unlocked',
      'ada: reachability drill answered',
      'Ada Wong (login ada): data centre switch confirmed',
    ]);
  });

  it('shows to a login that may only look no act', async () => {
    const context = await stage.browser.newContext({ locale: 'en-US' });
    const kept = JSON.stringify({ access_token: tokens.rita });
    await context.addInitScript((tokens) => localStorage.setItem('auth-tokens-ops', tokens), kept);
    const page = await context.newPage();
    await page.goto(`${stage.nodeRed.url}/rap-ops/alarms`);
    await page.getByText('The key was refused').waitFor();
    assert.equal(await page.locator('[data-act]').count(), 0, 'no button that it may not press');
    assert.equal((await inLedger(stage.home, (open) => open.alarms.alarm(1)))?.acknowledgedBy, '');
    await context.close();
  });

  it('shows itself as soon as the browser has a login, and acknowledges in its name', async () => {
    const context = await stage.browser.newContext({
      locale: 'en-US',
      viewport: { width: 1500, height: 900 },
    });
    /** The page that a click opens. */
    const opens = async (click: Promise<void>) =>
      (await Promise.all([context.waitForEvent('page'), click]))[0];
    const refused: string[] = [];
    context.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) refused.push(message.text());
    });
    const early = await context.newPage();
    await early.goto(`${stage.nodeRed.url}/rap-ops/alarms`);
    await early.locator('[name=username]').fill('ada');
    await early.locator('[name=password]').fill(password);
    await early.locator('#login button').click();
    await early.getByText('The key was refused').waitFor();
    const editor = await context.newPage();
    await editor.goto(`${stage.nodeRed.url}/`);
    await editor.locator('#node-dialog-login-username').fill('ada');
    await editor.locator('#node-dialog-login-password').fill(password);
    await editor.locator('#node-dialog-login-submit').click();
    await editor.locator('.red-ui-flow-node').first().waitFor({ timeout: 240_000 });
    await editor.evaluate(() => {
      (globalThis as unknown as EditorWindow).RED.editor.editConfig('', 'rap-contacts', 'contacts');
    });
    await editor.locator('#rap-contacts-tabs a', { hasText: 'Alarms' }).click();
    const alarms = await opens(editor.locator('#rap-contacts-open-alarms').click());
    await alarms.locator('#unheard li').getByRole('button', { name: 'Acknowledge' }).click();
    await alarms.locator('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await alarms.locator('#said', { hasText: 'Alarm 1 is acknowledged' }).waitFor();
    const [record] = (await inLedger(stage.home, (open) => open.journal.records())).slice(-1);
    assert.deepEqual([record?.who, record?.what], ['ada', 'alarm acknowledged']);
    assert.deepEqual(refused, [], 'the editor needs nothing that its policy forbids');
    await context.close();
  });
});
