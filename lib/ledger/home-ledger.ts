/** The ledger of a home folder, as every program of this house opens it: with the key of its journal. */
import type { Clock } from '../time/clock.ts';
import { findJournalKey, journalKeyOf } from './journal-key.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { ledgerIn } from './ledger-file.ts';

/**
 * @throws RapError as openLedger; CONFIG_INVALID when the journal was written with a key that is not the one here
 */
export async function openHome(home: string, clock: Clock): Promise<Ledger> {
  const file = ledgerIn(home);
  const ledger = await openLedger(file, clock, { journalKey: await journalKeyOf(home, file) });
  try {
    await ledger.checkJournalKey();
    return ledger;
  } catch (thrown) {
    await ledger.close();
    throw thrown;
  }
}

/** What is needed to look into the journal of a home without changing anything. */
export async function keyToRead(home: string): Promise<{ journalKey?: Uint8Array }> {
  const journalKey = await findJournalKey(home);
  return journalKey === undefined ? {} : { journalKey };
}
