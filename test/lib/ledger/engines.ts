/** Suites of the ledger, for both of its databases. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { LedgerPlace, PostgresPlace } from '../../../lib/ledger/place.ts';
import { Link } from '../../../lib/ledger/postgres/link.ts';
import { postgresPrograms, sharedPostgres } from '../../support/postgres.ts';

let postgres = false;

/** Is the suite that is being described to run on PostgreSQL? */
export function isOnPostgres(): boolean {
  return postgres;
}

/** An empty ledger of its own. @param tables with its tables made, which takes less time than making them */
export async function newPlace(home: string, tables = true): Promise<PostgresPlace> {
  const server = await sharedPostgres();
  return { address: server.address(await server.database(tables)), home };
}

/** For each call a new place in the folder, on the database that the suite being described is for. */
export function places(): (folder: string, name?: string) => Promise<LedgerPlace> {
  const onPostgres = postgres;
  return async (folder, name = 'ledger') =>
    onPostgres ? newPlace(path.join(folder, name)) : path.join(folder, `${name}.sqlite`);
}

/** Changes tables behind the ledger's back, also what their references forbid. */
export async function changeBehind(place: LedgerPlace, statements: string): Promise<void> {
  if (typeof place !== 'string')
    return onLink(place, `set session_replication_role = replica; ${statements}`).then(() => {});
  const database = new DatabaseSync(place);
  database.exec(`pragma foreign_keys = off; ${statements}`);
  database.close();
}

/** What stands in the tables. */
export async function askBehind(place: LedgerPlace, question: string): Promise<Record<string, unknown>[]> {
  if (typeof place !== 'string') return onLink(place, question);
  const database = new DatabaseSync(place, { readOnly: true });
  try {
    return database.prepare(question).all();
  } finally {
    database.close();
  }
}

async function onLink({ address }: PostgresPlace, statements: string): Promise<Record<string, unknown>[]> {
  const link = await Link.make(address);
  try {
    return (await link.script(statements)).at(-1)?.rows ?? [];
  } finally {
    await link.close();
  }
}

/** Describes a suite for SQLite, and once more for PostgreSQL where that is installed. */
export function onEachDatabase(title: string, suite: (this: Mocha.Suite) => void): void {
  describe(title, suite);
  if (postgresPrograms() === undefined) return;
  postgres = true;
  try {
    describe(`${title} (PostgreSQL)`, suite);
  } finally {
    postgres = false;
  }
}
