/** Runs other programs so that none outlives this one. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const children = new Set();

function passOn(signal) {
  for (const child of children) child.kill(signal);
  process.exit(128 + constants.signals[signal]);
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function enter(child) {
  if (children.size === 0) for (const signal of signals) process.on(signal, passOn);
  children.add(child);
}

function leave(child) {
  children.delete(child);
  if (children.size === 0) for (const signal of signals) process.off(signal, passOn);
}

/**
 * Runs a program to its end. A signal meanwhile is passed on to it and ends this process too.
 * @param options.quiet keep the output back (it is returned) instead of showing it as it comes
 * @param options.seconds after so many it is ended; unlimited by default
 * @returns {Promise<{ status: number, output: string }>} status 127 when the program could not be started
 */
export function run(command, args, { cwd, env = process.env, quiet = false, seconds = 0 } = {}) {
  return new Promise((resolve) => {
    const stdio = quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit';
    const child = spawn(command, args, { cwd, env, stdio, timeout: seconds * 1000, killSignal: 'SIGKILL' });
    const output = [];
    const settle = (status, note = '') => {
      leave(child);
      resolve({ status, output: Buffer.concat(output).toString() + note });
    };
    enter(child);
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => settle(127, error.message));
    child.on('close', (code, signal) => settle(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** The last lines of a program's output, for a sentence about its failure. */
export const tail = (output, lines = 15) => output.trimEnd().split('\n').slice(-lines).join('\n');
