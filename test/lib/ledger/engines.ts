/** Suites of the ledger, for both of its databases. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { migrate } from '../../../lib/ledger/migrate.ts';
import type { LedgerPlace, PostgresPlace } from '../../../lib/ledger/place.ts';
import { PostgresLedgerDialect } from '../../../lib/ledger/postgres/dialect.ts';
import { Link } from '../../../lib/ledger/postgres/link.ts';
import { NodeSqliteDialect } from '../../../lib/ledger/sqlite/dialect.ts';
import { postgresPrograms, sharedPostgres } from '../../support/postgres.ts';
import { START } from './samples.ts';
import { describeOn } from './suite-database.ts';

export { isOnPostgres, places } from './suite-database.ts';

/** An empty ledger of its own. @param tables with its tables made, which takes less time than making them */
export async function newPlace(home: string, tables = true): Promise<PostgresPlace> {
  const server = await sharedPostgres();
  return { address: server.address(await server.database(tables)), home };
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

/** Brings the tables of a closed ledger to those of an older release, or back. @param target number of a migration */
export async function migrateBehind(place: LedgerPlace, target: number): Promise<void> {
  const dialect =
    typeof place === 'string'
      ? new NodeSqliteDialect(new DatabaseSync(place))
      : new PostgresLedgerDialect(place.address);
  const db = new Kysely<unknown>({ dialect });
  try {
    await migrate(db, START, target);
  } finally {
    await db.destroy();
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
  describeOn(
    (folder, name) => newPlace(path.join(folder, name)),
    () => {
      describe(`${title} (PostgreSQL)`, suite);
    },
  );
}
