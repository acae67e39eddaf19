/** Rows of SQLite: plain objects with every column, whatever it is called and however many there are. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { CompiledQuery, Kysely } from 'kysely';
import { NodeSqliteDialect } from '../../../lib/ledger/sqlite/dialect.ts';

describe('Rows of the ledger', () => {
  let folder: string;
  let file: string;
  let database: DatabaseSync;
  let db: Kysely<unknown>;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'rap-rows-'));
    file = path.join(folder, 'rows.sqlite');
    database = new DatabaseSync(file);
    db = new Kysely({ dialect: new NodeSqliteDialect(database) });
  });
  afterEach(async () => {
    await db.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  const rowsOf = async (sql: string) => (await db.executeQuery(CompiledQuery.raw(sql))).rows;

  it('are what Node reads, as plain objects, with one column and with a hundred', async () => {
    const cell = fc.oneof(
      fc.integer(),
      fc.string(),
      fc.constant(null),
      fc.uint8Array(),
      fc.double({ noNaN: true }),
    );
    const table = fc
      .integer({ min: 1, max: 100 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 4 }),
      );
    const name = (index: number) =>
      ['a', 'constructor', 'toString', 'with blank', '項目'][index] ?? `column_${index}`;
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const columns = (rows[0] ?? []).map((_, index) => `"${name(index)}"`);
        await rowsOf('drop table if exists some');
        await rowsOf(`create table some (${columns.join(', ')})`);
        const insert = database.prepare(`insert into some values (${columns.map(() => '?').join(', ')})`);
        for (const row of rows) insert.run(...row);
        const found = await rowsOf('select * from some');
        const plain = database
          .prepare('select * from some')
          .all()
          .map((row) => ({ ...row }));
        assert.deepEqual(found, plain);
        for (const row of found) assert.equal(Object.getPrototypeOf(row), Object.prototype);
      }),
      { numRuns: 30, seed: 66 },
    );
  });

  it('take the last of two columns of one name, and are none where nothing is found', async () => {
    assert.deepEqual(await rowsOf('select 1 as a, 2 as b, 3 as a'), [{ a: 3, b: 2 }]);
    assert.deepEqual(await rowsOf('select 1 as a where 0'), []);
  });

  it('have a column that another process has added since', async () => {
    await rowsOf('create table some (a, b)');
    await rowsOf("insert into some values (1, 'x')");
    assert.deepEqual(await rowsOf('select * from some'), [{ a: 1, b: 'x' }]);
    const other = new DatabaseSync(file);
    other.exec('alter table some add column c default 7');
    other.close();
    assert.deepEqual(await rowsOf('select * from some'), [{ a: 1, b: 'x', c: 7 }]);
  });
});
