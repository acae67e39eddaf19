/** Which database keeps the ledgers of a suite: SQLite, unless engines.ts describes it for another. */
import path from 'node:path';
import type { LedgerPlace } from '../../../lib/ledger/place.ts';

type NewPlace = (folder: string, name: string) => Promise<LedgerPlace>;

const onSqlite: NewPlace = async (folder, name) => path.join(folder, `${name}.sqlite`);
let database = onSqlite;

/** Is the suite that is being described to run on PostgreSQL? */
export function isOnPostgres(): boolean {
  return database !== onSqlite;
}

/** For each call a new place in the folder, on the database that the suite being described is for. */
export function places(): (folder: string, name?: string) => Promise<LedgerPlace> {
  const newPlace = database;
  return (folder, name = 'ledger') => newPlace(folder, name);
}

/** Describes suites whose ledgers another database keeps. */
export function describeOn(other: NewPlace, suites: () => void): void {
  database = other;
  try {
    suites();
  } finally {
    database = onSqlite;
  }
}
