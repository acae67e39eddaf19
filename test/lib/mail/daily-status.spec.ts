import assert from 'node:assert/strict';
import { acknowledge } from '../../../lib/alarms/acknowledge.ts';
import { queueAlarm, recoverAlarms, stepDueAlarms } from '../../../lib/alarms/alarms.ts';
import { queueDigest } from '../../../lib/collection/digest-queue.ts';
import type { MailRecipient } from '../../../lib/ledger/ledger.ts';
import { languages } from '../../../lib/mail/config.ts';
import { queueDailyStatus } from '../../../lib/mail/daily-status.ts';
import { queueNotice } from '../../../lib/mail/notice.ts';
import { renderSummary } from '../../../lib/mail/rate-limit.ts';
import { practiceAccount } from '../../../lib/practice/paths.ts';
import { addDays } from '../../../lib/time/hong-kong.ts';
import { aVersion, freshLedger, START } from '../ledger/samples.ts';
import { someContacts } from './samples.ts';

const DAY = 86_400_000;
const counts = { new: 0, changed: 0, known: 0, writing: 0, refused: 0 };

describe('the morning mail', () => {
  const given = freshLedger();
  const beat = (config = someContacts()) =>
    queueDailyStatus(given.ledger, config, given.clock.now(), ['ops'], ['SIM001', 'SIMC01']);
  const last = async () => (await given.ledger.mails.mails()).at(-1) ?? assert.fail();

  async function listed(account: string, run: string, complete = true): Promise<void> {
    await given.ledger.runs.startRun({ run, trigger: 'timer' });
    await given.ledger.runs.recordListing({
      ...{ run, account, installation: account === 'SIM001' ? 'hkscc' : 'hkcc-seoch' },
      ...{ address: '10.0.0.1:22', dataCentre: 'primary', counts, complete },
    });
  }

  async function history(dates: number): Promise<void> {
    for (let day = 0; day < dates; day++) {
      const businessDate = addDays('2026-11-20', -day);
      // Three or four a day, and one amended: the median counts names, not versions.
      for (let index = 0; index < 3 + (day % 2) + (day === 0 ? 9 : 0); index++) {
        const name = `R${index}_${businessDate}.txt`;
        await given.ledger.reports.recordReceived(aVersion({ account: 'SIM001', name, businessDate }));
      }
      const again = aVersion({ account: 'SIM001', name: `R0_${businessDate}.txt`, businessDate });
      await given.ledger.reports.recordReceived({ ...again, sha256: 'b'.repeat(64) });
    }
  }

  it('says that all is ready, what each account usually brings, and where the journal stands', async () => {
    await history(7);
    await listed('SIM001', 'run-1');
    await given.ledger.accountKeys.noteKey('SIM001', 'SHA256:x');
    await given.clock.advance(11 * DAY);
    const { count, head } = await given.ledger.journal.head();
    await beat();
    const { subject, text, to } = await last();
    assert.equal(subject, 'RAP ready 2026-12-01');
    assert.deepEqual(
      to.map(({ address }) => address),
      ['ada@broker.example', 'bo@broker.example'],
    );
    for (const part of [
      'HKSCC RAP (SIM001)\n  4 reports are usual for a business date\n  the key has been in use here for 11 days\n  no end date is entered in the account\n  last listed 2026-11-20 20:00',
      'SIMC01\n  how many reports are usual is unknown: fewer than five business dates were seen\n  the age of the key is unknown\n  never listed',
      'Last run: run-1, 2026-11-20 20:00',
      `Journal: ${count} · ${head}`,
      'Data centres: HKSCC RAP (SIM001) primary; SIMC01 primary',
    ]) {
      assert.ok(text.includes(part), `${part} is missing in\n${text}`);
    }
    assert.doesNotMatch(text, /To look at/);
  });

  it('does not guess from a few days', async () => {
    await history(4);
    await listed('SIM001', 'run-1', false);
    await beat();
    assert.match((await last()).text, /usual is unknown.*\n.*\n {2}last listed 20:00, incomplete/);
  });

  it('comes once a day', async () => {
    assert.equal((await beat()).fresh, true);
    await given.clock.advance(3 * 3600_000);
    assert.equal((await beat()).fresh, false);
    await given.clock.advance(DAY);
    assert.equal((await beat()).fresh, true);
  });

  it('names what there is to look at: open alarms, who knows, locks, mails that failed, windows ahead', async () => {
    const alarm = { code: 'DISK_FULL', message: 'No space left', cure: 'c', where: 'w', run: 'r', at: START };
    const config = someContacts(
      {},
      {
        windows: [
          { beginsAt: START, endsAt: START + DAY / 2, what: 'connection', reason: 'practice session' },
        ],
      },
    );
    await queueAlarm(given.ledger, config, { ...alarm, account: 'SIM001' }, ['risk']);
    await queueAlarm(given.ledger, config, { ...alarm, account: 'SIMC01' }, ['risk']);
    await acknowledge(given.ledger, given.clock, { alarm: 2, by: 'Bo', why: '' }, 24);
    await given.ledger.accounts.lockLogin({
      account: 'SIM001',
      reason: 'key refused',
      address: '10.0.0.1:22',
    });
    const answers = [{ address: 'ada@broker.example', state: 'refused' as const, response: '550' }];
    await given.ledger.mails.settleMail(1, { answers, error: '550', nextAttempt: null });
    await beat(config);
    const { subject, text } = await last();
    assert.equal(subject, 'RAP 2026-11-20: 4 things to look at');
    for (const part of [
      'SIM001: login is locked since 20:00 (key refused)',
      'Alarm 1: SIM001 DISK_FULL, since 20:00\n  No space left\n  not acknowledged',
      'Alarm 2: SIMC01 DISK_FULL, since 20:00\n  No space left\n  acknowledged by Bo until 2026-11-21 20:00',
      '1 mail of the last days could not be delivered to everybody',
      '1 mail waits for the mail relay',
      'Maintenance window 2026-11-20 20:00 - 2026-11-21 08:00: practice session',
    ]) {
      assert.ok(text.includes(part), `${part} is missing in\n${text}`);
    }
  });

  it('counts mails that reached some only, and mails that no relay ever confirmed', async () => {
    const config = someContacts();
    for (const eventKey of ['one', 'two', 'three']) {
      await queueNotice(given.ledger, config, { eventKey, run: '', subject: 's', text: 't' }, ['ops']);
    }
    const settle = (
      id: number,
      ada: MailRecipient['state'],
      bo: MailRecipient['state'],
      nextAttempt: number | null,
    ) => {
      const answers = [
        { address: 'ada@broker.example', state: ada, response: '' },
        { address: 'bo@broker.example', state: bo, response: '' },
      ];
      return given.ledger.mails.settleMail(id, { answers, error: '', nextAttempt });
    };
    await settle(1, 'accepted', 'refused', null);
    await settle(2, 'unconfirmed', 'unconfirmed', null);
    await settle(3, 'accepted', 'unknown', START);
    assert.deepEqual(await given.ledger.mails.mailCounts(0), { waiting: 1, refused: 2 });
    await beat(config);
    assert.match((await last()).text, /2 mails of the last days could not be delivered to everybody/);
  });

  it('does not call acknowledged what was told again after the word of a person had run out', async () => {
    const config = someContacts({}, { escalation: { reminders: 1 } });
    const alarm = { code: 'DISK_FULL', message: 'm', cure: 'c', where: 'w', run: 'r', account: 'SIM001' };
    const meet = () => queueAlarm(given.ledger, config, { ...alarm, at: given.clock.now() }, ['risk']);
    const tend = async (hours: number) => {
      await given.clock.advance(hours * 3600_000);
      await stepDueAlarms(given.ledger, config, given.clock);
    };
    await meet();
    await acknowledge(given.ledger, given.clock, { alarm: 1, by: 'Bo', why: '' }, 24);
    await tend(12);
    await meet();
    await tend(13);
    await tend(1);
    await beat(config);
    assert.match((await last()).text, /Alarm 1: .*\n {2}m\n {2}not acknowledged\n/);
  });

  it('names an alarm that belongs to no account by its code alone', async () => {
    const of = { code: 'CONFIG_INVALID', message: 'm', cure: 'c', where: 'w', run: 'r', account: '' };
    await queueAlarm(given.ledger, someContacts(), { ...of, at: given.clock.now() }, ['risk']);
    await beat();
    assert.match((await last()).text, /Alarm 1: CONFIG_INVALID, since 20:00\n/);
  });

  it('is whole in every language, as are recovery and summary', async () => {
    await listed('SIM001', 'run-1');
    for (const language of languages) {
      const config = someContacts({}, { language });
      const alarm = {
        code: 'STALLED',
        message: 'm',
        cure: 'c',
        where: language,
        account: 'SIM001',
        at: START,
      };
      await queueAlarm(given.ledger, config, { ...alarm, run: 'run-0' }, ['risk']);
      await given.clock.advance(DAY);
      await beat(config);
      const facts = await given.ledger.runs.runFacts('run-1');
      await recoverAlarms(given.ledger, config, facts, given.clock.now());
      const held = { ids: [1, 2], topics: [{ topic: 'x', count: 2 }], since: START, until: START };
      const summary = renderSummary(held, config, []);
      const three = (await given.ledger.mails.mails()).slice(-3);
      assert.deepEqual(
        three.map(({ kind }) => kind),
        ['alarm', 'heartbeat', 'recovery'],
      );
      for (const { subject, text, html } of [...three, summary]) {
        for (const part of [subject, text, html]) assert.doesNotMatch(part, /\{\w+\}|undefined|\[object/);
        if (language !== 'en') assert.match(subject, /\p{Script=Han}/u);
      }
    }
  });
});

describe('the foot of every mail', () => {
  const given = freshLedger();

  it('says where each account is, since when, why and by whom - in digest, alarm, recovery and morning mail', async () => {
    const { ledger } = given;
    const config = someContacts();
    await ledger.accounts.chooseDataCentres([
      { account: 'SIM001', dataCentre: 'primary', reason: 'back', by: 'Ada' },
    ]);
    const choice = {
      account: 'SIMC01',
      dataCentre: 'secondary',
      reason: 'HKEX <notice>',
      by: 'Ada',
    } as const;
    await ledger.accounts.chooseDataCentres([{ ...choice, second: 'Bo' }]);
    const practice = practiceAccount('SIM001', '2026-11-21');
    await ledger.accounts.keepPracticeAccount(practice);
    await ledger.accounts.chooseDataCentres([{ ...choice, account: practice.name }]);
    await given.clock.advance(60_000);
    const alarm = { code: 'STALLED', message: 'm', cure: 'c', where: 'w', run: 'run-0', account: 'SIM001' };
    await queueAlarm(ledger, config, { ...alarm, at: given.clock.now() }, ['ops']);
    await ledger.runs.startRun({ run: 'run-1', trigger: 'timer' });
    await ledger.runs.recordListing({
      ...{ run: 'run-1', account: 'SIM001', installation: 'hkscc', address: '10.0.0.1:22' },
      ...{ dataCentre: 'primary', counts, complete: true },
    });
    await queueDigest(ledger, config, 'run-1', ['ops'], given.clock.now());
    await queueDailyStatus(ledger, config, given.clock.now(), ['ops']);
    const mails = await ledger.mails.mails();
    assert.deepEqual(
      mails.map(({ kind }) => kind),
      ['alarm', 'recovery', 'digest', 'heartbeat'],
    );
    const line =
      /Data centres: (HKSCC RAP \()?SIM001\)? primary; SIMC01 secondary since 20:00 \(HKEX <notice>, Ada, Bo\)/;
    for (const { kind, text, html } of mails) {
      assert.match(text, line, kind);
      assert.match(html, /SIMC01 secondary since 20:00 \(HKEX &lt;notice&gt;, Ada, Bo\)/, kind);
      assert.doesNotMatch(text, /practice/);
    }
  });
});

describe('G33: an ordinary business day', () => {
  const given = freshLedger();

  it('brings nobody more than three mails', async () => {
    const { ledger } = given;
    const config = someContacts();
    await queueDailyStatus(ledger, config, given.clock.now(), ['ops']);
    for (const run of ['morning', 'evening']) {
      await ledger.runs.startRun({ run, trigger: 'timer' });
      await ledger.runs.recordListing({
        ...{ run, account: 'SIM001', installation: 'hkscc', address: '10.0.0.1:22' },
        ...{ dataCentre: 'primary', counts, complete: true },
      });
      await queueDigest(ledger, config, run, ['ops'], given.clock.now());
    }
    const received = new Map<string, number>();
    for (const { to } of await ledger.mails.mails()) {
      for (const { address } of to) received.set(address, (received.get(address) ?? 0) + 1);
    }
    assert.deepEqual([...received.values()], [3, 3]);
  });
});
