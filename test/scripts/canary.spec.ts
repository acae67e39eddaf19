/**
 * Live operation with secrets planted in its environment. Whoever may look, operate or change everything asks for all
 * there is to ask for, flows are deployed that name the secrets wherever something is typed, runs succeed and fail - and
 * then everything that was written, mailed, shown or answered is searched for them.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { initShare } from '../../lib/delivery/share.ts';
import { files, pages } from '../../lib/desk/pages.ts';
import { planFields } from '../../lib/practice/plan-fields.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { realClock } from '../../lib/time/clock.ts';
import { acts } from '../../nodes/desk/acts/index.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';
import { type Relay, startRelay } from '../lib/mail/relay-fixture.ts';
import { ensureBuild } from '../support/editor.ts';
import { filesIn } from '../support/files.ts';
import { accountOf, node } from '../support/flow-parts.ts';
import { freePort } from '../support/free-port.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import type { FlowNode } from '../support/runtime.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const password = 'a password of this test';

/** What must come to light nowhere. The hash is a real one, of the password above. */
const secrets = {
  RAP_CREDENTIAL_SECRET: 'canary/credential+secret=0123456789 abc',
  RAP_JOURNAL_KEY: 'c0ffee15'.repeat(8),
  RAP_EDITOR_PASSWORD_HASH: '$2b$08$WXlGI78NEUyFlfKml0nUtuj7lWSWMXWCvb4jtebpzR2hcWcG/9h2a',
  RAP_KEY_PASSPHRASE: 'canary passphrase of the key & more',
  RAP_SMTP_PASSWORD: 'canary password of the relay <1>',
  RAP_METRICS_TOKEN: 'canary-token/of+the=metrics',
  /** Its port is known when the server of the test listens. */
  RAP_HEARTBEAT_URL: 'http://127.0.0.1:0/canary-of-the-heartbeat',
};
const names = Object.keys(secrets);
/** Of the same password, for those who look and operate. */
const hash = '$2b$08$X.PiSyl5lllI1iszmQZ5M.Tnp8S8OC4As0/rXR8uZviE4PpptOx7y';

/** A secret in every form in which it may stand in a text or a file. */
function forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // In base64 a secret has three faces, by where it stands; their edges depend on what stands around.
  const faces = [0, 1, 2].flatMap((before) => {
    const face = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const inner = face.slice(Math.ceil((before * 4) / 3) + 1, -2);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    ...[secret, JSON.stringify(secret).slice(1, -1), html, encodeURIComponent(secret), encodeURI(secret)],
    ...[bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...faces],
    ...[new URLSearchParams({ x: secret }).toString().slice(2), [...secret].reverse().join('')],
  ];
}

function assertSilent(where: string, content: string | Buffer): void {
  for (const [name, secret] of Object.entries(secrets)) {
    for (const form of forms(secret)) {
      assert.ok(!content.includes(form), `${name} stands in ${where} as ${JSON.stringify(form)}`);
    }
  }
}

describe('Secrets of live operation', function () {
  this.timeout(900_000);
  let work: string;
  let home: string;
  let simulator: Simulator;
  let relay: Relay;
  let hook: Server;
  let nodeRed: ChildProcess;
  let url: string;
  let log = '';
  /** Everything that was answered or sent to somebody, by where. */
  const heard: [string, string][] = [];
  const tokens: Record<string, string> = {};

  const share = () => join(work, 'share');
  const place = (name: string) => `\${${name}}`;
  /** Commands of the command line, with the secrets named in what they are asked. */
  const named = names.map(place).join(' ');
  const why = ['--reason', named, '--by', named];
  const calls: string[][] = [
    ['doctor'],
    ['trace', 'RMAMR03'],
    ['trace', named, '--json'],
    ['deliver', 'RMAMR03', '--to', `/x/${place('RAP_SMTP_PASSWORD')}`, ...why],
    ['deliver', 'RMAMR03', '--json', '--code', named, ...why],
    ['alarms', 'list', '--json'],
    ['ledger', 'verify'],
  ];

  before(async () => {
    work = await mkdtemp(join(tmpdir(), 'rap-canary-'));
    home = join(work, 'home');
    for (const folder of [home, join(home, 'node-red'), share()]) await mkdir(folder, { mode: 0o700 });
    await initShare(share(), realClock);
    simulator = await startSimulator({ home: join(work, 'rap'), ports: 'ephemeral', riskFileBytes: 5_000 });
    await copyFile(simulator.accounts.hkscc.keyFile, join(work, 'key'));
    execFileSync('ssh-keygen', [
      '-q',
      '-p',
      '-P',
      '',
      '-N',
      secrets.RAP_KEY_PASSPHRASE,
      '-f',
      join(work, 'key'),
    ]);
    relay = await startRelay({
      login: (user, given) => user === 'rap' && given === secrets.RAP_SMTP_PASSWORD,
      recipient: (address) =>
        address.startsWith('gone') ? { code: 550, text: '5.1.1 No such user' } : undefined,
    });
    hook = createServer((asked, answer) => {
      void textOf(asked).then((body) => heard.push(['webhook', body]));
      answer.end();
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    secrets.RAP_HEARTBEAT_URL = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/canary-of-the-heartbeat`;
    await start();
  });
  after(async () => {
    if (nodeRed?.exitCode === null) {
      const ended = new Promise((resolve) => nodeRed.once('exit', resolve));
      nodeRed.kill('SIGTERM');
      await ended;
    }
    await relay?.close();
    await simulator?.stop();
    await new Promise((resolve) => hook?.close(resolve));
    await rm(work, { recursive: true, force: true });
  });

  /** Node-RED with the settings of live operation, and a node that tells which routes there are. */
  async function start(): Promise<void> {
    await ensureBuild();
    const nodes = join(work, 'nodes');
    await mkdir(nodes);
    await writeFile(
      join(nodes, 'routes.js'),
      `module.exports = (RED) => {
        RED.nodes.registerType('routes', function (config) { RED.nodes.createNode(this, config); });
        RED.httpAdmin.get('/routes', (_request, response) => response.json(RED.httpAdmin._router.stack
          .filter(({ route }) => route)
          .flatMap(({ route }) => Object.keys(route.methods).map((method) => [method.toUpperCase(), route.path]))));
      };`,
    );
    await writeFile(
      join(nodes, 'routes.html'),
      `<script type="text/javascript">RED.nodes.registerType('routes', { defaults: {} });</script>`,
    );
    const settings = join(work, 'settings.cjs');
    await writeFile(
      settings,
      `const base = require(${JSON.stringify(join(root, 'settings.js'))});
      module.exports = { ...base, nodesDir: [...base.nodesDir, ${JSON.stringify(nodes)}] };`,
    );
    const logins = join(work, 'logins');
    await writeFile(logins, `rita look ${hash}\noscar operate ${hash}\n`, { mode: 0o600 });
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const env = {
      RAP_PROFILE: 'live',
      RAP_HOME: home,
      RAP_EDITOR_PORT: String(port),
      RAP_EDITOR_USER: 'ada',
      RAP_EDITOR_USERS: logins,
      RAP_LOG: 'json',
    };
    nodeRed = spawn(
      process.execPath,
      [join(root, 'node_modules/node-red/red.js'), '-u', join(home, 'node-red'), '-s', settings],
      { env: { ...process.env, ...env, ...secrets } },
    );
    const keep = (bytes: Buffer) => {
      log += bytes;
    };
    nodeRed.stdout?.on('data', keep);
    nodeRed.stderr?.on('data', keep);
    await until(async () => (await fetch(`${url}/rap-account/presets`)).status === 401, 'Node-RED');
  }

  async function until(
    holds: () => boolean | Promise<boolean>,
    what: string,
    patience = PATIENCE_MS,
  ): Promise<void> {
    for (
      const end = Date.now() + patience;
      !(await Promise.resolve()
        .then(holds)
        .catch(() => false));
    ) {
      assert.ok(
        Date.now() < end && nodeRed.exitCode === null,
        `Waited in vain for ${what}:\n${log.slice(-3_000)}`,
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async function ask(
    user: string,
    route: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const [method = 'GET', path = '/'] = route.split(' ');
    const answer = await fetch(url + path, {
      method,
      headers: {
        ...(tokens[user] === undefined ? {} : { Authorization: `Bearer ${tokens[user]}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const said = await answer.clone().text();
    heard.push([`${route} for ${user}: ${answer.status}`, said + JSON.stringify([...answer.headers])]);
    return answer;
  }

  async function logIn(username: string): Promise<void> {
    const body = new URLSearchParams({
      ...{ client_id: 'node-red-editor', grant_type: 'password', scope: '', username, password },
    });
    const answer = await fetch(`${url}/auth/token`, { method: 'POST', body });
    assert.equal(answer.status, 200, await answer.clone().text());
    tokens[username] = ((await answer.json()) as { access_token: string }).access_token;
  }

  /** What an editor hears that is open all the time. */
  async function listen(user: string): Promise<() => void> {
    const channel = new WebSocket(`${url.replace('http', 'ws')}/comms`);
    const admitted = Promise.withResolvers<void>();
    channel.onmessage = ({ data }) => {
      heard.push([`the channel of ${user}`, String(data)]);
      if (String(data).includes('"auth":"ok"')) admitted.resolve();
    };
    channel.onopen = () => channel.send(JSON.stringify({ auth: tokens[user] }));
    channel.onerror = () => admitted.reject(new Error('The channel does not open'));
    await admitted.promise;
    for (const topic of ['debug', 'status/#', 'notification/#', 'rap-rehearsal', 'event-log/#']) {
      channel.send(JSON.stringify({ subscribe: topic }));
    }
    return () => channel.close();
  }

  const contacts = (id: string, changes: object = {}): FlowNode => ({
    ...{ id, type: 'rap-contacts', name: '', host: '127.0.0.1', port: String(relay.port), security: 'none' },
    ...{ from: 'RAP Ops <rap@broker.org>', allowedDomains: 'broker.org', language: 'en' },
    contacts: [
      { name: 'Desk', email: 'desk@broker.org', groups: 'digest, alarm' },
      { name: 'Gone', email: 'gone@broker.org', groups: 'alarm' },
    ],
    webhook: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/alarm`,
    credentials: { user: 'rap', password: place('RAP_SMTP_PASSWORD') },
    ...changes,
  });
  const account = (changes: Record<string, unknown> = {}) =>
    accountOf(simulator, 'hkscc', {
      ...{
        participant: '',
        keyFile: join(work, 'key'),
        credentials: { passphrase: place('RAP_KEY_PASSPHRASE') },
      },
      ...changes,
    });
  const on = (one: FlowNode) => ({ x: 100, y: 100, ...one });

  /** The daily download, with everything that shows something wired to its messages. */
  const flow = (rules: object[], tab: object = {}): FlowNode[] => [
    { id: 'tab', type: 'tab', label: 'live', ...tab },
    account(),
    contacts('contacts'),
    { id: 'plan', type: 'rap-plan', name: '', ...planFields(practice20250621) } as FlowNode,
    ...[
      node(
        'schedule',
        'rap-schedule',
        { mode: 'times', times: [{ time: '03:00' }], calendar: 'none', catchUp: false },
        ['login'],
      ),
      node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, ['list', 'debug']),
      node('list', 'rap-list', { settleSeconds: '0' }, ['download', 'debug']),
      node(
        'download',
        'rap-download',
        { lookInside: true, keepDays: '0' },
        ['route', 'debug'],
        ['route', 'debug'],
      ),
      node(
        'route',
        'report-route',
        { rules, shares: 'marked' },
        ['debug'],
        ['logout', 'debug'],
        ['alarm', 'debug'],
      ),
      node('logout', 'rap-connect', { action: 'logout', account: 'account-hkscc' }, ['digest', 'debug']),
      node(
        'digest',
        'contact-notify',
        { kind: 'digest', contacts: 'contacts', groups: 'digest', subject: '', text: '' },
        ['debug'],
      ),
      node(
        'alarm',
        'contact-notify',
        { kind: 'alarm', contacts: 'contacts', groups: 'alarm', subject: '', text: '' },
        ['debug'],
      ),
      node('catch', 'catch', { scope: ['schedule', 'login', 'list', 'download', 'route'], uncaught: false }, [
        'alarm',
        'debug',
      ]),
      node('catch-others', 'catch', { scope: null, uncaught: true }, ['debug']),
      node('status', 'status', { scope: null }, ['debug']),
      node('timer', 'session-timer', { plan: 'plan' }),
      node('inject', 'inject', { props: [], repeat: '', crontab: '', once: false, topic: '' }, [
        'debug',
        'reads',
      ]),
      node(
        'reads',
        'function',
        {
          func: `msg.payload = ${JSON.stringify(names)}.map((name) => env.get(name)); return msg;`,
          outputs: 1,
          libs: [],
        },
        ['debug'],
      ),
      node('debug', 'debug', {
        active: true,
        tosidebar: true,
        console: true,
        tostatus: true,
        complete: 'true',
        targetType: 'full',
        statusVal: '',
        statusType: 'auto',
      }),
    ].map(on),
  ];
  const rule = (share: string, changes: object = {}) => ({
    system: '',
    code: '',
    folder: '',
    share,
    ...changes,
  });

  async function deploy(nodes: FlowNode[]): Promise<void> {
    const before = log.split('Started flows').length;
    const answer = await ask('ada', 'POST /flows', nodes, { 'Node-RED-Deployment-Type': 'full' });
    assert.equal(answer.status, 204, await answer.text());
    await until(() => log.split('Started flows').length > before, 'the flows');
  }

  it('stay where they are, whoever asks for whatever, while runs succeed and fail', async () => {
    for (const user of ['ada', 'oscar', 'rita']) await logIn(user);
    const leave = await listen('rita');

    // A run in which the key is opened with one secret and the relay with another.
    await deploy(flow([rule(`${share()}/{system}/{yyyy}`)]));
    await ask('oscar', 'POST /rap-schedule/schedule', {});
    await until(() => relay.confirmed.some(({ mail }) => /received/i.test(mail.subject ?? '')), 'the digest');
    assert.ok((await filesIn(share())).size > 5, 'reports lie on the share');
    assert.ok(relay.logins > 0);

    // The secrets are named wherever something is typed.
    const tab = { env: [{ name: 'INNOCENT', type: 'env', value: 'RAP_SMTP_PASSWORD' }] };
    // Of the secrets of the service itself one kind stands for all.
    for (const [at, name] of names.filter((one) => !/METRICS|HEARTBEAT/.test(one)).entries()) {
      const text = place(name);
      await deploy([
        ...flow(
          [rule(`${share()}/${text}/{system}`), rule(`/x/${place('INNOCENT')}`), rule('/x', { code: text })],
          tab,
        ),
        ...[
          account({ id: 'bad-account', name: text, user: text, folders: [{ folder: `/${text}` }] }),
          account({ id: 'bad-key', name: 'key', keyFile: `/${text}`, knownHosts: `/${text}` }),
          account({
            id: 'bad-passphrase',
            name: 'other',
            credentials: { passphrase: place('RAP_CREDENTIAL_SECRET') },
          }),
          contacts('bad-contacts', { from: `x@${text}`, host: text, webhook: `http://127.0.0.1:1/${text}` }),
          contacts('bad-password', { credentials: { user: text, password: place('RAP_JOURNAL_KEY') } }),
          {
            id: 'bad-plan',
            type: 'rap-plan',
            name: '',
            ...planFields(practice20250621),
            title: text,
          } as FlowNode,
        ],
        ...[
          node('bad-login', 'rap-connect', { action: 'login', account: 'bad-account' }, ['debug']),
          node('bad-key-login', 'rap-connect', { action: 'login', account: 'bad-key' }, ['debug']),
          node('bad-passphrase-login', 'rap-connect', { action: 'login', account: 'bad-passphrase' }, [
            'debug',
          ]),
          node(
            'bad-notify',
            'contact-notify',
            { kind: 'message', contacts: 'bad-contacts', groups: 'digest', subject: text, text },
            ['debug'],
          ),
          node(
            'bad-password-notify',
            'contact-notify',
            { kind: 'message', contacts: 'bad-password', groups: 'digest', subject: 'x', text: 'x' },
            ['debug'],
          ),
          node('bad-schedule', 'rap-schedule', { mode: 'pattern', pattern: text, calendar: 'none' }, [
            'debug',
          ]),
          node(
            'bad-weather',
            'weather-check',
            { plan: 'plan', feeds: [{ source: 'warnsum', url: `http://127.0.0.1:1/${text}` }] },
            ['debug'],
          ),
          node('bad-timer', 'session-timer', { plan: 'bad-plan' }, ['debug']),
          node('bad-compare', 'report-compare', { folder: `/${text}`, plan: text }, ['debug']),
          node(
            'start',
            'inject',
            {
              props: [{ p: 'payload', v: name, vt: 'env' }],
              repeat: '',
              crontab: '',
              once: true,
              onceDelay: '0.1',
            },
            [
              ...[
                'bad-login',
                'bad-key-login',
                'bad-passphrase-login',
                'bad-notify',
                'bad-password-notify',
                'bad-weather',
                'route',
                'debug',
              ],
            ],
          ),
        ].map(on),
      ]);
      await ask('oscar', 'POST /rap-schedule/schedule', {});
      await ask('oscar', 'POST /inject/inject', {
        __user_inject_props__: [
          { p: 'payload', v: name, vt: 'env' },
          { p: 'topic', v: `$env("${name}") & $base64encode($env("${name}"))`, vt: 'jsonata' },
        ],
      });
      await ask('oscar', 'POST /inject/inject', {
        __user_inject_props__: [{ p: 'payload', v: `${text} $parent.${name}`, vt: 'str' }],
      });
      if (at === 0) await until(() => /holds a secret/.test(log), 'what is wrong with the settings');
    }

    await callCommands([['doctor', '--json']]);

    // A login that fails, a relay that does, and a share that is gone.
    await deploy([
      ...flow([rule(`${share()}/{system}`)]).filter(({ id }) => id !== 'account-hkscc'),
      account({ credentials: { passphrase: 'another' } }),
    ]);
    await ask('oscar', 'POST /rap-schedule/schedule', {});
    await until(
      () => /KEY_UNREADABLE|key unreadable/.test(heard.map(([, text]) => text).join()),
      'a key that is not opened',
    );
    await deploy([
      ...flow([rule(`${share()}/{system}`)]).filter(({ id }) => id !== 'contacts'),
      contacts('contacts', { credentials: { user: 'rap', password: 'wrong' } }),
    ]);
    await ask('oscar', 'POST /rap-schedule/schedule', {});
    await until(
      () => /MAIL_CONFIG|check mail settings/.test(heard.map(([, text]) => text).join()),
      'a relay that refuses the login',
    );

    await askEverything();
    await askDesk();
    leave();
    const ended = new Promise((resolve) => nodeRed.once('exit', resolve));
    nodeRed.kill('SIGTERM');
    await ended;
    await callCommands(calls);

    for (const [where, said] of heard) assertSilent(where, said);
    assertSilent('the log', log);
    for (const { raw, mail } of relay.taken)
      assertSilent('a mail', `${raw}${mail.text}${mail.html}${mail.subject}`);
    for (const folder of [home, share()]) {
      for (const [file, content] of await filesIn(folder)) {
        assertSilent(file, file);
        assertSilent(file, content);
      }
    }
    assert.ok(heard.length > 400, String(heard.length));
    // What was looked through is what there is to look through.
    const said = (of: string) => heard.find(([where, text]) => where.startsWith(of) && text.length > 20)?.[1];
    for (const [of, part] of [
      ...pages.map(({ path }): [string, string] => [`page ${path}`, '<main']),
      ...acts.map(({ name }): [string, string] => [`form ${name}`, '<form']),
      ['GET /rap-ops/metrics for nobody: 200', 'rap_ready'],
      ['GET /rap-ops/health for nobody', 'ready'],
      ['GET /rap-ops/light?lang=zh-Hant for rita', 'headline'],
      ['rap doctor', 'check'],
      ['rap doctor --json', 'summary'],
      ['rap trace', 'received'],
      ['rap deliver', ':'],
    ] as const)
      assert.ok(said(of)?.includes(part), `${of}: ${said(of)?.slice(0, 400)}`);
    const records = log.split('\n').filter((line) => line.startsWith('{'));
    assert.ok(records.length > 50, 'the log is a record a line');
    const channel = heard.filter(([where]) => where.startsWith('the channel')).map(([, said]) => said);
    for (const said of ['"topic":"debug"', 'key unreadable', 'mail sent'])
      assert.ok(channel.join().includes(said), said);
    // The search finds what is there to be found.
    assert.throws(() => assertSilent('x', Buffer.from(`x${secrets.RAP_SMTP_PASSWORD}y`).toString('base64')));
    assert.throws(() => assertSilent('x', encodeURIComponent(secrets.RAP_CREDENTIAL_SECRET)));
  });

  /** The command line, with the secrets in its environment. */
  async function callCommands(some: readonly string[][]): Promise<void> {
    for (const call of some) {
      const child = spawn(process.execPath, [join(root, 'bin/rap'), ...call, '--home', home], {
        env: { ...process.env, ...secrets, RAP_HOME: home, RAP_PROFILE: 'live' },
      });
      const [out, err] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
      heard.push([`rap ${call.join(' ')}`, out + err]);
    }
  }

  /** Every page, form and act of the desk, for each login and for none, with every secret named in what is asked. */
  async function askDesk(): Promise<void> {
    const html = { Accept: 'text/html' };
    const places = (path: string) =>
      path.includes(':')
        ? [path.replace(':kind', 'refused').replace(':code', 'DISK_FULL').replace(':id', '1')]
        : ['', '?show=unheard', '?alarm=1&mail=1', '?acts=all&show=closed'].map((query) => path + query);
    for (const user of ['nobody', 'rita', 'oscar']) {
      for (const { path } of pages) {
        for (const at of places(path).slice(0, user === 'rita' ? 4 : 1)) {
          const answer = await ask(user, `GET /rap-ops/${at}`, undefined, html);
          heard.push([`page ${path}`, user === 'nobody' ? '' : await answer.text()]);
        }
        const query = new URLSearchParams(
          ['q', 'date', 'account', 'code', 'share', 'to', 'next', 'show'].map((name) => [name, named]),
        );
        await ask(
          user,
          `GET /rap-ops/${path.replaceAll(/:\w+/g, encodeURIComponent(named))}?${query}`,
          undefined,
          html,
        );
      }
      for (const { path } of files) await ask(user, `GET /rap-ops/${path}?q=RMAMR&last=9999&${named}`);
      for (const path of ['login', 'desk.js', 'health', 'health/live', 'metrics', 'light?lang=zh-Hant'])
        await ask(user, `GET /rap-ops/${path}`);
      for (const { name, fields } of acts) {
        const given = Object.fromEntries(fields.map((field) => [field.name, named]));
        const form = await ask(user, `GET /rap-ops/act/${name}?${new URLSearchParams(given)}`);
        heard.push([`form ${name}`, user === 'oscar' ? await form.text() : '']);
        await ask(user, `POST /rap-ops/act/${name}`, { ...given, by: named, why: named }, { Origin: url });
      }
    }
    const token = { Authorization: `Bearer ${secrets.RAP_METRICS_TOKEN}` };
    for (const headers of [token, { Authorization: `Bearer ${named}` }, {}])
      for (const path of ['health', 'metrics'])
        await ask('nobody', `GET /rap-ops/${path}`, undefined, headers);
  }

  /** Every route that there is, with every secret named in every field that any of them reads. */
  async function askEverything(): Promise<void> {
    const routes = (await (await ask('ada', 'GET /routes')).json()) as [string, string][];
    const ours = routes.filter(([, path]) => /^\/(rap|report|session|weather|contact)-/.test(path));
    assert.ok(ours.length >= 20, String(ours.length));
    const core = [
      '/flows',
      '/flow/tab',
      '/nodes',
      '/settings',
      '/settings/user',
      '/diagnostics',
      '/context/global',
      '/context/flow/tab',
      '/plugins',
    ];
    const stored = [
      '/credentials/rap-contacts/contacts',
      '/credentials/rap-account/account-hkscc',
      '/library/local/flows/',
      '/library/_examples_/flows/',
      '/icons',
      '/auth/login',
      '/debug/view/view.html',
    ];
    const spellings = names.flatMap((name) => [
      place(name),
      `/x/${place(name)}`,
      place(`$parent.${name}`),
      `$(${name})`,
    ]);
    for (const user of ['nobody', 'rita', 'oscar', 'ada']) {
      for (const path of [...core, ...stored]) await ask(user, `GET ${path}`);
      for (const [method, path] of ours) {
        const ids = path.includes(':id')
          ? ['plan', 'bad-plan', 'account-hkscc', 'schedule', 'timer', 'none']
          : [''];
        for (const id of ids) {
          const target = path.replace(':id', id).replace(':format', 'json');
          if (method === 'GET') await ask(user, `GET ${target}`);
          else await ask(user, `${method} ${target}`, {});
        }
      }
    }
    for (const text of spellings) {
      const fields = {
        ...planFields(practice20250621),
        title: text,
        source: text,
        date: text,
        parts: [{ name: text, start: text }],
      };
      const everything = {
        ...{
          rules: [rule(text, { code: text, system: text, folder: text }), rule(`/x/${place('A')}`)],
          shares: text,
          env: { A: text, RAP_HOME: text },
        },
        ...{
          mode: 'pattern',
          pattern: text,
          times: [{ time: text }],
          calendar: text,
          fields,
          known: [{ account: text, installation: text }],
        },
        ...{
          json: JSON.stringify({ ...practice20250621, title: text }),
          reason: text,
          by: text,
          how: text,
          why: text,
          code: text,
          date: text,
        },
        ...{
          id: text,
          alarm: text,
          about: text,
          says: text,
          from: text,
          since: text,
          day: 'own',
          signals: text,
        },
      };
      const previews = ours.filter(([method, path]) => method === 'POST' && /preview|import/.test(path));
      assert.ok(previews.length >= 4);
      for (const [, path] of previews) {
        await ask('rita', `POST ${path}`, everything);
        await ask('rita', `POST ${path}`, { ...everything, mode: 'times', rules: [rule(text)] });
        await ask('rita', `POST ${path}`, `{"broken": "${text}`);
      }
      for (const [method, path] of ours) {
        if (method !== 'POST' || /rehearsal|preview|import/.test(path)) continue;
        await ask('oscar', `POST ${path.replace(':id', 'account-hkscc')}`, everything);
      }
    }
  }
});
