import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { backupLedger, restoreLedger, verifyLedger } from '../../../lib/ledger/sqlite/backup.ts';
import { asShare, assertPrivate, onWindows } from '../../support/system.ts';
import { aVersion, freshLedger, START } from './samples.ts';

describe('care of the ledger', () => {
  const given = freshLedger();
  const backup = () => path.join(given.folder(), 'backups', 'ledger.backup');
  const act = { by: 'Ada', reason: 'the disk was replaced' };

  async function fill(reports: number, from = 0): Promise<void> {
    for (let index = from; index < from + reports; index++) {
      await given.ledger.reports.recordReceived(aVersion({ name: `${index}.txt` }));
      await given.ledger.journal.append({ who: 'test', what: `report ${index}`, why: 'filling' });
    }
  }

  it('backs up a ledger that is in use, as one file for the owner alone', async () => {
    await fill(5);
    const copy = await backupLedger(given.file(), backup());
    assert.deepEqual(await fs.readdir(path.dirname(backup())), ['ledger.backup']);
    await assertPrivate(backup());
    assert.equal(copy.file, backup());
    assert.equal(copy.ledger, given.ledger.name);
    assert.deepEqual(copy.journal, await given.ledger.journal.head());
    await fill(1, 5);
    assert.deepEqual(await verifyLedger(backup(), given.clock), {
      ledger: copy.ledger,
      journal: copy.journal,
    });
    assert.deepEqual(
      await fs.readdir(path.dirname(backup())),
      ['ledger.backup'],
      'checking leaves nothing behind',
    );
  });

  it('comes to an end although the ledger is written all the time', async () => {
    await given.ledger.journal.append({ who: 'test', what: 'x'.repeat(20_000_000), why: 'many pages' });
    let copied = false;
    const copying = backupLedger(given.file(), backup()).then((copy) => {
      copied = true;
      return copy;
    });
    let writes = 0;
    while (!copied && writes < 100_000) {
      await given.ledger.journal.append({ who: 'test', what: 'a write', why: 'meanwhile' });
      writes++;
      await setImmediate();
    }
    assert.ok(copied, `not after ${writes} writes`);
    const { journal } = await copying;
    assert.ok(journal.count < writes, 'as it was at one moment');
  });

  it('says who is in the way where an open file cannot be moved, as on Windows, and leaves all as it is', async () => {
    await fill(2);
    await backupLedger(given.file(), backup());
    await fill(1, 2);
    const before = (await fs.readdir(given.folder())).sort();
    const { count } = await given.ledger.journal.head();
    const rename = async (from: string) => {
      throw Object.assign(new Error(`EBUSY: resource busy or locked, rename '${from}'`), { code: 'EBUSY' });
    };
    await assert.rejects(restoreLedger(backup(), given.file(), given.clock, { ...act, rename }), {
      code: 'LEDGER_UNUSABLE',
      message: /Another program has the ledger .* open, and nothing was replaced/,
      cure: /Stop Node-RED, and every other program that has it open/,
    });
    assert.deepEqual((await fs.readdir(given.folder())).sort(), before, 'no copy is left behind');
    assert.equal((await given.ledger.journal.head()).count, count);
  });

  it('never replaces an earlier backup', async () => {
    await fill(1);
    await backupLedger(given.file(), backup());
    await fill(1, 1);
    const second = await backupLedger(given.file(), backup());
    assert.equal(path.basename(second.file), 'ledger~2.backup');
  });

  it('checks every page, every reference and every record', async () => {
    await fill(3);
    const { journal } = await verifyLedger(given.file(), given.clock);
    assert.equal(journal.count, 6);
    const copy = await backupLedger(given.file(), backup());
    const spoil = async (sql: string) => {
      const file = `${backup()}-spoilt`;
      await fs.copyFile(copy.file, file);
      const database = new DatabaseSync(file);
      database.exec(`pragma foreign_keys = off; ${sql}`);
      database.close();
      return file;
    };
    const refuses = (file: string, message: RegExp) =>
      assert.rejects(verifyLedger(file, given.clock, { anchor: copy.journal }), {
        code: 'LEDGER_UNUSABLE',
        message,
      });
    await refuses(await spoil("update journal set why = 'x' where sequence = 2"), /journal at record 2/);
    await refuses(await spoil('delete from journal where sequence = 6'), /journal at record 6.*missing/);
    await refuses(await spoil("insert into event_receipts values (99, 'mail', 1)"), /refer to others/);
    await refuses(await spoil('pragma application_id = 0'), /not a ledger/);
    await refuses(path.join(given.folder(), 'none'), /none is not there/);
    const torn = await fs.readFile(copy.file);
    torn.fill(0xa5, 4096 * 5, 4096 * 5 + 2048);
    await fs.writeFile(`${backup()}-torn`, torn);
    await refuses(`${backup()}-torn`, /./);
  });

  it('brings a backup back, keeps what was there, and writes down who did it', async () => {
    await fill(2);
    await backupLedger(given.file(), backup());
    await fill(3, 2);
    await given.ledger.seal();
    await given.ledger.close();
    const { replaced } = await restoreLedger(backup(), given.file(), given.clock, act);
    given.ledger = await openLedger(given.file(), given.clock);
    assert.equal((await given.ledger.deliveries.openVersions('HKSCC')).length, 2);
    const [last] = (await given.ledger.journal.records()).slice(-1);
    assert.deepEqual(
      [last?.sequence, last?.who, last?.what, last?.why, last?.details],
      [5, 'Ada', 'ledger restored', 'the disk was replaced', { from: backup(), records: 4 }],
    );
    assert.equal(replaced, `${given.file()}.replaced-${START}`);
    const before = new DatabaseSync(replaced ?? '', { readOnly: true });
    assert.equal(before.prepare('select count(*) as n from versions').get()?.n, 5);
    before.close();
  });

  it('brings a backup back when the ledger is gone', async () => {
    await fill(2);
    await backupLedger(given.file(), backup());
    await given.ledger.close();
    for (const suffix of ['', '-wal', '-shm']) await fs.rm(given.file() + suffix, { force: true });
    await assert.rejects(openLedger(given.file(), given.clock), { code: 'LEDGER_UNUSABLE' });
    const { replaced } = await restoreLedger(backup(), given.file(), given.clock, act);
    assert.equal(replaced, undefined);
    given.ledger = await openLedger(given.file(), given.clock);
    assert.equal((await given.ledger.deliveries.openVersions('HKSCC')).length, 2);
  });

  it('brings back a backup that lies on a network drive', async () => {
    await fill(2);
    await backupLedger(given.file(), backup());
    await given.ledger.close();
    const { statfs } = fs;
    fs.statfs = (async (where: string) => {
      const found = await statfs(where);
      return where.startsWith(path.dirname(backup())) ? { ...found, type: 0x6969 } : found;
    }) as typeof statfs;
    try {
      const from = onWindows ? asShare(backup()) : backup();
      await restoreLedger(from, given.file(), given.clock, act);
    } finally {
      fs.statfs = statfs;
    }
    assert.deepEqual(await fs.readdir(path.dirname(backup())), ['ledger.backup'], 'nothing is written there');
    given.ledger = await openLedger(given.file(), given.clock);
    assert.equal((await given.ledger.deliveries.openVersions('HKSCC')).length, 2);
  });

  it('keeps a process that only slept from writing into the ledger that was replaced', async () => {
    const lease = await given.ledger.leases.claimLease({ name: 'writer', owner: 'asleep', ms: 1 });
    assert.ok(lease);
    given.ledger.writeUnder(lease);
    await fill(1);
    await backupLedger(given.file(), backup());
    await given.clock.advance(2);
    const restoring = restoreLedger(backup(), given.file(), given.clock, act);
    if (onWindows) {
      // The file that it has open stays where it is, and it is out of charge all the same.
      await assert.rejects(restoring, { code: 'LEDGER_UNUSABLE', message: /open, and nothing was replaced/ });
    } else await restoring;
    await assert.rejects(given.ledger.reports.recordReceived(aVersion({ name: 'late.txt' })), {
      code: 'NOT_IN_CHARGE',
    });
    await given.ledger.close();
    given.ledger = await openLedger(given.file(), given.clock);
    assert.equal((await given.ledger.journal.head()).count, onWindows ? 2 : 3, 'and its seal fits');
  });

  it('touches nothing when the backup is no good', async () => {
    await fill(2);
    await given.ledger.close();
    await fs.writeFile(`${given.folder()}/bad`, 'not a ledger');
    const before = await fs.readdir(given.folder());
    await assert.rejects(restoreLedger(`${given.folder()}/bad`, given.file(), given.clock, act), {
      code: 'LEDGER_UNUSABLE',
    });
    assert.deepEqual(await fs.readdir(given.folder()), before);
    given.ledger = await openLedger(given.file(), given.clock);
    assert.equal((await given.ledger.deliveries.openVersions('HKSCC')).length, 2);
  });
});
