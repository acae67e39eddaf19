import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { realClock, SimulatedClock } from '../../../lib/time/clock.ts';
import type { Answer, Failure } from '../../../lib/weather/answer.ts';
import { ask, checkFeedUrl, type Feed, nextAfter, publicFeeds } from '../../../lib/weather/hko.ts';
import { reasonText } from '../../../lib/weather/reasons/index.ts';

type Reply = (request: IncomingMessage, response: ServerResponse) => void;

describe('asking a weather feed', () => {
  let server: Server;
  let feed: Feed;
  let reply: Reply = (_, response) => response.end('{}');

  before(async () => {
    server = createServer((request, response) => reply(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    feed = { source: 'warnsum', url: `http://127.0.0.1:${address.port}/weather`, everyMs: 60_000 };
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const answered = async (next: Reply): Promise<Answer> => {
    reply = next;
    const heard = await ask(feed, { clock: realClock });
    assert.ok('body' in heard, 'reason' in heard ? reasonText(heard.reason, 'en') : '');
    return heard;
  };
  const failed = async (next: Reply, options: Partial<Parameters<typeof ask>[1]> = {}): Promise<Failure> => {
    reply = next;
    const heard = await ask(feed, { clock: realClock, ...options });
    assert.ok('reason' in heard, 'it was answered');
    return heard;
  };

  it('hands on the body with the facts of its fetching', async () => {
    const heard = await answered((_, response) => {
      response.setHeader('date', 'Tue, 23 Sep 2025 06:20:00 GMT');
      response.setHeader('age', '42');
      response.end('{"WRAIN":"黑色"}');
    });
    assert.equal(heard.body, '{"WRAIN":"黑色"}');
    assert.equal(heard.date, Date.UTC(2025, 8, 23, 6, 20));
    assert.equal(heard.age, 42);
    assert.equal(heard.source, 'warnsum');
    assert.ok(Math.abs(heard.at - Date.now()) < 60_000);
  });

  it('takes a missing or strange age for none, and leaves a strange date out', async () => {
    const heard = await answered((_, response) => {
      response.setHeader('date', 'yesterday');
      response.setHeader('age', '-7');
      response.end('{}');
    });
    assert.deepEqual([heard.age, heard.date], [0, undefined]);
  });

  it('joins letters that arrive in pieces', async () => {
    const bytes = Buffer.from('黑');
    const heard = await answered((_, response) => {
      response.write(bytes.subarray(0, 1), () => setImmediate(() => response.end(bytes.subarray(1))));
    });
    assert.equal(heard.body, '黑');
  });

  it('says so when the status is not 200', async () => {
    for (const status of [204, 404, 500, 503]) {
      const { reason } = await failed((_, response) => response.writeHead(status).end());
      assert.equal(reasonText(reason, 'en'), `status ${status} instead of 200`);
    }
  });

  it('stops reading at its limit, whatever the server announces', async () => {
    let stopped = false;
    const heard = await failed(
      (_, response) => {
        response.on('close', () => {
          stopped = true;
        });
        const chunk = Buffer.alloc(65_536, 0x20);
        const more = () => {
          while (!stopped && response.write(chunk));
          response.once('drain', more);
        };
        more();
      },
      { limit: 200_000 },
    );
    assert.equal(reasonText(heard.reason, 'en'), 'more than 200000 bytes');
    while (!stopped) await new Promise((resolve) => setImmediate(resolve));
  });

  it('gives up after the timeout, while waiting for headers and while reading', async () => {
    const silences: Reply[] = [() => {}, (_, response) => response.write('{')];
    for (const silence of silences) {
      const clock = new SimulatedClock(0);
      const arrived = new Promise<void>((resolve) => {
        reply = (request, response) => {
          silence(request, response);
          resolve();
        };
      });
      const asked = ask(feed, { clock });
      await arrived;
      await clock.advance(9_999);
      assert.equal(clock.pending, 1);
      await clock.advance(1);
      const heard = await asked;
      assert.ok('reason' in heard);
      assert.equal(reasonText(heard.reason, 'en'), 'no answer within 10 s');
      assert.equal(clock.pending, 0, 'no timer is left behind');
    }
  });

  it('can be stopped from outside', async () => {
    const stop = new AbortController();
    const heard = await failed(() => stop.abort(new Error('the watch was stopped')), { signal: stop.signal });
    assert.equal(reasonText(heard.reason, 'en'), 'the watch was stopped');
  });

  it('tells a connection that breaks off from one that is refused', async () => {
    const cut = await failed((_, response) => {
      response.write('{"WRAIN":', () => response.destroy());
    });
    assert.notEqual(reasonText(cut.reason, 'en'), '');
    const idle = createServer();
    await new Promise<void>((resolve) => idle.listen(0, '127.0.0.1', resolve));
    const address = idle.address();
    assert.ok(address !== null && typeof address === 'object');
    await new Promise((resolve) => idle.close(resolve));
    const heard = await ask({ ...feed, url: `http://127.0.0.1:${address.port}/` }, { clock: realClock });
    assert.ok('reason' in heard);
    assert.equal(reasonText(heard.reason, 'en'), 'cannot be reached (ECONNREFUSED)');
  });

  it('follows a redirect on the same host, and never to another or for ever', async () => {
    const heard = await answered((request, response) => {
      if (request.url === '/weather') response.writeHead(302, { location: '/new' }).end();
      else response.end('{"moved":true}');
    });
    assert.equal(heard.body, '{"moved":true}');
    for (const location of [
      'http://127.0.0.2:1/',
      'https://x.example/',
      '//127.0.0.3/',
      'file:///etc/passwd',
      'http://:',
    ]) {
      const { reason } = await failed((_, response) => response.writeHead(301, { location }).end());
      assert.match(reasonText(reason, 'en'), /^redirected to another host/, location);
    }
    const { reason } = await failed((_, response) => response.writeHead(301, { location: '/weather' }).end());
    assert.equal(reasonText(reason, 'en'), 'redirected again and again');
    const bare = await failed((_, response) => response.writeHead(304).end());
    assert.equal(reasonText(bare.reason, 'en'), 'status 304 instead of 200');
  });

  it('does not ask an address it must not ask', async () => {
    const heard = await ask({ ...feed, url: 'http://192.0.2.1/' }, { clock: realClock });
    assert.ok('reason' in heard);
    assert.match(reasonText(heard.reason, 'en'), /is not an https address/);
  });
});

describe('the address of a feed', () => {
  it('is https, or plain on this machine', () => {
    for (const text of [
      'https://x.example/a?b=c',
      'http://127.0.0.1:8080/',
      'http://localhost/',
      'http://[::1]:1/',
    ]) {
      assert.equal(checkFeedUrl(text).href, new URL(text).href);
    }
    for (const text of [
      ...['http://x.example/', 'http://127.0.0.1.x.example/', 'http://10.0.0.1/', 'ftp://127.0.0.1/', ''],
      ...['file:///etc/passwd', 'https://user:secret@x.example/', 'weather', 'https://'],
    ]) {
      assert.throws(
        () => checkFeedUrl(text),
        (error) => error instanceof RapError && error.code === 'CONFIG_INVALID',
        text,
      );
    }
  });

  it('is https for every public feed, and the summary is among them', () => {
    for (const { url } of publicFeeds) assert.equal(checkFeedUrl(url).protocol, 'https:');
    assert.deepEqual(
      publicFeeds.map((one) => one.source),
      ['warnsum', 'warning-info', 'rss', 'heartbeat', 'press'],
    );
  });
});

describe('the pace of asking', () => {
  it('slows down with failures in a row: one, two, then five minutes', () => {
    const feed: Feed = { source: 'warnsum', url: '', everyMs: 60_000 };
    assert.deepEqual(
      [0, 1, 2, 3, 4, 99].map((failures) => nextAfter(feed, failures) / 1000),
      [60, 60, 120, 300, 300, 300],
    );
  });
});
