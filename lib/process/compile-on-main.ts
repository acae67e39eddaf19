/** Keeps a process from hanging at its end. */
import v8 from 'node:v8';

/**
 * A thread of V8 that makes code may wait for a collection that the main thread is to do, while the main thread, told to
 * exit, waits for that thread: both for ever (3 of 120 short commands on a busy machine). So code is made by the main
 * thread from now on. bin/rap does the same before it loads anything.
 */
export function compileOnMainThread(setFlag: (flag: string) => void = v8.setFlagsFromString): void {
  for (const flag of ['--no-concurrent-sparkplug', '--no-maglev-build-code-on-background']) setFlag(flag);
}
