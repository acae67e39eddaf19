/** Requests to the outside go through the proxy of the environment; everything here is on this machine. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { post } from '../../../lib/mail/fallback-channel.ts';
import { fetchOutside } from '../../../lib/net/outside.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { ask } from '../../../lib/weather/hko.ts';
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
    assert.deepEqual(asked, []);
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
