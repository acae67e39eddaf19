/** The ledger of a home folder, as every program of this house opens it: with the key of its journal. */
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../time/clock.ts';
import { findJournalKey, journalKeyOf } from './journal/journal-key.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { latest } from './migrate.ts';
import { ledgerIn, readOnlyDatabase, sealOf, unusable } from './sqlite/ledger-file.ts';

/** What lies in a home only when there was a ledger that knew it. */
const OF_A_LEDGER = ['landing', 'quarantine'];

/**
 * @throws RapError as openLedger, also LEDGER_UNUSABLE when the ledger is gone together with its seal and reports
 * are still there; CONFIG_INVALID when the journal was written with a key that is not the one here
 */
export async function openHome(home: string, clock: Clock): Promise<Ledger> {
  const file = ledgerIn(home);
  if (!existsSync(file) && !existsSync(sealOf(file))) await refuseOldHome(home, file);
  const ledger = await openLedger(file, clock, { journalKey: await journalKeyOf(home, file) });
  try {
    await ledger.journal.checkKey();
    return ledger;
  } catch (thrown) {
    await ledger.close();
    throw thrown;
  }
}

async function refuseOldHome(home: string, file: string): Promise<void> {
  for (const name of OF_A_LEDGER) {
    const folder = path.join(home, name);
    // A folder that cannot be read is told by whoever needs it.
    if ((await fs.readdir(folder).catch(() => [])).length === 0) continue;
    throw unusable(
      file,
      `is gone, and its seal too, but reports of an earlier one lie in ${folder}`,
      `Stop Node-RED, then bring the ledger back: "rap ledger restore FILE --reason TEXT". To begin anew on purpose - everything is fetched, filed and told again - move ${folder} away.`,
    );
  }
}

/** What is needed to look into the journal of a home without changing anything. */
export async function keyToRead(home: string): Promise<{ journalKey?: Uint8Array }> {
  const journalKey = await findJournalKey(home);
  return journalKey === undefined ? {} : { journalKey };
}

/** Was the ledger of a home last opened by an older release, so that opening it changes its tables? */
export function isOfOlderRelease(home: string): boolean {
  try {
    const database = readOnlyDatabase(ledgerIn(home));
    try {
      const row = database.prepare('select max(number) as newest from migrations').get();
      return Number(row?.newest ?? latest) < latest;
    } finally {
      database.close();
    }
  } catch {
    // Whoever opens it will say what is wrong with it.
    return false;
  }
}
