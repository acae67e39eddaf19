/** Alarms of a ledger that was written before they had a subject go on: none is lost, and none is told twice. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { queueAlarm, stepDueAlarms } from '../../../lib/alarms/alarms.ts';
import { queueDigest } from '../../../lib/collection/digest-queue.ts';
import { codes, type ErrorCode } from '../../../lib/errors/codes.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { someContacts } from '../mail/samples.ts';
import { writeOldLedger } from './old-ledger.ts';
import { START } from './samples.ts';

const MINUTE = 60_000;

/** Written by the last release without migration 14, from the moment START on, through its own functions. */
const rows: Record<string, Record<string, string | number | null>[]> = JSON.parse(
  await fs.readFile(path.join(import.meta.dirname, 'rows-before-14.json'), 'utf8'),
);

describe('a ledger of before alarms had a subject', () => {
  const folder = temporaryFolder();
  const config = someContacts({}, { escalation: { minutes: 30, groups: ['managers'] } });
  let clock: SimulatedClock;
  let ledger: Ledger;
  let file: string;

  beforeEach(async () => {
    clock = new SimulatedClock(START + 55 * MINUTE);
    file = path.join(folder(), 'ledger.sqlite');
    await (await openLedger(file, clock)).close();
    await writeOldLedger(file, { migration: 13, rows });
    ledger = await openLedger(file, clock);
  });
  afterEach(() => ledger.close());

  const raise = (code: ErrorCode, subject: string, changes: object = {}) => {
    const fault = { code, subject, message: `${code} again`, cure: codes[code].cure, where: 'Elsewhere' };
    const met = { ...fault, run: 'run-9', account: 'SIM001', at: clock.now(), ...changes };
    return queueAlarm(ledger, config, met, ['risk']);
  };
  const open = async () =>
    (await ledger.alarms.openAlarms()).map(({ id, code, subject, seen }) => [id, code, subject, seen]);
  const mails = async () => (await ledger.mails.mails()).length;
  const fresh = [
    [5, 'DISK_FULL', '/srv/rap/landing', 5],
    [6, 'SHARE_MISSING', '/mnt/risk', 1],
    [7, 'NOT_WRITABLE', null, 1],
    [9, 'CONTENT_WRONG', '', 2],
    [10, 'UNROUTED', '/INBOX/X 1.txt', 1],
    [11, 'HOST_KEY_MISMATCH', null, 1],
    [12, 'LOGIN_LOCKED', '', 1],
    [13, 'SWITCH_EXPIRED', 'switch 3', 1],
  ];

  it('knows what each alarm is about, and joins those of one fault', async () => {
    assert.deepEqual(await open(), fresh);
    const disk = await ledger.alarms.alarm(5);
    assert.deepEqual([disk?.runs, disk?.raisedAt, disk?.acknowledgedBy], [5, START, 'Ada Wong']);
    assert.match((await ledger.alarms.alarm(1))?.closedWhy ?? '', /^the same fault as alarm 5$/);
    assert.deepEqual(await ledger.alarms.recipientsOf(5), ['ada@broker.example', 'cy@broker.example']);
    const closed = rows.alarms?.find(({ id }) => id === 14);
    assert.equal((await ledger.alarms.alarm(14))?.closedWhy, closed?.closed_why);
  });

  it('tells nothing twice: each fault that is met again is the alarm it was', async () => {
    const before = await mails();
    await raise('DISK_FULL', '/srv/rap/landing');
    await raise('SHARE_MISSING', '/mnt/risk');
    await raise('NOT_WRITABLE', '/mnt/riskier');
    await raise('CONTENT_WRONG', '', { reports: ['/INBOX/a', '/INBOX/b'] });
    await raise('UNROUTED', '/INBOX/X 1.txt');
    await raise('HOST_KEY_MISMATCH', '10.243.2.141:18801');
    await raise('LOGIN_LOCKED', '');
    await raise('SWITCH_EXPIRED', 'switch 3', { account: '', run: '', event: 3 });
    assert.equal(await mails(), before);
    assert.deepEqual(
      (await ledger.alarms.openAlarms()).map(({ id }) => id),
      fresh.map(([id]) => id),
    );
    assert.deepEqual((await open()).slice(2, 3), [[7, 'NOT_WRITABLE', '/mnt/riskier', 2]]);
  });

  it('takes reports that had an alarm each into that of their account, and tells only those nobody has heard of', async () => {
    await raise('UNROUTED', '/INBOX/X 2.txt');
    const before = await mails();
    const both = { reports: ['/INBOX/X 1.txt', '/INBOX/X 2.txt'] };
    await raise('UNROUTED', '', both);
    assert.equal(await mails(), before);
    const unrouted = (await ledger.alarms.openAlarms()).filter(({ code }) => code === 'UNROUTED');
    assert.deepEqual(
      unrouted.map(({ subject }) => subject),
      [''],
    );
    const [{ id } = { id: 0 }] = unrouted;
    assert.notEqual(id, 10);
    assert.equal((await ledger.alarms.alarm(10))?.closedWhy, `the same fault as alarm ${id}`);
    assert.ok((await ledger.alarms.recipientsOf(id)).includes('ada@broker.example'));
    assert.deepEqual((await ledger.alarms.reportsOfAlarms([id])).get(id), both.reports);
    await raise('UNROUTED', '', both);
    assert.equal(await mails(), before);
    await raise('UNROUTED', '', { reports: [...both.reports, '/INBOX/X 3.txt'] });
    assert.equal(await mails(), before + 1);
  });

  it('tells what is new all the same: another share, another report, another switch', async () => {
    await raise('CONTENT_WRONG', '', { reports: ['/INBOX/a'] });
    const before = await mails();
    await raise('SHARE_MISSING', '/mnt/risk/old');
    await raise('CONTENT_WRONG', '', { reports: ['/INBOX/a', '/INBOX/b'] });
    await raise('SWITCH_EXPIRED', 'switch 4', { account: '', run: '', event: 4 });
    await raise('CONNECT_REFUSED', 'primary');
    assert.equal(await mails(), before + 4);
  });

  it('reminds of what nobody has acknowledged, and of a joined one no more', async () => {
    await clock.advance(40 * MINUTE);
    await stepDueAlarms(ledger, config, clock);
    const reminders = (await ledger.mails.mails()).filter(({ createdAt }) => createdAt === clock.now());
    assert.equal(reminders.length, 7);
    assert.ok(
      reminders.every(({ subject }) => !subject.includes('DISK_FULL') && !subject.includes('landing')),
    );
  });

  it('ends them by the next clean run, and says so to all who were told of any of them', async () => {
    await ledger.runs.startRun({ run: 'run-9', trigger: 'timer' });
    await ledger.runs.recordListing({
      ...{ run: 'run-9', account: 'SIM001', installation: 'hkscc', address: 'a:1', dataCentre: 'primary' },
      counts: { new: 0, changed: 0, known: 3, writing: 0, refused: 0 },
      complete: true,
    });
    await queueDigest(ledger, config, 'run-9', ['ops'], clock.now());
    assert.deepEqual(
      (await open()).map(([, code]) => code),
      ['SWITCH_EXPIRED'],
    );
    const recovered = (await ledger.mails.mails()).filter(({ kind }) => kind === 'recovery');
    assert.ok(
      recovered.some(({ to }) => to.length === 2),
      'also to the manager who was reminded',
    );
  });

  it('can be taken back, and comes to the same again', async () => {
    await ledger.close();
    await writeOldLedger(file, { migration: 13 });
    const database = new DatabaseSync(file);
    const keys = database.prepare('select id, key from alarms where closed_at is null order by id').all();
    const former = new Map(rows.alarms?.map(({ id, key }) => [id, key]));
    assert.deepEqual(
      keys.map(({ key }) => key),
      keys.map(({ id }) => former.get(id as number)),
    );
    database.close();
    ledger = await openLedger(file, clock);
    assert.deepEqual(await open(), fresh);
  });
});
