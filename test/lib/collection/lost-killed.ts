/** The listing of a run that had asked for a report which is gone; as a process it is killed on the way. */
import { takeListing } from '../../../lib/collection/listing.ts';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../../lib/ledger/ledger.ts';
import type { RapSession } from '../../../lib/rap/session.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { dying, killed } from '../../support/dying.ts';
import { START } from '../ledger/samples.ts';

export const ACCOUNT = 'SIM001';
export const GONE = '/INBOX/20261120/gone.txt';

/** The step is the last thing that the run of the killed process does. */
export function killListing(home: string, step: 'recordLost' | 'recordListing'): Promise<void> {
  return killed(import.meta.filename, home, step);
}

/** A run lists an account whose folders are empty. */
export async function listNothing(ledger: Ledger, clock: SimulatedClock, run: string) {
  const session = {
    account: { name: ACCOUNT },
    list: async () => ({ files: [], refused: [], problems: [] }),
  } as unknown as RapSession;
  await ledger.startRun({ run, trigger: 'timer' });
  return takeListing(
    session,
    { run, account: ACCOUNT, installation: 'hkscc', dataCentre: 'primary', address: '127.0.0.1:22' },
    { clock, ledger, settle: 0 },
  );
}

const [, , home, step] = process.argv;
if (import.meta.main && home !== undefined) {
  const clock = new SimulatedClock(START);
  const ledger = await openHome(home, clock);
  const intent = { account: ACCOUNT, run: 'run-0', path: GONE, size: 1, modifiedAt: 1 };
  await ledger.recordIntent(intent);
  await listNothing(dying(ledger, step as keyof Ledger), clock, 'run-1');
}
