/** A line between a program and a server, which can be cut in the two ways in which lines are. */
import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';

/**
 * `open`: everything passes. `silent`: nothing passes and nobody is told, as where packets are dropped. `refused`:
 * connections end, and no new one is made.
 */
export type RelayState = 'open' | 'silent' | 'refused';

interface Pair {
  client: Socket;
  /** None yet where the client came while nothing passed. */
  upstream?: Socket | undefined;
}

export class Relay {
  readonly host: string;
  #port: number;
  #server: Server | undefined;
  /** Where the server is now; undefined while there is none. */
  readonly #target: () => NetConnectOpts | undefined;
  readonly #pairs = new Set<Pair>();
  #state: RelayState = 'open';

  /** @param port 0: any that is free */
  static async listen(host: string, port: number, target: () => NetConnectOpts | undefined): Promise<Relay> {
    const relay = new Relay(host, port, target);
    await relay.#listen();
    return relay;
  }

  private constructor(host: string, port: number, target: () => NetConnectOpts | undefined) {
    this.host = host;
    this.#port = port;
    this.#target = target;
  }

  get port(): number {
    return this.#port;
  }

  async set(state: RelayState): Promise<void> {
    if (state === this.#state) return;
    const before = this.#state;
    this.#state = state;
    if (state === 'refused') await this.#end();
    else if (before === 'refused') await this.#listen();
    for (const pair of [...this.#pairs]) this.#flow(pair);
  }

  async close(): Promise<void> {
    this.#state = 'refused';
    await this.#end();
  }

  async #listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) =>
      this.#take(client),
    );
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, this.host, resolve);
    });
    const address = server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  async #end(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server && new Promise((resolve) => server.close(resolve));
    for (const { client, upstream } of this.#pairs) {
      client.resetAndDestroy();
      upstream?.destroy();
    }
    this.#pairs.clear();
    await closed;
  }

  #take(client: Socket): void {
    const pair: Pair = { client };
    this.#pairs.add(pair);
    client.setNoDelay(true).on('error', () => {});
    client.on('close', () => this.#closed(pair));
    this.#flow(pair);
  }

  /** Brings a pair into the state of the line. */
  #flow(pair: Pair): void {
    if (this.#state === 'silent') {
      for (const one of [pair.client, pair.upstream]) one?.unpipe().pause();
      return;
    }
    const { client } = pair;
    const isGone = client.destroyed || pair.upstream?.destroyed === true;
    pair.upstream ??= isGone ? undefined : this.#connect(pair);
    if (isGone || pair.upstream === undefined) {
      this.#closed(pair);
      return;
    }
    client.pipe(pair.upstream);
    pair.upstream.pipe(client);
  }

  #connect(pair: Pair): Socket | undefined {
    const target = this.#target();
    if (target === undefined) return undefined;
    const socket = connect({ ...target, allowHalfOpen: true }).setNoDelay(true);
    return socket.on('error', () => {}).on('close', () => this.#closed(pair));
  }

  /** One side is gone; the other learns of it when something passes. */
  #closed(pair: Pair): void {
    if (this.#state === 'silent') return;
    this.#pairs.delete(pair);
    pair.client.destroy();
    pair.upstream?.destroy();
  }
}
