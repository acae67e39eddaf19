import type { Clock } from '../../lib/time/clock.ts';

/**
 * Real time, some times faster: for whole flows, where network and disk are real and a settle time of seconds
 * would be waited for.
 */
export function fastClock(factor: number, start = Date.now()): Clock {
  const origin = performance.now();
  const elapsed = () => (performance.now() - origin) * factor;
  return {
    now: () => start + Math.round(elapsed()),
    monotonic: elapsed,
    after(ms, fn) {
      const timer = setTimeout(fn, ms / factor);
      return () => clearTimeout(timer);
    },
  };
}
