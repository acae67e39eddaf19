/** Runs other programs so that none outlives this one. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const children = new Set();

function stopOn(signal) {
  process.once(signal, () => {
    for (const child of children) child.kill(signal);
    process.exit(128 + constants.signals[signal]);
  });
}

/** From now on a signal to this process is passed on to the programs it runs, and ends it. */
function guard() {
  if (process.listenerCount('SIGTERM') === 0)
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) stopOn(name);
}

/**
 * Runs a program to its end.
 * @param options.quiet keep the output back (it is returned) instead of showing it as it comes
 * @returns {Promise<{ status: number, output: string }>} status 127 when the program could not be started
 */
export function run(command, args, { cwd, env = process.env, quiet = false } = {}) {
  guard();
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit' });
    const output = [];
    const settle = (status, note = '') => {
      children.delete(child);
      resolve({ status, output: Buffer.concat(output).toString() + note });
    };
    children.add(child);
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => settle(127, error.message));
    child.on('close', (code, signal) => settle(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** The last lines of a program's output, for a sentence about its failure. */
export const tail = (output, lines = 15) => output.trimEnd().split('\n').slice(-lines).join('\n');
