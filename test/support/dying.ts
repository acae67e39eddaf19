/** Processes that are killed at a chosen point: a test starts itself as a child, and the child's ledger kills it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Ledger } from '../../lib/ledger/ledger.ts';

/** Runs a script that must end by SIGKILL. */
export async function killed(script: string, ...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [script, ...args], { stdio: 'inherit' });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (signal !== 'SIGKILL') throw new Error(`${script} ${args.join(' ')} was not killed`);
}

/** The ledger of a process that dies the first time this method has done its work. */
export function dying(ledger: Ledger, step: keyof Ledger | undefined): Ledger {
  return new Proxy(ledger, {
    get(real, name, receiver) {
      const method: unknown = Reflect.get(real, name, receiver);
      if (name !== step || typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        await Reflect.apply(method, real, args);
        process.kill(process.pid, 'SIGKILL');
        await new Promise(() => {});
      };
    },
  });
}
