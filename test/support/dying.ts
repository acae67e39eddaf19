/** Processes that are killed at a chosen point: a test starts itself as a child, and the child's ledger kills it. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { killed as ofKilled } from './system.ts';

/**
 * Makes a script one that is killed: started by itself, it acts in a home and must not come to its end.
 * @param meta `import.meta` of the script; call it when everything `act` uses is there
 * @returns starts the script, and resolves when it was killed
 */
export function mortal<Args extends string[]>(
  meta: ImportMeta,
  act: (home: string, ...args: Args) => Promise<unknown>,
): (home: string, ...args: Args) => Promise<void> {
  const [, script, home, ...args] = process.argv;
  if (script === meta.filename && home !== undefined) void act(home, ...(args as Args));
  return (...all) => killed(meta.filename, ...all);
}

/** Names the file that a process writes as the last thing it does before it kills itself. */
const LAST_WORD = 'RAP_TEST_LAST_WORD';

/** Runs a script that must end by its own hand: on Windows the status of one that fails is that of one that is killed. */
async function killed(script: string, ...args: string[]): Promise<void> {
  const lastWord = join(tmpdir(), `rap-died-${randomUUID()}`);
  const child = spawn(process.execPath, [script, ...args], {
    stdio: 'inherit',
    env: { ...process.env, [LAST_WORD]: lastWord },
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  const end = { code, signal };
  const asKilled = Object.entries(ofKilled).every(([how, value]) => end[how as keyof typeof end] === value);
  try {
    rmSync(lastWord);
  } catch (cause) {
    throw new Error(`${script} ${args.join(' ')} did not come to its end`, { cause });
  }
  if (!asKilled) throw new Error(`${script} ${args.join(' ')} was not killed: ${code} ${signal}`);
}

/** This process ends here. */
export async function die(): Promise<never> {
  const lastWord = process.env[LAST_WORD];
  if (lastWord !== undefined) writeFileSync(lastWord, '');
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
}

/** A method of any record of the ledger. */
export type LedgerStep = { [Name in keyof Ledger]: keyof Ledger[Name] }[keyof Ledger] & string;

/** The ledger of a process that dies the first time this method has done its work. */
export function dying<T extends object>(ledger: T, step: LedgerStep | undefined): T {
  return new Proxy(ledger, {
    get(real, name, receiver) {
      const method: unknown = Reflect.get(real, name, receiver);
      if (typeof method === 'object' && method !== null) return dying(method, step);
      if (name !== step || typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        await Reflect.apply(method, real, args);
        await die();
      };
    },
  });
}

/** The same of a home, and the clock it goes by. */
export async function dyingHome(
  home: string,
  at: number,
  step: LedgerStep,
): Promise<{ ledger: Ledger; clock: SimulatedClock }> {
  const clock = new SimulatedClock(at);
  return { ledger: dying(await openHome(home, clock), step), clock };
}
