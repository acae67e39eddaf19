/** Wrong codes of a drill are counted once for all places that take codes. */
import type { NodeAPI } from 'node-red';
import { GuessLimit } from '../../lib/practice/drill.ts';
import { clockOf } from './runtime.ts';

const limits = new WeakMap<object, GuessLimit>();

export function guessesAt(RED: NodeAPI): GuessLimit {
  const clock = clockOf(RED);
  const limit = limits.get(clock) ?? new GuessLimit(clock);
  limits.set(clock, limit);
  return limit;
}
