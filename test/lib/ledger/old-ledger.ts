/** Ledgers as earlier releases left them. */
import fs from 'node:fs/promises';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely } from 'kysely';
import { migrate } from '../../../lib/ledger/migrate.ts';
import { NodeSqliteDialect } from '../../../lib/ledger/sqlite/dialect.ts';
import { sealOf } from '../../../lib/ledger/sqlite/ledger-file.ts';
import { START } from './samples.ts';

export interface OldLedger {
  migration: number;
  /** Of each table. */
  rows?: Readonly<Record<string, readonly Record<string, SQLInputValue>[]>>;
  /** The last number that a table gave. */
  numbered?: Readonly<Record<string, number>>;
  seal?: object;
}

/** Brings the tables of a file to a migration, and writes rows into them that may not fit together. */
export async function writeOldLedger(
  file: string,
  { migration, rows = {}, numbered = {}, seal }: OldLedger,
): Promise<void> {
  const database = new DatabaseSync(file);
  database.exec(`pragma application_id = ${0x52415031}; pragma foreign_keys = off`);
  const db = new Kysely<unknown>({ dialect: new NodeSqliteDialect(database) });
  await migrate(db, START, migration);
  for (const [table, all] of Object.entries(rows)) {
    for (const row of all) {
      const names = Object.keys(row).map((name) => `"${name}"`);
      const statement = `insert into ${table} (${names}) values (${names.map(() => '?')})`;
      database.prepare(statement).run(...Object.values(row));
    }
  }
  for (const [table, last] of Object.entries(numbered)) {
    database.prepare('update sqlite_sequence set seq = ? where name = ?').run(last, table);
  }
  await db.destroy();
  if (seal !== undefined) await fs.writeFile(sealOf(file), JSON.stringify(seal));
}
