/**
 * Drills: something happens to a service at work - it is killed, frozen, its ledger locked, its disk filled, its event
 * loop blocked - and it must be back at work by itself, under a watchdog. "At work" is what /rap-ops/health says, and
 * that is what was done: it has written its ledger since.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ServiceManager } from './service-manager.ts';

export const drillKinds = ['kill', 'freeze', 'locked', 'full', 'blocked'] as const;
export type DrillKind = (typeof drillKinds)[number];

export interface DrillOptions {
  /** How long the watchdog waits, and the manager before it starts again, milliseconds. */
  watchdogMs: number;
  restartMs: number;
  /** How long a ledger is locked, a disk full, a loop blocked, milliseconds. */
  holdMs: number;
  /** A disk of its own, which can be filled; needs root. */
  smallDisk?: boolean;
}

export interface DrillResult {
  kind: DrillKind;
  /** From the fault, or where it ends by itself or by us from its end, until it was at work again, milliseconds. */
  backAfter: number;
  /** Was it seen not to work meanwhile? */
  noticed: boolean;
  /** Did the watchdog end it? */
  barked: boolean;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
/** As TimeoutStartSec of the unit. */
const START_MS = 90_000;
const PATIENCE_MS = 100_000;

interface Health {
  ready: boolean;
  at: string;
}

export class DrilledService {
  readonly #options: DrillOptions;
  readonly #folder: string;
  readonly #home: string;
  readonly #port: number;
  readonly #disk: string | undefined;
  #manager: ServiceManager | undefined;

  static async start(options: DrillOptions): Promise<DrilledService> {
    const service = new DrilledService(options, await freePort());
    try {
      await service.#begin();
      return service;
    } catch (thrown) {
      await service.stop();
      throw thrown;
    }
  }

  private constructor(options: DrillOptions, port: number) {
    this.#options = options;
    this.#port = port;
    this.#folder = mkdtempSync(path.join(tmpdir(), 'rap-drill-'));
    this.#disk = options.smallDisk ? path.join(this.#folder, 'disk') : undefined;
    if (this.#disk !== undefined) {
      mkdirSync(this.#disk);
      const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', this.#disk]);
      if (status !== 0) throw new Error(`No small disk can be had here: ${stderr}`);
    }
    this.#home = path.join(this.#disk ?? this.#folder, 'home');
  }

  get manager(): ServiceManager {
    if (this.#manager === undefined) throw new Error('The service was not started');
    return this.#manager;
  }

  async #begin(): Promise<void> {
    const { watchdogMs, restartMs, holdMs } = this.#options;
    mkdirSync(path.join(this.#home, 'node-red'), { recursive: true });
    writeFileSync(path.join(this.#home, 'node-red/flows.json'), JSON.stringify(flowOf(holdMs)));
    const env = {
      ...{ PATH: process.env.PATH, HOME: this.#folder, UV_THREADPOOL_SIZE: '16' },
      // As the unit has it: a start reads compiled code.
      NODE_COMPILE_CACHE: path.join(this.#folder, 'cache'),
      ...{ RAP_HOME: this.#home, RAP_EDITOR_PORT: String(this.#port), RAP_LOG: 'json' },
    };
    const red = path.join(root, 'node_modules/node-red/red.js');
    this.#manager = await ServiceManager.start({
      ...{ program: process.execPath, env, folder: this.#folder, watchdogMs, restartMs, startMs: START_MS },
      words: [red, '-u', path.join(this.#home, 'node-red'), '-s', path.join(root, 'settings.js')],
    });
    await this.#atWork(Date.now());
  }

  async stop(): Promise<void> {
    await this.#manager?.stop();
    if (this.#disk !== undefined) spawnSync('umount', ['-l', this.#disk]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async drill(kind: DrillKind): Promise<DrillResult> {
    const barks = this.manager.barks;
    const { noticed, from } = await this[kind]();
    await this.#atWork(from);
    return { kind, backAfter: Date.now() - from, noticed, barked: this.manager.barks > barks };
  }

  /** kill -9 */
  async kill(): Promise<{ noticed: boolean; from: number }> {
    const from = Date.now();
    process.kill(this.manager.pid, 'SIGKILL');
    return { noticed: await this.#isAway(), from };
  }

  /** The process stands still, and nothing wakes it. */
  async freeze(): Promise<{ noticed: boolean; from: number }> {
    const from = Date.now();
    process.kill(this.manager.pid, 'SIGSTOP');
    return { noticed: await this.#isAway(), from };
  }

  /** Another program holds the write lock of the ledger. */
  async locked(): Promise<{ noticed: boolean; from: number }> {
    const database = new DatabaseSync(path.join(this.#home, 'ledger.sqlite'), { timeout: 10_000 });
    database.exec('begin immediate');
    const [noticed] = await Promise.all([this.#isAway(), pause(this.#options.holdMs)]);
    database.exec('rollback');
    database.close();
    return { noticed, from: Date.now() };
  }

  /** Not a byte is left where RAP_HOME lies. */
  async full(): Promise<{ noticed: boolean; from: number }> {
    const disk = this.#disk ?? '';
    const filler = path.join(disk, 'filler');
    const { bavail, bsize } = statfsSync(disk);
    try {
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
    } catch {
      // The service has written meanwhile: what was written fills the disk.
    }
    const [noticed] = await Promise.all([this.#isAway(), pause(this.#options.holdMs)]);
    rmSync(filler);
    return { noticed, from: Date.now() };
  }

  /** Code of a neighbour keeps the event loop. */
  async blocked(): Promise<{ noticed: boolean; from: number }> {
    const from = Date.now();
    // It is answered before the function node is called, or never.
    const asked = fetch(this.#url('/inject/block'), { method: 'POST', signal: AbortSignal.timeout(2_000) });
    await asked.catch(() => {});
    return { noticed: await this.#isAway(), from };
  }

  #url(where: string): string {
    return `http://127.0.0.1:${this.#port}${where}`;
  }

  /** Undefined when nobody answers. */
  async health(): Promise<Health | undefined> {
    try {
      const response = await fetch(this.#url('/rap-ops/health'), { signal: AbortSignal.timeout(5_000) });
      return (await response.json()) as Health;
    } catch {
      return undefined;
    }
  }

  /** Is it seen not to work within its time? */
  async #isAway(): Promise<boolean> {
    const end = Date.now() + Math.max(60_000, this.#options.holdMs);
    while (Date.now() < end) {
      if (!(await this.health())?.ready) return true;
      await pause(100);
    }
    return false;
  }

  async #atWork(from: number): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const health = await this.health();
      // What it has not told its manager yet, the manager cannot miss.
      if (this.manager.up && health?.ready && Date.parse(health.at) >= from) return;
      if (Date.now() > end) {
        const { printed, heard } = this.manager;
        const said = [...heard.slice(-5), ...printed.slice(-15)].join('\n');
        throw new Error(`It is not back at work: ${JSON.stringify(health)}\n${said}`);
      }
      await pause(100);
    }
  }

  /** The ledger's file, for who looks. */
  get ledgerBytes(): Buffer {
    return readFileSync(path.join(this.#home, 'ledger.sqlite'));
  }
}

/** A schedule that is at work, and a neighbour that can block. */
function flowOf(holdMs: number): object[] {
  const at = { z: 'tab', name: '', x: 100, y: 100 };
  return [
    { id: 'tab', type: 'tab', label: 'drill' },
    {
      ...{
        id: 'schedule',
        type: 'rap-schedule',
        ...at,
        mode: 'times',
        times: [{ time: '07:00' }],
        pattern: '',
      },
      ...{ calendar: 'securities', catchUp: false, wires: [[]] },
    },
    {
      ...{ id: 'block', type: 'inject', ...at, props: [{ p: 'payload' }], repeat: '', once: false },
      ...{ payload: '', payloadType: 'date', wires: [['neighbour']] },
    },
    {
      ...{ id: 'neighbour', type: 'function', ...at, outputs: 0, wires: [] },
      func: `const end = Date.now() + ${holdMs}; while (Date.now() < end);`,
    },
  ];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
