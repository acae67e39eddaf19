/**
 * The listing of a run that had asked for a report which is gone, and its digests; as a process it is killed on the
 * way. Arguments: the home, the step (a method of the ledger), which is the last thing the process does.
 */

import { queueDigest } from '../../../lib/collection/digest-queue.ts';
import { takeListing } from '../../../lib/collection/listing.ts';
import type { Ledger } from '../../../lib/ledger/ledger.ts';
import type { RapSession } from '../../../lib/rap/session.ts';
import type { SimulatedClock } from '../../../lib/time/clock.ts';
import { dyingHome, mortal } from '../../support/dying.ts';
import { aVersion, START } from '../ledger/samples.ts';
import { someContacts } from '../mail/samples.ts';

export const ACCOUNT = 'SIM001';
export const GONE = '/INBOX/20261120/gone.txt';

/** A run lists an account whose folders are empty. */
export async function listNothing(ledger: Ledger, clock: SimulatedClock, run: string) {
  const session = {
    account: { name: ACCOUNT, folders: ['/INBOX'] },
    list: async () => ({ files: [], refused: [], problems: [] }),
  } as unknown as RapSession;
  await ledger.runs.startRun({ run, trigger: 'timer' });
  return takeListing(
    session,
    { run, account: ACCOUNT, installation: 'hkscc', dataCentre: 'primary', address: '127.0.0.1:22' },
    { clock, ledger, settle: 0 },
  );
}

/** Whoever gets digests. */
export const READERS = [['ops'], ['managers']];

export type Step = 'noteOutcome' | 'recordMissed' | 'recordListing' | 'queueMail';

export const killListing = mortal(import.meta, async (home, step: Step) => {
  const { ledger, clock } = await dyingHome(home, START, step);
  const intent = { account: ACCOUNT, run: 'run-0', path: GONE, size: 1, modifiedAt: 1 };
  await ledger.reports.recordIntents([intent]);
  await ledger.reports.recordReceived(aVersion({ account: ACCOUNT, run: 'run-1' }));
  await listNothing(ledger, clock, 'run-1');
  for (const groups of READERS) await queueDigest(ledger, someContacts(), 'run-1', groups, clock.now());
});
