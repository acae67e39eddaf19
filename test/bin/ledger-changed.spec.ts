/** What a person does about a ledger that somebody changed behind its journal. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { journalKeyFile } from '../../lib/ledger/journal/journal-key.ts';
import { ledgerIn, sealOf } from '../../lib/ledger/sqlite/ledger-file.ts';
import { realClock } from '../../lib/time/clock.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { aVersion } from '../lib/ledger/samples.ts';

const rap = join(import.meta.dirname, '../../bin/rap');

describe('rap ledger, when the tables differ from the journal', () => {
  const home = temporaryFolder();

  beforeEach(async () => {
    const ledger = await openHome(home(), realClock);
    await ledger.reports.recordReceived(aVersion());
    await ledger.accounts.chooseDataCentres([
      { account: 'HKSCC', dataCentre: 'secondary', reason: 'drill', by: 'Ada' },
    ]);
    await ledger.close();
  });

  async function command(...words: string[]) {
    const { RAP_JOURNAL_KEY: _, ...clean } = process.env;
    const env = { ...clean, RAP_HOME: home() };
    const { stdout } = await promisify(execFile)(rap, ['ledger', ...words, '--json'], { env }).catch(
      (failed) => failed,
    );
    return JSON.parse(stdout);
  }

  function tamper(sql: string): void {
    const database = new DatabaseSync(ledgerIn(home()));
    database.exec(sql);
    database.close();
  }

  const why = ['--reason', 'repaired by hand', '--by', 'Ada'];

  it('names the places and a way out; what is accepted is sound from then on, and its change is found again', async () => {
    assert.equal((await command('verify')).error, undefined);
    tamper("update versions set sha256 = 'x'; delete from data_centres");
    const { error } = await command('verify');
    assert.equal(error.code, 'LEDGER_CHANGED');
    assert.match(error.message, /data_centres HKSCC is gone.*versions 1 .*sha256 is "x"/);
    assert.match(error.cure, /rap ledger accept/);
    const { accepted } = await command('accept', ...why);
    assert.equal(accepted.places, 2);
    assert.equal((await command('verify')).error, undefined);
    const ledger = await openHome(home(), realClock);
    assert.equal(await ledger.accounts.dataCentreOf('HKSCC'), 'primary');
    const [record] = (await ledger.journal.records()).filter(({ who }) => who === 'Ada').slice(1);
    assert.deepEqual([record?.what, record?.why], ['tables accepted as they are', 'repaired by hand']);
    assert.equal(record?.details.places, 2);
    assert.match(String(record?.details.named), /data_centres HKSCC is gone/);
    assert.deepEqual(await ledger.changedFacts(), []);
    await ledger.close();
    tamper("update versions set sha256 = 'y'");
    assert.match((await command('verify')).error.message, /versions 1/);
  });

  it('wants the seal of a ledger in use, also when the ledger calls itself a copy', async () => {
    tamper("insert into properties values ('copied', 'yes')");
    await rm(sealOf(ledgerIn(home())));
    assert.match((await command('verify')).error.message, /has lost its seal/);
    assert.match((await command('show')).error.message, /has lost its seal/);
  });

  it('takes nothing over with a new key before a person says so', async () => {
    tamper('update versions set size = 1');
    await rm(journalKeyFile(home()));
    const { error } = await command('newkey', ...why);
    assert.equal(error.code, 'LEDGER_CHANGED');
    assert.match(error.message, /versions 1 .*size is 1, not 1234/);
    assert.match(error.cure, /--accept/);
    await command('newkey', '--accept', ...why);
    assert.equal((await command('verify')).error, undefined);
    const ledger = await openHome(home(), realClock);
    assert.equal(await ledger.accounts.dataCentreOf('HKSCC'), 'secondary', 'what was decided goes on');
    await ledger.close();
    tamper("update data_centres set account = 'HKCC'");
    assert.match((await command('verify')).error.message, /data_centres HKCC .*has no record/);
  });
});
