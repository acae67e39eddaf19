import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { idle } from '../../bin/rehearsal/idle.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { type FaultProxy, type LineFault, startFaultProxy } from '../../simulator/fault-proxy.ts';

/** A server that says its text to everyone and keeps what it hears. */
class Speaker {
  readonly heard: Buffer[] = [];
  readonly sockets = new Set<Socket>();
  readonly #server: net.Server;

  constructor(text: string) {
    this.#server = net.createServer((socket) => {
      this.sockets.add(socket);
      socket.on('data', (bytes) => this.heard.push(bytes));
      socket.on('error', () => {});
      socket.on('close', () => this.sockets.delete(socket));
      socket.write(text);
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
  }
}

const TEXT = '0123456789'.repeat(100);

describe('bad line', () => {
  const clock = new SimulatedClock(0);
  let speaker: Speaker;
  let target: { host: string; port: number };
  let proxy: FaultProxy | undefined;
  let client: Socket;
  let got: string;
  let events: string[];

  beforeEach(async () => {
    speaker = new Speaker(TEXT);
    target = { host: '127.0.0.1', port: await speaker.listen() };
  });

  afterEach(async () => {
    client.destroy();
    await proxy?.stop();
    speaker.stop();
  });

  async function meet(fault: LineFault): Promise<void> {
    proxy = await startFaultProxy({ target, fault, clock });
    got = '';
    events = [];
    client = net.connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    client.on('data', (bytes) => {
      got += bytes.toString('latin1');
    });
    client.on('error', (error: NodeJS.ErrnoException) => events.push(error.code ?? ''));
    client.on('end', () => events.push('end'));
    client.on('close', () => events.push('close'));
    await once(client, 'connect');
  }

  /** Lets simulated time pass until the condition holds; fails when it never does. */
  async function pass(ms: number, until: () => boolean): Promise<number> {
    for (let spent = 0; spent <= 2000 * ms; spent += ms) {
      await idle();
      if (until()) return spent;
      await clock.advance(ms);
    }
    assert.fail(`still waiting; ${got.length} bytes, ${events}`);
  }

  it('passes everything, both ways, when nothing is wrong', async () => {
    await meet({});
    client.write('hello');
    await pass(1, () => got === TEXT && Buffer.concat(speaker.heard).toString() === 'hello');
    client.end('bye');
    await pass(1, () => Buffer.concat(speaker.heard).toString() === 'hellobye');
  });

  it('delays both directions', async () => {
    await meet({ latencyMs: 50 });
    client.write('hello');
    await pass(1, () => speaker.sockets.size > 0);
    const spent = await pass(1, () => got === TEXT && speaker.heard.length > 0);
    assert.ok(spent >= 45 && spent <= 55, String(spent));
  });

  it('carries no more than its rate', async () => {
    await meet({ rate: 100 });
    const spent = await pass(100, () => got === TEXT);
    assert.ok(spent >= 9_500 && spent <= 10_500, String(spent));
  });

  it('slices without losing or changing anything', async () => {
    await meet({ sliceBytes: 7 });
    await pass(1, () => got === TEXT);
  });

  for (const what of ['reset', 'close'] as const) {
    it(`ends with ${what} after exactly so many bytes`, async () => {
      await meet({ after: { bytes: 123, what } });
      await pass(1, () => events.length > 0);
      assert.ok(TEXT.slice(0, 123).startsWith(got));
      assert.equal(events[0], what === 'reset' ? 'ECONNRESET' : 'end');
      if (what === 'close') assert.equal(got.length, 123);
      await pass(1, () => speaker.sockets.size === 0);
    });
  }

  it('goes silent after exactly so many bytes and stays connected', async () => {
    await meet({ after: { bytes: 123, what: 'silence' } });
    await pass(1, () => got.length === 123);
    await clock.advance(600_000);
    await idle();
    assert.equal(got, TEXT.slice(0, 123));
    assert.deepEqual(events, []);
  });

  it('closes the direction of the server only', async () => {
    await meet({ after: { bytes: 123, what: 'half-close' } });
    await pass(1, () => events.includes('end'));
    assert.equal(got, TEXT.slice(0, 123));
    client.write('still here');
    await pass(1, () => Buffer.concat(speaker.heard).toString() === 'still here');
  });

  it('says something else instead of the server, or nothing', async () => {
    await meet({ insteadOfServer: Buffer.from('garbage') });
    await pass(1, () => got === 'garbage');
    client.destroy();
    await proxy?.stop();
    await meet({ insteadOfServer: Buffer.alloc(0) });
    await pass(1, () => speaker.sockets.size > 0);
    await idle();
    assert.equal(got, '');
  });

  it('tells the server when the client is gone', async () => {
    await meet({});
    await pass(1, () => got === TEXT);
    client.destroy();
    await pass(1, () => speaker.sockets.size === 0);
  });
});
