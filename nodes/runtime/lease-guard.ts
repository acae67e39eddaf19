/**
 * Ends this process when it stands still for longer than it may keep its accounts. A process that is stopped closes no
 * connection, and its host's kernel keeps them open: another host could take over and log in beside it. So a small
 * process beside this one kills it in time; then the kernel closes them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { RapError } from '../../lib/errors/rap-error.ts';

/** Part of the time for which duties are held after which a process that says nothing is ended. */
const END_AFTER = 0.9;

/** Each line is the time that is left from then on, milliseconds; 'off' ends the watch. */
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
  }, Number(last));
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

export class LeaseGuard {
  #child: ChildProcess | undefined;

  /**
   * @param ms for how long duties are held; undefined once all work is dropped
   * @param since milliseconds that may have gone by of that
   */
  feed(ms: number | undefined, since = 0): void {
    if (ms === undefined && this.#child === undefined) return;
    this.#child ??= this.#start();
    this.#child.stdin?.write(
      ms === undefined ? 'off\n' : `${Math.max(0, Math.floor(ms * END_AFTER - since))}\n`,
    );
  }

  close(): void {
    this.#child?.stdin?.end();
    this.#child = undefined;
  }

  #start(): ChildProcess {
    const child = spawn(process.execPath, ['-e', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'] });
    const gone = () => {
      if (this.#child === child) this.#child = undefined;
    };
    child.on('error', gone).on('exit', gone);
    child.stdin?.on('error', gone);
    child.unref();
    (child.stdin as { unref?(): void } | null)?.unref?.();
    return child;
  }
}
