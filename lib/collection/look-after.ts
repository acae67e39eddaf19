/** When delivered files are looked at again: once a day, before people come, and after a start that missed it. */
import type { Clock } from '../time/clock.ts';
import { sleep } from '../time/clock.ts';
import { addDays, fromHongKong, hongKongDate } from '../time/hong-kong.ts';

/** Hong Kong time at which a day's look is due; ours, before the first of the operations team. */
const AT = '07:30';
/** After a start everything else comes first, milliseconds. */
const SETTLE = 10 * 60_000;
/** A share that could not be looked at is tried so often again on that day, and so much later each time. */
const MOST_AGAIN = 3;
const AGAIN = 60 * 60_000;

/**
 * Looks until the signal says stop.
 * @param look tells how many files could not be looked at
 */
export async function lookEachDay(
  clock: Clock,
  signal: AbortSignal,
  look: () => Promise<{ unknown: number }>,
): Promise<void> {
  for (let wait = SETTLE; ; wait = untilNext(clock.now())) {
    await sleep(clock, wait, signal);
    for (let again = 0; ; again++) {
      const { unknown } = await look();
      if (unknown === 0 || again === MOST_AGAIN) break;
      await sleep(clock, AGAIN, signal);
    }
  }
}

/** Milliseconds until the next day's look. */
export function untilNext(now: number): number {
  const today = hongKongDate(now);
  const due = fromHongKong(`${today}T${AT}`);
  return (due > now ? due : fromHongKong(`${addDays(today, 1)}T${AT}`)) - now;
}
