/**
 * A line with a delay: whatever arrives on either side leaves on the other a fixed time later, in order, at
 * any rate. It runs in a process of its own ("node bench/delay-line.ts HOST PORT MILLISECONDS" prints the port
 * it listens on), so that it takes no time from the measuring.
 */
import net from 'node:net';
import { pathToFileURL } from 'node:url';

/** Bytes on the way in one direction above which we stop reading; far above any window. */
const MOST_ON_THE_WAY = 64 * 1024 * 1024;
/** Bytes one read may bring. */
const READ = 256 * 1024;
/** Timers count whole milliseconds; what is due within half of one goes now, so that the mean is right. */
const TOLERANCE = 0.5;

interface Slab {
  bytes: Buffer;
  used: number;
  held: number;
}

interface Chunk {
  bytes: Buffer;
  /** Told when the bytes are no longer needed. */
  left?: () => void;
}

/** One direction: a queue of chunks, each with the time at which it is due on the other side. */
class Direction {
  readonly #from: net.Socket;
  readonly #to: net.Socket;
  readonly #delay: number;
  #queue: { due: number; chunk: Chunk | undefined }[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: net.Socket, to: net.Socket, delay: number) {
    this.#from = from;
    this.#to = to;
    this.#delay = delay;
    from.on('end', () => this.accept(undefined));
    to.on('drain', () => this.#balance());
  }

  /** Takes a chunk, or the end. */
  accept(chunk: Chunk | undefined): void {
    this.#queue.push({ due: performance.now() + this.#delay, chunk });
    this.#bytes += chunk?.bytes.length ?? 0;
    this.#balance();
    this.#wait();
  }

  #wait(): void {
    const next = this.#queue[0];
    if (this.#timer !== undefined || next === undefined) return;
    const rest = Math.max(1, Math.round(next.due - performance.now()));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#deliver();
    }, rest);
  }

  #deliver(): void {
    const now = performance.now() + TOLERANCE;
    let count = 0;
    this.#to.cork();
    for (const { due, chunk } of this.#queue) {
      if (due > now) break;
      count++;
      if (chunk === undefined) this.#to.end();
      else if (this.#to.writable) this.#to.write(chunk.bytes, chunk.left);
      this.#bytes -= chunk?.bytes.length ?? 0;
    }
    this.#to.uncork();
    this.#queue = this.#queue.slice(count);
    this.#balance();
    this.#wait();
  }

  #balance(): void {
    const onTheWay = this.#bytes + this.#to.writableLength;
    if (onTheWay > MOST_ON_THE_WAY) this.#from.pause();
    else if (this.#from.isPaused() && onTheWay < MOST_ON_THE_WAY / 2) this.#from.resume();
  }
}

/**
 * Room for reads, handed out piece by piece, so that small packets do not cost a large buffer each. Used again
 * once all its pieces have left: fresh memory costs the system more than the copying.
 */
class Room {
  readonly #free: Slab[] = [];
  #current: Slab = { bytes: Buffer.alloc(0), used: 0, held: 0 };

  next(): Buffer {
    if (this.#current.bytes.length - this.#current.used < READ) {
      this.#current = this.#free.pop() ?? { bytes: Buffer.allocUnsafeSlow(16 * READ), used: 0, held: 0 };
    }
    const { bytes, used } = this.#current;
    return bytes.subarray(used, used + READ);
  }

  take(length: number): Chunk {
    const slab = this.#current;
    const bytes = slab.bytes.subarray(slab.used, slab.used + length);
    slab.used += length;
    slab.held++;
    const left = () => {
      slab.held--;
      if (slab.held > 0 || slab === this.#current) return;
      slab.used = 0;
      this.#free.push(slab);
    };
    return { bytes, left };
  }
}

function join(near: net.Socket, target: { host: string; port: number }, delay: number): void {
  const room = new Room();
  let inward: Direction | undefined;
  const far = net.connect({
    ...target,
    noDelay: true,
    allowHalfOpen: true,
    onread: {
      buffer: () => room.next(),
      callback: (bytes) => {
        inward?.accept(room.take(bytes));
        return true;
      },
    },
  });
  inward = new Direction(far, near, delay);
  const outward = new Direction(near, far, delay);
  near.on('data', (bytes) => outward.accept({ bytes }));
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => {});
    // What is on the way still arrives; then the other side closes too.
    one.on('close', () => setTimeout(() => other.destroySoon(), delay + 5));
  }
}

export interface DelayLine {
  port: number;
  close(): void;
}

/**
 * Opens a line to a server.
 * @param delay milliseconds each way
 */
export function delayLine(target: { host: string; port: number }, delay: number): Promise<DelayLine> {
  const sockets = new Set<net.Socket>();
  const listener = net.createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    sockets.add(near);
    near.on('close', () => sockets.delete(near));
    join(near, target, delay);
  });
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address();
      const port = address === null || typeof address === 'string' ? 0 : address.port;
      resolve({
        port,
        close() {
          listener.close();
          for (const socket of sockets) socket.destroy();
        },
      });
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [host = '127.0.0.1', port = '0', delay = '0'] = process.argv.slice(2);
  const line = await delayLine({ host, port: Number(port) }, Number(delay));
  process.stdout.write(`${line.port}\n`);
  // Ends with whoever started it.
  process.stdin.resume().on('end', () => process.exit(0));
}
