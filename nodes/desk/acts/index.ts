/** All acts of the desk. */
import { acknowledgeAct } from './acknowledge.ts';
import type { Act } from './act.ts';

export const acts: readonly Act[] = [acknowledgeAct];
