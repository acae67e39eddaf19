/**
 * An address that answers no SYN: neither a connection nor a refusal, as behind a firewall that drops packets.
 * Made without any rights over the network: a thread listens and then sleeps, so that its accept queue, once
 * full, makes Linux drop every further SYN.
 */
import net, { type Socket } from 'node:net';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Address } from '../lib/model/types.ts';

/** Connections that Linux completes for a listener with a backlog of 1 that never accepts. */
const QUEUE = 2;

/** States of the flag between the sleeping thread and this one. */
const STARTING = 0;
export const ASLEEP = 1;
const GO = 2;

export interface BlackHole {
  /** The address is free again. */
  stop(): Promise<void>;
}

/** @throws NodeJS.ErrnoException EADDRINUSE, EADDRNOTAVAIL, EACCES when the address cannot be used */
export async function openBlackHole(at: Address): Promise<BlackHole> {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const file = new URL(`./black-hole-worker${path.extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(file, { workerData: { flag, at } });
  const failed = new Promise<never>((_, reject) => worker.once('error', reject));
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  await Promise.race([failed, asleep(flag)]);
  const fillers = Array.from({ length: QUEUE }, () => net.connect(at.port, at.host).on('error', () => {}));
  await Promise.all(fillers.map(connected));
  return {
    async stop() {
      for (const filler of fillers) filler.destroy();
      Atomics.store(flag, 0, GO);
      Atomics.notify(flag, 0);
      await ended;
    },
  };
}

async function asleep(flag: Int32Array<SharedArrayBuffer>): Promise<void> {
  await Atomics.waitAsync(flag, 0, STARTING).value;
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
}
