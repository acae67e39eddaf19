import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { freshLedger } from './samples.ts';

describe('journal', () => {
  const given = freshLedger();

  async function write(count: number): Promise<void> {
    for (let index = 1; index <= count; index++) {
      await given.ledger.journal({
        who: 'Ada',
        what: `step ${index}`,
        why: 'a "quoted" reason\nin two lines 報',
        details: { index, ok: true },
      });
      await given.clock.advance(1000);
    }
  }

  function tamper(sql: string): void {
    const database = new DatabaseSync(given.file());
    database.exec(sql);
    database.close();
  }

  it('gives back what was written, in order', async () => {
    await write(3);
    const records = await given.ledger.journalRecords(1);
    assert.deepEqual(
      records.map((one) => [one.sequence, one.what, one.details]),
      [
        [2, 'step 2', { index: 2, ok: true }],
        [3, 'step 3', { index: 3, ok: true }],
      ],
    );
    const head = await given.ledger.journalHead();
    assert.deepEqual(head, { count: 3, head: records.at(-1)?.hash });
    assert.deepEqual(await given.ledger.verifyJournal(), head);
  });

  it('is whole when it is empty', async () => {
    assert.deepEqual(await given.ledger.verifyJournal(), { count: 0, head: '' });
  });

  it('gives the same hash for the same record and another for any other', async () => {
    const first = await given.ledger.journal({ who: 'Ada', what: 'x', why: 'y' });
    const second = await given.ledger.journal({ who: 'Ada', what: 'x', why: 'y' });
    assert.match(first.hash, /^[0-9a-f]{64}$/);
    assert.notEqual(first.hash, second.hash, 'the place in the chain is part of it');
  });

  const mutations: [string, string, number][] = [
    ['a changed word', "update journal set why = 'other' where sequence = 3", 3],
    ['a changed time', 'update journal set at = at + 1 where sequence = 5', 5],
    ['a changed detail', "update journal set details = '{}' where sequence = 2", 2],
    ['a removed record', 'delete from journal where sequence = 4', 4],
    ['a removed beginning', 'delete from journal where sequence = 1', 1],
    [
      'two records that changed places',
      'update journal set sequence = -1 where sequence = 2; update journal set sequence = 2 where sequence = 3; update journal set sequence = 3 where sequence = -1',
      2,
    ],
  ];
  for (const [what, sql, brokenAt] of mutations) {
    it(`shows ${what}`, async () => {
      await write(6);
      tamper(sql);
      assert.equal((await given.ledger.verifyJournal()).brokenAt, brokenAt);
    });
  }
});
