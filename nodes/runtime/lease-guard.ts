/**
 * Ends this process when it stands still for longer than it may keep its accounts. A process that is stopped closes no
 * connection, and its host's kernel keeps them open: another host could take over and log in beside it. So a small
 * process beside this one kills it in time; then the kernel closes them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { RapError } from '../../lib/errors/rap-error.ts';

/** Part of the time for which duties are held after which a process that says nothing is ended. */
const END_AFTER = 0.9;

/**
 * Each line is the moment at which the parent is ended, milliseconds on the clock of the machine that nobody sets: lines
 * may be read late. 'off' ends the watch.
 */
const SCRIPT = `
let timer;
const parent = process.ppid;
process.stdin.setEncoding('utf8').on('data', (text) => {
  const last = text.trim().split('\\n').at(-1);
  clearTimeout(timer);
  if (last === 'off') return;
  timer = setTimeout(() => {
    if (process.ppid === parent) process.kill(parent, 'SIGKILL');
    process.exit();
  }, Math.max(0, Number(last) - Number(process.hrtime.bigint() / 1_000_000n)));
}).on('end', () => process.exit());
process.on('SIGTERM', () => {});
process.on('SIGINT', () => {});
`;

/**
 * Linux lets nobody within a container end the process that has the number 1 there (pid_namespaces(7)).
 * @throws RapError CONFIG_INVALID for one that no guard could end
 */
export function refuseUnendable(pid: number, platform: NodeJS.Platform): void {
  if (pid !== 1 || platform === 'win32') return;
  throw new RapError(
    'CONFIG_INVALID',
    'RAP_HOSTS is "shared", and Node-RED is process 1 of its container: it could not be ended when it stands still',
    {
      cure: 'Start the container with an init: "docker run --init", or "init: true" in compose.yml.',
      details: { field: 'RAP_HOSTS' },
    },
  );
}

/** The clock of the machine, the same for all its processes. */
const machineClock = (): number => Number(process.hrtime.bigint() / 1_000_000n);

/** In a session of its own: what stops or ends all processes of a terminal (Ctrl-Z) does not reach it. */
const startChild = (): ChildProcess =>
  spawn(process.execPath, ['-e', SCRIPT], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });

export class LeaseGuard {
  readonly #start: () => ChildProcess;
  #child: ChildProcess | undefined;
  /** What it was told last. */
  #line = '';

  constructor(start = startChild) {
    this.#start = start;
  }

  /**
   * @param ms for how long duties are held; undefined once all work is dropped
   * @param since milliseconds that may have gone by of that
   */
  feed(ms: number | undefined, since = 0): void {
    if (ms === undefined && this.#child === undefined) return;
    this.#line = ms === undefined ? 'off' : String(Math.floor(machineClock() + ms * END_AFTER - since));
    this.#child ??= this.#watched();
    this.#child?.stdin?.write(`${this.#line}\n`);
  }

  close(): void {
    const child = this.#child;
    this.#child = undefined;
    child?.stdin?.end();
  }

  /**
   * @param again is it one in place of another that was ended? The next feed tries again where that fails, too
   * @returns undefined where none can be started, as without memory: that must end no work by itself
   */
  #watched(again = false): ChildProcess | undefined {
    let child: ChildProcess;
    try {
      child = this.#start();
    } catch {
      return undefined;
    }
    const gone = () => {
      if (this.#child !== child) return;
      this.#child = undefined;
      if (again || this.#line === 'off') return;
      this.#child = this.#watched(true);
      this.#child?.stdin?.write(`${this.#line}\n`);
    };
    child.on('error', gone).on('exit', gone);
    child.stdin?.on('error', gone);
    child.unref();
    (child.stdin as { unref?(): void } | null)?.unref?.();
    return child;
  }
}
