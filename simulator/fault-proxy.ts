/**
 * A bad line between a client and a server: joins two sockets and spoils what the server says. Stands alone
 * (`startFaultProxy`, in front of any server) or inside an address of the simulator.
 */
import net, { type AddressInfo, type Socket } from 'node:net';
import type { Address } from '../lib/model/types.ts';
import { type Clock, realClock } from '../lib/time/clock.ts';

/** What is wrong with the line, towards the client. All parts are optional and combine. */
export interface LineFault {
  /** Every byte arrives so much later, in both directions, milliseconds. */
  latencyMs?: number;
  /** Bytes per second. */
  rate?: number;
  /** Bytes arrive in pieces of this size, each as its own packet. */
  sliceBytes?: number;
  /** Something happens when so many bytes have passed. */
  after?: { bytes: number; what: 'reset' | 'close' | 'silence' | 'half-close' };
  /** The server's words never arrive; these do instead, if any. */
  insteadOfServer?: Buffer;
}

interface Piece {
  bytes: Buffer;
  due: number;
}

/** One direction of a line: what goes in comes out later, slower, or cut in pieces. */
class Direction {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #fault: LineFault;
  readonly #clock: Clock;
  readonly #queue: Piece[] = [];
  #timer: (() => void) | undefined;
  #freeAt = 0;
  #ending = false;

  constructor(from: Socket, to: Socket, fault: LineFault, clock: Clock) {
    this.#from = from;
    this.#to = to;
    this.#fault = fault;
    this.#clock = clock;
  }

  send(bytes: Buffer): void {
    const { latencyMs = 0, rate, sliceBytes } = this.#fault;
    // A slow line gives small pieces often, not large ones rarely.
    const slice = sliceBytes ?? (rate === undefined ? bytes.length : Math.max(1, Math.ceil(rate / 20)));
    for (let at = 0; at < bytes.length; at += slice) {
      const piece = bytes.subarray(at, at + slice);
      const now = this.#clock.monotonic();
      const spent = rate === undefined ? 0 : (piece.length / rate) * 1000;
      this.#freeAt = Math.max(now, this.#freeAt) + spent;
      this.#queue.push({ bytes: piece, due: this.#freeAt + latencyMs });
    }
    if (this.#queue.length > 64) this.#from.pause();
    this.#run();
  }

  end(): void {
    this.#ending = true;
    this.#run();
  }

  stop(): void {
    this.#timer?.();
    this.#queue.length = 0;
  }

  #run(): void {
    if (this.#timer !== undefined) return;
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const wait = next.due - this.#clock.monotonic();
      if (wait > 0) {
        this.#wake(wait);
        return;
      }
      this.#queue.shift();
      const flowing = this.#to.write(next.bytes);
      if (!flowing) {
        this.#to.once('drain', () => this.#run());
        return;
      }
      if (this.#fault.sliceBytes !== undefined && this.#queue.length > 0) {
        // A turn of the event loop between pieces keeps the system from joining them again.
        this.#wake(0);
        return;
      }
    }
    if (this.#from.isPaused()) this.#from.resume();
    if (this.#ending) this.#to.end();
  }

  #wake(ms: number): void {
    this.#timer = this.#clock.after(ms, () => {
      this.#timer = undefined;
      this.#run();
    });
  }
}

/** Joins a client's socket to a server's through a bad line. Ends when either side is gone. */
export function joinThroughFault(
  client: Socket,
  server: Socket,
  fault: LineFault,
  clock: Clock = realClock,
): void {
  const up = new Direction(
    client,
    server,
    fault.latencyMs === undefined ? {} : { latencyMs: fault.latencyMs },
    clock,
  );
  const down = new Direction(server, client, fault, clock);
  const { after, insteadOfServer } = fault;
  let left = after?.bytes ?? Number.POSITIVE_INFINITY;
  let over = false;

  const strike = () => {
    over = true;
    if (after?.what === 'reset') client.resetAndDestroy();
    else if (after?.what === 'close') client.destroy();
    else if (after?.what === 'half-close') client.end();
    // 'silence': both sides stay connected and hear nothing more.
  };
  client.on('data', (bytes: Buffer) => up.send(bytes));
  server.on('data', (bytes: Buffer) => {
    if (over || insteadOfServer !== undefined) return;
    const passing = bytes.subarray(0, left);
    left -= passing.length;
    if (passing.length > 0) down.send(passing);
    if (left <= 0) strike();
  });
  client.on('end', () => up.end());
  server.on('end', () => {
    if (!over && insteadOfServer === undefined) down.end();
  });
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.setNoDelay(true);
    one.on('error', () => {});
    one.on('close', () => {
      up.stop();
      down.stop();
      if (one === client || !over) other.destroy();
    });
  }
  if (insteadOfServer !== undefined && insteadOfServer.length > 0) down.send(insteadOfServer);
  if (left <= 0) strike();
}

export interface FaultProxy {
  port: number;
  /** Connections made from now on meet this. */
  setFault(fault: LineFault): void;
  stop(): Promise<void>;
}

/** A proxy that listens at `host` and spoils the line to `target`. */
export async function startFaultProxy(options: {
  target: Address;
  fault?: LineFault;
  host?: string;
  port?: number;
  clock?: Clock;
}): Promise<FaultProxy> {
  let fault = options.fault ?? {};
  const sockets = new Set<Socket>();
  const listener = net.createServer({ allowHalfOpen: true }, (client) => {
    const server = net.connect({ ...options.target, allowHalfOpen: true });
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    joinThroughFault(client, server, fault, options.clock);
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  return {
    port: (listener.address() as AddressInfo).port,
    setFault(next) {
      fault = next;
    },
    stop: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
