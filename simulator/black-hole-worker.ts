/** The thread behind a black hole: listens, then sleeps before it can accept anything. */
import net from 'node:net';
import { workerData } from 'node:worker_threads';
import type { Address } from '../lib/model/types.ts';
import { ASLEEP } from './black-hole.ts';

const { flag, at } = workerData as { flag: Int32Array<SharedArrayBuffer>; at: Address };

const listener = net.createServer((socket) => socket.destroy());
listener.listen({ ...at, backlog: 1 }, () => {
  // From here on this thread's event loop does not turn, so nothing is accepted, until it is told to go.
  Atomics.store(flag, 0, ASLEEP);
  Atomics.notify(flag, 0);
  Atomics.wait(flag, 0, ASLEEP);
  listener.close();
});
