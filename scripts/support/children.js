/** The programs that a start runs side by side, and the one way to end them all. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { inside, textOf } from './checkout.js';
import { chosenNode, toolEnvironment } from './node-choice.js';

const LAST_RESORT_MS = 10_000;
const PARENT_CHECK_MS = 500;

export class Children {
  #running = new Map();
  #onEnd;

  /** @param onEnd called with (name, status) when a program ends that nobody asked to end */
  constructor(onEnd) {
    this.#onEnd = onEnd;
  }

  /**
   * Starts a program on the chosen Node.js, bound to this process.
   * @param onLine receives each line of its standard output; lines of standard error go to ours
   */
  start(name, args, { env, onLine }) {
    const parentGuard = new URL('./parent-guard.js', import.meta.url).href;
    const child = spawn(chosenNode, ['--import', parentGuard, ...args], {
      cwd: inside(),
      env: toolEnvironment(env),
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? signal));
      child.once('error', (error) => resolve(error.message));
    }).then((status) => {
      const asked = !this.#running.delete(name);
      if (!asked) this.#onEnd(name, status);
    });
    this.#running.set(name, { child, ended });
    createInterface({ input: child.stdout }).on('line', onLine);
  }

  /** Asks every program to end, insists after ten seconds, and returns when all have ended. */
  async stop() {
    const leaving = [...this.#running.values()];
    this.#running.clear();
    // Its parentGuard ends it, on every system alike: on Windows there is no signal that asks.
    for (const { child } of leaving) if (child.connected) child.disconnect();
    const insist = setTimeout(() => {
      for (const { child } of leaving) child.kill('SIGKILL');
    }, LAST_RESORT_MS);
    await Promise.all(leaving.map(({ ended }) => ended));
    clearTimeout(insist);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

/** The npm that runs a script of package.json through a shell of its own ("sh -c ..."); none where the shell made way. */
function npmBehindShell(shell) {
  const words = textOf(`/proc/${shell}/cmdline`).split('\0');
  if (process.env.npm_lifecycle_event === undefined || words[1] !== '-c') return [];
  const [, npm] = /^PPid:\s*(\d+)/m.exec(textOf(`/proc/${shell}/status`)) ?? [];
  return npm === undefined ? [] : [Number(npm)];
}

/** Calls `onVanish` once when whoever started this process is gone: npm, a shell, a service manager. */
export function watchParent(onVanish) {
  const parent = process.ppid;
  const watched = [parent, ...npmBehindShell(parent)];
  const watch = setInterval(() => {
    // On Windows the number of the parent stays when it is gone.
    if (process.ppid === parent && watched.every(isAlive)) return;
    clearInterval(watch);
    onVanish();
  }, PARENT_CHECK_MS);
  watch.unref();
}
