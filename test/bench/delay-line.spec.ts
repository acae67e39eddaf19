/** The delay line must be a line: same bytes, same order, later by the delay, and closed when the far end closes. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import net from 'node:net';
import { type DelayLine, delayLine } from '../../bench/delay-line.ts';

function listen(serve: (socket: net.Socket) => void): Promise<{ port: number; close(): void }> {
  const server = net.createServer({ noDelay: true, allowHalfOpen: true }, serve);
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      resolve({ port, close: () => server.close() });
    }),
  );
}

/** Sends bytes, ends, and collects what comes back until the other side ends. */
function exchange(port: number, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const back: Buffer[] = [];
    const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
    socket.on('data', (chunk) => back.push(chunk));
    socket.on('end', () => resolve(Buffer.concat(back)));
    socket.on('error', reject);
    socket.end(bytes);
  });
}

describe('The delay line', () => {
  let line: DelayLine | undefined;
  let far: { port: number; close(): void } | undefined;

  afterEach(() => {
    line?.close();
    far?.close();
  });

  it('brings every byte in order, both ways, also when there are many', async () => {
    far = await listen((socket) => socket.pipe(socket));
    line = await delayLine({ host: '127.0.0.1', port: far.port }, 3);
    const bytes = randomBytes(32 * 1024 * 1024);
    const back = await exchange(line.port, bytes);
    const hash = (content: Buffer) => createHash('sha256').update(content).digest('hex');
    assert.equal(hash(back), hash(bytes));
  });

  it('makes a round trip last twice its delay', async () => {
    far = await listen((socket) => socket.pipe(socket));
    line = await delayLine({ host: '127.0.0.1', port: far.port }, 40);
    const start = performance.now();
    await exchange(line.port, Buffer.from('there and back'));
    const took = performance.now() - start;
    assert.ok(took >= 79, `took ${took} ms`);
  });

  it('closes the near side when the far side is cut', async () => {
    far = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()));
    line = await delayLine({ host: '127.0.0.1', port: far.port }, 1);
    const socket = net.connect({ host: '127.0.0.1', port: line.port });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.write('x');
    await closed;
  });
});
