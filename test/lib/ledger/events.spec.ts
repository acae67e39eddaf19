/** The stream of events: written with the fact, heard at least once by each consumer, and taken over from before. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pendingSwitchEvents } from '../../../lib/accounts/switch-events.ts';
import { queueAlarm } from '../../../lib/alarms/alarms.ts';
import { queueDigest } from '../../../lib/collection/digest-queue.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { KEPT } from '../../../lib/ledger/records/events.ts';
import { verifyLedger } from '../../../lib/ledger/sqlite/backup.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { someContacts } from '../mail/samples.ts';
import { askBehind, changeBehind, onEachDatabase } from './engines.ts';
import { writeOldLedger } from './old-ledger.ts';
import { aVersion, freshLedger, START } from './samples.ts';

const MINUTE = 60_000;

onEachDatabase('events', () => {
  const given = freshLedger();
  const amended = () => given.ledger.events.pendingEvents({ kinds: ['amended'] });

  const deliver = async (name: string, account = 'HKSCC') => {
    const { versionId } = await given.ledger.reports.recordReceived(aVersion({ name, account }));
    const of = { versionId, share: '/s', file: `/s/${name}`, sha256: 'a'.repeat(64), run: 'run-1' };
    const delivery = { ...of, outcome: 'version', beside: true } as const;
    await given.ledger.deliveries.recordDelivery(delivery);
    return delivery;
  };
  const mail = (event: number, key: string) =>
    given.ledger.mails.queueMail({
      ...{ eventKey: key, kind: 'notice', run: 'run-1', to: ['a@b.c'], subject: 's', text: 't', html: 'h' },
      event,
    });

  it('come with their fact, once however often it is recorded, and say whose it is and about what', async () => {
    const delivery = await deliver('a.txt');
    await given.ledger.deliveries.recordDelivery(delivery);
    const [event, ...more] = await amended();
    assert.deepEqual(more, []);
    assert.deepEqual(event, {
      ...{ id: 1, at: START, kind: 'amended', subject: '/INBOX/20261120/a.txt', account: 'HKSCC' },
      ...{ run: 'run-1', payload: { versionId: delivery.versionId, share: '/s' }, mailedAt: null },
    });
  });

  it('do not come when the transaction of the fact fails', async () => {
    const delivery = await deliver('a.txt');
    await changeBehind(given.place(), 'alter table placed_files rename to elsewhere');
    await assert.rejects(
      given.ledger.deliveries.recordDelivery({ ...delivery, share: '/t' }),
      /placed_files/,
    );
    await changeBehind(given.place(), 'alter table elsewhere rename to placed_files');
    assert.equal((await amended()).length, 1);
  });

  it('are acknowledged by each consumer by itself: by a mail, and by the flow that is through with it', async () => {
    await deliver('a.txt');
    await given.clock.advance(MINUTE);
    for (const key of ['one', 'other', 'other']) await mail(1, key);
    assert.deepEqual(
      (await amended()).map(({ mailedAt }) => mailedAt),
      [START + MINUTE],
    );
    for (let times = 0; times < 2; times++) await given.ledger.events.acknowledgeEvents([1], 'flow');
    assert.deepEqual(await amended(), []);
  });

  it('that nobody knows are no fault of the mail that names one', async () => {
    assert.equal((await mail(99, 'k')).fresh, true);
    await given.ledger.events.acknowledgeEvents([98], 'flow');
  });

  it('are asked for by account and kind', async () => {
    await deliver('a.txt', 'HKCC');
    await given.ledger.accounts.chooseDataCentres([], { node: 'away', switched: [] });
    const { events } = given.ledger;
    assert.deepEqual(await events.pendingEvents({ kinds: ['amended'], account: 'SEOCH' }), []);
    assert.equal((await events.pendingEvents({ kinds: ['amended'], account: 'HKCC' })).length, 1);
    assert.equal((await events.pendingEvents({ kinds: ['amended', 'switched'] })).length, 2);
  });

  it('stay, once they are settled, in a bounded number; what nobody has heard of stays in any case', async () => {
    const { accounts, events } = given.ledger;
    const news = { node: 'away', switched: [] };
    const unheard = await accounts.chooseDataCentres([], news);
    const heard = await accounts.chooseDataCentres([], news);
    await events.acknowledgeEvents([heard ?? 0], 'flow');
    const next = `${KEPT + 1}`;
    await changeBehind(
      given.place(),
      typeof given.place() === 'string'
        ? `update sqlite_sequence set seq = ${next} where name = 'events'`
        : `select setval(pg_get_serial_sequence('events', 'id'), ${next})`,
    );
    const last = await accounts.chooseDataCentres([], news);
    await events.acknowledgeEvents([last ?? 0], 'flow');
    const left = await askBehind(given.place(), 'select id from events order by id');
    assert.deepEqual(
      left.map(({ id }) => Number(id)),
      [unheard, last],
    );
  });
});

/** Written by commit 812a009 through its own functions and with this key. */
const before: {
  migration: number;
  seal: object;
  /** Numbers given so far, of tables whose last rows are gone. */
  numbered: Record<string, number>;
  rows: Record<string, Record<string, string | number | null>[]>;
} = JSON.parse(await fs.readFile(path.join(import.meta.dirname, 'rows-before-35.json'), 'utf8'));
const journalKey = new Uint8Array(32).fill(7);

describe('a ledger with news that nobody was told of, of before there were events', () => {
  const folder = temporaryFolder();
  const config = someContacts();
  let clock: SimulatedClock;
  let ledger: Ledger;
  let file: string;

  const open = async () => {
    ledger = await openLedger(file, clock, { journalKey });
  };

  beforeEach(async () => {
    clock = new SimulatedClock(START + 10 * MINUTE);
    file = path.join(folder(), 'ledger.sqlite');
    await writeOldLedger(file, before);
    await open();
  });
  afterEach(() => ledger.close());

  const switches = async (node: string) =>
    (await pendingSwitchEvents(ledger, node)).map(({ id, mailedAt, ...what }) => [
      id,
      mailedAt !== null,
      ...Object.keys(what),
    ]);

  async function expectAll(): Promise<void> {
    const amendments = await ledger.amendments.pendingAmendments('HKSCC');
    assert.deepEqual(
      amendments.map(({ report, delivery, mailedAt }) => [report.path, delivery.share, mailedAt !== null]),
      [
        ['/INBOX/a.txt', '/s/ops', false],
        ['/INBOX/a.txt', '/s/risk', true],
      ],
    );
    assert.deepEqual(await switches('away'), [[2, true, 'ended']]);
    assert.deepEqual(await switches('asks'), [[3, false, 'asked']]);
    assert.deepEqual(await switches('refused'), [[5, false, 'settled']]);
    assert.deepEqual(await switches('goes'), [[6, false, 'switched']]);
  }

  it('has each of them as an event, and is sound', async () => {
    await expectAll();
    const [ended] = await pendingSwitchEvents(ledger, 'away');
    const { ended: end } = ended as { ended: object };
    assert.deepEqual(end, { account: 'HKSCC', until: START + 6 * MINUTE, by: 'Chan' });
    await ledger.close();
    await verifyLedger(file, clock, { journalKey });
    await open();
  });

  it('tells nothing twice and loses nothing', async () => {
    const amend = async (share: string) => {
      const [one = assert.fail()] = (await ledger.amendments.pendingAmendments('HKSCC')).filter(
        ({ delivery }) => delivery.share === share,
      );
      const of = {
        code: 'AMENDED',
        message: 'amended',
        cure: '',
        where: share,
        run: 'run-1',
        account: 'HKSCC',
      };
      const amendment = { versionId: one.report.versionId, share };
      const queued = await queueAlarm(ledger, config, { ...of, at: clock.now(), event: one.id, amendment }, [
        'ops',
      ]);
      return queued?.fresh;
    };
    assert.equal(await amend('/s/risk'), false);
    assert.equal(await amend('/s/ops'), true);
    const expire = (groups: string[]) => {
      const of = { code: 'SWITCH_EXPIRED', message: 'was put back', cure: '', where: 'away', run: '' };
      const alarm = { ...of, account: '', subject: 'switch 2', at: clock.now(), event: 2 };
      return queueAlarm(ledger, config, alarm, groups);
    };
    assert.equal((await expire(['ops']))?.fresh, false);
    assert.equal((await expire(['managers']))?.fresh, true);
    assert.ok(
      (await ledger.amendments.pendingAmendments('HKSCC')).every(({ mailedAt }) => mailedAt !== null),
    );
  });

  it('goes on: unsent mail, open alarms, the practice day, and numbers that no news had before', async () => {
    const due = await ledger.mails.dueMails(clock.now());
    assert.equal(due.length, before.rows.mails?.length);
    const open = await ledger.alarms.openAlarms();
    assert.deepEqual(
      open.map(({ code }) => code),
      ['SWITCH_EXPIRED', 'LOGIN_REFUSED'],
    );
    assert.equal((await ledger.practice.practiceDays()).length, 1);
    const [routed] = await ledger.shares.routedBy('route');
    assert.deepEqual([routed?.account, routed?.run], ['HKSCC', 'run-1']);
    assert.deepEqual(await ledger.sessions.runsAtWork('weekly'), ['run-1']);
    await ledger.sessions.cutOffSessions();
    assert.deepEqual(await ledger.sessions.cutOffRuns('daily'), ['run-0']);
    assert.deepEqual(await ledger.sessions.cutOffRuns('weekly'), ['run-1']);
    const choice = { account: 'HKSCC', dataCentre: 'secondary', reason: 'r', by: 'Chan' } as const;
    const event = await ledger.accounts.chooseDataCentres([choice], { node: 'goes', switched: [] });
    assert.ok(Number(event) > Number(before.numbered.switch_news));
  });

  it('tells the readers whom a kill kept from the digest of a run by their next one, and nobody else', async () => {
    await clock.advance(MINUTE);
    await ledger.runs.startRun({ run: 'run-2', trigger: 'timer' });
    const listing = { run: 'run-2', account: 'HKSCC', installation: 'hkscc', address: 'a:1' } as const;
    const counts = { new: 0, changed: 0, known: 2, writing: 0, refused: 0 };
    await ledger.runs.recordListing({ ...listing, dataCentre: 'primary', counts, complete: true });
    const told = async (readers: string) => {
      const { accounts } = await ledger.runs.runFacts('run-2', readers);
      return accounts.flatMap(({ delivered }) => delivered.map(({ name }) => name));
    };
    assert.deepEqual(await told('risk'), ['a.txt', 'b.txt']);
    assert.deepEqual(await told('ops'), []);
    await queueDigest(ledger, config, 'run-2', ['risk'], clock.now());
    const digests = await ledger.events.pendingEvents({ kinds: ['digest'] });
    assert.deepEqual(digests.map(({ run }) => run).sort(), ['run-1', 'run-2']);
    await ledger.events.acknowledgeEvents(
      digests.map(({ id }) => id),
      'flow',
    );
    assert.deepEqual(await told('managers'), [], 'as soon as a process lived on, everybody was told');
  });

  it('can be taken back, and comes to the same again', async () => {
    await ledger.close();
    await writeOldLedger(file, { migration: before.migration });
    const database = new DatabaseSync(file);
    const rows = (table: string) =>
      database
        .prepare(`select * from ${table} order by 1, 2`)
        .all()
        .map((row) => ({ ...row }));
    const byRun = (one: { run?: unknown }, other: { run?: unknown }) =>
      String(one.run) < String(other.run) ? -1 : 1;
    assert.deepEqual(rows('sessions').sort(byRun), before.rows.sessions?.sort(byRun));
    for (const table of ['untold_amendments', 'switch_news'])
      assert.deepEqual(rows(table), before.rows[table]);
    assert.deepEqual(
      rows('runs').map(({ telling }) => telling),
      [0, 1],
    );
    database.close();
    await open();
    await expectAll();
  });
});
