/** Keeps a process from hanging at its end. */
import v8 from 'node:v8';

/**
 * A thread of V8 that makes code may wait for a collection that the main thread is to do, while the main thread, told to
 * exit, waits for that thread: both for ever (3 of 120 short commands on a busy machine). So from now on none makes code
 * that it has to lay into the heap: the compiler Maglev is off, and Sparkplug works on the main thread.
 *
 * Maglev is not only told to do so on the main thread (`--no-maglev-build-code-on-background`): what it has begun by then
 * it ends as begun, and V8 ends the process with SIGTRAP ("Check failed: !deopt_data.is_null()"). bin/rap does the same.
 */
export function compileOnMainThread(setFlag: (flag: string) => void = v8.setFlagsFromString): void {
  for (const flag of ['--no-concurrent-sparkplug', '--no-maglev']) setFlag(flag);
}
