/** The ledger of a home folder, as every program of this house opens it: with the key of its journal. */
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../time/clock.ts';
import { findJournalKey, journalKeyOf } from './journal/journal-key.ts';
import { type Ledger, type LedgerOptions, openLedger } from './ledger.ts';
import { latest } from './migrate.ts';
import {
  isThere,
  type LedgerPlace,
  ledgerPlace,
  type PostgresPlace,
  sealedBeside,
  shownPlace,
} from './place.ts';
import { newestOn } from './postgres/questions.ts';
import { ledgerIn, readOnlyDatabase, sealOf, unusable } from './sqlite/ledger-file.ts';

/** What lies in a home only when there was a ledger that knew it. */
const OF_A_LEDGER = ['landing', 'quarantine'];

/**
 * @param options the name of this host, where several write
 * @throws RapError as openLedger, also LEDGER_UNUSABLE when the ledger is gone together with its seal and reports
 * are still there; CONFIG_INVALID when the journal was written with a key that is not the one here
 */
export async function openHome(
  home: string,
  clock: Clock,
  place: LedgerPlace = ledgerPlace(home),
  options: Pick<LedgerOptions, 'host'> = {},
): Promise<Ledger> {
  if (typeof place === 'string') await refuseElsewhere(home, place);
  else await refuseUnmoved(place);
  const ledger = await openLedger(place, clock, { ...options, journalKey: await journalKeyOf(home, place) });
  try {
    await ledger.journal.checkKey();
    return ledger;
  } catch (thrown) {
    await ledger.close();
    throw thrown;
  }
}

/** A home whose ledger lies on PostgreSQL gets no second one. */
async function refuseElsewhere(home: string, file: string): Promise<void> {
  const there = existsSync(file) || existsSync(sealOf(file));
  if (!there && existsSync(sealOf(sealedBeside({ home } as PostgresPlace)))) {
    throw unusable(
      file,
      'is not there: the ledger of this home lies on PostgreSQL',
      'Set RAP_LEDGER as it was. To have it in the home folder again: "rap ledger backup FILE" with RAP_LEDGER, then "rap ledger restore FILE --reason TEXT" without.',
    );
  }
  if (!there) await refuseOldHome(home, file);
}

/** A ledger that still lies in the home would be forgotten: everything would be fetched, filed and told again. */
async function refuseUnmoved(place: PostgresPlace): Promise<void> {
  const file = ledgerIn(place.home);
  if (!existsSync(file)) {
    if (!existsSync(sealOf(sealedBeside(place))) && !(await isThere(place)))
      await refuseOldHome(place.home, shownPlace(place));
    return;
  }
  throw unusable(
    file,
    `is the ledger of this home, and RAP_LEDGER names ${shownPlace(place)}`,
    'Stop Node-RED, then "rap ledger move --reason TEXT"; or unset RAP_LEDGER.',
  );
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
export async function isOfOlderRelease(
  home: string,
  place: LedgerPlace = ledgerPlace(home),
): Promise<boolean> {
  try {
    if (typeof place !== 'string') return (await newestOn(place.address)) < latest;
    const database = readOnlyDatabase(place);
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

/** Nobody has worked in this home yet: there is no ledger, and nothing that one leaves behind. */
export function isFreshHome(home: string): boolean {
  const place = ledgerPlace(home);
  if (typeof place !== 'string') return false;
  const left = [place, `${place}-wal`, sealOf(place), sealOf(sealedBeside({ home } as PostgresPlace))];
  return ![...left, path.join(home, 'secrets', 'journal.key')].some((file) => existsSync(file));
}
