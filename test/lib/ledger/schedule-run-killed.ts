/** A process that is killed right after its schedule took a tick. Arguments: the home, the schedule, the due time. */
import { dyingHome, mortal } from '../../support/dying.ts';

export const killAfterTick = mortal(import.meta, async (home, schedule: string, at: string) => {
  const due = Number(at);
  const { ledger } = await dyingHome(home, due, 'beginRun');
  await ledger.scheduleRuns.beginRun({ schedule, run: 'run-1', trigger: 'timer', due });
});
