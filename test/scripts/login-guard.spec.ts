/** The log-in of live operation: wrong passwords of others keep nobody out, and nobody may guess for long. */
import assert from 'node:assert/strict';
import { createServer, request, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

type Guard = (request: object, response: object, next: (error?: unknown) => void) => void;
interface GuardOptions {
  users: { username: string; password: string }[];
  secret: string;
  now?: () => number;
  audit?: (entry: { event: string; username: string }) => void;
}
const module: string = new URL('../../nodes/live/login-guard.ts', import.meta.url).href;
const { loginGuard } = (await import(module)) as { loginGuard(options: GuardOptions): Guard };
const express = createRequire(import.meta.url)('express') as () => {
  use(handler: unknown): void;
  post(path: string, handler: unknown): void;
  (request: object, response: object): void;
};

const MINUTE = 60_000;
const right = 'a password of this test';
// bcrypt, cost 8, of this password
const hash = '$2b$08$WXlGI78NEUyFlfKml0nUtuj7lWSWMXWCvb4jtebpzR2hcWcG/9h2a';

interface Answer {
  status: number;
  error: string;
  wait: number;
  cookie: string;
}

describe('The guard of the log-in', () => {
  let server: Server;
  let now: number;
  let audited: string[];
  /** What Node-RED gets to see. */
  let handedOn: string[];

  beforeEach(async () => {
    now = Date.UTC(2026, 10, 20);
    audited = [];
    handedOn = [];
    const app = express();
    app.use(
      loginGuard({
        users: ['ada', 'bo'].map((username) => ({ username, password: hash })),
        secret: 'secret of this test',
        now: () => now,
        audit: ({ event, username }) => void audited.push(`${event} ${username}`),
      }),
    );
    app.post(
      '/auth/token',
      (asked: { body?: { username?: string } }, answer: { json(value: object): void }) => {
        handedOn.push(asked.body?.username ?? 'not read');
        answer.json({ access_token: 'x' });
      },
    );
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  interface From {
    /** The address it comes from. */
    from?: string;
    cookie?: string;
    forwarded?: string;
    type?: 'json';
    path?: string;
  }

  function logIn(
    username: unknown,
    password: unknown,
    { from = '127.0.0.1', cookie, forwarded, type, path = '/auth/token' }: From = {},
  ) {
    const words = { client_id: 'node-red-editor', grant_type: 'password', scope: '', username, password };
    const body =
      type === 'json'
        ? JSON.stringify(words)
        : new URLSearchParams(words as Record<string, string>).toString();
    const headers = {
      'Content-Type': type === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
      ...(cookie === undefined ? {} : { Cookie: cookie }),
      ...(forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded }),
    };
    const { port } = server.address() as AddressInfo;
    return new Promise<Answer>((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port, path, method: 'POST', localAddress: from, headers },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              error: (JSON.parse(text) as { error?: string }).error ?? '',
              wait: Number(answer.headers['retry-after'] ?? 0),
              cookie: (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '',
            }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }
  const wrong = async (times: number, user: string, from: From = {}) => {
    const answers = [];
    for (let time = 0; time < times; time++) answers.push((await logIn(user, 'wrong', from)).status);
    return answers;
  };

  it('hands on what is right and nothing else, so that Node-RED counts no wrong password', async () => {
    assert.deepEqual(await logIn('ada', right).then(({ status, error }) => [status, error]), [200, '']);
    assert.equal((await logIn('ada', right, { type: 'json' })).status, 200);
    assert.deepEqual(await wrong(2, 'ada'), [403, 403]);
    assert.deepEqual(await wrong(2, 'nobody'), [403, 403]);
    assert.equal((await logIn('ada', right, { path: '/AUTH/token/' })).status, 200);
    assert.deepEqual(handedOn, ['ada', 'ada', 'ada']);
    assert.deepEqual(
      audited,
      Array(2)
        .fill('auth.login.fail.credentials ada')
        .concat(Array(2).fill('auth.login.fail.credentials nobody')),
    );
  });

  it('lets nobody guess for long, also not many at once, and for ten minutes only', async () => {
    assert.deepEqual(await wrong(7, 'ada'), [403, 403, 403, 403, 403, 429, 429]);
    const refused = await logIn('ada', right);
    assert.deepEqual([refused.status, refused.error], [429, 'too_many_attempts']);
    assert.ok(refused.wait > 590 && refused.wait <= 600, String(refused.wait));
    now += 10 * MINUTE;
    assert.equal((await logIn('ada', right)).status, 200);
    const many = await Promise.all(Array.from({ length: 40 }, () => logIn('bo', 'wrong')));
    assert.equal(many.filter(({ status }) => status === 403).length, 5);
  });

  it('keeps out neither other names, nor other addresses, nor who is behind the same proxy', async () => {
    await wrong(6, 'ada', { from: '127.0.0.2' });
    assert.equal((await logIn('ada', right, { from: '127.0.0.3' })).status, 200);
    assert.equal((await logIn('bo', right, { from: '127.0.0.2' })).status, 200);
    await wrong(6, 'bo', { forwarded: '10.0.0.66' });
    assert.equal((await logIn('bo', right, { forwarded: '10.0.0.66' })).status, 429);
    assert.equal((await logIn('bo', right, { forwarded: 'made up, 10.0.0.7' })).status, 200);
  });

  it('keeps out no browser that has logged in before, whatever others do from the same address', async () => {
    const { cookie } = await logIn('ada', right);
    assert.match(cookie, /^rap-ops-[0-9a-f]{16}=/);
    await wrong(6, 'ada');
    assert.equal((await logIn('ada', right)).status, 429);
    now += 60 * 24 * 60 * MINUTE;
    await wrong(6, 'ada');
    assert.equal((await logIn('ada', right, { cookie: `other=1; ${cookie}` })).status, 200);
    assert.deepEqual(await wrong(6, 'ada', { cookie }), [403, 403, 403, 403, 403, 429], 'nor may it guess');
  });

  it('believes no cookie that it has not signed for this name, or long ago', async () => {
    const { cookie } = await logIn('bo', right);
    const [name = '', value = ''] = cookie.split('=');
    const [id, until, mac = ''] = value.split('.');
    await wrong(6, 'bo');
    const { cookie: other } = await logIn('ada', right);
    const forged = [
      `${name}=${id}.${until}.${mac.slice(0, -1)}`,
      `${name}=${id}.${Number(until) + 1}.${mac}`,
      `${name}=x.${until}.${mac}`,
      `${name}=${other.split('=')[1]}`,
      `${name}=`,
    ];
    for (const one of forged) assert.equal((await logIn('bo', right, { cookie: one })).status, 429, one);
    now += 91 * 24 * 60 * MINUTE;
    await wrong(6, 'bo');
    assert.equal((await logIn('bo', right, { cookie })).status, 429);
  });

  it('ends guessing from many addresses, and not the work of those it knows', async () => {
    const { cookie } = await logIn('ada', right);
    const answers = [];
    for (let at = 0; at < 60; at++)
      answers.push((await logIn('ada', 'wrong', { forwarded: `10.0.0.${at}` })).status);
    assert.equal(answers.filter((status) => status === 403).length, 50);
    assert.equal((await logIn('ada', right, { forwarded: '10.1.1.1' })).status, 429);
    assert.equal((await logIn('ada', right, { cookie })).status, 200);
    assert.equal((await logIn('bo', right)).status, 200);
  });

  it('compares few of the many that are sent at once, and keeps the others waiting for nothing', async () => {
    const { cookie } = await logIn('ada', right);
    const flood = Promise.all(Array.from({ length: 100 }, (_, at) => logIn(`made up ${at}`, 'wrong')));
    const [from, known] = await Promise.all([
      logIn('bo', right, { from: '127.0.0.9' }),
      logIn('ada', right, { cookie }),
    ]);
    assert.deepEqual([from.status, known.status], [200, 200]);
    const answers = await flood;
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length > 50, `${refused.length} refused`);
    assert.ok(refused.every(({ error, wait }) => error === 'too_many_attempts' && wait > 0));
    assert.equal(answers.filter(({ status }) => status === 403).length, 100 - refused.length);
    assert.equal((await logIn('made up 99', 'wrong')).status, 403);
  });

  it('refuses what is no name and password, and leaves everything else to Node-RED', async () => {
    for (const [user, password] of [
      [['ada'], right],
      ['ada', { a: 1 }],
      ['ada', 'x'.repeat(2_000)],
      [1, 2],
    ]) {
      assert.equal((await logIn(user, password, { type: 'json' })).status, 400);
    }
    assert.deepEqual(handedOn, []);
    const { port } = server.address() as AddressInfo;
    const code = await fetch(`http://127.0.0.1:${port}/auth/token`, {
      method: 'POST',
      body: new URLSearchParams({ code: 'x' }),
    });
    assert.equal(code.status, 200);
    assert.deepEqual(handedOn, ['not read']);
  });
});
