/** A ledger that was changed behind its journal is told of when it is opened, without reading all of it. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { raiseLedgerAlarm } from '../../../lib/alarms/ledger-alarm.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { oneOfEverything } from '../ledger/history-samples.ts';
import { aVersion, START } from '../ledger/samples.ts';
import { someContacts } from '../mail/samples.ts';

const journalKey = new Uint8Array(32).fill(7);

describe('a start with a ledger that was changed behind its journal', () => {
  const folder = temporaryFolder();
  let clock: SimulatedClock;
  let file: string;
  let ledger: Ledger;

  beforeEach(async () => {
    clock = new SimulatedClock(START);
    file = `${folder()}/ledger.sqlite`;
    ledger = await openLedger(file, clock, { journalKey });
    await oneOfEverything(ledger, clock);
  });
  afterEach(() => ledger.close());

  function tamper(sql: string): void {
    const database = new DatabaseSync(file);
    database.exec(`pragma foreign_keys = off; ${sql}`);
    database.close();
  }

  async function reopen(): Promise<void> {
    await ledger.close();
    ledger = await openLedger(file, clock, { journalKey });
  }

  it('tells nothing of an honest one, before and after it was sealed', async () => {
    assert.deepEqual(await ledger.changedFacts(), []);
    await reopen();
    assert.deepEqual(await ledger.changedFacts(), []);
    await ledger.reports.recordReceived(aVersion({ name: 'later.txt' }));
    assert.deepEqual(await ledger.changedFacts(), []);
    await raiseLedgerAlarm(ledger, someContacts(), clock.now());
    assert.deepEqual(await ledger.alarms.openAlarms({ account: '' }), []);
  });

  const changes: [string, string, RegExp][] = [
    [
      'a data centre',
      "update data_centres set data_centre = 'secondary' where account = 'HKSCC'",
      /data_centres HKSCC: data_centre is "secondary"/,
    ],
    [
      'a choice nobody made',
      "insert into data_centres values ('HKX', 'secondary', 'r', 'Ada', 1, '', null)",
      /data_centres HKX has no record/,
    ],
    ['a lock that is gone', 'delete from login_locks', /login_locks HKCC is gone/],
    [
      'a lock nobody made',
      "insert into login_locks (account, reason, address, locked_at) values ('HKX', 'r', 'a', 1)",
      /login_locks HKX has no record/,
    ],
    [
      'a report that is gone',
      'delete from versions where id = 3',
      /versions has 3 rows; the journal speaks of 4/,
    ],
    [
      'a delivery that is gone',
      "delete from deliveries where share = '/mnt/ops'",
      /deliveries has 1 rows; the journal speaks of 2/,
    ],
    ['an alarm that is gone', 'delete from alarms where id = 2', /alarms has \d rows; the journal/],
    ['a mail that is gone', 'delete from mails where id = 2', /mails has \d rows; the journal/],
    [
      'a due time that nobody took',
      "insert into ticks values ('s1', 99, 99, 'run-1', 0)",
      /ticks has 3 rows/,
    ],
  ];
  for (const [what, sql, message] of changes) {
    it(`names ${what}, and raises one alarm for all`, async () => {
      await reopen();
      tamper(sql);
      await reopen();
      await raiseLedgerAlarm(ledger, someContacts(), clock.now());
      await raiseLedgerAlarm(ledger, someContacts(), clock.now());
      const alarms = (await ledger.alarms.openAlarms()).filter(({ code }) => code === 'LEDGER_CHANGED');
      assert.equal(alarms.length, 1);
      assert.match(alarms[0]?.message ?? '', message);
      assert.match(alarms[0]?.cure ?? '', /rap ledger verify/);
      assert.equal(alarms[0]?.level, 'critical');
    });
  }

  it('names what was changed of the last records, which no seal knows of yet', async () => {
    await reopen();
    const { versionId } = await ledger.reports.recordReceived(aVersion({ name: 'later.txt' }));
    tamper(`update versions set sha256 = 'x' where id = ${versionId}`);
    assert.match((await ledger.changedFacts()).join(), /versions 5: sha256 is "x"/);
  });
});
