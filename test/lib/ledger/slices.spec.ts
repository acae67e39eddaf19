/** Long work with the ledger lets the rest of the process have its turns. */
import assert from 'node:assert/strict';
import { freshLedger } from './samples.ts';

describe('A chain of statements', () => {
  const given = freshLedger();

  it('lets timers run, within a transaction and outside of one', async function () {
    this.timeout(60_000);
    const { ledger } = given;
    let turns = 0;
    const count = () => {
      turns++;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    try {
      const begun = performance.now();
      for (let at = 0; performance.now() - begun < 500; at++) await ledger.versionsOf('A', [`/INBOX/${at}`]);
      const outside = turns;
      assert.ok(outside >= 5, `${outside} turns of the event loop in half a second`);
      const paths = Array.from({ length: 20_000 }, (_, n) => ({
        path: `/INBOX/${n}`,
        size: 1,
        modifiedAt: 1,
      }));
      await ledger.observe('A', paths);
      assert.ok(turns - outside >= 2, `${turns - outside} turns while 20,000 files were observed`);
    } finally {
      clearImmediate(immediate);
    }
  });
});
