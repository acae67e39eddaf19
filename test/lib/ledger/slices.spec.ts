/** Long work with the ledger lets the rest of the process have its turns. */
import assert from 'node:assert/strict';
import { worked } from '../../support/worked.ts';
import { onEachDatabase } from './engines.ts';
import { freshLedger } from './samples.ts';

onEachDatabase('A chain of statements', () => {
  const given = freshLedger();

  it('lets timers run, within a transaction and outside of one', async function () {
    this.timeout(300_000);
    const { ledger } = given;
    let turns = 0;
    const count = () => {
      turns++;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    try {
      const begun = worked();
      for (let at = 0; worked() - begun < 500; at++) await ledger.reports.versionsOf('A', [`/INBOX/${at}`]);
      const outside = turns;
      assert.ok(outside >= 5, `${outside} turns of the event loop in half a second of work`);
      const paths = Array.from({ length: 20_000 }, (_, n) => ({
        path: `/INBOX/${n}`,
        size: 1,
        modifiedAt: 1,
      }));
      await ledger.fileStability.observe('A', paths);
      assert.ok(turns - outside >= 2, `${turns - outside} turns while 20,000 files were observed`);
    } finally {
      clearImmediate(immediate);
    }
  });
});

onEachDatabase('The look at a ledger that was opened', () => {
  const given = freshLedger();

  it('lets timers run while it follows the journal and looks at rows', async function () {
    this.timeout(300_000);
    const { ledger } = given;
    const sight = { account: 'A', run: 'r', dataCentre: 'primary' as const };
    const paths = Array.from({ length: 3_000 }, (_, n) => ({ path: `/INBOX/${n}`, size: 1, modifiedAt: 1 }));
    await ledger.outstanding.noteSeen(sight, paths);
    for (let record = 0; record < 3_000; record++)
      await ledger.journal.append({ who: 'a', what: 'b', why: 'c' });
    let turns = 0;
    const count = () => {
      turns++;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    const begun = worked();
    try {
      assert.deepEqual(await ledger.changedFacts(), []);
    } finally {
      clearImmediate(immediate);
    }
    const took = worked() - begun;
    assert.ok(turns >= took / 50, `${turns} turns of the event loop in ${Math.round(took)} ms`);
  });
});
