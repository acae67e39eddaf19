import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { idle } from '../../bin/rehearsal/idle.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';

describe('idle', () => {
  it('waits for disks and for a conversation over a socket, however many turns it takes', async () => {
    const server = createServer((socket) => {
      socket.on('data', (bytes) => socket.write(bytes));
    });
    const open: Socket[] = [];
    try {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      assert.ok(typeof address === 'object' && address !== null);
      const client = connect(address.port, '127.0.0.1');
      open.push(client);
      let rounds = 0;
      client.on('data', () => {
        if (++rounds < 200) client.write('again');
      });
      client.write('once');
      let read = 0;
      void readFile(new URL(import.meta.url)).then(({ length }) => {
        read = length;
      });
      await idle();
      assert.equal(rounds, 200);
      assert.ok(read > 0);
    } finally {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('does not wait for an answer that never comes, unless somebody says that it will', async () => {
    const server = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const client = connect(address.port, '127.0.0.1');
    try {
      client.write('is anybody there?');
      await idle();
      let looks = 0;
      await idle(() => ++looks < 50);
      assert.ok(looks >= 50);
    } finally {
      client.destroy();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('keeps a simulated clock where it is until what a timer began is done', async () => {
    const clock = new SimulatedClock(0);
    const log: string[] = [];
    clock.after(10, () => {
      void readFile(new URL(import.meta.url)).then(() => log.push(`read at ${clock.now()}`));
    });
    clock.after(11, () => log.push(`next at ${clock.now()}`));
    await clock.advance(20, idle);
    assert.deepEqual(log, ['read at 10', 'next at 11']);
  });
});
