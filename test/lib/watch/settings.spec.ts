/** Settings of the watch from the environment, and the heartbeat out. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { Heartbeat, LONG } from '../../../lib/watch/heartbeat.ts';
import { watchSettings } from '../../../lib/watch/settings.ts';
import { START } from '../ledger/samples.ts';

const MINUTE = 60_000;

describe('settings of the watch', () => {
  it('has neither a token nor a heartbeat by itself', () => {
    assert.deepEqual(watchSettings({}), { token: '', heartbeat: undefined });
    assert.deepEqual(watchSettings({ RAP_METRICS_TOKEN: ' ', RAP_HEARTBEAT_URL: '' }), watchSettings({}));
  });

  it('reads what is given', () => {
    const { token, heartbeat } = watchSettings({
      RAP_METRICS_TOKEN: ' 0123456789abcdef\n',
      RAP_HEARTBEAT_URL: 'https://hc.example/ping/1',
      RAP_HEARTBEAT_MINUTES: '2',
      RAP_HEARTBEAT_METHOD: 'post',
    });
    assert.equal(token, '0123456789abcdef');
    assert.deepEqual(
      { ...heartbeat, url: heartbeat?.url.href },
      {
        ...{ url: 'https://hc.example/ping/1', method: 'POST', every: 2 * MINUTE },
      },
    );
  });

  it('refuses what cannot be meant, names the variable, and repeats no secret', () => {
    const url = { RAP_HEARTBEAT_URL: 'https://hc.example/s3cret' };
    const table: [string, Record<string, string>][] = [
      ['RAP_METRICS_TOKEN', { RAP_METRICS_TOKEN: 's3cret' }],
      ['RAP_METRICS_TOKEN', { RAP_METRICS_TOKEN: 's3cret with blanks in it' }],
      ['RAP_METRICS_TOKEN', { RAP_METRICS_TOKEN: 's3cret-祕密-0123456789' }],
      ['RAP_HEARTBEAT_URL', { RAP_HEARTBEAT_URL: 'hc.example/s3cret' }],
      ['RAP_HEARTBEAT_URL', { RAP_HEARTBEAT_URL: 'file:///s3cret' }],
      ['RAP_HEARTBEAT_URL', { RAP_HEARTBEAT_URL: 'https://u:s3cret@hc.example/' }],
      ['RAP_HEARTBEAT_MINUTES', { ...url, RAP_HEARTBEAT_MINUTES: '0' }],
      ['RAP_HEARTBEAT_MINUTES', { ...url, RAP_HEARTBEAT_MINUTES: '1.5' }],
      ['RAP_HEARTBEAT_MINUTES', { ...url, RAP_HEARTBEAT_MINUTES: '5m' }],
      ['RAP_HEARTBEAT_METHOD', { ...url, RAP_HEARTBEAT_METHOD: 'PUT' }],
    ];
    for (const [variable, env] of table) {
      assert.throws(
        () => watchSettings(env),
        (error) => {
          assert.ok(error instanceof RapError, variable);
          assert.equal(error.code, 'CONFIG_INVALID');
          assert.ok(error.message.startsWith(variable), error.message);
          assert.notEqual(error.cure, '');
          assert.ok(!`${error.message}${error.cure}`.includes('s3cret'), error.message);
          return true;
        },
      );
    }
  });
});

describe('the heartbeat out', () => {
  const settings = { url: new URL('http://hc.example/s3cret'), method: 'GET' as const, every: 5 * MINUTE };
  let clock: SimulatedClock;
  let sent: number;
  let fails: boolean;
  let heartbeat: Heartbeat;
  beforeEach(() => {
    clock = new SimulatedClock(START);
    [sent, fails] = [0, false];
    heartbeat = new Heartbeat(settings, clock, async ({ url }) => {
      if (fails) throw new Error(`refused by ${url.href}`);
      sent++;
    });
  });

  it('goes out at its times while the service is ready, and not while it is not', async () => {
    await heartbeat.beat(false);
    assert.equal(sent, 0);
    await heartbeat.beat(true);
    await heartbeat.beat(true);
    assert.equal(sent, 1);
    await clock.advance(5 * MINUTE);
    await heartbeat.beat(false);
    assert.equal(sent, 1);
    await heartbeat.beat(true);
    assert.equal(sent, 2);
    assert.deepEqual(heartbeat.figures, { lastAt: START + 5 * MINUTE, failures: 0 });
  });

  it('tells once that it has failed for long, without the address, and once that it is taken again', async () => {
    fails = true;
    const said: string[] = [];
    for (let n = 1; n <= LONG + 3; n++) {
      said.push(await heartbeat.beat(true));
      await clock.advance(5 * MINUTE);
    }
    assert.deepEqual(
      said.map((one) => one !== ''),
      [false, false, true, false, false, false],
    );
    assert.match(said[LONG - 1] ?? '', /hc\.example/);
    assert.doesNotMatch(said.join(), /s3cret/);
    assert.equal(heartbeat.figures.failures, LONG + 3);
    fails = false;
    assert.match(await heartbeat.beat(true), /taken again/);
    await clock.advance(5 * MINUTE);
    assert.equal(await heartbeat.beat(true), '');
  });

  it('counts only an answer that says yes', async () => {
    let status = 200;
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('x');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      for (const method of ['GET', 'POST'] as const) {
        const one = new Heartbeat(
          { ...settings, method, url: new URL(`http://127.0.0.1:${port}/ping`) },
          clock,
        );
        for (const [answer, failures] of [
          [200, 0],
          [404, 1],
          [302, 2],
          [503, 3],
          [204, 0],
        ] as const) {
          status = answer;
          await one.beat(true);
          assert.equal(one.figures.failures, failures, `${method} ${answer}`);
          await clock.advance(5 * MINUTE);
        }
      }
      assert.equal(asked.length, 10);
      assert.deepEqual([...new Set(asked)], ['GET /ping', 'POST /ping']);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
