/**
 * A whole ledger between PostgreSQL and a file: taken out as it is at one moment, put in as one transaction. A file is
 * the form of every copy, so that a backup of one can be brought back on the other.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { RapError } from '../../errors/rap-error.ts';
import { migrate, migrateWithin } from '../migrate.ts';
import { NodeSqliteDialect } from '../sqlite/dialect.ts';
import { newLedgerDatabase } from '../sqlite/ledger-file.ts';
import type { Work } from '../tables.ts';
import type { PostgresAddress } from './address.ts';
import { Link } from './link.ts';
import { releaseOf } from './questions.ts';

/** Rows that travel at once: so many, or so many characters where they are long. */
const ROWS = 1000;
const CHARACTERS = 4_000_000;
/** A part of a large table, however busy the server is; milliseconds. */
export const PART_MS = 10 * 60_000;

type Value = string | number | null;
type Row = Record<string, Value>;

interface Table {
  name: string;
  columns: readonly { name: string; isText: boolean }[];
  /** Its rows are numbered by the database. */
  isNumbered: boolean;
}

/** The tables of a file, those first that others refer to. */
function tablesOf(database: DatabaseSync): Table[] {
  const numbered = new Set(
    database
      .prepare("select name from sqlite_master where type = 'table' and sql like '%autoincrement%'")
      .all()
      .map(({ name }) => name),
  );
  const names = database
    .prepare(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by rowid",
    )
    .all()
    .map(({ name }) => String(name));
  const tables = names.map((name) => ({
    name,
    isNumbered: numbered.has(name),
    columns: database
      .prepare(`select name, type from pragma_table_info('${name}')`)
      .all()
      .map((column) => ({ name: String(column.name), isText: /text/i.test(String(column.type)) })),
  }));
  const refers = (one: string) =>
    database
      .prepare(`select "table" as other from pragma_foreign_key_list('${one}')`)
      .all()
      .map(({ other }) => String(other));
  const ordered: Table[] = [];
  const put = (name: string): void => {
    if (ordered.some((one) => one.name === name)) return;
    for (const other of refers(name)) if (other !== name) put(other);
    ordered.push(tables.find((one) => one.name === name) as Table);
  };
  for (const { name } of tables) put(name);
  return ordered;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const listed = ({ columns }: Table) => columns.map(({ name }) => quoted(name)).join(', ');

/**
 * Writes the ledger into an empty file, as it is at one moment; nobody waits for it.
 * @throws RapError LEDGER_UNUSABLE when there is none or it is damaged; LEDGER_TOO_NEW
 */
export async function takeOut(address: PostgresAddress, file: string): Promise<void> {
  const link = await Link.make(address, { readOnly: true, answerMs: PART_MS });
  const database = newLedgerDatabase(file);
  try {
    await link.script('begin isolation level repeatable read read only');
    const release = await releaseOf(link, address.shown);
    database.exec('pragma foreign_keys = off; pragma synchronous = off');
    const dialect = new NodeSqliteDialect(database);
    await migrate(new Kysely<unknown>({ dialect }), 0, release);
    database.exec('begin');
    for (const table of tablesOf(database)) await takeTable(link, database, table);
    database.exec('commit');
    await link.script('commit');
  } finally {
    if (database.isOpen) database.close();
    await link.close();
  }
}

async function takeTable(link: Link, database: DatabaseSync, table: Table): Promise<void> {
  const { name, columns, isNumbered } = table;
  database.exec(`delete from ${quoted(name)}`);
  const marks = columns.map(() => '?').join(', ');
  const put = database.prepare(`insert into ${quoted(name)} (${listed(table)}) values (${marks})`);
  for await (const row of rowsIn(link, table)) {
    put.run(...columns.map((column) => row[column.name] as SQLInputValue));
  }
  if (!isNumbered) return;
  const [given] = await link.script(`select last_value, is_called from ${await sequenceOf(link, table)}`);
  const { last_value: last = 0, is_called: called = 0 } = given?.rows[0] ?? {};
  database.prepare('delete from sqlite_sequence where name = ?').run(name);
  if (called === 1) database.prepare('insert into sqlite_sequence values (?, ?)').run(name, last);
}

/** Rows of a table in parts, within a transaction. */
async function* rowsIn(link: Link, table: Table): AsyncGenerator<Row> {
  await link.script(`declare part no scroll cursor for select ${listed(table)} from ${quoted(table.name)}`);
  for (;;) {
    const [part] = await link.script(`fetch ${ROWS} from part`);
    yield* (part?.rows ?? []) as Row[];
    if ((part?.rows.length ?? 0) < ROWS) break;
  }
  await link.script('close part');
}

async function sequenceOf(link: Link, { name, columns }: Table): Promise<string> {
  for (const column of columns) {
    const [given] = await link.script(
      `select pg_get_serial_sequence(${link.literal(quoted(name))}, ${link.literal(column.name)}) as found`,
    );
    const found: unknown = given?.rows[0]?.found;
    if (typeof found === 'string') return found;
  }
  throw new RapError('LEDGER_UNUSABLE', `The rows of ${name} have no numbers`, { subject: 'ledger' });
}

/**
 * Puts a ledger of this release in: all of it, read back and compared row for row, or nothing. It is written by nobody
 * meanwhile, and who held a lease of one that it replaces has lost it.
 * @param work a transaction
 * @throws RapError LEDGER_UNUSABLE when what is read back is not what was put in
 */
export async function putIn(work: Work, database: DatabaseSync): Promise<void> {
  const leases = await leasesOf(work);
  for (const name of await namesIn(work)) await sql`drop table ${sql.table(name)} cascade`.execute(work);
  await migrateWithin(work as unknown as Kysely<unknown>, 0);
  const tables = tablesOf(database);
  for (const table of tables) {
    await sql`truncate ${sql.table(table.name)} cascade`.execute(work);
  }
  for (const table of tables) {
    await putTable(work, database, table);
    await compare(work, database, table);
  }
  for (const { name, owner, fence } of leases) {
    const over = { fence: fence + 1, held_until: 0 };
    await work
      .insertInto('leases')
      .values({ name, owner, ...over })
      .onConflict((on) =>
        on.column('name').doUpdateSet((row) => ({
          ...over,
          fence: sql<number>`greatest(${row.ref('leases.fence')}, ${row.ref('excluded.fence')})`,
        })),
      )
      .execute();
  }
}

async function namesIn(work: Work): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_name::text as name from information_schema.tables where table_schema = current_schema()
  `.execute(work);
  return rows.map(({ name }) => name);
}

async function leasesOf(work: Work): Promise<{ name: string; owner: string; fence: number }[]> {
  if (!(await namesIn(work)).includes('leases')) return [];
  return work.selectFrom('leases').select(['name', 'owner', 'fence']).execute();
}

async function putTable(work: Work, database: DatabaseSync, table: Table): Promise<void> {
  let part: Row[] = [];
  let characters = 0;
  const send = async () => {
    if (part.length === 0) return;
    const arrays = table.columns.map(({ name, isText }) => {
      const values = part.map((row) => row[name] ?? null);
      return isText ? sql`${sql.val(values)}::text[]` : sql`${sql.val(values)}::bigint[]`;
    });
    const names = table.columns.map(({ name }) => sql.ref(name));
    await sql`insert into ${sql.table(table.name)} (${sql.join(names)}) select * from unnest(${sql.join(arrays)})`.execute(
      work,
    );
    part = [];
    characters = 0;
  };
  for (const row of rowsOf(database, table)) {
    part.push(row);
    for (const value of Object.values(row)) characters += typeof value === 'string' ? value.length : 8;
    if (part.length >= ROWS || characters > CHARACTERS) await send();
  }
  await send();
  if (!table.isNumbered) return;
  const [numbered] = table.columns;
  const last = database.prepare('select seq from sqlite_sequence where name = ?').get(table.name)?.seq;
  if (last === undefined || numbered === undefined) return;
  for (const { name } of table.columns) {
    const sequence = sql`pg_get_serial_sequence(${quoted(table.name)}, ${name})`;
    await sql`select setval(${sequence}, cast(${Number(last)} as bigint)) where ${sequence} is not null`.execute(
      work,
    );
  }
}

function* rowsOf(database: DatabaseSync, table: Table): Generator<Row> {
  const read: StatementSync = database.prepare(`select ${listed(table)} from ${quoted(table.name)}`);
  for (const row of read.iterate()) yield row as Row;
}

/** Are the rows that can be read now those of the file? */
async function compare(work: Work, database: DatabaseSync, table: Table): Promise<void> {
  const textOf = (row: Row) => JSON.stringify(table.columns.map(({ name }) => row[name]));
  const wanted = new Map<string, number>();
  for (const row of rowsOf(database, table)) {
    const text = textOf(row);
    wanted.set(text, (wanted.get(text) ?? 0) + 1);
  }
  const refuse = (text: string): never => {
    throw new RapError(
      'LEDGER_UNUSABLE',
      `${table.name} was not taken over as it is: ${text.slice(0, 200)}`,
      {
        subject: 'ledger',
      },
    );
  };
  await sql`declare part no scroll cursor for select ${sql.join(table.columns.map(({ name }) => sql.ref(name)))}
    from ${sql.table(table.name)}`.execute(work);
  for (;;) {
    const { rows } = await sql<Row>`${sql.raw(`fetch ${ROWS} from part`)}`.execute(work);
    for (const row of rows) {
      const text = textOf(row);
      const more = wanted.get(text) ?? refuse(text);
      if (more === 1) wanted.delete(text);
      else wanted.set(text, more - 1);
    }
    if (rows.length < ROWS) break;
  }
  await sql`close part`.execute(work);
  const [missing] = wanted.keys();
  if (missing !== undefined) refuse(missing);
}
