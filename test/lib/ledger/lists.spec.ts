/** What people look at a page at a time: alarms, mails and log-ins. */

import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { AlarmRecord, AlarmsAsked, MailsAsked } from '../../../lib/ledger/ledger.ts';
import { migrate } from '../../../lib/ledger/migrate.ts';
import { NodeSqliteDialect } from '../../../lib/ledger/sqlite/dialect.ts';
import { alarmEnd } from '../../../lib/model/reasons.ts';
import { onEachDatabase } from './engines.ts';
import { aVersion, freshLedger, START } from './samples.ts';

const HOUR = 3600_000;

onEachDatabase('A list of the ledger', () => {
  const given = freshLedger();

  async function raise(subject: string, level: AlarmRecord['level'] = 'critical'): Promise<number> {
    const fault = { key: subject, level, account: 'HKSCC', code: 'SHARE_FULL', subject, place: 'share' };
    const told = { message: `${subject} is full`, cure: 'make room', run: 'run-1', groups: [] };
    const { alarm } = await given.ledger.alarms.recordFault({ ...fault, ...told }, () => ({}));
    return alarm.id;
  }

  /** All pages of a kind, as ids. */
  async function pages(show: AlarmsAsked, limit: number): Promise<number[][]> {
    const found: number[][] = [];
    let after: AlarmRecord | undefined;
    for (;;) {
      const ask = { show, now: given.clock.now(), limit, ...(after === undefined ? {} : { after }) };
      const page = await given.ledger.alarmList.alarmLines(ask);
      if (page.length === 0) return found;
      found.push(page.map(({ id }) => id));
      after = page.at(-1);
    }
  }

  it('of alarms puts critical ones nobody has taken up first, and loses none between two pages', async () => {
    const ids: number[] = [];
    for (let n = 1; n <= 7; n++)
      ids.push(await raise(`share ${n}`, n % 2 === 0 ? 'critical' : 'information'));
    const act = { by: 'Lee', why: 'seen', until: given.clock.now() + HOUR };
    await given.ledger.alarms.acknowledgeAlarm(ids[3] ?? 0, act);
    await given.ledger.alarms.closeAlarms([ids[0] ?? 0], alarmEnd('came'));
    for (const limit of [1, 2, 5, 50]) {
      assert.deepEqual((await pages('unheard', limit)).flat(), [6, 2, 7, 5, 3], `by ${limit}`);
      assert.ok((await pages('unheard', limit)).every((page) => page.length <= limit));
    }
    assert.deepEqual(await pages('known', 3), [[4]]);
    assert.deepEqual(await pages('closed', 3), [[1]]);
    assert.deepEqual(await given.ledger.alarmList.alarmCounts(given.clock.now()), {
      unheard: 5,
      known: 1,
      critical: 3,
    });
    await given.clock.advance(2 * HOUR);
    assert.deepEqual(await pages('known', 3), [], 'its time is over');
    assert.deepEqual((await pages('unheard', 2)).flat(), [6, 4, 2, 7, 5, 3]);
  });

  it('of alarms takes one told again since for one that nobody knows', async () => {
    const id = await raise('share');
    await given.ledger.alarms.acknowledgeAlarm(id, {
      by: 'Lee',
      why: 'seen',
      until: given.clock.now() + HOUR,
    });
    await given.clock.advance(60_000);
    await given.ledger.alarms.stepAlarm(id, () => ({ change: { mailedAt: given.clock.now() } }));
    assert.deepEqual((await pages('unheard', 5)).flat(), [id]);
    await given.ledger.alarms.acknowledgeAlarm(id, {
      by: 'Lee',
      why: 'seen',
      until: given.clock.now() + HOUR,
    });
    await given.ledger.alarms.stepAlarm(id, () => ({ change: { restUntil: null } }));
    assert.deepEqual((await pages('unheard', 5)).flat(), [id], 'nothing says until when it is known');
  });

  it('of alarms groups open ones by what they are about, and tells those of single reports', async () => {
    const { ledger, clock } = given;
    const met = async (code: string, subject: string, level: AlarmRecord['level'], account = 'HKSCC') => {
      const of = { key: `${account} ${code} ${subject}`, level, account, code, subject, place: 'check' };
      const [report = '', set = '', businessDate = ''] = subject.split(' ');
      const ofReport = businessDate === '' ? {} : { ofReport: { report, set, businessDate } };
      const told = { message: 'It is late', cure: 'Look', run: 'run-1', groups: [] };
      await clock.advance(1000);
      return (await ledger.alarms.recordFault({ ...of, ...told, ...ofReport }, () => ({}))).alarm.id;
    };
    const first = await met('SHARE_FULL', '/a', 'critical');
    await met('SHARE_FULL', '/b', 'critical');
    await met('REPORT_LATE', 'RMAMR03 4 2026-11-20', 'information');
    await met('REPORT_LATE', 'RPF01 5 2026-11-19', 'information');
    await met('REPORT_MISSING', 'RPF01 5 2026-11-19', 'critical', 'HKCC');
    const gone = await met('SHARE_FULL', '/c', 'critical');
    await ledger.alarms.closeAlarms([gone], alarmEnd('came'));
    await ledger.alarms.acknowledgeAlarm(first, { by: 'Lee', why: 'seen', until: clock.now() + HOUR });
    const { alarmList } = ledger;
    const short = (groups: Awaited<ReturnType<typeof alarmList.alarmGroups>>) =>
      groups.map(({ account, code, critical, known, n }) => [account, code, critical, known, n]);
    assert.deepEqual(short(await alarmList.alarmGroups(clock.now())), [
      ['HKSCC', 'SHARE_FULL', true, true, 1],
      ['HKSCC', 'SHARE_FULL', true, false, 1],
      ['HKSCC', 'REPORT_LATE', false, false, 2],
      ['HKCC', 'REPORT_MISSING', true, false, 1],
    ]);
    const late = ['RPF01 5 2026-11-19', '/b', 'RPF02 2026-11-19'];
    assert.deepEqual(short(await alarmList.reportAlarmGroups(clock.now(), 'HKSCC', late)), [
      ['HKSCC', 'REPORT_LATE', false, false, 1],
    ]);
    assert.deepEqual(await alarmList.reportAlarmGroups(clock.now(), 'HKSCC', []), []);
    assert.deepEqual((await alarmList.openDates('HKSCC')).sort(), ['2026-11-19', '2026-11-20']);
    assert.equal(await alarmList.openCount(), 5);
    const loudest = async (most: number) =>
      (await alarmList.loudestAlarms(most)).map(({ code, subject }) => `${code} ${subject}`);
    assert.deepEqual(await loudest(4), [
      'REPORT_MISSING RPF01 5 2026-11-19',
      'SHARE_FULL /b',
      'SHARE_FULL /a',
      'REPORT_LATE RPF01 5 2026-11-19',
    ]);
  });

  it('of what is not here has the newest first, a page at a time, and counts all of it', async () => {
    const { ledger, clock } = given;
    const sight = { account: 'HKSCC', run: 'run-1', dataCentre: 'primary' } as const;
    const paths = ['a', 'b', 'c', 'd'].map((name) => `/INBOX/${name}`);
    for (const path of paths) {
      await ledger.outstanding.noteSeen(sight, [{ path, size: 1, modifiedAt: 1 }]);
      await clock.advance(1000);
    }
    await ledger.outstanding.noteLeftOut('HKSCC', ['/INBOX/c']);
    const held = async (name: string) =>
      ledger.quarantine.quarantineReport(aVersion({ path: `/Q/${name}`, sha256: name }), {
        ...{ code: 'FOREIGN_REPORT', reason: 'for another' },
      });
    const { id } = await held('x');
    await held('y');
    await ledger.quarantine.discardQuarantined(id, { by: 'Lee', reason: 'rang' });
    const { openLists } = ledger;
    assert.deepEqual(await openLists.openCounts(), { outstanding: 3, quarantine: 1, refused: 0 });
    const [oldest] = await openLists.openByAccount();
    assert.deepEqual([oldest?.kind, oldest?.count], ['outstanding', 3]);
    const first = await openLists.outstandingPage({ limit: 2 });
    assert.deepEqual(
      first.map(({ path }) => path),
      ['/INBOX/d', '/INBOX/b'],
    );
    const before = first.at(-1)?.id ?? 0;
    const second = await openLists.outstandingPage({ limit: 2, before });
    assert.deepEqual(
      second.map(({ path }) => path),
      ['/INBOX/a'],
    );
    assert.deepEqual(
      (await openLists.quarantinePage({ limit: 9 })).map(({ path }) => path),
      ['/Q/y'],
    );
    assert.deepEqual(await openLists.refusedPage({ limit: 9 }), []);
    assert.equal((await openLists.outstandingReport(before))?.path, '/INBOX/b');
    await ledger.outstanding.closeOutstanding(before, { by: 'Lee', reason: 'rang' });
    assert.equal(await openLists.outstandingReport(before), undefined);
    assert.deepEqual(await ledger.placedFiles.lostCounts(), []);
    assert.deepEqual(await ledger.placedFiles.lostPaths('HKSCC', ['2026-11-20']), []);
    assert.deepEqual(await ledger.findings.countsSince(0), { looked: 0, told: 0, unchecked: [] });
    assert.deepEqual(await ledger.findings.toldSince(0, { limit: 5 }), []);
  });

  const mail = (n: number, to: string[]) => ({
    ...{ eventKey: `event ${n}`, kind: 'notice' as const, run: 'run-1', to },
    ...{ subject: `mail ${n}`, text: `text ${n}`, html: '<p>' },
  });

  it('of mails says of each recipient what became of it, newest first', async () => {
    const { ledger, clock } = given;
    for (let n = 1; n <= 5; n++)
      await ledger.mails.queueMail(mail(n, n === 3 ? ['b@x.example'] : ['a@x.example', 'b@x.example']));
    const answer = (address: string, state: 'accepted' | 'refused') => ({
      address,
      state,
      response: `${state}: so`,
    });
    await ledger.mails.markSending(1);
    await ledger.mails.settleMail(1, {
      answers: ['a@x.example', 'b@x.example'].map((one) => answer(one, 'accepted')),
      error: '',
      nextAttempt: null,
    });
    await ledger.mails.markSending(2);
    await ledger.mails.settleMail(2, {
      answers: [answer('a@x.example', 'accepted'), answer('b@x.example', 'refused')],
      ...{ error: 'b', nextAttempt: null },
    });
    const ids = async (show: MailsAsked, more = {}) =>
      (await ledger.mailList.mailLines({ show, limit: 2, ...more })).map(({ id }) => id);
    assert.deepEqual(await ids('all'), [5, 4]);
    assert.deepEqual(await ids('all', { before: 4 }), [3, 2]);
    assert.deepEqual(await ids('waiting', { before: 5 }), [4, 3]);
    assert.deepEqual(await ids('failed'), [2]);
    assert.deepEqual(await ids('all', { address: 'a@x.example', before: 4 }), [2, 1]);
    const [failed] = await ledger.mailList.mailLines({ show: 'failed', limit: 1 });
    assert.deepEqual(
      failed?.to.map(({ address, state, response }) => [address, state, response]),
      [
        ['a@x.example', 'accepted', 'accepted: so'],
        ['b@x.example', 'refused', 'refused: so'],
      ],
    );
    assert.equal((await ledger.mailList.mailText(4))?.text, 'text 4');
    assert.equal(await ledger.mailList.mailText(99), undefined);
    assert.equal(clock.now(), START);
  });

  it('of mails of an alarm says who was told', async () => {
    const { ledger } = given;
    const fault = {
      key: 'k',
      level: 'critical' as const,
      account: 'A',
      code: 'SHARE_FULL',
      subject: 's',
      place: '',
    };
    const told = { message: 'm', cure: 'c', run: 'r', groups: [] };
    const { alarm } = await ledger.alarms.recordFault({ ...fault, ...told }, () => ({}));
    await ledger.alarms.queueAlarmMail(alarm.id, mail(1, ['a@x.example']));
    await ledger.mails.queueMail(mail(2, ['b@x.example']));
    const mails = await ledger.mailList.mailsOfAlarm(alarm.id, 9);
    assert.deepEqual(
      mails.map(({ subject, to }) => [subject, to.map(({ address }) => address)]),
      [['mail 1', ['a@x.example']]],
    );
  });

  it('of log-ins keeps the last of each account, with address and data centre', async () => {
    const { ledger, clock } = given;
    await ledger.logins.noteLogin({ account: 'B', dataCentre: 'secondary', address: '10.243.66.141:18801' });
    for (let n = 0; n < 505; n++) {
      await clock.advance(1000);
      await ledger.logins.noteLogin({
        account: 'A',
        dataCentre: 'primary',
        address: `10.243.2.14${n % 2}:18801`,
      });
    }
    const last = await ledger.logins.lastLogins('A', 1000);
    assert.equal(last.length, 500);
    assert.deepEqual(last[0], { at: START + 505_000, dataCentre: 'primary', address: '10.243.2.140:18801' });
    assert.equal((await ledger.logins.lastLogins('B', 5)).length, 1);
    assert.deepEqual(await ledger.logins.lastLogins('C', 5), []);
  });

  it('of log-ins is a table of its own, made and taken away again (32)', async () => {
    const database = new DatabaseSync(':memory:');
    const db = new Kysely<unknown>({ dialect: new NodeSqliteDialect(database) });
    const tables = () =>
      database.prepare("select name from sqlite_master where name like 'login_log%' order by name").all();
    await migrate(db, START, 26);
    database.exec("insert into login_counts (account, day, logins) values ('A', '2026-11-20', 3)");
    assert.deepEqual(tables(), []);
    await migrate(db, START, 32);
    assert.deepEqual(
      tables().map(({ name }) => name),
      ['login_log', 'login_log_of_account'],
    );
    assert.deepEqual(
      { ...database.prepare('select * from login_counts').get() },
      { account: 'A', day: '2026-11-20', logins: 3 },
    );
    await migrate(db, START, 26);
    assert.deepEqual(tables(), []);
    await db.destroy();
  });
});
