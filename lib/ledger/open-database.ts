/** Opens the tables of a ledger for writing, wherever they lie. */
import { HandleEmptyInListsPlugin, Kysely, replaceWithNoncontingentExpression, sql } from 'kysely';
import { RapError } from '../errors/rap-error.ts';
import { makeFolder } from '../files/durable.ts';
import type { Clock } from '../time/clock.ts';
import type { Lease } from './lease/leases.ts';
import { migrate } from './migrate.ts';
import { type LedgerPlace, type PostgresPlace, sealedBeside } from './place.ts';
import { PostgresLedgerDialect } from './postgres/dialect.ts';
import { indexNames } from './postgres/name-search.ts';
import { NodeSqliteDialect } from './sqlite/dialect.ts';
import { openFile, orFull, readSeal, unusable } from './sqlite/ledger-file.ts';
import type { Database, Tables } from './tables.ts';

export interface OpenTables {
  db: Database;
  /** From now on it is written only as long as the lease has this fence. */
  writeUnder(lease: Lease): void;
  /** Nothing more is asked of a server: what waits for its answer fails now. */
  sever(): void;
}

/** SQLite takes an empty list for what it is, PostgreSQL for an error. */
const EMPTY_LISTS = new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression });

/** A connection to PostgreSQL that our questions can be asked of. */
export function postgresTables(dialect: PostgresLedgerDialect): Database {
  return new Kysely<Tables>({ dialect, plugins: [EMPTY_LISTS] });
}

/**
 * Opens them and brings them up to this release.
 * @throws RapError as openLedger
 */
export async function openTables(place: LedgerPlace, clock: Clock): Promise<OpenTables> {
  const opened = typeof place === 'string' ? await ofFile(place) : await ofPostgres(place);
  try {
    await migrate(opened.db as unknown as Kysely<unknown>, clock.now());
    if (typeof place !== 'string') await indexNames(opened.db);
    return opened;
  } catch (thrown) {
    await opened.db.destroy();
    throw typeof place === 'string' ? await orFull(thrown, place) : thrown;
  }
}

async function ofFile(file: string): Promise<OpenTables> {
  const dialect = new NodeSqliteDialect(await openFile(file));
  const writeUnder = (lease: Lease) => dialect.writeUnder(lease);
  return { db: new Kysely<Tables>({ dialect }), writeUnder, sever: () => {} };
}

async function ofPostgres(place: PostgresPlace): Promise<OpenTables> {
  const dialect = new PostgresLedgerDialect(place.address);
  const db = postgresTables(dialect);
  try {
    // For its seal.
    await makeFolder(place.home, { mode: 0o700 });
    await checkSchema(db, place);
    return { db, writeUnder: (lease) => dialect.writeUnder(lease), sever: () => dialect.sever() };
  } catch (thrown) {
    await db.destroy();
    throw thrown;
  }
}

/**
 * A schema that holds another program's tables, or nothing where there was a ledger, is never written to.
 * @param lost what was there may be gone: a ledger is put there
 */
export async function checkSchema(db: Database, place: PostgresPlace, lost = false): Promise<void> {
  const { shown } = place.address;
  const { rows } = await sql<{ name: string }>`
    select table_name::text as name from information_schema.tables where table_schema = current_schema()
  `.execute(db);
  const names = new Set(rows.map(({ name }) => name));
  if (names.size === 0) {
    if (lost || (await readSeal(sealedBeside(place))) === undefined) return;
    throw unusable(
      shown,
      'is empty, but this home has had a ledger there',
      'See that RAP_LEDGER names the right database. If the ledger is lost: "rap ledger restore FILE --reason TEXT".',
    );
  }
  if (names.has('migrations') && names.has('properties') && names.has('journal')) return;
  throw new RapError('CONFIG_INVALID', `${shown} holds tables of another program`, {
    cure: 'Give the ledger a database or a schema (?schema=NAME) of its own.',
    details: { field: 'RAP_LEDGER' },
  });
}
