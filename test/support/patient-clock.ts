import { type Clock, SimulatedClock } from '../../lib/time/clock.ts';
import { isDiskAtWork } from './disk.ts';

/** Milliseconds of real time between two steps. */
const STEP = 5;

/**
 * Real time as long as this process gets to work, for flows whose network and disk are real: it does not pass while the
 * machine gives the process no processor, nor while its disk is at work. So a deadline runs out for who is silent, and
 * not because a machine is slow.
 * @param factor so many times faster
 * @param start milliseconds since 1970
 */
export function patientClock(factor = 1, start = Date.now()): Clock {
  const clock = new SimulatedClock(start);
  let moving = false;
  const step = async () => {
    // What was missed is not made up for.
    if (moving || isDiskAtWork()) return;
    moving = true;
    await clock.advance(STEP * factor);
    moving = false;
  };
  setInterval(() => void step(), STEP).unref();
  return clock;
}
