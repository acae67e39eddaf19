/** A ledger of many years. RAP_LEDGER_ROWS sets its size (default 50,000); bench/large-ledger.ts measures a million. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { planCleaning } from '../../../lib/collection/clean.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { verifyLedger } from '../../../lib/ledger/sqlite/backup.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { makeLargeLedger, ROWS_PER_REPORT } from '../../support/large-ledger.ts';
import { temporaryFolder } from '../files/temp-folder.ts';

const ROWS = Number(process.env.RAP_LEDGER_ROWS ?? 50_000);
/**
 * Of the processor, from the start of the process to the first useful answer, milliseconds. It needs one or two seconds; what is looked for here is work that grows with the ledger.
 */
const LONGEST = 20_000;

describe('A large ledger', function () {
  this.timeout(300_000);
  const folder = temporaryFolder();

  it(`of ${ROWS} rows answers within ${LONGEST / 1000} s of work after a start, is sound, and knows what may go`, async () => {
    const file = path.join(folder(), 'ledger.sqlite');
    await makeLargeLedger(file, ROWS);
    const process_ = fileURLToPath(new URL('../../support/first-request.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [process_, file, String(ROWS)]);
    const { intents, known, open, workedMs } = JSON.parse(stdout);
    assert.deepEqual([intents, known, open], [3, 200, 0]);
    assert.ok(workedMs < LONGEST, `${workedMs} ms`);
    const { journal } = await verifyLedger(file, realClock);
    assert.ok(journal.count > ROWS / ROWS_PER_REPORT, 'and the rows were taken over');
    const ledger = await openLedger(file, realClock);
    const { copies, keptBack } = await planCleaning(ledger, realClock.now(), { keep: 10 });
    await ledger.close();
    assert.deepEqual([copies.length, keptBack], [ROWS / ROWS_PER_REPORT, { notDelivered: 0, notTold: 0 }]);
  });
});
