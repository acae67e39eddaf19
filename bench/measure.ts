/** Runs a command and tells what it took: wall time, processor time, memory; all its processes together. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const TIME = '/usr/bin/time';
/** How often the processes are looked at, milliseconds. */
export const LOOK_EVERY = 100;
/** Linux counts processor time in hundredths of a second and memory in pages. */
const TICK = 0.01;
const PAGE = 4096;

export interface Measured {
  /** Exit status; undefined when it was stopped at the time limit. */
  status: number | undefined;
  /** Seconds from start to end. */
  wall: number;
  /** Seconds of processor time, user and system. */
  cpu: number;
  /** Largest resident memory, bytes. */
  memory: number;
  /** The end of what it said on stderr. */
  stderr: string;
  /** All it said on stdout, where that was asked for. */
  stdout: string;
}

/** Looks at a process and its descendants while they live. Some clients do not wait for theirs. */
export class Watch {
  readonly #cpu = new Map<number, number>();
  readonly #threads = new Map<number, number>();
  /** The most resident memory of all together, bytes. */
  memory = 0;

  /** Seconds of processor time of all together, user and system. */
  get cpu(): number {
    return [...this.#cpu.values()].reduce((sum, one) => sum + one, 0);
  }

  /** Seconds of processor time of each of their threads, by its number. */
  get threads(): ReadonlyMap<number, number> {
    return new Map(this.#threads);
  }

  look(root: number): void {
    let resident = 0;
    const open = [root];
    for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
      try {
        open.push(...numbersIn(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')));
        resident += (numbersIn(readFileSync(`/proc/${pid}/statm`, 'utf8'))[1] ?? 0) * PAGE;
        this.#cpu.set(pid, processorOf(`/proc/${pid}`));
        for (const thread of readdirSync(`/proc/${pid}/task`))
          this.#threads.set(Number(thread), processorOf(`/proc/${pid}/task/${thread}`));
      } catch {
        // It has just ended.
      }
    }
    this.memory = Math.max(this.memory, resident);
  }
}

/** Seconds of processor time, user and system, of a process or thread. @param folder of it in /proc */
function processorOf(folder: string): number {
  const fields = readFileSync(`${folder}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

function numbersIn(text: string): number[] {
  return text.trim().split(/\s+/).filter(Boolean).map(Number);
}

/**
 * @param limit seconds after which the command is stopped
 * @throws Error when the command cannot be started
 */
export async function measure(
  command: string,
  args: readonly string[],
  options: { env?: Record<string, string>; limit: number; keepOutput?: boolean },
): Promise<Measured> {
  const report = path.join(tmpdir(), `rap-time-${process.pid}-${performance.now()}`);
  const start = performance.now();
  // A process group of its own, so that stopping it stops its children too.
  const child = spawn(TIME, ['-q', '-f', '%U %S %M', '-o', report, command, ...args], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', options.keepOutput === true ? 'pipe' : 'ignore', 'pipe'],
    detached: true,
  });
  const pid = child.pid ?? 0;
  let stderr = '';
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2_000);
  });
  const watch = new Watch();
  const looking = setInterval(() => watch.look(pid), LOOK_EVERY);
  let stopped = false;
  const timer = setTimeout(() => {
    stopped = true;
    if (pid > 0) process.kill(-pid, 'SIGKILL');
  }, options.limit * 1000);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => {
    clearTimeout(timer);
    clearInterval(looking);
  });
  const wall = (performance.now() - start) / 1000;
  const figures = await readFile(report, 'utf8').catch(() => '');
  await rm(report, { force: true });
  const [user = 0, system = 0, kilobytes = 0] = numbersIn(figures.trim().split('\n').at(-1) ?? '');
  return {
    status: stopped ? undefined : (status ?? -1),
    wall,
    cpu: Math.max(user + system, watch.cpu),
    memory: Math.max(kilobytes * 1024, watch.memory),
    stderr,
    stdout,
  };
}
