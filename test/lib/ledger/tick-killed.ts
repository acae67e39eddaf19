/** A process that is killed right after its schedule took a tick. Arguments: the home, the schedule, the due time. */
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { dying, killed } from '../../support/dying.ts';

export function killAfterTick(home: string, schedule: string, due: number): Promise<void> {
  return killed(import.meta.filename, home, schedule, String(due));
}

const [, , home, schedule, at] = process.argv;
if (import.meta.main && home !== undefined && schedule !== undefined) {
  const due = Number(at);
  const ledger = dying(await openHome(home, new SimulatedClock(due)), 'beginRun');
  await ledger.beginRun({ schedule, run: 'run-1', trigger: 'timer', due });
}
