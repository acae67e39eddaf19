/** Facts written in one transaction: each is durable when its promise is kept, and none fails for another. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { together } from '../../../lib/ledger/records/together.ts';
import { NodeSqliteDialect } from '../../../lib/ledger/sqlite/dialect.ts';
import type { Database, Work } from '../../../lib/ledger/tables.ts';

describe('facts written together', () => {
  let file: DatabaseSync;
  let db: Database;
  let transactions: number[];

  beforeEach(() => {
    file = new DatabaseSync(':memory:');
    file.exec('create table facts (value integer primary key)');
    transactions = [];
    db = new Kysely({ dialect: new NodeSqliteDialect(file) }) as unknown as Database;
  });

  afterEach(() => db.destroy());

  const write = async (work: Work, value: number) => {
    await sql`insert into facts (value) values (${value})`.execute(work);
    transactions.push(value);
    return value * 2;
  };
  const stored = () =>
    file
      .prepare('select value from facts order by value')
      .all()
      .map(({ value }) => value);

  it('gives each its own answer, in the order they came, in few transactions', async () => {
    const works = new Set<Work>();
    const exec = together(db, (work, value: number) => {
      works.add(work);
      return write(work, value);
    });
    const values = Array.from({ length: 100 }, (_, index) => index);
    const answers = await Promise.all(values.map((value) => exec(value)));
    assert.deepEqual(
      answers,
      values.map((value) => value * 2),
    );
    assert.deepEqual(transactions, values);
    assert.deepEqual(stored(), values);
    assert.equal(works.size, 7, 'sixteen in each transaction');
  });

  it('is written and committed when the promise is kept', async () => {
    const exec = together(db, write);
    await Promise.all(
      [1, 2, 3].map(async (value) => {
        await exec(value);
        assert.equal(file.isTransaction, false);
        assert.ok(stored().includes(value));
      }),
    );
  });

  it('lets what cannot be written fail alone, wherever it stands', async () => {
    for (const bad of [0, 3, 5]) {
      file.exec('delete from facts; insert into facts (value) values (1000)');
      const exec = together(db, write);
      const values = [1, 2, 3, 4, 5, 6].map((value, index) => (index === bad ? 1000 : value));
      const ends = await Promise.allSettled(values.map((value) => exec(value)));
      assert.deepEqual(
        ends.map(({ status }) => status),
        values.map((value) => (value === 1000 ? 'rejected' : 'fulfilled')),
      );
      assert.deepEqual(
        stored(),
        [...new Set(values)].sort((a, b) => a - b),
      );
      assert.equal(file.isTransaction, false);
    }
  });

  it('goes on after a failure, with what came meanwhile and with what comes later', async () => {
    const exec = together(db, write);
    await exec(1);
    const failing = exec(1);
    const meanwhile = exec(2);
    await assert.rejects(failing);
    assert.equal(await meanwhile, 4);
    assert.equal(await exec(3), 6);
    assert.deepEqual(stored(), [1, 2, 3]);
  });
});

describe('prepared statements', () => {
  it('give the rows of the table as it is now, also after it was changed', async () => {
    const file = new DatabaseSync(':memory:');
    const db = new Kysely<{ facts: { value: number; word?: string } }>({
      dialect: new NodeSqliteDialect(file),
    });
    await sql`create table facts (value integer primary key)`.execute(db);
    const all = () => db.selectFrom('facts').selectAll().orderBy('value').execute();
    for (const value of [1, 2]) await db.insertInto('facts').values({ value }).execute();
    assert.deepEqual(await all(), [{ value: 1 }, { value: 2 }]);
    await sql`alter table facts add column word text not null default 'x'`.execute(db);
    assert.deepEqual(await all(), [
      { value: 1, word: 'x' },
      { value: 2, word: 'x' },
    ]);
    // Behind our back, as another process would.
    file.exec("alter table facts add column later text not null default 'y'");
    assert.deepEqual((await all())[0], { value: 1, word: 'x', later: 'y' });
    await db.destroy();
  });

  it('may be left half read, and run again', async () => {
    const file = new DatabaseSync(':memory:');
    const db = new Kysely<{ facts: { value: number } }>({ dialect: new NodeSqliteDialect(file) });
    await sql`create table facts (value integer primary key)`.execute(db);
    for (let value = 1; value <= 5; value++) await db.insertInto('facts').values({ value }).execute();
    const query = db.selectFrom('facts').select('value').orderBy('value');
    for (let round = 0; round < 2; round++) {
      for await (const { value } of query.stream()) if (value === 2) break;
      assert.equal((await query.execute()).length, 5);
    }
    await db.destroy();
  });

  it('are not kept without end', async () => {
    const file = new DatabaseSync(':memory:');
    const db = new Kysely<{ facts: { value: number } }>({ dialect: new NodeSqliteDialect(file) });
    await sql`create table facts (value integer primary key)`.execute(db);
    let made = 0;
    const prepare = file.prepare.bind(file);
    file.prepare = (text: string) => {
      made++;
      return prepare(text);
    };
    const among = (count: number) =>
      db
        .selectFrom('facts')
        .select('value')
        .where(
          'value',
          'in',
          Array.from({ length: count }, (_, i) => i),
        );
    for (let round = 0; round < 3; round++) await among(1).execute();
    assert.equal(made, 1);
    for (let count = 1; count <= 300; count++) await among(count).execute();
    assert.equal(made, 300);
    await among(300).execute();
    assert.equal(made, 300);
    await among(1).execute();
    assert.equal(made, 301, 'the one used longest ago went');
    await db.destroy();
  });
});
