/** Why an alarm is over and why an account may not log in: data in the ledger, told in the reader's language. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { alarmEndIn } from '../../../lib/desk/fault.ts';
import { textOf } from '../../../lib/desk/html.ts';
import { catalogues } from '../../../lib/i18n/catalogues.ts';
import { languages } from '../../../lib/i18n/languages.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { migrate } from '../../../lib/ledger/migrate.ts';
import { NodeSqliteDialect } from '../../../lib/ledger/sqlite/dialect.ts';
import { type AlarmEnd, alarmEnd, endOf, loginReasonText } from '../../../lib/model/reasons.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { changeBehind, onEachDatabase } from './engines.ts';
import { aSight } from './history-samples.ts';
import { freshLedger, START } from './samples.ts';

const ends = Object.keys(catalogues.en).flatMap((key) => /^reasons\.alarm\.(.+)$/.exec(key)?.[1] ?? []);
/** Enough for any sentence. */
const params = { alarm: 7, run: 'run-1', n: 3, by: 'Lee <b>', reason: 'sold' };

onEachDatabase('Reasons in the ledger', () => {
  const given = freshLedger();

  it('of every end of an alarm are told in three languages, in English as the journal has them', async () => {
    assert.ok(ends.length > 10);
    for (const code of ends) {
      const { alarm } = await given.ledger.alarms.recordFault(
        aSight({ subject: code, key: code }),
        () => ({}),
      );
      await given.ledger.alarms.closeAlarms([alarm.id], alarmEnd(code as AlarmEnd['code'], params));
      const closed = (await given.ledger.alarms.alarm(alarm.id)) ?? assert.fail();
      assert.deepEqual(closed.closedFor, { code, params });
      const told = await Promise.all(
        languages.map((language) => textOf(alarmEndIn({ language }, endOf(closed)))),
      );
      assert.equal(told[0], closed.closedWhy.replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
      for (const text of told.slice(1)) {
        assert.match(text, /\p{Script=Han}/u);
        assert.doesNotMatch(text, /lang="en"|\{\w+\}|<b>/);
      }
      const record = (await given.ledger.journal.records()).findLast(({ what }) => what === 'alarm closed');
      assert.equal(record?.why, closed.closedWhy);
    }
  });

  it('of a code that a later release wrote, and of none, are told as the sentence that stands beside it', async () => {
    for (const closedFor of [{ code: 'of-tomorrow', params: {} }, undefined]) {
      const end = endOf({ closedWhy: 'the moon was full', ...(closedFor && { closedFor }) });
      assert.equal(await textOf(alarmEndIn({ language: 'en' }, end)), 'the moon was full');
      const chinese = await textOf(alarmEndIn({ language: 'zh-Hans' }, end));
      assert.match(chinese, /lang="en">the moon was full</);
    }
  });

  it('of a lock and of a wait stay as they were given, also of a lock that is gone from its table', async () => {
    const { accounts, logins } = given.ledger;
    const cause = { code: 'ended', params: { where: '10.0.0.1:22', text: 'go away' } };
    await accounts.lockLogin({ account: 'HKCC', reason: 'r', cause, address: '10.0.0.1:22' });
    await accounts.lockLogin({ account: 'HKSCC', reason: 'r', address: '10.0.0.1:22' });
    const long = { ...cause, params: { ...cause.params, text: 'away '.repeat(60) } };
    await accounts.lockLogin({ account: 'SEOCH', reason: 'r', cause: long, address: '10.0.0.1:22' });
    const locked = async () =>
      Object.fromEntries((await accounts.loginLocks()).map((lock) => [lock.account, lock.cause]));
    assert.deepEqual(await locked(), { HKCC: cause, HKSCC: undefined, SEOCH: long });
    await changeBehind(given.place(), 'delete from login_locks');
    assert.deepEqual(await locked(), { HKCC: cause, HKSCC: undefined, SEOCH: undefined });
    await logins.backOffLogin({ account: 'HKCC', until: START, wait: 1, reason: 'r', cause });
    assert.deepEqual((await logins.loginBackOff('HKCC'))?.cause, cause);
    await logins.backOffLogin({ account: 'HKCC', until: START, wait: 1, reason: 'r' });
    assert.equal((await logins.loginBackOff('HKCC'))?.cause, undefined);
    assert.equal(loginReasonText('zh-Hans', cause), '10.0.0.1:22 中止登录：go away');
  });
});

describe('A ledger of before reasons were data', () => {
  const folder = temporaryFolder();

  it('keeps its sentences, there and back', async () => {
    const file = `${folder()}/ledger.sqlite`;
    const database = new DatabaseSync(file);
    database.exec(`pragma application_id = ${0x52415031}`);
    const db = new Kysely<unknown>({ dialect: new NodeSqliteDialect(database) });
    await migrate(db, START, 43);
    database.exec(`insert into alarms (key, level, account, code, place, message, cure, run, groups, raised_at, seen_at,
      seen, runs, round, reminders, muted, acknowledged_by, acknowledged_why, closed_at, closed_why) values
      ('k', 'critical', 'HKSCC', 'SHARE_FULL', 'p', 'm', 'c', 'r', '[]', 1, 1, 1, 1, 0, 0, '', '', '', 2,
       'the share serves again');
      insert into login_locks values ('HKCC', 'key refused', '10.0.0.1:22', 5);
      insert into login_holds values ('SEOCH', 9, 1, 'too many sessions')`);
    for (const target of [50, 43, 50]) await migrate(db, START, target);
    await db.destroy();
    const ledger = await openLedger(file, new SimulatedClock(START));
    const alarm = await ledger.alarms.alarm(1);
    assert.deepEqual([alarm?.closedWhy, alarm?.closedFor], ['the share serves again', undefined]);
    const address = '10.0.0.1:22';
    assert.deepEqual(await ledger.accounts.loginLocks(), [
      { account: 'HKCC', reason: 'key refused', address, lockedAt: 5 },
    ]);
    const hold = { account: 'SEOCH', until: 9, wait: 1, reason: 'too many sessions' };
    assert.deepEqual(await ledger.logins.loginBackOff('SEOCH'), hold);
    await ledger.close();
  });
});
