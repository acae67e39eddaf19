/**
 * The desk's own routes before anything is read: what an address may do to a cookie, which spelling it has, logins that
 * cannot be asked, and more pages than are made.
 */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { NodeAPI } from 'node-red';
import { files, pages } from '../../lib/desk/pages.ts';
import { languages } from '../../lib/i18n/languages.ts';
import { serveDesk } from '../../nodes/desk/router.ts';

type Handler = (...asked: unknown[]) => unknown;
interface Answer {
  status: number;
  cookie: string;
  location: string;
  again: string;
  text: string;
}
interface App extends Handler {
  (request: object, response: object): void;
  get(path: string, handler: Handler): void;
  use(...handlers: unknown[]): void;
}
const express = createRequire(import.meta.url)('express') as (() => App) & { json(): Handler };

describe('the routes of the desk', () => {
  let server: Server;
  let told: string[];

  /** @param guard what Node-RED's needsPermission gives @param begun what Node-RED tells at its start */
  async function start(guard: Handler, begun: [string, object][] = [['flows:started', {}]]): Promise<void> {
    told = [];
    const [main, admin] = [express(), express()];
    const events = new EventEmitter();
    const tell = (text: unknown) => void told.push(String(text));
    serveDesk({
      ...{ httpAdmin: admin, settings: { adminAuth: { type: 'credentials', users: [] } } },
      ...{ auth: { needsPermission: () => guard }, events },
      ...{ log: { error: tell, warn: tell, audit: tell } },
    } as unknown as NodeAPI);
    admin.get('/rap-ops/of-a-node', (_request: unknown, response: unknown) => {
      (response as { end(text: string): void }).end('of a node');
    });
    for (const [name, about] of begun) events.emit(name, about);
    main.use(express.json());
    main.use('/ops', admin);
    server = createServer(main);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  /** Sends the address as it is written. */
  const ask = (path: string, { method = 'GET', headers = {}, body = '' } = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const more = body === '' ? {} : { 'content-type': 'application/json' };
      request({ host: '127.0.0.1', port, path, method, headers: { ...headers, ...more } }, (answer) => {
        const { 'set-cookie': [cookie = ''] = [], location = '', 'retry-after': again = '' } = answer.headers;
        let text = '';
        answer.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, cookie, location, again, text }));
      })
        .on('error', reject)
        .end(body);
    });

  const refuses: Handler = (_request, response) => (response as { end(): void }).end();

  it('sets its cookies for its own path, whatever stands in the address', async () => {
    await start(refuses);
    for (const address of [
      '/ops/rap-ops/login?language=en',
      '/ops/rap-ops/login?language=en&x=;Path=/;Domain=elsewhere.example;/rap-ops/',
      'http://elsewhere.example/ops/rap-ops/login?language=en',
      '/ops/rap-ops/history?language=en&q=/rap-ops/;Domain=x',
    ]) {
      const { status, cookie, location } = await ask(address);
      assert.equal(status, 303, address);
      assert.equal(
        cookie,
        'rap-ops-language=en; Max-Age=31536000; Path=/ops/rap-ops; HttpOnly; SameSite=Strict',
        address,
      );
      assert.match(location, /^\.\/(login|history)/, address);
    }
  });

  it('has one spelling of its address, so that the cookie of a login is found again', async () => {
    await start(refuses);
    for (const [address, to] of [
      ['/ops/RAP-OPS/history?q=x;Domain=y', '/ops/rap-ops/history?q=x;Domain=y'],
      ['/ops/Rap-Ops/?language=en', '/ops/rap-ops/?language=en'],
      ['http://elsewhere.example/ops/RAP-ops/login', '/ops/rap-ops/login'],
    ] as const) {
      const { status, cookie, location } = await ask(address);
      assert.deepEqual([status, cookie, location], [308, '', to], address);
    }
  });

  it('sends who wrote a slash at the end of an address to the one that its links are made for', async () => {
    await start(refuses);
    const filled = [...pages, ...files]
      .map(({ path }) => path.replaceAll(/:\w+/g, '7'))
      .filter((path) => path !== '');
    for (const path of [...filled, 'login', 'desk.js', 'act/acknowledge', 'no/such/page']) {
      for (const [slashes, query] of [
        ['/', ''],
        ['/', '?q=a/b/&x=%2F/'],
        ['///', '?next=//elsewhere.example/'],
      ]) {
        for (const method of ['GET', 'HEAD']) {
          const address = `/ops/rap-ops/${path}${slashes}${query}`;
          const { status, location } = await ask(address, { method });
          const to = new URL(location, `http://desk.example${address}`);
          assert.deepEqual(
            [status, to.href],
            [308, `http://desk.example/ops/rap-ops/${path}${query}`],
            address,
          );
        }
      }
      const plain = await ask(`/ops/rap-ops/${path}?q=/`);
      assert.notEqual(plain.status, 308, path);
    }
    for (const [address, to] of [
      ['/ops/rap-ops//', '../'],
      ['/ops/rap-ops////?a=b/', '../../../?a=b/'],
      ['/ops/rap-ops//elsewhere.example/', '../elsewhere.example'],
      ['/ops/rap-ops?a=b/', 'rap-ops/?a=b/'],
    ] as const)
      assert.equal((await ask(address)).location, to, address);
    assert.notEqual((await ask('/ops/rap-ops/act/acknowledge/', { method: 'POST', body: '{}' })).status, 308);
    assert.notEqual((await ask('/ops/rap-ops/')).status, 308);
  });

  it('looks nobody up while more pages than it makes are asked for, and says that it is tried again', async () => {
    const held: (() => void)[] = [];
    await start((_request, response) => void held.push(() => (response as { end(): void }).end()));
    const MOST = 200;
    const paths = ['', 'history', 'report/1', 'light'];
    const busy: Answer[] = [];
    const others: Promise<Answer>[] = [];
    const headers = (at: number) => ({
      accept: 'text/html',
      'accept-language': languages[at % languages.length] ?? '',
    });
    await new Promise<void>((resolve, reject) => {
      for (let at = 0; at < MOST + 100; at++) {
        const one = ask(`/ops/rap-ops/${paths[at % paths.length]}`, { headers: headers(at) });
        others.push(one);
        one.then((answer) => busy.push(answer) === 100 && resolve(), reject);
      }
    });
    assert.equal(held.length, MOST, 'nobody else was looked up');
    for (const { status, again, text } of busy) {
      assert.deepEqual([status, again], [503, '5']);
      assert.match(text, /data-follow="again"/);
      assert.match(text, /This page tries again by itself|此頁每隔數秒會自動重試|此页每隔数秒会自动重试/);
    }
    assert.equal(
      new Set(busy.map(({ text }) => text)).size,
      2 * languages.length,
      'by language, and by where it lies',
    );
    const piece = await ask('/ops/rap-ops/', { headers: { 'x-rap-desk': 'pieces' } });
    assert.deepEqual([piece.status, piece.again, piece.text], [503, '5', '']);
    assert.equal(told.filter((text) => /Too many pages/.test(text)).length, 1, 'logged once');
    // Logging in is not held up by it.
    assert.equal((await ask('/ops/rap-ops/login')).status, 200);
    for (const end of held) end();
    const all = await Promise.all(others);
    assert.equal(all.filter(({ status }) => status === 302).length, MOST);
    const next = ask('/ops/rap-ops/');
    await new Promise<void>((resolve) => {
      const look = () => (held.length > MOST ? resolve() : setImmediate(look));
      look();
    });
    held.at(-1)?.();
    assert.equal((await next).status, 401);
  });

  it('tells nobody without a login what there is, and leads to the login from every address', async () => {
    const stopped: [string, object][] = [
      ['runtime-event', { id: 'runtime-state', payload: { state: 'safe' } }],
      ['flows:started', {}],
    ];
    await start(refuses, stopped);
    const headers = { accept: 'text/html' };
    const [known, unknown] = [
      ['history', 'report/7'],
      [
        'histroy',
        'reports/7',
        'a/b/c/d',
        'x/rap-ops/y',
        'rap-ops/history',
        'report/7/8',
        '陳',
        'wp-login.php',
      ],
    ];
    for (const path of [...known, ...unknown]) {
      const address = `/ops/rap-ops/${encodeURI(path)}`;
      const { status, location, text } = await ask(address, { headers });
      const to = new URL(location, `http://desk.example${address}`);
      assert.deepEqual([status, to.pathname], [302, '/ops/rap-ops/login'], path);
      assert.doesNotMatch(text, /Cannot GET/);
      // A program, a browser that has the rest of the page, and whoever only asks whether it is there.
      assert.equal((await ask(address)).status, 401, path);
      assert.equal((await ask(address, { headers: { ...headers, 'x-rap-desk': 'pieces' } })).status, 401);
      assert.equal((await ask(address, { method: 'HEAD', headers })).status, 401, path);
    }
    const own = { host: 'desk.example', origin: 'http://desk.example' };
    for (const [path, method] of [
      ['act/acknowledge', 'POST'],
      ['act/no-such-act', 'POST'],
      ['act/acknowledge', 'GET'],
      ['act/no-such-act', 'GET'],
      ['no/such/page', 'POST'],
      ['no/such/page', 'DELETE'],
    ] as const) {
      const body = method === 'POST' ? '{}' : '';
      const { status, text } = await ask(`/ops/rap-ops/${path}`, { method, headers: own, body });
      assert.deepEqual([status, text], [401, ''], `${method} ${path}`);
    }
    assert.equal((await ask('/ops/rap-ops/of-a-node')).text, 'of a node');
    assert.match((await ask('/ops/elsewhere')).text, /Cannot GET/, 'the rest is not ours');
  });

  it('answers, and goes on, when a login cannot be asked for', async () => {
    await start((_request, _response, next) => (next as (fault: Error) => void)(new Error('LDAP is away')));
    const own = { host: 'desk.example', origin: 'http://desk.example' };
    const asked: [path: string, method: string, status: number][] = [
      ['act/acknowledge', 'GET', 500],
      ['act/acknowledge', 'POST', 500],
      ['session', 'POST', 500],
    ];
    for (const [path, method, status] of asked) {
      const body = method === 'GET' ? '' : JSON.stringify({ token: 'a-token-of-this-test' });
      assert.equal((await ask(`/ops/rap-ops/${path}`, { method, headers: own, body })).status, status, path);
    }
    assert.equal(told.filter((text) => text.includes('LDAP is away')).length, asked.length);
  });
});
