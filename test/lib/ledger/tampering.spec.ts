/** What somebody changes behind the journal, with SQL and without any key, is found and named. */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { notVouched, vouchedTables } from '../../../lib/ledger/journal/vouched.ts';
import { type Ledger, type NewMail, openLedger } from '../../../lib/ledger/ledger.ts';
import type { LedgerPlace } from '../../../lib/ledger/place.ts';
import { backupLedger, compareLedger, verifyLedger } from '../../../lib/ledger/sqlite/backup.ts';
import { alarmEnd } from '../../../lib/model/reasons.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { askBehind, changeBehind, isOnPostgres, onEachDatabase, places } from './engines.ts';
import { aMail, aSight, HEX, handOver, oneOfEverything } from './history-samples.ts';
import { aVersion, START } from './samples.ts';

const journalKey = new Uint8Array(32).fill(7);

/** So that news is held back after a few steps. */
const limit = { most: 2, within: 3600_000 };

onEachDatabase('what was changed behind the journal', () => {
  const folder = temporaryFolder();
  let clock: SimulatedClock;
  const newPlace = places();
  const onPostgres = isOnPostgres();
  let place: LedgerPlace;

  const open = () => openLedger(place, clock, { journalKey });
  const verify = () => verifyLedger(place, clock, { journalKey });
  const tamper = (sql: string) => changeBehind(place, sql);

  beforeEach(async () => {
    clock = new SimulatedClock(START);
    place = await newPlace(folder());
    const ledger = await open();
    await oneOfEverything(ledger, clock);
    await ledger.close();
  });

  it('is nothing in an honest ledger, and each table that is vouched for has rows in it', async () => {
    const { journal } = await verify();
    assert.ok(journal.count > 40);
    for (const table of vouchedTables) {
      const [counted] = await askBehind(place, `select count(*) as n from ${table}`);
      assert.ok(Number(counted?.n) > 0, table);
    }
  });

  const aReport = (id: number, path: string) => `insert into versions
    select ${id}, account, installation, run, '${path}', name, folder, system, code, business_date, sequence,
    sha256, file, data_centre, address, size, modified_at, bytes, amended, received_at, seen_at, routed_at,
    cleaned_at, not_looked_again, inside, inside_why, warnings, shape from versions where id = 1`;

  const changes: [string, string, RegExp][] = [
    [
      'a data centre set to the secondary one',
      "update data_centres set data_centre = 'secondary' where account = 'HKSCC'",
      /data_centres HKSCC .*data_centre is "secondary", not "primary"/,
    ],
    [
      'a data centre that nobody chose',
      "insert into data_centres values ('HKX', 'secondary', 'r', 'Ada', 1, '', null)",
      /data_centres HKX .*has no record/,
    ],
    ['a choice that is gone', "delete from data_centres where account = 'HKCC'", /data_centres HKCC is gone/],
    [
      'a choice that never ends',
      "update data_centres set until = 99 where account = 'HKCC'",
      /until is 99, not nothing/,
    ],
    [
      'a day of the parallel run without its difference',
      'update comparisons set different = 0',
      /comparisons HKSCC, 2026-11-20 .*different is 0, not 1/,
    ],
    [
      'a finding that is sound',
      "update versions set inside = 'sound' where id = 2",
      /versions 2 .*inside is "sound", not/,
    ],
    ['a report that never came', aReport(99, '/INBOX/forged.txt'), /versions 99 .*forged.txt.*has no record/],
    ['a report that is gone', 'delete from versions where id = 3', /versions 3 is gone/],
    [
      'another content',
      `update versions set sha256 = '${HEX('f')}' where id = 2`,
      /versions 2 .*sha256 is "ffff/,
    ],
    ['another size', 'update versions set size = 1 where id = 2', /size is 1, not 1234/],
    [
      'another time',
      'update versions set received_at = 5 where id = 1',
      /versions 1 .*received_at is 5, not \d+ \(record/,
    ],
    [
      'a report of another account',
      "update versions set account = 'HKCC' where id = 2",
      /account is "HKCC", not "HKSCC"/,
    ],
    [
      'a report of another run',
      "update versions set run = 'run-0' where id = 2",
      /run is "run-0", not "run-1"/,
    ],
    [
      'a report that is said to lie on all its shares',
      'update versions set routed_at = 5 where id = 2',
      /routed_at is 5, not nothing/,
    ],
    [
      'a report that is open again',
      'update versions set routed_at = null where id = 1',
      /versions 1 .*is not as it was/,
    ],
    [
      'a copy that is said to be removed',
      'update versions set cleaned_at = 5 where id = 2',
      /cleaned_at is 5/,
    ],
    [
      'a delivery that is gone',
      "delete from deliveries where share = '/mnt/ops'",
      /deliveries 1, \/mnt\/ops is gone/,
    ],
    [
      'a delivery on another share',
      "update deliveries set share = '/mnt/x' where share = '/mnt/ops'",
      /deliveries 1, \/mnt\/x .*has no record.*deliveries 1, \/mnt\/ops is gone/,
    ],
    [
      'a delivery at another place',
      "update deliveries set file = '/tmp/a.txt' where share = '/mnt/ops'",
      /file is "\/tmp\/a.txt"/,
    ],
    [
      'a delivery of another report',
      "update deliveries set version_id = 2 where share = '/mnt/ops'",
      /deliveries 2, \/mnt\/ops/,
    ],
    ['an alarm that is gone', 'delete from alarms where id = 1', /alarms 1 is gone/],
    [
      'an alarm that is said to be over',
      "update alarms set closed_at = 5, closed_why = 'over' where id = 1",
      /closed_at is 5, not nothing/,
    ],
    [
      'an alarm that is open again',
      'update alarms set closed_at = null where id = 2',
      /alarms 2 .*closed_at is nothing/,
    ],
    [
      'an alarm that somebody is said to know of',
      "update alarms set acknowledged_by = 'Eve' where id = 1",
      /acknowledged_by is "Eve", not "Bo"/,
    ],
    [
      'an alarm that is never told again',
      'update alarms set rest_until = null where id = 1',
      /alarms 1 .*rest_until is nothing, not "planned"/,
    ],
    [
      'an alarm that a maintenance window is said to keep quiet',
      "update alarms set muted = 'disk work', rest_until = 99 where id = 1",
      /alarms 1 .*muted is "disk work", not ""/,
    ],
    [
      'an alarm that is said to be known',
      'update alarms set acknowledged_at = 5 where acknowledged_at is null',
      /acknowledged_at is "known", not nothing/,
    ],
    [
      'an alarm of another account, whose success ends it',
      "update alarms set account = 'HKX' where id = 1",
      /alarms 1 .*account is "HKX", not "HKSCC"/,
    ],
    [
      'what an alarm is about',
      "update alarm_reports set path = '/INBOX/other.txt'",
      /alarm_reports 1, \/INBOX\/other.txt .*no record/,
    ],
    ['a mail that is gone', 'delete from mails where id = 2', /mails 2 is gone/],
    [
      'a mail that no relay took',
      "update mails set state = 'accepted', settled_at = 5, next_attempt = null where id = 2",
      /mails 2 .*state is "accepted", not "open"/,
    ],
    [
      'a mail that is never tried',
      'update mails set next_attempt = null where id = 2',
      /next_attempt is nothing, not "planned"/,
    ],
    ['a mail that is held back', "update mails set state = 'collected' where id = 2", /state is "collected"/],
    [
      'the words of a mail',
      "update mails set text = 'nothing new' where id = 1",
      /text is "nothing new", not "sha256:/,
    ],
    [
      'a recipient that is gone',
      "delete from mail_recipients where address = 'bo@broker.example'",
      /mail_recipients 2, bo@broker.example is gone/,
    ],
    [
      'a recipient who was never told',
      "update mail_recipients set state = 'accepted' where mail_id = 2",
      /mail_recipients 2, ada.*state is "accepted"/,
    ],
    [
      'what a mail told of',
      'update mail_told set version_id = 3 where version_id = 2',
      /mail_told 1, 3 has no record/,
    ],
    ['a lock that is gone', 'delete from login_locks', /login_locks HKCC is gone/],
    [
      'a lock of another account',
      "update login_locks set account = 'HKSCC'",
      /login_locks HKSCC .*no record/,
    ],
    [
      'what was decided in quarantine',
      "update quarantine set decision = 'released' where id = 1",
      /quarantine 1 .*decision is "released", not ""/,
    ],
    [
      'a decision in quarantine that is undone',
      "update quarantine set decision = '' where id = 3",
      /decision is "", not "discarded"/,
    ],
    ['what lies in quarantine', 'delete from quarantine where id = 1', /quarantine 1 is gone/],
    [
      'a refused name that is let in',
      "update refusals set decision = 'released', released_as = 'x' where id = 2",
      /refusals 2 .*decision is "released"/,
    ],
    [
      'a refused entry that is said to have come',
      'update refusals set came_at = 5 where id = 2',
      /came_at is 5/,
    ],
    [
      'a request that a second person is said to have confirmed',
      "update switch_requests set state = 'confirmed' where id = 2",
      /state is "confirmed", not "refused"/,
    ],
    [
      'a withdrawn request that is open again',
      "update switch_requests set state = 'open' where id = 1",
      /switch_requests 1.*state is "open"/,
    ],
    [
      'a report that nobody closed',
      "insert into outstanding (account, path, kind, state, data_centre, first_run, last_run, counted_run, code, message, cure, closed_by, closed_why, size, modified_at, first_seen, last_seen, runs, left_out, gone_since, overdue_at, closed_at) select account, '/INBOX/x', kind, state, data_centre, first_run, last_run, counted_run, code, message, cure, closed_by, closed_why, size, modified_at, first_seen, last_seen, runs, left_out, gone_since, overdue_at, closed_at from outstanding where closed_at > 0 limit 1",
      /outstanding HKSCC, \/INBOX\/x .*no record/,
    ],
    [
      'a due time that is said to have had its run',
      "insert into ticks values ('s1', 99, 99, 'run-1', 0)",
      /ticks s1, 99 has no record/,
    ],
    ['a run that is gone', 'delete from runs', /runs run-1 is gone/],
    [
      'the key of an account',
      "update account_keys set fingerprint = 'SHA256:two'",
      /fingerprint is "SHA256:two"/,
    ],
    ['a share', "update shares set id = 'x'", /shares share \/mnt\/risk/],
    ['a share that is gone', 'delete from shares', /shares share \/mnt\/risk is gone/],
    [
      'a share that nobody met',
      "insert into shares values ('/mnt/x', 'x', '')",
      /shares share \/mnt\/x has no record/,
    ],
    ['a maintenance window', 'update maintenance_windows set ends_at = 99', /ends_at is 99/],
    ['a practice result', "update practice_results set result = '{}'", /result is "{}"/],
    ['a practice event', 'delete from practice_events', /practice_events 1 is gone/],
    ['an answer to a drill', "update practice_drills set answered_at = 5, how = 'mail'", /answered_at is 5/],
    ['a second telling', 'delete from second_tellings', /second_tellings 1, chat is gone/],
    [
      'a report that did not come and is not told any more',
      "delete from outstanding where path like '%awaited%'",
      /outstanding HKSCC, \/INBOX\/awaited.txt is gone/,
    ],
    [
      'a report that somebody is said to have closed',
      "update outstanding set closed_at = 5, closed_by = 'Ada' where path like '%awaited%'",
      /outstanding HKSCC, \/INBOX\/awaited.txt .*is not as it was/,
    ],
    [
      'other content that somebody is said to have closed',
      'update outstanding set size = 4 where closed_at is not null',
      /outstanding HKSCC, .*size is 4, not/,
    ],
    ['what a person said of a report', 'delete from expectation_entries', /expectation_entries 1 is gone/],
    ['what was found inside', "update versions set inside = 'good' where id = 2", /inside is "good"/],
    ['a jump of the clock', 'delete from clock_jumps', /clock_jumps 1 is gone/],
  ];
  for (const [what, sql, message] of changes) {
    it(`${what} is found and named`, async () => {
      await tamper(sql);
      await assert.rejects(verify(), { code: 'LEDGER_CHANGED', message });
    });
  }

  it('is found in all places at once, and a backup of it is no good either', async () => {
    await tamper("delete from alarms; delete from mail_told; update versions set run = 'x'");
    const { places, named } = await compareLedger(place);
    assert.deepEqual([places, named.length], [8, 8]);
    const copy = await backupLedger(place, `${folder()}/copy`);
    await assert.rejects(verifyLedger(copy.file, clock, { journalKey }), { code: 'LEDGER_CHANGED' });
  });

  it('stays found when the ledger was opened and worked with since', async () => {
    await tamper("delete from deliveries where share = '/mnt/ops'");
    const ledger = await open();
    await ledger.reports.recordReceived(aVersion({ name: 'later.txt' }));
    await ledger.close();
    await assert.rejects(verify(), { code: 'LEDGER_CHANGED', message: /deliveries 1, \/mnt\/ops is gone/ });
  });

  it('is a reminder that is left out, and not one that a graver alarm stands for', async () => {
    const ledger = await open();
    const share = { subject: '/mnt/ops', key: '["","SHARE_MISSING","/mnt/ops",""]', code: 'SHARE_MISSING' };
    const later = { change: { mailedAt: START, nextAt: START + 3600_000 } };
    const first = await ledger.alarms.recordFault(aSight(share), () => later);
    await ledger.alarms.recordFault(aSight({ ...share, account: 'HKCC' }), () => ({}));
    const graver = { ...share, key: '["","DISK_ERROR","/mnt/ops",""]', code: 'DISK_ERROR' };
    await ledger.alarms.recordFault(aSight(graver), () => ({ ...later, standsFor: ['SHARE_MISSING'] }));
    assert.equal((await ledger.alarms.alarm(first.alarm.id))?.nextAt, null);
    await ledger.close();
    await verify();
    await tamper("update alarms set next_at = null where code = 'DISK_ERROR'");
    await assert.rejects(verify(), { code: 'LEDGER_CHANGED', message: /next_at is nothing, not "planned"/ });
  });

  it('is a trigger, which would change what is written next', async () => {
    const acts = onPostgres
      ? `create function later_acts() returns trigger language plpgsql as 'begin delete from alarms; return new; end';
        create trigger later after insert on deliveries for each row execute function later_acts()`
      : 'create trigger later after insert on deliveries begin delete from alarms; end';
    await tamper(acts);
    await assert.rejects(verify(), { code: 'LEDGER_CHANGED', message: /holds the trigger "later"/ });
  });

  it('is not looked for where the journal itself is broken: that is named first', async () => {
    await tamper("update journal set details = 'no JSON' where sequence = 9; delete from alarms");
    await assert.rejects(verify(), { code: 'LEDGER_UNUSABLE', message: /broken journal at record 9/ });
  });

  it('has a description or a reason for every table', async () => {
    const asked = onPostgres
      ? 'select table_name::text as name from information_schema.tables where table_schema = current_schema()'
      : "select name from sqlite_master where type = 'table' and name not like 'sqlite%'";
    const tables = (await askBehind(place, asked))
      .map(({ name }) => String(name))
      .filter((name) => name !== 'migrations');
    assert.deepEqual(tables.sort(), [...vouchedTables, ...Object.keys(notVouched)].sort());
    for (const reason of Object.values(notVouched)) assert.ok(reason.length > 10);
  });
});

onEachDatabase('an honest history', () => {
  const folder = temporaryFolder();
  const newPlace = places();
  const onPostgres = isOnPostgres();
  let count = 0;

  const name = fc.constantFrom('a.txt', 'b.txt', 'c.txt');
  const account = fc.constantFrom('HKSCC', 'HKCC');
  const digit = fc.constantFrom('a', 'b', 'c');
  const share = fc.constantFrom('/mnt/risk', '/mnt/ops');
  const id = fc.integer({ min: 1, max: 4 });
  const act = { by: 'Ada', reason: 'because' };
  type Step = (ledger: Ledger, clock: SimulatedClock) => Promise<unknown>;

  const steps: fc.Arbitrary<Step> = fc.oneof(
    fc.tuple(account, name, digit).map(
      ([account, name, one]): Step =>
        (ledger) =>
          ledger.reports.recordReceived(aVersion({ account, name, sha256: HEX(one) })),
    ),
    fc.tuple(id, share).map(
      ([versionId, share]): Step =>
        async (ledger) => {
          const version = await ledger.reports.version(versionId);
          if (version === undefined) return;
          const { sha256 } = version;
          const at = { versionId, share, file: `${share}/x`, sha256, run: 'r' };
          await ledger.deliveries.recordDelivery({ ...at, outcome: 'published' });
        },
    ),
    fc.tuple(account, id).map(
      ([account, different]): Step =>
        (ledger) =>
          ledger.comparisons.recordComparison({
            ...{ account, date: '2026-11-20', equal: 1, different, form: 0 },
            ...{ onlyRap: 0, onlyTerminal: 0, unread: 0 },
          }),
    ),
    id.map(
      (versionId): Step =>
        (ledger) =>
          ledger.deliveries.markRouted(versionId),
    ),
    id.map(
      (versionId): Step =>
        (ledger) =>
          ledger.retention.markCleaned([versionId]),
    ),
    fc.tuple(account, digit).map(
      ([account, one]): Step =>
        (ledger) =>
          ledger.quarantine.quarantineReport(aVersion({ account, sha256: HEX(one) }), {
            code: 'CONTENT_WRONG',
            reason: one,
          }),
    ),
    id.map(
      (one): Step =>
        async (ledger) => {
          const held = (await ledger.quarantine.quarantinedReports()).find((report) => report.id === one);
          if (held?.decision === '') await ledger.quarantine.releaseQuarantined(one, '/landing/x', act);
        },
    ),
    fc.tuple(account, digit).map(
      ([account, one]): Step =>
        async (ledger) => {
          const entry = {
            folder: '/INBOX',
            nameHex: one,
            shown: one,
            code: 'NAME_REFUSED' as const,
            reason: 'r',
          };
          await ledger.reports.refuse(account, 'r', [entry]);
        },
    ),
    id.map(
      (one): Step =>
        (ledger) =>
          ledger.quarantine.namesCame([one]),
    ),
    fc.tuple(account, fc.constantFrom('primary', 'secondary')).map(
      ([account, dataCentre]): Step =>
        (ledger) =>
          ledger.accounts.chooseDataCentres([
            { account, dataCentre: dataCentre as 'primary', reason: 'r', by: 'Ada' },
          ]),
    ),
    account.map(
      (account): Step =>
        (ledger) =>
          ledger.accounts.lockLogin({ account, reason: 'r', address: 'a' }),
    ),
    account.map(
      (account): Step =>
        (ledger) =>
          ledger.accounts.unlockLogin(account, act),
    ),
    fc.tuple(account, digit, fc.constantFrom('critical', 'information')).map(
      ([account, code, level]): Step =>
        async (ledger, clock) => {
          const sight = aSight({ account, code, reports: [`/${code}`] });
          const { alarm } = await ledger.alarms.recordFault(sight, ({ seen }) => ({
            change: { level: level as 'critical', mailedAt: clock.now() },
            ...(seen === 3 ? { close: alarmEnd('came') } : {}),
          }));
          const mail = {
            eventKey: `alarm ${alarm.id} ${alarm.seen}`,
            kind: 'alarm',
            level: 'information',
            limit,
          };
          return ledger.alarms.queueAlarmMail(alarm.id, aMail(mail as Partial<NewMail>));
        },
    ),
    id.map(
      (one): Step =>
        (ledger) =>
          ledger.alarms.acknowledgeAlarm(one, { by: 'Ada', why: 'w', until: START * 2 }),
    ),
    id.map(
      (one): Step =>
        (ledger) =>
          ledger.alarms.closeAlarms([one], alarmEnd('came'), aMail({ eventKey: `over ${one}` })),
    ),
    id.map(
      (one): Step =>
        (ledger) =>
          handOver(ledger, one),
    ),
    fc.tuple(id, fc.constantFrom('accepted', 'refused', 'unconfirmed', 'unknown')).map(
      ([one, state]): Step =>
        async (ledger, clock) => {
          const mail = (await ledger.mails.mails()).find((mail) => mail.id === one);
          if (mail === undefined) return;
          const answers = mail.to.map(({ address }) => ({
            address,
            state: state as 'accepted',
            response: state,
          }));
          if (mail.state !== 'queued' || one % 2 === 0) return;
          await ledger.mails.markSending(one);
          await ledger.mails.settleMail(one, { answers, error: state, nextAttempt: clock.now() });
        },
    ),
    id.map(
      (one): Step =>
        async (ledger) => {
          const mail = (await ledger.mails.mails()).find((mail) => mail.id === one);
          const address = mail?.to[0]?.address ?? '';
          if (mail) await ledger.mails.settleAside(one, [{ address, state: 'accepted', response: 'aside' }]);
        },
    ),
    fc.constant<Step>(async (ledger) => {
      const [held] = await ledger.mails.deferredMails();
      if (held)
        await ledger.mails.queueSummary(aMail({ eventKey: `sum ${held.ids}`, kind: 'summary' }), held.ids);
    }),
    fc.tuple(account, digit).map(
      ([account, one]): Step =>
        async (ledger) => {
          const sight = { account, run: `run-${one}`, dataCentre: 'primary' as const };
          await ledger.outstanding.noteSeen(sight, [{ path: `/INBOX/${one}`, size: 1, modifiedAt: 1 }]);
          const [seen] = (await ledger.openItems.openItems(account)).outstanding;
          if (seen && one === 'a') await ledger.outstanding.closeOutstanding(seen.id, act);
        },
    ),
    fc.tuple(account, name, fc.integer({ min: 1, max: 5 })).map(
      ([account, name, what]): Step =>
        async (ledger) => {
          const { path, size, modifiedAt } = aVersion({ account, name });
          const run = `run-${what}`;
          const sight = { account, run, dataCentre: 'primary' as const };
          const why = { code: 'STALLED', message: 'm', cure: 'c' };
          const kind = what === 2 ? 'folder' : 'report';
          if (what === 1) await ledger.reports.recordIntents([{ account, run, path, size, modifiedAt }]);
          else if (what < 4)
            await ledger.outstanding.noteMissing(sight, { path, kind, state: 'awaited', ...why });
          else {
            const [over, gone] = what === 4 ? [[path], []] : [[], [path]];
            await ledger.outstanding.noteOutcome(sight, { over, writing: [], gone });
          }
        },
    ),
    digit.map(
      (one): Step =>
        async (ledger, clock) => {
          const request = {
            node: 'n',
            accounts: ['HKSCC'],
            dataCentre: 'secondary' as const,
            reason: 'r',
            by: 'Ada',
          };
          const { id } = await ledger.switchRequests.requestSwitch({
            ...request,
            expiresAt: clock.now() + 9,
          });
          if (one === 'a')
            await ledger.switchRequests.settleSwitch({ id, state: 'confirmed', by: 'Bo', why: 'w' });
        },
    ),
    digit.map(
      (one): Step =>
        (ledger, clock) =>
          ledger.scheduleRuns.beginRun({ schedule: 's', run: `run-${one}`, trigger: 't', due: clock.now() }),
    ),
    fc.integer({ min: -90, max: 90 }).map(
      (minutes): Step =>
        async (ledger, clock) => {
          clock.jump(minutes * 60_000);
          await ledger.clock.noteJump({ jump: minutes * 60_000, at: clock.now() }, undefined);
        },
    ),
    fc.constant<Step>(async (ledger, clock) => {
      const event = { date: '2026-11-21', key: 'k', at: clock.now(), what: 'w', title: 't', details: {} };
      await ledger.practice.recordPracticeEvent(event);
      await ledger.mails.queueMail(aMail({ eventKey: `practice:2026-11-21:${clock.now()}` }));
      await ledger.practice.takeBackPractice('2026-11-21', clock.now() - 60_000);
    }),
    digit.map(
      (one): Step =>
        async (ledger) => {
          await ledger.practice.savePracticeResult({
            date: '2026-11-21',
            part: one,
            account: 'HKSCC',
            result: one,
          });
          await ledger.practice.keepDrill({ date: '2026-11-21', name: one, email: one, code: one });
          await ledger.practice.answerDrill({ date: '2026-11-21', code: one, how: 'mail', by: '' });
        },
    ),
  );

  it('is never accused, whatever happened and however often the ledger was opened', async () => {
    const history = fc.array(fc.array(steps, { maxLength: 25 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(history, async (lives) => {
        const clock = new SimulatedClock(START);
        const place = await newPlace(folder(), String(count++));
        for (const life of lives) {
          const ledger = await openLedger(place, clock, { journalKey });
          for (const step of life) {
            await step(ledger, clock);
            await clock.advance(700_000);
          }
          assert.deepEqual(await ledger.changedFacts(), []);
          await ledger.close();
        }
        await verifyLedger(place, clock, { journalKey });
      }),
      { numRuns: onPostgres ? 15 : 60, seed: 11 },
    );
  });
});
