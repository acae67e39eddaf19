/**
 * Plays the service manager of Linux for one program: hears it on NOTIFY_SOCKET, ends it when it has not been heard of
 * for as long as the watchdog waits (SIGKILL, as docs/deploy/systemd says), and starts it again whenever it has ended.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** Hears datagrams, which Node.js cannot: each line of one becomes a line. Files that come along are closed, as a manager does. */
const RECEIVER = `
import array, os, socket, sys
door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
door.bind(sys.argv[1])
print('listening', flush=True)
while True:
    data, extra, _, _ = door.recvmsg(65536, socket.CMSG_SPACE(64))
    for _, _, files in extra:
        some = array.array('i'); some.frombytes(files[: len(files) - len(files) % some.itemsize])
        for one in some: os.close(one)
    print(data.decode('utf-8', 'replace'), flush=True)
`;

const has = (program: string, ...words: string[]) => spawnSync(program, words).status === 0;

interface Ear {
  /** The words that make the program talk to this ear. */
  env: Record<string, string>;
  close(): void;
}

/** A socket with the program that systemd brings, where both can be had here. */
const canHearDatagrams: boolean = has('python3', '--version') && has('systemd-notify', '--version');

/** @param folder for the socket; its path has fewer than 100 letters */
export async function listen(folder: string, onLine: (line: string) => void): Promise<Ear> {
  return canHearDatagrams ? socketEar(folder, onLine) : fileEar(folder, onLine);
}

async function socketEar(folder: string, onLine: (line: string) => void): Promise<Ear> {
  const socket = path.join(folder, 'notify');
  const child = spawn('python3', ['-c', RECEIVER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  await new Promise((resolve) => lines.once('line', resolve));
  lines.on('line', onLine);
  return { env: { NOTIFY_SOCKET: socket }, close: () => void child.kill('SIGKILL') };
}

/** Another systemd-notify, first in the path, that writes into a file. */
function fileEar(folder: string, onLine: (line: string) => void): Ear {
  const file = path.join(folder, 'notify');
  writeFileSync(file, '');
  const script = '#!/bin/sh\nprintf "%s\\n" "$@" >> "$NOTIFY_SOCKET"\n';
  writeFileSync(path.join(folder, 'systemd-notify'), script, { mode: 0o755 });
  let seen = 0;
  const timer = setInterval(() => {
    const text = readFileSync(file, 'utf8');
    const end = text.lastIndexOf('\n') + 1;
    for (const line of text.slice(seen, end).split('\n')) if (line !== '') onLine(line);
    seen = Math.max(seen, end);
  }, 25);
  const env = { NOTIFY_SOCKET: file, PATH: `${folder}${path.delimiter}${process.env.PATH ?? ''}` };
  return { env, close: () => clearInterval(timer) };
}

export interface Managed {
  program: string;
  words: readonly string[];
  env: Record<string, string | undefined>;
  /** A folder of its own. */
  folder: string;
  watchdogMs: number;
  restartMs: number;
  /** How long it may take to say READY. */
  startMs: number;
}

export class ServiceManager {
  readonly #what: Managed;
  #ear: Ear | undefined;
  #child: ChildProcess | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #over = false;
  readonly #ended = Promise.withResolvers<void>();
  /** What it printed last. */
  readonly printed: string[] = [];
  readonly heard: string[] = [];
  starts = 0;
  /** How often the watchdog ended it. */
  barks = 0;
  /** Has it said READY since it was started last? */
  up = false;

  static async start(what: Managed): Promise<ServiceManager> {
    const manager = new ServiceManager(what);
    manager.#ear = await listen(what.folder, (line) => manager.#hear(line));
    manager.#start();
    return manager;
  }

  private constructor(what: Managed) {
    this.#what = what;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async stop(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#watchdog);
    // A process that was stopped hears of nothing but this.
    this.#child?.kill('SIGCONT');
    this.#child?.kill('SIGTERM');
    const insist = setTimeout(() => this.#child?.kill('SIGKILL'), 15_000);
    await this.#ended.promise;
    clearTimeout(insist);
    this.#ear?.close();
  }

  #start(): void {
    const { program, words, env, watchdogMs } = this.#what;
    this.starts++;
    this.up = false;
    const told = { ...this.#ear?.env, WATCHDOG_USEC: String(watchdogMs * 1000) };
    this.#arm(this.#what.startMs);
    const child = spawn(program, words, { env: { ...env, ...told }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.printed.push(line);
        if (this.printed.length > 500) this.printed.shift();
      });
    }
    child.once('exit', () => {
      clearTimeout(this.#watchdog);
      if (this.#over) this.#ended.resolve();
      else setTimeout(() => (this.#over ? this.#ended.resolve() : this.#start()), this.#what.restartMs);
    });
  }

  #hear(line: string): void {
    this.heard.push(line);
    if (this.heard.length > 500) this.heard.shift();
    if (line === 'READY=1') this.up = true;
    if (line === 'READY=1' || (line === 'WATCHDOG=1' && this.up)) this.#arm(this.#what.watchdogMs);
  }

  #arm(ms: number): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      this.barks++;
      this.#child?.kill('SIGKILL');
    }, ms);
  }
}

export const isRoot: boolean = process.getuid?.() === 0 && existsSync('/proc/mounts');
