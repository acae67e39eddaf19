/**
 * Where the hosts of a drill run. In namespaces each host has a network and processes of its own, with one line to RAP
 * and the mail server and another to the database, either of which can be pulled; that takes Linux, root and iproute2.
 * Otherwise all share one machine, and a line is cut where the drill passes it on.
 */
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Relay } from '../../support/relay.ts';

const PROGRAM = join(import.meta.dirname, 'host-process.ts');
/** In namespaces: where RAP and the mail server are reached, and where the database. */
const SERVICES = '10.88.0.1';
const DATABASE = '10.88.0.2';

export interface DrillNetwork {
  /** Where hosts reach what listens on 127.0.0.1 of the drill. */
  readonly services: string;
  /** Where they reach the database. */
  readonly database: string;
  /** Lets the hosts reach these ports of 127.0.0.1. */
  offer(ports: readonly number[]): Promise<void>;
  /** Begins a process; it is told what to do when `reach` has resolved. */
  begin(environment: Record<string, string>): ChildProcess;
  /** Gives the process its lines. @returns the process id to signal */
  reach(child: ChildProcess): Promise<number>;
  /** Pulls the line to the database, or puts it back; false where this network has no such line. */
  pull(child: ChildProcess, isPulled: boolean): boolean;
  close(): Promise<void>;
}

const withChannel = { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] as ('ignore' | 'pipe' | 'ipc')[] };

/** All on one machine, of which everything is on loopback addresses. */
export const oneMachine: DrillNetwork = {
  services: '127.0.0.1',
  database: '127.0.0.1',
  offer: async () => {},
  begin: (environment) => fork(PROGRAM, { ...withChannel, env: { ...process.env, ...environment } }),
  reach: async (child) => child.pid ?? 0,
  pull: () => false,
  close: async () => {},
};

const ip = (...words: string[]) => execFileSync('ip', words, { stdio: ['ignore', 'pipe', 'pipe'] });

/** May this process make networks and lines between them? */
export function mayHaveNamespaces(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['-n', '-p', '-f', '--mount-proc', '--kill-child', 'ip', 'link'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/** Hosts in namespaces. Call it in a network of the drill's own: it gives addresses to its loopback device. */
export class Namespaces implements DrillNetwork {
  readonly services = SERVICES;
  readonly database = DATABASE;
  readonly #relays: Relay[] = [];
  readonly #numbers = new Map<ChildProcess, number>();
  #made = 0;

  constructor() {
    for (const address of [SERVICES, DATABASE]) ip('addr', 'add', `${address}/32`, 'dev', 'lo');
  }

  async offer(ports: readonly number[]): Promise<void> {
    for (const port of ports)
      this.#relays.push(await Relay.listen(SERVICES, port, () => ({ host: '127.0.0.1', port })));
  }

  begin(environment: Record<string, string>): ChildProcess {
    // Number 1 of its namespace is a shell: what has that number cannot be killed from within.
    const script = 'ip link set lo up; "$@" & wait $!';
    const words = ['-n', '-p', '-f', '--mount-proc', '--kill-child', 'sh', '-c', script, 'sh'];
    const child = spawn('unshare', [...words, process.execPath, ...process.execArgv, PROGRAM], {
      ...withChannel,
      env: { ...process.env, ...environment },
    });
    this.#numbers.set(child, ++this.#made);
    return child;
  }

  async reach(child: ChildProcess): Promise<number> {
    const number = this.#numbers.get(child) ?? 0;
    for (const [line, to, net] of [
      ['r', SERVICES, 89],
      ['d', DATABASE, 90],
    ] as const) {
      const [here, there] = [`${line}${number}`, `${line}${number}h`];
      const [hub, host] = [`10.${net}.${number}.1`, `10.${net}.${number}.2`];
      const within = (...words: string[]) =>
        execFileSync('nsenter', ['-t', String(child.pid), '-n', 'ip', ...words]);
      ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', String(child.pid));
      ip('addr', 'add', `${hub}/30`, 'dev', here);
      ip('link', 'set', here, 'up');
      within('addr', 'add', `${host}/30`, 'dev', there);
      within('link', 'set', there, 'up');
      within('route', 'add', `${to}/32`, 'via', hub);
    }
    const shell = await onlyChildOf(child.pid ?? 0);
    return onlyChildOf(shell);
  }

  pull(child: ChildProcess, isPulled: boolean): boolean {
    ip('link', 'set', `d${this.#numbers.get(child)}`, isPulled ? 'down' : 'up');
    return true;
  }

  async close(): Promise<void> {
    for (const relay of this.#relays) await relay.close();
  }
}

async function onlyChildOf(pid: number): Promise<number> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return Number(listed.trim().split(' ')[0]);
}
