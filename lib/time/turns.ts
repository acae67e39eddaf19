/** Long work of the processor in parts, between which everything else of the process has its turn. */
import { setImmediate } from 'node:timers/promises';

/** Some milliseconds of work, with what is done for each item here. */
export const TOGETHER = 500;

/** What `task` says of each item, in order. */
export async function inTurns<T, R>(items: readonly T[], task: (item: T) => R): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += TOGETHER) {
    if (start > 0) await setImmediate();
    for (const item of items.slice(start, start + TOGETHER)) results.push(task(item));
  }
  return results;
}
