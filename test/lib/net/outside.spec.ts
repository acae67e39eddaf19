/** Requests to the outside go through the proxy of the environment; everything here is on this machine. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { post } from '../../../lib/mail/fallback-channel.ts';
import { fetchOutside, isExcepted } from '../../../lib/net/outside.ts';
import { relayProxy } from '../../../lib/net/tunnel.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { ask, publicFeeds } from '../../../lib/weather/hko.ts';
import { aCertificate } from '../../support/certificate.ts';
import { type Relay, startRelay } from '../mail/relay-fixture.ts';
import { someContacts } from '../mail/samples.ts';

describe('Requests to the outside', () => {
  /** What the proxy was asked to reach. */
  let asked: string[];
  /** 'forward' leads every request to the server here, a number refuses with that status. */
  let manners: 'forward' | number;
  let target: http.Server;
  let proxy: http.Server;
  const portOf = (server: http.Server) => (server.address() as AddressInfo).port;
  const proxyUrl = () => `http://127.0.0.1:${portOf(proxy)}`;

  beforeEach(async () => {
    asked = [];
    manners = 'forward';
    target = http.createServer((_request, response) => response.end('hello'));
    proxy = http.createServer((_request, response) => response.writeHead(400).end());
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.on('error', () => {});
      if (manners !== 'forward') return socket.end(`HTTP/1.1 ${manners} No\r\n\r\n`);
      const through = net.connect(portOf(target), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        through.pipe(socket).pipe(through);
      });
      through.on('error', () => socket.destroy());
    });
    for (const server of [target, proxy]) await once(server.listen(0, '127.0.0.1'), 'listening');
  });

  afterEach(() => {
    for (const server of [target, proxy]) {
      server.close();
      server.closeAllConnections();
    }
  });

  const textOf = async (url: string, env: Record<string, string>) =>
    (await fetchOutside(url, {}, env)).text();

  for (const [title, env] of [
    ['HTTP_PROXY', () => ({ HTTP_PROXY: proxyUrl() })],
    ['small letters', () => ({ http_proxy: proxyUrl() })],
    ['no scheme, and blanks around', () => ({ HTTP_PROXY: ` 127.0.0.1:${portOf(proxy)} ` })],
    ['a NO_PROXY for others', () => ({ HTTP_PROXY: proxyUrl(), NO_PROXY: '.broker.example,10.0.0.1' })],
  ] as const) {
    it(`go through the proxy: ${title}`, async () => {
      assert.equal(await textOf('http://feed.example/x', env()), 'hello');
      assert.deepEqual(asked, ['feed.example:80']);
    });
  }

  it('ask the proxy of HTTPS_PROXY, or else that of HTTP_PROXY, for https', async () => {
    manners = 403;
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY']) {
      await assert.rejects(fetchOutside('https://feed.example/x', {}, { [name]: proxyUrl() }));
    }
    assert.deepEqual(asked, Array(3).fill('feed.example:443'));
  });

  it('go straight to this machine, to hosts of NO_PROXY, and everywhere when no proxy is named', async () => {
    const local = portOf(target);
    for (const [url, env] of [
      [`http://127.0.0.1:${local}/`, { HTTP_PROXY: proxyUrl() }],
      [`http://localhost:${local}/`, { http_proxy: proxyUrl() }],
      // Also this machine, but not by a name that says so.
      [`http://0.0.0.0:${local}/`, { HTTP_PROXY: proxyUrl(), NO_PROXY: 'x.example, 0.0.0.0' }],
      [`http://0.0.0.0:${local}/`, { HTTP_PROXY: '' }],
    ] as const) {
      assert.equal(await textOf(url, env), 'hello', url);
    }
    for (const list of ['x.example,*', '0.0.0.0/8', `0.0.0.0:${local}`, '0.0.0.0/8 ; x.example']) {
      const env = { HTTP_PROXY: proxyUrl(), NO_PROXY: list };
      assert.equal(await textOf(`http://0.0.0.0:${local}/`, env), 'hello', list);
    }
    assert.deepEqual(asked, []);
    for (const list of ['', '10.0.0.0/8', '0.0.0.0:1', '0.0.0']) {
      assert.equal(isExcepted('0.0.0.0', { NO_PROXY: list }, String(local)), false, list);
    }
    assert.equal(await textOf(`http://0.0.0.0:${local}/`, { HTTP_PROXY: proxyUrl() }), 'hello');
    assert.deepEqual(asked, [`0.0.0.0:${local}`]);
  });

  it('are those of the weather feeds and of webhooks', async () => {
    manners = 407;
    const before = process.env.HTTPS_PROXY;
    process.env.HTTPS_PROXY = proxyUrl();
    try {
      const heard = await ask(
        { source: 'warnsum', url: 'https://feed.example/', everyMs: 60_000 },
        { clock: realClock },
      );
      assert.ok('reason' in heard);
      const config = someContacts({}, { second: { webhook: { url: 'https://hooks.example/rap' } } });
      await assert.rejects(post(config, {}, { clock: realClock }));
    } finally {
      if (before === undefined) delete process.env.HTTPS_PROXY;
      else process.env.HTTPS_PROXY = before;
    }
    assert.deepEqual(asked, ['feed.example:443', 'hooks.example:443']);
  });
});

it('docs/networks.md names every host of the public feeds', () => {
  const page = readFileSync(new URL('../../../docs/networks.md', import.meta.url), 'utf8');
  for (const { url } of publicFeeds) assert.ok(page.includes(`\`${new URL(url).hostname}\``), url);
});

/** What a child that trusts one more authority, or none, gets from servers behind a proxy here. */
describe('Private authorities and proxies', function () {
  this.timeout(300_000);
  const hosts = ['feed.example', 'hooks.example', 'alive.example', 'relay.example'];
  let folder: string;
  let pair: { key: string; cert: string };
  let web: https.Server;
  let proxy: http.Server;
  let relay: Relay;
  let asked: string[];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rap-outside-'));
    pair = aCertificate({ name: [...hosts.map((host) => `DNS:${host}`), 'IP:127.0.0.1'].join(',') });
    await writeFile(path.join(folder, 'ca.pem'), pair.cert);
  });
  after(() => rm(folder, { recursive: true }));

  beforeEach(async () => {
    asked = [];
    web = https.createServer(pair, (_request, response) => response.end('{}'));
    relay = await startRelay({ options: { ...pair, disabledCommands: ['AUTH'] } });
    proxy = http.createServer((_request, response) => response.writeHead(400).end());
    proxy.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
      asked.push(request.url ?? '');
      const toRelay = request.url?.startsWith('relay.example:');
      const port = toRelay ? relay.port : (web.address() as AddressInfo).port;
      socket.on('error', () => {});
      const through = net.connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        through.pipe(socket).pipe(through);
      });
      through.on('error', () => socket.destroy());
    });
    for (const server of [web, proxy]) await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(async () => {
    for (const server of [web, proxy]) {
      server.close();
      server.closeAllConnections();
    }
    await relay.close();
  });

  /** @returns what became of each: 'ok', or the reason */
  function answers(env: Record<string, string>): Promise<Record<string, string>> {
    const asks = fileURLToPath(new URL('asks-outside.ts', import.meta.url));
    const at = { RAP_WEB: `${(web.address() as AddressInfo).port}`, RAP_RELAY: `${relay.port}` };
    // A program of Windows needs more of its environment than its path.
    const mine = Object.entries(process.env).filter(([name]) => !/proxy|CERT/i.test(name));
    const child = spawn(process.execPath, [asks], {
      env: { ...Object.fromEntries(mine), ...at, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return text(child.stdout).then((said) => JSON.parse(said));
  }
  const proxyAt = () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const proxies = () => ({ HTTPS_PROXY: proxyAt(), SMTP_PROXY: proxyAt() });
  const outside = ['feed', 'webhook', 'heartbeat', 'relay'];

  it('are honoured by feeds, webhooks, the heartbeat and the relay', async () => {
    const said = await answers({ ...proxies(), NODE_EXTRA_CA_CERTS: path.join(folder, 'ca.pem') });
    assert.deepEqual(said, { feed: 'ok', webhook: 'ok', heartbeat: 'ok', relay: 'ok', here: 'ok' });
    assert.deepEqual(
      asked.sort(),
      [...hosts.slice(0, 3).map((host) => `${host}:443`), 'relay.example:587'].sort(),
    );
    assert.equal(relay.confirmed.length, 2);
  });

  it('are needed: no certificate of nobody we know is taken', async () => {
    const said = await answers(proxies());
    for (const one of [...outside, 'here']) assert.match(said[one] ?? '', /cert|TLS|fetch failed/i, one);
    assert.equal(relay.taken.length, 0);
  });

  it('tell when the proxy refuses, and leave the hosts of NO_PROXY to the line itself', async () => {
    proxy.removeAllListeners('connect');
    proxy.on('connect', (_request: http.IncomingMessage, socket: net.Socket) =>
      socket.end('HTTP/1.1 407 No\r\n\r\n'),
    );
    const said = await answers(proxies());
    assert.match(said.relay ?? '', /The proxy 127\.0\.0\.1:\d+ refuses \(status 407\)/);
    for (const [host, list, through] of [
      ['relay.example', '', true],
      ['relay.example', 'example', false],
      ['relay.example', '.example, other.hk', false],
      ['relay.example', '*.example', false],
      ['relay.example', 'elay.example ay.example', true],
      ['relay.example', '*', false],
      ['RELAY.example.', 'relay.example:587', false],
      ['relay.example', 'localhost, *', false],
      ['relay.example', 'other.hk;.example', false],
      ['10.1.2.3', '10.0.0.0/8', false],
      ['10.1.2.3', '10.1.2.0/24,x.hk', false],
      ['11.1.2.3', '10.0.0.0/8', true],
      ['10.1.2.3', '10.0.0.0/33', true],
      ['10.1.2.3', '10.0.0/8', true],
      ['10.example', '10.0.0.0/8', true],
      ['2001:db8::7', '2001:db8::/32', false],
      ['2001:db9::7', '2001:db8::/32', true],
      ['2001:db8::7', '[2001:db8::7]', false],
      ['2001:db8::7', '10.0.0.0/8', true],
      ['127.0.0.1', '', false],
      ['localhost', '', false],
    ] as const) {
      const env = { smtp_proxy: 'proxy.example:3128', NO_PROXY: list };
      assert.equal(
        relayProxy(host, env)?.href,
        through ? 'http://proxy.example:3128/' : undefined,
        `${host} ${list}`,
      );
    }
    assert.equal(relayProxy('relay.example', { HTTPS_PROXY: 'http://web.example:3128' }), undefined);
  });
});
