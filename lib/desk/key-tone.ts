/** How loud the end of a key is: as near as the reminders of lib/alarms/key-alarms.ts are. */
import type { Tone } from './kit.ts';

/** Business days: from here on people are reminded, and from here on the page is loud. */
const NEAR = { remind: 30, loud: 7 } as const;

/** @param daysLeft business days; below 0 when it is over, null when nobody knows */
export function keyTone(daysLeft: number | null): Tone {
  if (daysLeft === null) return 'grey';
  if (daysLeft <= NEAR.loud) return 'bad';
  return daysLeft <= NEAR.remind ? 'warn' : 'ok';
}
