/**
 * What a mail or an alarm is about stands in columns, whatever their keys and subjects look like; and a ledger of the
 * release before, where it was read out of these, goes on.
 */
import assert from 'node:assert/strict';
import { queueAlarm } from '../../../lib/alarms/alarms.ts';
import { raiseReportAlarms } from '../../../lib/alarms/report-alarms.ts';
import { noteLook, queueDigest } from '../../../lib/collection/digest-queue.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import { verifyLedger } from '../../../lib/ledger/sqlite/backup.ts';
import type { Found, FoundReport } from '../../../lib/model/completeness.ts';
import { alarmEnd } from '../../../lib/model/reasons.ts';
import { someContacts } from '../mail/samples.ts';
import { askBehind, changeBehind, migrateBehind, onEachDatabase } from './engines.ts';
import { aVersion, freshLedger, START } from './samples.ts';

/** The last migration before these columns. */
const BEFORE = 63;
const DAY = '2026-11-20';
/** The names of groups may hold what the keys part their pieces with. */
const people = [
  { name: 'Chan', email: 'chan@broker.example', groups: ['ops'] },
  { name: 'Lee', email: 'lee@broker.example', groups: ['risk: night', 'ops'] },
];
const config = someContacts({}, { contacts: people });

const late = (report: string, set: string, businessDate = DAY): FoundReport => ({
  ...{ report, set, businessDate, system: 'DCASS', state: 'late', traces: [] },
  ...{ about: 1, riskAfter: 2, lateAfter: 3, cutOff: 4 },
});
const check = (reports: FoundReport[]): Found => ({
  ...{ account: 'HKCC', installation: 'hkcc-seoch', at: 9, today: DAY, asked: ['2026-11-19', DAY] },
  ...{ shortfalls: [], unaccepted: [], blind: false },
  reports,
  messages: reports.map(({ report, set, businessDate }) => ({
    ...{ kind: 'late', report, set, businessDate, at: 1 },
  })),
});
const awaited = [late('RP009', ''), late('RMAMR03', '4'), late('RP010', 'night set', '2026-11-19')];

const fault = (code: string, changes: object = {}) => ({
  ...{ code, account: 'HKCC', where: 'List', subject: '', message: 'm', cure: 'c', run: '', at: START },
  ...changes,
});

onEachDatabase('what mails and alarms are about', () => {
  const given = freshLedger();

  /** The tables become those of the release before, with these rows, and the ledger is opened again. */
  async function upgrade(statements = ''): Promise<void> {
    await given.ledger.close();
    await migrateBehind(given.place(), BEFORE);
    if (statements !== '') await changeBehind(given.place(), statements);
    given.ledger = await openLedger(given.place(), given.clock);
  }

  const looks = (ledger: Ledger, run: string, groups: string[]) =>
    noteLook(ledger, config, { run, arrivals: true, now: given.clock.now() }, groups);

  /** Two sets of readers, of which one heard of the first report alone, in a run that goes on. */
  async function arrivals(): Promise<void> {
    const { ledger } = given;
    await ledger.runs.startRun({ run: 'run:1', trigger: 'look' });
    await receive(1);
    for (const groups of [['risk: night'], ['ops']]) await looks(ledger, 'run:1', groups);
    await receive(2);
    await looks(ledger, 'run:1', ['risk: night']);
  }

  const list = (run: string) =>
    given.ledger.runs.recordListing({
      ...{ run, account: 'HKSCC', installation: 'hkscc', address: 'a:1', dataCentre: 'primary' },
      ...{ counts: { new: 1, changed: 0, known: 0, writing: 0, refused: 0 }, complete: true },
    });
  const receive = async (n: number) => {
    await list('run:1');
    await given.ledger.reports.recordReceived(
      aVersion({ run: 'run:1', name: `CCLTN05_20261120_0${n}.txt`, sha256: String(n).repeat(64) }),
    );
  };

  const told = async () => ({
    risk: (await given.ledger.digests.mailedArrivals('run:1', 'risk: night')).length,
    ops: (await given.ledger.digests.mailedArrivals('run:1', 'ops')).length,
    nobody: (await given.ledger.digests.mailedArrivals('run:1', 'risk')).length,
    all: (await given.ledger.digests.mailedArrivals('run:1', '')).length,
  });

  it('are the readers of arrivals, whatever their groups are called', async () => {
    await arrivals();
    assert.deepEqual(await told(), { risk: 2, ops: 1, nobody: 0, all: 0 });
    await upgrade();
    assert.deepEqual(await told(), { risk: 2, ops: 1, nobody: 0, all: 0 });
    const next = await looks(given.ledger, 'run:1', ['ops']);
    assert.equal(next?.fresh, true, 'the second report is told to those who have not heard of it');
    assert.equal(await looks(given.ledger, 'run:1', ['risk: night']), undefined, 'and nobody hears twice');
  });

  it('are the readers of a digest that was cut off from the others', async () => {
    await arrivals();
    await queueDigest(given.ledger, config, 'run:1', ['risk: night']);
    await given.clock.advance(60_000);
    await given.ledger.runs.startRun({ run: 'run:2', trigger: 'look' });
    await list('run:2');
    const of = async (readers: string) => {
      const { accounts } = await given.ledger.runs.runFacts('run:2', readers);
      return accounts.flatMap(({ delivered }) => delivered).length;
    };
    const before = [await of('risk: night'), await of('ops'), await of('risk')];
    assert.deepEqual(before, [0, 2, 2]);
    await upgrade();
    assert.deepEqual([await of('risk: night'), await of('ops'), await of('risk')], before);
  });

  it('is the practice session of a mail, also where a run of production is called like one', async () => {
    const { clock } = given;
    const of = { kind: 'notice' as const, to: ['chan@broker.example'], subject: 's', text: 't', html: '' };
    const queue = (eventKey: string, run: string, practice?: string) =>
      given.ledger.mails.queueMail({
        ...{ ...of, eventKey, run },
        ...(practice === undefined ? {} : { practice }),
      });
    await queue('practice:2026-11-21:order 1:', 'practice-2026-11-21', '2026-11-21');
    await queue('practice:2026-11-28:order 1:ops', 'practice-2026-11-28', '2026-11-28');
    await queue('practice:2026-11-21', 'practice-2026-11-21');
    await upgrade();
    await given.ledger.practice.takeBackPractice('2026-11-21', clock.now() - 1);
    const keys = (await given.ledger.mails.mails()).map(({ eventKey }) => eventKey.replace(/at \d+/, 'at'));
    assert.deepEqual(keys, [
      'practice:2026-11-21:order 1: (clock put back at)',
      'practice:2026-11-28:order 1:ops',
      'practice:2026-11-21',
    ]);
    const again = await queue('practice:2026-11-21:order 1:', 'practice-2026-11-21', '2026-11-21');
    assert.equal(again.fresh, true, 'it is ordered again');
  });

  const columns = 'id, shared, ahead, host, report, report_set, business_date';
  const about = () => askBehind(given.place(), `select ${columns} from alarms order by id`);

  async function alarms(): Promise<void> {
    const { ledger, clock } = given;
    const raise = (code: string, changes: object = {}) =>
      queueAlarm(ledger, config, fault(code, changes) as never, []);
    await raise('SHARE_MISSING', { subject: '/mnt/ops' });
    await raise('LOGIN_REFUSED');
    await raise('MAIL_CONFIG', { account: '' });
    await raise('CONFIG_INVALID', { subject: 'settings of List', account: '', ahead: true });
    await raise('ROUTE_INVALID', {
      ...{ subject: 'settings of File (hk-2)', account: '', ahead: true },
      host: 'hk-2',
    });
    await ledger.expectations.recordCheck({ account: 'HKCC', at: START, asked: {}, found: check(awaited) });
    await raiseReportAlarms(ledger, config, clock.now());
  }

  it('is what an alarm is about, also of one that is over', async () => {
    await alarms();
    const { ledger } = given;
    const [share] = await ledger.alarms.openAlarms();
    await ledger.alarms.closeAlarms([share?.id ?? 0], alarmEnd('shareServes'));
    const before = await about();
    assert.deepEqual(
      before.map(({ shared, ahead, host, report, report_set: set, business_date: date }) =>
        [shared, ahead, host, report, set, date].join('|'),
      ),
      [
        ...['1|0||||', '0|0||||', '1|0||||', '1|1||||', '1|1|hk-2|||'],
        ...['0|0||RP009||2026-11-20', '0|0||RMAMR03|4|2026-11-20', '0|0||RP010|night set|2026-11-19'],
      ],
    );
    assert.deepEqual((await ledger.alarmList.openDates('HKCC')).sort(), ['2026-11-19', DAY]);
    assert.deepEqual(await ledger.alarmList.openDates('HKSCC'), []);
    await upgrade();
    assert.deepEqual(await about(), before);
    assert.deepEqual(await given.ledger.changedFacts(), []);
    await verifyLedger(given.place(), given.clock);
  });

  it('is the host that an alarm of an older release has in its subject alone, and no name that only looks so', async () => {
    await alarms();
    await upgrade(`update alarms set host = '';
      update alarms set subject = 'settings of List (old)' where subject = 'settings of List';
      insert into known_hosts (host, seen_at) values ('hk-2', ${START}), ('hk', ${START})`);
    const hosts = (await given.ledger.alarms.openAlarms()).flatMap(({ ahead, host, subject }) =>
      ahead ? [[subject, host]] : [],
    );
    assert.deepEqual(hosts, [
      ['settings of List (old)', undefined],
      ['settings of File (hk-2)', 'hk-2'],
    ]);
  });

  it('is told of reports in mails that were decided before, and as what ended after', async () => {
    const { ledger, clock } = given;
    await ledger.expectations.recordCheck({ account: 'HKCC', at: START, asked: {}, found: check(awaited) });
    await raiseReportAlarms(ledger, config, clock.now());
    const [mail] = (await ledger.mails.mails()).filter(({ subject }) => subject.includes('RMAMR03'));
    assert.ok(mail);
    // As if the process had been killed between the decision and the mail.
    const payload =
      typeof given.place() === 'string'
        ? `json_remove(payload, '$.alarm.ofReport', '$.alarm.ahead')`
        : `(payload::jsonb #- '{alarm,ofReport}' #- '{alarm,ahead}')::text`;
    await upgrade(`update events set payload = ${payload} where kind = 'alarm';
      delete from event_receipts where consumer = 'mail';
      delete from mail_told; delete from alarm_mails; delete from mail_recipients; delete from mails`);
    await raiseReportAlarms(given.ledger, config, clock.now());
    const subjects = async () => (await given.ledger.mails.mails()).map(({ subject }) => subject);
    assert.deepEqual(await subjects(), [
      `RAP alarm HKCC: report late · RP009 ${DAY}`,
      `RAP alarm HKCC: report late · RMAMR03 set 4 ${DAY}`,
      'RAP alarm HKCC: report late · RP010 set night set',
    ]);
    const here = awaited.map((one): FoundReport => ({ ...one, state: 'received' }));
    const found = { ...check(here), messages: [] };
    await given.ledger.expectations.recordCheck({ account: 'HKCC', at: START, asked: {}, found });
    await raiseReportAlarms(given.ledger, config, clock.now());
    assert.deepEqual(await given.ledger.alarms.openAlarms(), []);
    assert.match((await subjects()).at(-1) ?? '', /^RAP recovered HKCC: RP009 for 2026-11-20 \.\.\.$/);
  });

  it('stands of what the checks have told, so that what is not expected any more ends', async () => {
    const { ledger, clock } = given;
    await ledger.expectations.recordCheck({ account: 'HKCC', at: START, asked: {}, found: check(awaited) });
    await raiseReportAlarms(ledger, config, clock.now());
    await upgrade();
    const [row] = await askBehind(given.place(), 'select standing from completeness');
    assert.deepEqual(JSON.parse(String(row?.standing)).stages, {
      'RP009 2026-11-20': { stage: 'late', businessDate: DAY },
      'RMAMR03 4 2026-11-20': { stage: 'late', businessDate: DAY },
      'RP010 night set 2026-11-19': { stage: 'late', businessDate: '2026-11-19' },
    });
    const found = { ...check([]), asked: [DAY] };
    await given.ledger.expectations.recordCheck({ account: 'HKCC', at: START, asked: {}, found });
    await raiseReportAlarms(given.ledger, config, clock.now());
    const open = (await given.ledger.alarms.openAlarms()).map(({ subject }) => subject);
    assert.deepEqual(open, ['RP010 night set 2026-11-19'], 'nobody asked about its date');
  });
});
