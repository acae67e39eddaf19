/**
 * Tells the service manager of Linux that the service is up and goes on (sd_notify). Its socket takes datagrams, which
 * Node.js cannot send to a file; so the program that systemd brings for this sends them (decision 43).
 */
import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs a program to its end. @returns its exit status */
export type RunProgram = (program: string, words: readonly string[]) => Promise<number>;

export interface ServiceManager {
  /** How often it wants to hear of us, milliseconds; undefined when it does not. */
  watchdog: number | undefined;
  /** @param assignments 'READY=1', 'STATUS=...' @returns was it told? */
  tell(...assignments: string[]): Promise<boolean>;
}

const PROGRAM = 'systemd-notify';
/** It waits until the manager has read it; one that does not read must not leave programs behind. */
const LIMIT_MS = 5_000;

/** @returns undefined where no service manager started this process, or not with Type=notify */
export function serviceManager(env: Environment, run: RunProgram = runProgram): ServiceManager | undefined {
  if (!env.NOTIFY_SOCKET) return undefined;
  const wanted = Number(env.WATCHDOG_USEC ?? '') / 1000;
  return {
    watchdog: Number.isFinite(wanted) && wanted > 0 ? wanted : undefined,
    tell: async (...assignments) => (await run(PROGRAM, assignments.map(inOneLine))) === 0,
  };
}

/** A line break would begin another assignment. */
function inOneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 500);
}

function runProgram(program: string, words: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, [...words], { stdio: 'ignore', timeout: LIMIT_MS, killSignal: 'SIGKILL' });
    child.on('error', () => resolve(127));
    child.on('exit', (status) => resolve(status ?? 1));
    child.unref();
  });
}
