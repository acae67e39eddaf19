/** A run: one pass of collection over one or more accounts, from its trigger to its digest. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../time/clock.ts';
import { hongKongStamp } from '../time/hong-kong.ts';

/** What started a run: its timer, a missed time made up for, a person, or that something is due. */
export type Trigger = 'timer' | 'catch-up' | 'hand' | 'look';

/** A new run's name: its start in Hong Kong time and four characters that make it unique, '20250620-213000-3fa9'. */
export function newRun(clock: Clock): string {
  const stamp = hongKongStamp(clock.now()).replaceAll(/[-:]/g, '').replace(' ', '-');
  return `${stamp}-${randomBytes(2).toString('hex')}`;
}
