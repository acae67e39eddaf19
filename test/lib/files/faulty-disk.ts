import type fs from 'node:fs/promises';
import { type Disk, realDisk } from '../../../lib/files/durable.ts';

export function systemError(code: string, call: string): Error {
  return Object.assign(new Error(`${code}: injected, ${call}`), { code, syscall: call });
}

/** One call on the disk, as seen by a test: the name of the call and its first argument. */
export interface DiskCall {
  call: string;
  target: string;
}

const HANDLE_CALLS: ReadonlySet<string> = new Set(['write', 'sync', 'close', 'read', 'readFile', 'stat']);

/**
 * A real disk that tells `before` of every call, also of those on open files ("handle.sync"). When `before`
 * returns an error, the call fails with it instead of being made.
 */
export function observedDisk(
  before: (call: DiskCall) => Error | undefined | Promise<Error | undefined>,
  under: Disk = realDisk,
): Disk {
  const guard = async (call: string, target: string) => {
    const fault = await before({ call, target });
    if (fault !== undefined) throw fault;
  };
  return new Proxy(under, {
    get(disk, name) {
      const method = Reflect.get(disk, name);
      if (typeof method !== 'function' || typeof name !== 'string') return method;
      return async (...args: unknown[]) => {
        await guard(name, String(args[0]));
        const result: unknown = await Reflect.apply(method, disk, args);
        return name === 'open' ? observedHandle(result as fs.FileHandle, String(args[0]), guard) : result;
      };
    },
  });
}

function observedHandle(
  handle: fs.FileHandle,
  target: string,
  guard: (call: string, target: string) => Promise<void>,
): fs.FileHandle {
  return new Proxy(handle, {
    get(real, name) {
      const value = Reflect.get(real, name, real);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        if (typeof name === 'string' && HANDLE_CALLS.has(name)) {
          try {
            await guard(`handle.${name}`, target);
          } catch (fault) {
            // Even a close that fails gives the descriptor back.
            if (name === 'close') await real.close();
            throw fault;
          }
        }
        return Reflect.apply(value, real, args);
      };
    },
  });
}

/** Windows cannot sync a folder. On this disk it can, so that the rules for disks that do hold there as well. */
export const syncingDisk: Disk =
  process.platform !== 'win32'
    ? realDisk
    : {
        ...realDisk,
        open: (async (...args: Parameters<Disk['open']>) => {
          const handle = await realDisk.open(...args);
          if (!(await handle.stat()).isDirectory()) return handle;
          return Object.assign(Object.create(handle), { sync: async () => {}, close: () => handle.close() });
        }) as Disk['open'],
      };

/** A disk on which the named calls always fail with one code, such as a drive without hard links. */
export function diskWithout(calls: readonly string[], code: string, under: Disk = realDisk): Disk {
  return observedDisk(({ call }) => (calls.includes(call) ? systemError(code, call) : undefined), under);
}
