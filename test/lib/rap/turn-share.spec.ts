/** One turn of the loop serves all connections: none reads on in it beyond its share, and nothing is lost or out of order. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { openSocket } from '../../../lib/rap/client/connection.ts';
import { TurnShare } from '../../../lib/rap/client/turn-share.ts';
import { realClock } from '../../../lib/time/clock.ts';

const MB = 1024 * 1024;
const piece = (bytes: number) => Buffer.alloc(bytes);

describe('The share of a turn', () => {
  it('is without limit for one connection alone', () => {
    const { take } = new TurnShare().join(() => true);
    for (let read = 0; read < 100; read++) assert.equal(take(piece(MB)), true);
  });

  it('is the smaller the more connections there are, and grows again when one leaves', async () => {
    const turns = new TurnShare();
    const read = ({ take }: { take: (piece: Buffer) => boolean }) => {
      for (let bytes = 64 * 1024; ; bytes += 64 * 1024)
        if (!take(piece(64 * 1024)) || bytes > 4 * MB) return bytes;
    };
    const [one, two] = [turns.join(() => true), turns.join(() => true)];
    assert.equal(read(one), MB);
    await turn();
    const more = Array.from({ length: 30 }, () => turns.join(() => true));
    assert.equal(read(one), 64 * 1024);
    await turn();
    for (const { leave } of [two, ...more]) leave();
    assert.ok(read(one) > 4 * MB);
  });

  it('hands every piece on once and in order, whatever comes in a turn', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 1, max: 200_000 }), { maxLength: 20 }), { maxLength: 8 }),
        async (turnsOfOne) => {
          const turns = new TurnShare();
          turns.join(() => true);
          const got: Buffer[] = [];
          const { take } = turns.join((one) => got.push(one) > 0);
          const sent: Buffer[] = [];
          for (const sizes of turnsOfOne) {
            for (const size of sizes) {
              const one = piece(size);
              sent.push(one);
              if (!take(one)) break;
            }
            await turn();
          }
          assert.equal(got.length, sent.length);
          assert.ok(got.every((one, at) => one === sent[at]));
        },
      ),
      { seed: 20261130, numRuns: 50 },
    );
  });

  it('hands on nothing more once the connection has gone', async () => {
    const turns = new TurnShare();
    turns.join(() => true);
    const got: Buffer[] = [];
    const { take, leave } = turns.join((one) => got.push(one) > 0);
    while (take(piece(200_000)));
    const before = got.length;
    leave();
    await turn();
    assert.equal(got.length, before);
  });

  it('lets many real connections end with all that was sent', async () => {
    const sent = Buffer.alloc(6 * MB, 'a report of six megabytes ');
    const server = net
      .createServer((socket) => void socket.on('error', () => {}).end(sent))
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const fetched = Array.from({ length: 8 }, async () => {
        const { socket } = await openSocket({ host: '127.0.0.1', port }, 60_000, realClock);
        const pieces: Buffer[] = [];
        socket.on('data', (one: Buffer) => void pieces.push(Buffer.from(one)));
        await once(socket, 'end');
        return Buffer.concat(pieces);
      });
      for (const all of await Promise.all(fetched)) assert.ok(all.equals(sent));
    } finally {
      server.close();
    }
  });
});
