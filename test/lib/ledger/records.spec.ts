/** The ledger as records: what a function asks for says what it may read and write. */
import assert from 'node:assert/strict';
import { onEachDatabase } from './engines.ts';
import { freshLedger } from './samples.ts';

/** More than this, and nobody sees at a glance what a record can do. */
const MOST_METHODS = 15;

onEachDatabase('The records of the ledger', () => {
  const given = freshLedger();

  it('have at most 15 methods each, and no method lies beside them', () => {
    const own = ['name', 'under', 'seal', 'changedFacts', 'beginAnew', 'writeUnder', 'sever', 'close'];
    const records = Object.entries(given.ledger).filter(([name]) => !own.includes(name));
    assert.ok(records.length > 20, `only ${records.length} records`);
    for (const [name, record] of records) {
      assert.equal(typeof record, 'object', name);
      const methods = Object.keys(record).length;
      assert.ok(methods > 0 && methods <= MOST_METHODS, `${name} has ${methods}`);
    }
  });
});
