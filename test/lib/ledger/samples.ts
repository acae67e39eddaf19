import path from 'node:path';
import { type Ledger, type NewVersion, openLedger } from '../../../lib/ledger/ledger.ts';
import type { LedgerPlace } from '../../../lib/ledger/place.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { emptyLedger } from './empty-ledger.ts';
import { isOnPostgres, places } from './suite-database.ts';

/** Friday 20 November 2026, 20:00 in Hong Kong. */
export const START = Date.UTC(2026, 10, 20, 12);

/**
 * A fresh ledger on a simulated clock for each test of the calling suite; on PostgreSQL where the suite is asked to run
 * there (see engines.ts).
 */
export function freshLedger(): {
  ledger: Ledger;
  clock: SimulatedClock;
  folder: () => string;
  /** Of an SQLite ledger. */
  file: () => string;
  place: () => LedgerPlace;
} {
  const folder = temporaryFolder();
  const newPlace = places();
  const name = isOnPostgres() ? '' : 'ledger';
  let place: LedgerPlace;
  const given = {
    folder,
    file: () => path.join(folder(), 'ledger.sqlite'),
    place: () => place,
  } as ReturnType<typeof freshLedger>;
  beforeEach(async () => {
    place = await newPlace(folder(), name);
    if (typeof place === 'string') await emptyLedger(place, START);
    given.clock = new SimulatedClock(START);
    // Leases and duties end by the same clock on both databases.
    given.ledger = await openLedger(place, given.clock, { time: async () => given.clock.now() });
  });
  afterEach(async () => {
    await given.ledger.close();
  });
  return given;
}

export function aVersion(changes: Partial<NewVersion> = {}): NewVersion {
  const name = changes.name ?? 'CCLTN05_20261120_01.txt';
  return {
    account: 'HKSCC',
    installation: 'hkscc',
    run: 'run-1',
    path: `/INBOX/20261120/${name}`,
    name,
    folder: '/INBOX/20261120',
    system: 'CCASS',
    code: 'CCLTN05',
    businessDate: '2026-11-20',
    sequence: '1',
    size: 1234,
    modifiedAt: START - 60_000,
    sha256: 'a'.repeat(64),
    bytes: 1234,
    file: `/home/rap/landing/${name}`,
    dataCentre: 'primary',
    address: '10.243.2.141:18801',
    ...changes,
  };
}
