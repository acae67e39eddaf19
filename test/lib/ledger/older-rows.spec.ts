/** Rows that were there before each fact had its record: never accused, and guarded from the upgrade on. */

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TAKEN_OVER } from '../../../lib/ledger/journal/take-over.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { restoreLedger, verifyLedger } from '../../../lib/ledger/sqlite/backup.ts';
import { sealOf } from '../../../lib/ledger/sqlite/ledger-file.ts';
import { alarmEnd } from '../../../lib/model/reasons.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { handOver } from './history-samples.ts';
import { writeOldLedger } from './old-ledger.ts';
import { aVersion, START } from './samples.ts';

const journalKey = new Uint8Array(32).fill(7);

/** Written by a release without these records, through its own functions and with this key. */
const before: {
  migration: number;
  seal: object;
  rows: Record<string, Record<string, string | number | null>[]>;
} = JSON.parse(await fs.readFile(path.join(import.meta.dirname, 'rows-before-19.json'), 'utf8'));

describe('a ledger of before each fact had its record', () => {
  const folder = temporaryFolder();
  let clock: SimulatedClock;
  let file: string;

  const open = () => openLedger(file, clock, { journalKey });
  const verify = () => verifyLedger(file, clock, { journalKey });

  function tamper(sql: string): void {
    const database = new DatabaseSync(file);
    database.exec(`pragma foreign_keys = off; ${sql}`);
    database.close();
  }

  beforeEach(async () => {
    clock = new SimulatedClock(START + 60_000);
    file = `${folder()}/ledger.sqlite`;
    await writeOldLedger(file, before);
  });

  it('is sound as it is, and after the upgrade, and after it was worked with', async () => {
    assert.equal((await verify()).journal.count, 8);
    const ledger = await open();
    const records = (await ledger.journal.records()).filter(({ what }) => what === TAKEN_OVER);
    assert.ok(records.length > 5 && records.at(-1)?.details.all === true);
    assert.equal(await ledger.accounts.dataCentreOf('HKCC'), 'secondary');
    assert.equal((await ledger.accounts.loginLock('HKCC'))?.reason, 'key refused');
    await ledger.close();
    await verify();
    const again = await open();
    await again.deliveries.markRouted(2);
    await handOver(again, 2);
    await again.alarms.closeAlarms([1], alarmEnd('came'));
    await again.alarms.acknowledgeAlarm(1, { by: 'Ada', why: 'w', until: START });
    await again.quarantine.releaseQuarantined(1, '/landing/held.txt', { by: 'Ada', reason: 'right' });
    await again.accounts.unlockLogin('HKCC', { by: 'Ada', reason: 'new key' });
    await again.accounts.chooseDataCentres([
      { account: 'HKCC', dataCentre: 'primary', reason: 'over', by: 'Ada' },
    ]);
    await again.reports.recordReceived(aVersion({ name: 'a.txt' }));
    await again.shares.noteAbilities('/mnt/risk', 'links');
    const taken = (await again.journal.records()).filter(({ what }) => what === TAKEN_OVER);
    assert.equal(taken.length, records.length, 'once');
    await again.close();
    await verify();
  });

  const changes: [string, RegExp][] = [
    ["update versions set sha256 = 'x' where id = 2", /versions 2 .*is not as it was/],
    ['delete from deliveries', /deliveries 1, \/mnt\/risk is gone/],
    ["update mails set text = 'nothing new' where id = 1", /mails 1 .*is not as it was/],
    ['delete from alarms', /alarms 1 is gone/],
    ["update quarantine set decision = 'released'", /quarantine 1 .*is not as it was/],
    ['update versions set routed_at = 5 where id = 2', /versions 2/],
    [
      "update data_centres set account = 'HKSCC'",
      /data_centres HKSCC .*no record.*data_centres HKCC is gone/,
    ],
    ['delete from login_locks', /login_locks HKCC is gone/],
  ];
  for (const [sql, message] of changes) {
    it(`is found to be changed after the upgrade: ${sql}`, async () => {
      await (await open()).close();
      tamper(sql);
      await assert.rejects(verify(), { code: 'LEDGER_CHANGED', message });
    });
  }

  it('with a data centre that nobody chose: it is named before the upgrade and after, and not followed', async () => {
    tamper(
      "insert into data_centres select 'HKSCC', data_centre, reason, chosen_by, chosen_at, seconded_by, until from data_centres",
    );
    await assert.rejects(verify(), { code: 'LEDGER_CHANGED', message: /HKSCC .*no record/ });
    const ledger = await open();
    await assert.rejects(ledger.accounts.dataCentreOf('HKSCC'), {
      code: 'LEDGER_CHANGED',
      message: /no record/,
    });
    assert.equal(await ledger.accounts.dataCentreOf('HKCC'), 'secondary');
    await ledger.close();
    await assert.rejects(verify(), { code: 'LEDGER_CHANGED', message: /HKSCC .*no record/ });
  });

  it('is taken over whole when the upgrade was cut off anywhere', async () => {
    for (let step = 1; step < 12; step++) {
      let left = step;
      const killed = Object.assign(Object.create(clock), {
        now: () => {
          if (left-- === 0) throw new Error('killed');
          return clock.now();
        },
      });
      await assert.rejects(openLedger(file, killed, { journalKey }), /killed/);
    }
    await (await open()).close();
    await verify();
  });

  it('is taken over when a copy of it, which that release made, is brought back', async () => {
    const [copy, seal] = [`${folder()}/copy`, sealOf(file)];
    await fs.copyFile(file, copy);
    await verifyLedger(copy, clock, { journalKey });
    await Promise.all([file, seal].map((name) => fs.rm(name)));
    await restoreLedger(copy, file, clock, { by: 'Ada', reason: 'the disk', journalKey });
    await verify();
    tamper('delete from deliveries');
    await assert.rejects(verify(), { code: 'LEDGER_CHANGED', message: /deliveries 1/ });
  });

  it('is not taken over a second time by whoever undoes the upgrade', async () => {
    const ledger = await open();
    await ledger.reports.recordReceived(aVersion({ name: 'later.txt' }));
    await ledger.close();
    const undo = "delete from migrations where number = 19; delete from properties where name = 'sealed'";
    tamper(`delete from deliveries; ${undo}`);
    await fs.writeFile(sealOf(file), JSON.stringify(before.seal));
    await assert.rejects(open(), { code: 'LEDGER_UNUSABLE', message: /seal/ });
    await assert.rejects(verify(), { code: 'LEDGER_UNUSABLE', message: /seal/ });
  });
});
