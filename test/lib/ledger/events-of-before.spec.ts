/**
 * A ledger of before checks of reports, orders of a practice day and shares that are away were events: what was on its
 * way goes on, nothing is told twice and nothing is lost.
 */
import assert from 'node:assert/strict';
import { raiseReportAlarms } from '../../../lib/alarms/report-alarms.ts';
import { type Ledger, openLedger } from '../../../lib/ledger/ledger.ts';
import type { LedgerPlace } from '../../../lib/ledger/place.ts';
import type { Found, FoundMessage, FoundReport } from '../../../lib/model/completeness.ts';
import { openDay } from '../../../lib/practice/day-store.ts';
import { practice20250621 } from '../../../lib/practice/plans/2025-06-21.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { someContacts } from '../mail/samples.ts';
import { askBehind, changeBehind, migrateBehind, onEachDatabase, places } from './engines.ts';
import { START } from './samples.ts';

const BEFORE = 51;
const DAY = '2026-11-20';
const config = someContacts();

const report = (code: string, state: FoundReport['state']): FoundReport => ({
  ...{ report: code, set: '', businessDate: DAY, system: 'DCASS', state, traces: [] },
  ...{ about: 1, riskAfter: 2, lateAfter: 3, cutOff: 4 },
});
const reached = (code: string, kind: 'late' | 'missing' | 'event'): FoundMessage => ({
  ...{ kind, report: code, set: '', businessDate: DAY, at: 1 },
});
const check = (account: string, changes: Partial<Found>): Found => ({
  ...{ account, installation: 'hkcc-seoch', at: 9, today: DAY, asked: [DAY], reports: [], messages: [] },
  ...{ shortfalls: [], unaccepted: [], blind: false },
  ...changes,
});

/** Told: RP009 is late. Not told yet: RP010 is missing, RP008 came. */
const told = check('TOLD', { reports: [report('RP009', 'late')], messages: [reached('RP009', 'late')] });
const untold = check('UNTOLD', {
  reports: [report('RP009', 'late'), report('RP010', 'missing')],
  messages: [reached('RP009', 'late'), reached('RP010', 'missing'), reached('RP008', 'event')],
});

/** Orders as the release before kept them in the day. */
const open = [
  {
    kind: 'data-centre',
    dataCentre: 'secondary',
    reason: 'r',
    key: 'data-centre:secondary@14:00',
    at: START,
  },
  { kind: 'verdict', decision: { verdict: 'clear' }, key: 'verdict:clear@09:05', at: START - 60_000 },
];
const day = {
  state: { date: '2025-06-21', dataCentre: 'primary', parts: { 'Part 1': 'running' }, told: ['a'] },
  open,
  steppedAt: START,
};

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

onEachDatabase('a ledger of before checks, orders and shares were events', () => {
  const folder = temporaryFolder();
  const placeIn = places();
  let place: LedgerPlace;
  let clock: SimulatedClock;
  let ledger: Ledger;

  const start = async () => {
    ledger = await openLedger(place, clock);
  };

  beforeEach(async () => {
    place = await placeIn(folder());
    clock = new SimulatedClock(START);
    // What it told was told by this release, which writes the same rows; then the tables are those of before.
    await start();
    for (const found of [
      told,
      check('UNTOLD', { reports: [report('RP009', 'late')], messages: [reached('RP009', 'late')] }),
    ]) {
      await ledger.expectations.recordCheck({ account: found.account, at: START, asked: {}, found });
      await raiseReportAlarms(ledger, config, clock.now());
    }
    await ledger.close();
    await migrateBehind(place, BEFORE);
    const share = (code: string, subject: string | null, closed: number | null) => `
      insert into alarms (key, level, account, code, place, message, cure, run, "groups", raised_at, seen_at, seen,
        runs, round, reminders, muted, acknowledged_by, acknowledged_why, closed_why, closed_at, subject)
      values (${quoted(`${code} ${subject}`)}, 'critical', '', '${code}', 'route', ${quoted(`${code} at ${subject}`)},
        '', '', '[]', ${START}, ${START}, 1, 1, 0, 0, '', '', '', '', ${closed},
        ${subject === null ? 'null' : quoted(subject)});`;
    await changeBehind(
      place,
      `update completeness set found = ${quoted(JSON.stringify(told))}, told_at = ${START} where account = 'TOLD';
      update completeness set found = ${quoted(JSON.stringify(untold))}, told_at = null where account = 'UNTOLD';
      insert into practice_days (date, plan, day, saved_at) values ('2025-06-21',
        ${quoted(JSON.stringify(practice20250621))}, ${quoted(JSON.stringify(day))}, ${START});
      ${share('SHARE_MISSING', '/mnt/ops', null)}
      ${share('NOT_WRITABLE', '/mnt/ops', null)}
      ${share('DISK_FULL', '/mnt/risk', START)}
      ${share('LOGIN_REFUSED', '/mnt/audit', null)}
      ${share('SHARE_SILENT', null, null)}`,
    );
    await start();
  });
  afterEach(() => ledger.close());

  const mails = async () => (await ledger.mails.mails()).map(({ subject }) => subject);
  const late = (account: string) => `RAP alarm ${account}: report late · RP009 ${DAY}`;

  it('tells of reports what was not told, and nothing of it again', async () => {
    const before = await mails();
    assert.equal(before.length, 2, `${before}`);
    for (let round = 0; round < 2; round++) await raiseReportAlarms(ledger, config, clock.now());
    assert.deepEqual((await mails()).slice(2), [
      `RAP CRITICAL UNTOLD: report missing · RP010 ${DAY}`,
      `RAP news UNTOLD: report came · RP008 ${DAY}`,
    ]);
    for (const found of [told, untold]) {
      await ledger.expectations.recordCheck({ account: found.account, at: START, asked: {}, found });
      await raiseReportAlarms(ledger, config, clock.now());
    }
    assert.equal((await mails()).length, 4, late('TOLD'));
  });

  it('tells the end of what was told before it', async () => {
    await raiseReportAlarms(ledger, config, clock.now());
    for (const account of ['TOLD', 'UNTOLD']) {
      const found = check(account, { reports: [report('RP009', 'received'), report('RP010', 'received')] });
      await ledger.expectations.recordCheck({ account, at: START, asked: {}, found });
    }
    await raiseReportAlarms(ledger, config, clock.now());
    const open = (await ledger.alarms.openAlarms()).filter(({ code }) => code.startsWith('REPORT'));
    assert.deepEqual(open, []);
    assert.equal((await mails()).filter((subject) => subject.startsWith('RAP recovered')).length, 2);
  });

  it('has the orders of its practice day, in order, and the state of the day', async () => {
    const orders = await ledger.practice.practiceOrders('practice-2025-06-21');
    assert.deepEqual(orders, open);
    const { state, steppedAt } = await openDay(ledger, practice20250621);
    assert.deepEqual([state, steppedAt], [day.state, day.steppedAt]);
  });

  it('knows which destinations were away, and of no others', async () => {
    assert.deepEqual(await ledger.shares.sharesAway(''), [
      { host: '', destination: '/mnt/ops', code: 'NOT_WRITABLE', message: 'NOT_WRITABLE at /mnt/ops' },
      { host: '', destination: '/mnt/ops', code: 'SHARE_MISSING', message: 'SHARE_MISSING at /mnt/ops' },
    ]);
  });

  it('can be taken back, and comes to the same again', async () => {
    await raiseReportAlarms(ledger, config, clock.now());
    const mailed = await mails();
    await ledger.close();
    await migrateBehind(place, BEFORE);
    const [row] = await askBehind(place, 'select day from practice_days');
    assert.deepEqual(JSON.parse(String(row?.day)), { ...day, open });
    const kinds = "kind like 'report%' or kind like 'practice%'";
    assert.deepEqual(await askBehind(place, `select kind from events where ${kinds}`), []);
    await start();
    assert.deepEqual(await ledger.practice.practiceOrders('practice-2025-06-21'), open);
    for (let round = 0; round < 2; round++) await raiseReportAlarms(ledger, config, clock.now());
    assert.deepEqual(await mails(), mailed);
  });
});
