/** A simulator whose day passes: reports appear when their time has come. */
import { type Clock, realClock, sleep } from '../lib/time/clock.ts';
import type { PlannedReport } from './content/plan.ts';
import type { Simulator } from './simulator.ts';

/** Longest wait at a time, milliseconds of the simulated day: timers have a limit. */
const LONGEST_WAIT = 3_600_000;

/**
 * Time that begins at a moment of its own and passes `speed` times as fast as real time.
 * @param start milliseconds since 1970
 * @param speed 0 stands still: nothing that waits is ever called
 */
export function passingTime(start: number, speed: number, real: Clock = realClock): Clock {
  const origin = real.monotonic();
  const passed = () => (real.monotonic() - origin) * speed;
  return {
    now: () => start + Math.floor(passed()),
    monotonic: passed,
    after: (ms, fn) => (speed === 0 ? () => {} : real.after(Math.ceil(ms / speed), fn)),
  };
}

/**
 * Lets reports appear as time passes, until the signal or until no more are planned.
 * @param onAppeared told of each report when it is there
 * @throws NodeJS.ErrnoException when the disk does not take a report
 */
export async function keepUp(
  simulator: Pick<Simulator, 'nextAppearance' | 'advanceTo'>,
  clock: Clock,
  signal: AbortSignal,
  onAppeared: (report: PlannedReport) => void,
): Promise<void> {
  for (let next = simulator.nextAppearance(); next !== undefined; next = simulator.nextAppearance()) {
    const wait = Math.min(Math.max(0, next - clock.now()), LONGEST_WAIT);
    const stopped = await sleep(clock, wait, signal).then(
      () => false,
      () => true,
    );
    if (stopped) return;
    for (const report of await simulator.advanceTo(clock.now())) onAppeared(report);
  }
}
