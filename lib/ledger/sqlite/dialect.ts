/**
 * Kysely on Node's own SQLite: one connection, so transactions are serialised by Kysely itself, and every
 * transaction takes the write lock at once, so two processes wait for each other instead of failing half-way.
 */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SelectQueryNode,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely';
import { RapError } from '../../errors/rap-error.ts';
import type { Lease } from '../lease/leases.ts';

export class NodeSqliteDialect extends SqliteDialect {
  readonly #database: DatabaseSync;
  readonly #gate: Gate;

  constructor(database: DatabaseSync) {
    super({ database: adapted(database) });
    this.#database = database;
    this.#gate = new Gate(database);
  }

  /** Refuses every later write unless the lease still has this fence. */
  writeUnder(lease: Lease): void {
    this.#gate.lease = lease;
  }

  override createDriver(): Driver {
    return new NodeSqliteDriver(this.#database, this.#gate);
  }
}

/** The one door all writes go through: under the write lock it looks whether the lease is still ours. */
class Gate {
  lease: Lease | undefined;
  readonly #database: DatabaseSync;
  #fence: StatementSync | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Call it within a transaction that holds the write lock. @throws RapError NOT_IN_CHARGE */
  check(): void {
    if (this.lease === undefined) return;
    const { name, fence } = this.lease;
    this.#fence ??= this.#database.prepare('select fence from leases where name = ?');
    const row = this.#fence.get(name);
    if (row?.fence === fence) return;
    throw new RapError('NOT_IN_CHARGE', `Another instance has taken over the lease "${name}"`);
  }
}

class NodeSqliteDriver extends SqliteDriver {
  readonly #database: DatabaseSync;
  readonly #gate: Gate;
  readonly #slice = new Slice();

  constructor(database: DatabaseSync, gate: Gate) {
    super({ database: adapted(database) });
    this.#database = database;
    this.#gate = gate;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = sliced(await super.acquireConnection(), this.#database, this.#slice);
    return guarded(patient(connection, this.#database), this.#database, this.#gate);
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(BEGIN);
    try {
      this.#gate.check();
    } catch (thrown) {
      await this.rollbackTransaction(connection);
      throw thrown;
    }
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // A full disk makes SQLite roll back by itself; a second rollback would only hide the first error.
    if (this.#database.isTransaction) await super.rollbackTransaction(connection);
  }
}

const BEGIN = CompiledQuery.raw('begin immediate');

/** So long statements may follow each other before everything else of the process gets its turn, milliseconds. */
const SLICE = 15;

/**
 * SQLite answers at once, so a chain of statements never lets go of the thread: thousands of reports stood the process
 * still for seconds, its timers and its connections with it.
 */
class Slice {
  #began: number | undefined;

  /** Waits for the event loop to turn when statements have run for long in this turn. */
  async pause(): Promise<void> {
    if (this.#began === undefined) {
      this.#began = performance.now();
      setImmediate(() => {
        this.#began = undefined;
      }).unref();
    } else if (performance.now() - this.#began > SLICE) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/**
 * Pauses between transactions and never within one: whatever else of this process opens the ledger then would wait for
 * the write lock on the thread, and the transaction for the thread.
 */
function sliced(connection: DatabaseConnection, database: DatabaseSync, slice: Slice): DatabaseConnection {
  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      if (!database.isTransaction) await slice.pause();
      return connection.executeQuery<R>(query);
    },
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  };
}

/** A single write outside of a transaction becomes a transaction of its own, so that it passes the gate, too. */
function guarded(connection: DatabaseConnection, database: DatabaseSync, gate: Gate): DatabaseConnection {
  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const free =
        gate.lease === undefined ||
        database.isTransaction ||
        query === BEGIN ||
        SelectQueryNode.is(query.query);
      if (free) return connection.executeQuery<R>(query);
      await connection.executeQuery(BEGIN);
      try {
        gate.check();
        const result = await connection.executeQuery<R>(query);
        await connection.executeQuery(CompiledQuery.raw('commit'));
        return result;
      } catch (thrown) {
        if (database.isTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'));
        throw thrown;
      }
    },
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  };
}

/** How long to wait for another writer, and how long between two looks, in milliseconds. */
const PATIENCE = 10_000;
const LOOK = 20;

/**
 * Waits for another process that writes without blocking this one: SQLite itself could only sleep on the
 * thread. A statement that found the ledger busy has done nothing, so it may be repeated; within a transaction
 * that cannot happen, because the transaction began by taking the lock.
 */
function patient(connection: DatabaseConnection, database: DatabaseSync): DatabaseConnection {
  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const begun = performance.now();
      for (;;) {
        try {
          return await connection.executeQuery<R>(query);
        } catch (thrown) {
          if (!isBusy(thrown) || database.isTransaction || performance.now() - begun > PATIENCE) throw thrown;
          await setTimeout(LOOK);
        }
      }
    },
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  };
}

function adapted(database: DatabaseSync): SqliteDatabase {
  const statements = new Statements(database);
  return {
    prepare: (sql) => coded(() => statements.of(sql)),
    close: () => database.close(),
  };
}

/** More different statements than a day has. Lists of many lengths make many of one. */
const STATEMENTS = 256;
/** What leaves the tables as they are. */
const KEEPS_TABLES = /^\s*(select|insert|update|delete|with|begin|commit|rollback)\b/i;

/**
 * Statements that were prepared before. Preparing one takes longer than most of ours take to run. A statement is done
 * when its call returns, so it may be run again; one that is read row by row is prepared for that alone.
 */
class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, SqliteStatement>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  of(sql: string): SqliteStatement {
    const known = this.#prepared.get(sql);
    // Those used last stay longest.
    this.#prepared.delete(sql);
    const statement = known ?? this.#prepare(sql);
    if (!KEEPS_TABLES.test(sql)) {
      this.#prepared.clear();
      return statement;
    }
    this.#prepared.set(sql, statement);
    const oldest = this.#prepared.size > STATEMENTS ? this.#prepared.keys().next().value : undefined;
    if (oldest !== undefined) this.#prepared.delete(oldest);
    return statement;
  }

  #prepare(sql: string): SqliteStatement {
    const prepared = this.#database.prepare(sql);
    const columns = () => prepared.columns().map(({ name }) => name);
    let names = columns();
    prepared.setReturnArrays(true);
    return {
      reader: names.length > 0,
      all: (parameters) =>
        coded(() => {
          const rows = prepared.all(...values(parameters)) as unknown as SQLOutputValue[][];
          // A table that has another column since is read anew by SQLite itself.
          if (rows[0] !== undefined && rows[0].length !== names.length) names = columns();
          return asObjects(names, rows);
        }),
      run: (parameters) => coded(() => prepared.run(...values(parameters))),
      iterate: (parameters) => coded(() => this.#database.prepare(sql).iterate(...values(parameters))),
    };
  }
}

/**
 * Rows as plain objects. Node gives objects without a prototype, each made by itself, which takes twice the time and
 * leaves as much behind; copies of one that has all columns already share its shape.
 */
function asObjects(
  names: readonly string[],
  rows: readonly (readonly SQLOutputValue[])[],
): Record<string, SQLOutputValue>[] {
  const empty: Record<string, SQLOutputValue> = JSON.parse(
    JSON.stringify(Object.fromEntries(names.map((name) => [name, null]))),
  );
  return rows.map((values) => {
    const row = { ...empty };
    for (const [index, name] of names.entries()) row[name] = values[index] ?? null;
    return row;
  });
}

function values(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[];
}

function coded<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw sqliteError(thrown);
  }
}

/** SQLite's primary result codes (sqlite.org/rescode.html) that a person must do something about. */
const ERROR = 1;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

function isBusy(thrown: unknown): boolean {
  const code = thrown instanceof RapError ? Number(thrown.details.sqlite) & 0xff : 0;
  return code === BUSY || code === LOCKED;
}

/** Did SQLite fail to open or make a file? */
export function isCannotOpen(thrown: unknown): boolean {
  return thrown instanceof RapError && (Number(thrown.details.sqlite) & 0xff) === CANTOPEN;
}

/** What SQLite says as a coded error; anything else is returned as it came. */
export function sqliteError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !('errcode' in thrown) || typeof thrown.errcode !== 'number')
    return thrown;
  const options = { cause: thrown, subject: 'ledger', details: { sqlite: thrown.errcode } };
  // The low byte is the primary code; the rest says more precisely what it was.
  switch (thrown.errcode & 0xff) {
    case BUSY:
    case LOCKED:
      return new RapError('LEDGER_UNUSABLE', 'Another program holds the ledger for too long', {
        ...options,
        retryable: true,
        cure: 'Find the other program that uses the ledger file (a backup or a second instance) and stop it.',
      });
    case READONLY:
      return new RapError('NOT_WRITABLE', `The ledger cannot be written (${thrown.message})`, options);
    case FULL:
      return new RapError('DISK_FULL', 'No space left for the ledger', options);
    case IOERR:
      return new RapError('DISK_ERROR', `Reading or writing the ledger failed (${thrown.message})`, {
        ...options,
        cure: 'Check the disk that RAP_HOME lies on, then "rap ledger verify"; what was not written down is done again.',
      });
    case CANTOPEN:
      return new RapError('LEDGER_UNUSABLE', `The ledger cannot be opened (${thrown.message})`, {
        ...options,
        cure: 'See that RAP_HOME is a folder this user may write to, and that its path has fewer than 480 characters. Nothing says that the ledger is damaged.',
      });
    case ERROR:
      // Our statements fit the tables of this release; those that are there are not these.
      return new RapError(
        'LEDGER_UNUSABLE',
        `The ledger is damaged: its tables are not those it says it has (${thrown.message})`,
        options,
      );
    case CORRUPT:
    case NOTADB:
      return new RapError('LEDGER_UNUSABLE', `The ledger cannot be used (${thrown.message})`, options);
    default:
      return thrown;
  }
}
