/** One host of a drill, as the drill holds it. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { HostOrder, HostTold } from './host-process.ts';
import type { DrillNetwork } from './network.ts';

export class Host {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #network: DrillNetwork;
  readonly #told: string[] = [];
  #pid = 0;
  complaints = '';

  static async begin(
    name: string,
    network: DrillNetwork,
    environment: Record<string, string>,
  ): Promise<Host> {
    const host = new Host(name, network, environment);
    await host.until('there');
    host.#pid = await network.reach(host.#child);
    return host;
  }

  private constructor(name: string, network: DrillNetwork, environment: Record<string, string>) {
    this.name = name;
    this.#network = network;
    this.#child = network.begin(environment);
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.complaints = (this.complaints + text).slice(-2_000);
    });
    this.#child.on('message', (told: HostTold) => {
      this.#told.push(...Object.keys(told));
    });
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  order(order: HostOrder): void {
    if (this.alive) this.#child.send(order, () => {});
  }

  signal(name: NodeJS.Signals): void {
    if (this.alive && this.#pid !== 0) process.kill(this.#pid, name);
  }

  /** Its line to the database, where it has one of its own. */
  pull(isPulled: boolean): boolean {
    return this.alive && this.#network.pull(this.#child, isPulled);
  }

  async until(word: 'there' | 'started' | 'stopped'): Promise<void> {
    while (!this.#told.includes(word)) {
      if (!this.alive) throw new Error(`${this.name} has ended: ${this.complaints}`);
      await wait(20);
    }
  }

  async ended(): Promise<void> {
    if (this.alive) await once(this.#child, 'exit');
  }

  /** Ends it, whatever it is at. */
  async kill(): Promise<void> {
    if (this.alive) this.#child.kill('SIGKILL');
    await this.ended();
  }
}
