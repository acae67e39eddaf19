/** A Node-RED with our nodes in a process of its own (see runtime-process.ts), as tests hold it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { NodeMessage } from 'node-red';
import { PATIENCE_MS } from './patience.ts';
import type { FlowNode, Received, RuntimeOptions } from './runtime.ts';
import type { Order, Told } from './runtime-process.ts';

export class NodeRedProcess {
  readonly #child: ChildProcess;
  readonly #messages = new Map<string, Received[]>();
  readonly #texts = new Map<string, string[]>();
  readonly #waiting = new Set<() => void>();
  /** The end of what it printed, for whoever waits in vain. */
  #complaints = '';
  #started = false;
  #copying = false;
  #stopped: number | undefined;

  /**
   * Resolves when the flow runs. "tell" nodes of the flow tell what reaches them.
   * @param copies a folder: the first copy in it waits (see `copying`)
   */
  static async start(
    flow: FlowNode[],
    options: Omit<RuntimeOptions, 'nodes' | 'clock'>,
    copies?: string,
  ): Promise<NodeRedProcess> {
    const one = new NodeRedProcess();
    one.#order({ start: { flow, options, ...(copies === undefined ? {} : { copies }) } });
    await one.until(() => one.#started, 'the start');
    return one;
  }

  private constructor() {
    this.#child = fork(join(import.meta.dirname, 'runtime-process.ts'), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-2_000);
    });
    this.#child.on('message', (told: Told) => this.#hear(told));
    this.#child.on('exit', () => this.#wake());
  }

  #hear(told: Told): void {
    if ('started' in told) this.#started = true;
    else if ('copying' in told) this.#copying = true;
    else if ('stopped' in told) this.#stopped = told.stopped;
    else if ('status' in told) this.#texts.set(told.id, [...this.texts(told.id), told.status.text ?? '']);
    else this.#messages.set(told.id, [...this.messages(told.id), told.msg as Received]);
    this.#wake();
  }

  #order(order: Order): void {
    this.#child.send(order);
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Every status text a node has shown so far. */
  texts(id: string): readonly string[] {
    return this.#texts.get(id) ?? [];
  }

  /** The status text a node shows now. */
  text(id: string): string {
    return this.texts(id).at(-1) ?? '';
  }

  /** Everything that has reached a "tell" node so far. */
  messages(id: string): readonly Received[] {
    return this.#messages.get(id) ?? [];
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  send(id: string, msg: NodeMessage = {}): void {
    this.#order({ send: id, msg });
  }

  async message(id: string, at = 0): Promise<Received> {
    await this.until(() => this.messages(id).length > at, `message ${at + 1} at ${id}`);
    return this.messages(id)[at] as Received;
  }

  async until(holds: () => boolean, what: string, patience = PATIENCE_MS): Promise<void> {
    const end = Date.now() + patience;
    while (!holds()) {
      if (Date.now() > end) {
        const seen = [...this.#texts].map(([id, all]) => `${id}: ${all.at(-1)}`).join(', ');
        throw new Error(`Waited in vain for ${what} (alive: ${this.alive}; ${seen}) ${this.#complaints}`);
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, 25);
        this.#waiting.add(wake);
      });
    }
  }

  /** Acts when the first copy lies open and before anything is written to it. */
  async copying(act: () => void): Promise<void> {
    await this.until(() => this.#copying, 'a copy');
    act();
    this.#order({ goOn: true });
  }

  /** Stops the flow as Node-RED does when it ends; how long it waited for that, in milliseconds. */
  async stop(): Promise<number> {
    const took = await this.stopFlow();
    await this.ended();
    return took;
  }

  /** The same, without waiting for the end of the process. */
  async stopFlow(): Promise<number> {
    this.#order({ stop: true });
    await this.until(() => this.#stopped !== undefined, 'the stop');
    return this.#stopped ?? Number.NaN;
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(name);
  }

  /** Kills it without warning; also when it sleeps. */
  async kill(): Promise<void> {
    if (!this.alive) return;
    this.#child.kill('SIGKILL');
    await this.ended();
  }

  async ended(): Promise<void> {
    if (this.alive) await once(this.#child, 'exit');
  }
}
