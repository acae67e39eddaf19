/** The desk's own routes before anything is read: what an address may do to a cookie, and logins that cannot be asked. */
import assert from 'node:assert/strict';
import { createServer, request, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { NodeAPI } from 'node-red';
import { serveDesk } from '../../nodes/desk/router.ts';

type Handler = (...asked: unknown[]) => unknown;
interface App extends Handler {
  (request: object, response: object): void;
  use(...handlers: unknown[]): void;
}
const express = createRequire(import.meta.url)('express') as (() => App) & { json(): Handler };

describe('the routes of the desk', () => {
  let server: Server;
  let told: string[];

  /** @param guard what Node-RED's needsPermission gives */
  async function start(guard: Handler): Promise<void> {
    told = [];
    const [main, admin] = [express(), express()];
    const tell = (text: unknown) => void told.push(String(text));
    serveDesk({
      ...{ httpAdmin: admin, settings: { adminAuth: { type: 'credentials', users: [] } } },
      ...{ auth: { needsPermission: () => guard }, events: { on: () => {} } },
      ...{ log: { error: tell, warn: tell, audit: tell } },
    } as unknown as NodeAPI);
    main.use(express.json());
    main.use('/ops', admin);
    server = createServer(main);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  /** Sends the address as it is written. */
  const ask = (path: string, { method = 'GET', headers = {}, body = '' } = {}) =>
    new Promise<{ status: number; cookie: string; location: string }>((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const more = body === '' ? {} : { 'content-type': 'application/json' };
      request({ host: '127.0.0.1', port, path, method, headers: { ...headers, ...more } }, (answer) => {
        const { 'set-cookie': [cookie = ''] = [], location = '' } = answer.resume().headers;
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, cookie, location }));
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
