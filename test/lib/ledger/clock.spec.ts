import assert from 'node:assert/strict';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { parseContacts } from '../../../lib/mail/config.ts';
import { queueDailyStatus } from '../../../lib/mail/daily-status.ts';
import type { Account } from '../../../lib/rap/account.ts';
import { loginMemory } from '../../../lib/rap/login-memory.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { changeBehind, onEachDatabase } from './engines.ts';
import { aVersion, freshLedger, START } from './samples.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const contacts = parseContacts({
  smtp: { host: '127.0.0.1', port: 2525, requireTls: false, from: 'rap@broker.example' },
  contacts: [{ name: 'Desk', email: 'desk@broker.example' }],
});

function jumped(clock: SimulatedClock, ms: number): SimulatedClock {
  clock.jump(ms);
  return clock;
}

onEachDatabase('jumps of the clock', () => {
  const given = freshLedger();
  const pendingJumps = () => given.ledger.events.pendingEvents({ kinds: ['clock jumped'], consumer: 'mail' });

  /** The clock is set, and whoever is in charge notices. */
  async function set(jump: number): Promise<void> {
    given.clock.jump(jump);
    await given.ledger.clock.noteJump({ jump, at: given.clock.now() }, given.clock.boot());
  }

  /** Ends this process; the next one begins with this clock. */
  async function nextProcess(clock: SimulatedClock) {
    await given.ledger.close();
    given.clock = clock;
    given.ledger = await openLedger(given.place(), clock);
    return given.ledger.clock.noteClock(clock.boot());
  }

  it('are journalled, and told until an alarm tells of them', async () => {
    await set(DAY);
    await set(-DAY);
    const [forward, back, ...others] = await pendingJumps();
    assert.deepEqual(others, []);
    assert.deepEqual(
      [forward?.payload.jump, forward?.at, back?.payload.jump, back?.at],
      [DAY, START + DAY, -DAY, START],
    );
    const mail = {
      eventKey: 'k',
      kind: 'notice',
      run: '',
      to: ['a@b.example'],
      subject: '',
      text: '',
      html: '',
    } as const;
    const records = await given.ledger.journal.records();
    await given.ledger.mails.queueMail({ ...mail, to: [...mail.to], event: forward?.id ?? 0 });
    assert.deepEqual(await pendingJumps(), [back]);
    assert.deepEqual(
      records.map(({ what, why, details }) => [what, why, details.jump]),
      [
        ['clock jumped', 'From 2026-11-20 20:00:00 to 2026-11-21 20:00:00 Hong Kong time', DAY],
        ['clock jumped', 'From 2026-11-21 20:00:00 to 2026-11-20 20:00:00 Hong Kong time', -DAY],
      ],
    );
  });

  const between: [string, (clock: SimulatedClock) => SimulatedClock, number | undefined][] = [
    ['nothing', (clock) => clock.nextProcess(), undefined],
    ['a clock put forward by an hour', (clock) => jumped(clock, HOUR).nextProcess(), HOUR],
    ['a clock put back by ten minutes', (clock) => jumped(clock, -10 * MINUTE).nextProcess(), -10 * MINUTE],
    ['a boot, an hour later', (clock) => new SimulatedClock(clock.now() + HOUR), undefined],
    [
      'a boot with the clock of the year 2000',
      () => new SimulatedClock(946_684_800_000),
      946_684_800_000 - START,
    ],
  ];
  for (const [what, next, seen] of between) {
    it(`between two processes, with ${what}: ${seen === undefined ? 'none' : 'noticed'}`, async () => {
      await given.ledger.clock.noteClock(given.clock.boot());
      assert.equal((await nextProcess(next(given.clock)))?.jump, seen);
      assert.equal((await nextProcess(given.clock.nextProcess()))?.jump, undefined, 'once');
    });
  }

  it('leave what waits as far away as it was', async () => {
    const { ledger, clock } = given;
    await ledger.mails.queueMail({
      eventKey: 'a',
      kind: 'alarm',
      run: '',
      to: ['a@b.example'],
      subject: '',
      text: '',
      html: '',
      deadline: START + DAY,
    });
    const [due] = await ledger.mails.dueMails(clock.now());
    await ledger.mails.markSending(due?.id ?? 0);
    await ledger.mails.settleMail(due?.id ?? 0, {
      answers: [],
      error: 'away',
      nextAttempt: START + 5 * MINUTE,
    });
    await ledger.logins.backOffLogin({
      account: 'HKSCC',
      until: START + 10 * MINUTE,
      wait: 1,
      reason: 'full',
    });
    await ledger.switchRequests.requestSwitch({
      node: 'n',
      accounts: ['HKSCC'],
      dataCentre: 'secondary',
      reason: 'r',
      by: 'Ada',
      expiresAt: START + 30 * MINUTE,
    });
    const fault = {
      key: 'k',
      level: 'critical',
      account: '',
      code: 'DISK_FULL',
      place: '',
      message: '',
      cure: '',
      run: '',
      groups: [],
    } as const;
    const { alarm } = await ledger.alarms.recordFault({ ...fault, groups: [] }, () => ({
      change: { nextAt: START + 15 * MINUTE, restUntil: START + 20 * MINUTE, mailedAt: START },
    }));
    for (const jump of [DAY, -HOUR, -26 * 365 * DAY]) {
      await set(jump);
      const [mail] = await ledger.mails.mails();
      const hold = await ledger.logins.loginBackOff('HKSCC');
      const [request] = await ledger.switchRequests.switchRequests('open');
      const open = await ledger.alarms.alarm(alarm.id);
      const waits = [
        mail?.nextAttempt,
        mail?.deadline,
        hold?.until,
        request?.expiresAt,
        open?.nextAt,
        open?.restUntil,
        open?.mailedAt,
      ];
      assert.deepEqual(
        waits.map((at) => ((at ?? 0) - clock.now()) / MINUTE),
        [5, 24 * 60, 10, 30, 15, 20, 0],
      );
    }
  });

  it('let a report that is just being written stand still from then on', async () => {
    const entry = { path: '/INBOX/a', size: 10, modifiedAt: 5 };
    for (const jump of [DAY, -DAY]) {
      await given.ledger.fileStability.observe('HKSCC', [entry]);
      await given.clock.advance(5_000);
      await set(jump);
      const seen = await given.ledger.fileStability.observe('HKSCC', [entry]);
      assert.equal(seen.get(entry.path)?.firstSeenSame, given.clock.now());
    }
  });

  it('give back the logins and the morning mail of a day that a clock ahead took for the present one', async () => {
    const { ledger, clock } = given;
    const morning = async () => (await queueDailyStatus(ledger, contacts, clock.now(), [])).fresh;
    assert.equal(await morning(), true);
    await set(DAY);
    assert.equal(await morning(), true);
    assert.equal(await ledger.logins.countLogin('HKSCC'), 1);
    await set(-DAY);
    assert.equal(await morning(), false, 'that of today was sent');
    await clock.advance(DAY);
    assert.equal(await morning(), true);
    assert.equal(await morning(), false);
    assert.equal(await ledger.logins.countLogin('HKSCC'), 1);
  });

  it('that an older release did not notice are noticed at the next start, by the due times it took', async () => {
    await given.ledger.scheduleRuns.beginRun({ schedule: 's', run: 'r', trigger: 'timer', due: START + DAY });
    await given.ledger.close();
    await changeBehind(given.place(), `update ticks set claimed_at = due, run = '', jump = 0`);
    const jump = await nextProcess(new SimulatedClock(START));
    assert.equal(jump?.jump, -DAY);
    await given.clock.advance(DAY);
    assert.equal(
      await given.ledger.scheduleRuns.beginRun({
        schedule: 's',
        run: 'r2',
        trigger: 'timer',
        due: START + DAY,
      }),
      true,
    );
  });
});

onEachDatabase('what a clock that was ahead has written, unnoticed', () => {
  const given = freshLedger();

  it('keeps no account from logging in for longer than the longest wait', async () => {
    const memory = loginMemory({ name: 'HKSCC', loginsPerDay: 100 } as Account, given.ledger, given.clock);
    const hold = { account: 'HKSCC', wait: MINUTE, reason: 'full' };
    await given.ledger.logins.backOffLogin({ ...hold, until: START + 30 * MINUTE });
    await assert.rejects(memory.admit(), /waits until/);
    await given.ledger.logins.backOffLogin({ ...hold, until: START + DAY });
    await memory.admit();
  });

  it('keeps no alarm quiet for longer than the longest rest', async () => {
    const fault = {
      key: 'k',
      level: 'critical' as const,
      account: '',
      code: 'DISK_FULL',
      place: '',
      message: '',
      cure: '',
      run: '',
      groups: [],
    };
    const nextAt = (at: number) => given.ledger.alarms.recordFault(fault, () => ({ change: { nextAt: at } }));
    await nextAt(START + DAY);
    assert.equal((await given.ledger.alarms.dueAlarms(START)).length, 0);
    await nextAt(START + 365 * DAY);
    assert.equal((await given.ledger.alarms.dueAlarms(START)).length, 1);
  });

  it('makes no old version of a report the present one', async () => {
    const { ledger, clock } = given;
    clock.jump(DAY);
    await ledger.reports.recordReceived(aVersion());
    clock.jump(-DAY);
    const { versionId } = await ledger.reports.recordReceived(aVersion({ sha256: 'b'.repeat(64) }));
    assert.equal((await ledger.reports.versionsOf('HKSCC')).get(aVersion().path)?.versionId, versionId);
  });

  it('is told by the next digest of the right clock, once', async () => {
    const { ledger, clock } = given;
    const listing = (run: string) =>
      ledger.runs.recordListing({
        ...{
          run,
          account: 'HKSCC',
          installation: 'hkscc',
          address: 'a',
          dataCentre: 'primary',
          complete: true,
        },
        counts: { new: 1, changed: 0, known: 0, writing: 0, refused: 0 },
      });
    clock.jump(DAY);
    await ledger.runs.startRun({ run: 'ahead', trigger: 'timer' });
    const { versionId } = await ledger.reports.recordReceived(aVersion({ run: 'ahead' }));
    clock.jump(-DAY);
    const told = async (run: string) => {
      await clock.advance(HOUR);
      await ledger.runs.startRun({ run, trigger: 'timer' });
      await listing(run);
      const facts = await ledger.runs.runFacts(run);
      const found = facts.accounts.flatMap(({ delivered }) => delivered.map((one) => one.versionId));
      await ledger.mails.queueMail({
        eventKey: run,
        kind: 'digest',
        run,
        to: ['a@b.example'],
        subject: '',
        text: '',
        html: '',
        told: found,
      });
      return found;
    };
    assert.deepEqual(await told('one'), [versionId]);
    assert.deepEqual(await told('two'), []);
    assert.equal((await ledger.accountStats.statsOf('HKSCC')).lastListing?.run, 'two');
  });

  it('does not look like the last listing of an account, nor like the last summary of a flood', async () => {
    const { ledger, clock } = given;
    const listing = (run: string) =>
      ledger.runs.recordListing({
        ...{
          run,
          account: 'HKSCC',
          installation: 'hkscc',
          address: 'a',
          dataCentre: 'primary',
          complete: true,
        },
        counts: { new: 1, changed: 0, known: 0, writing: 0, refused: 0 },
      });
    const summary = (key: string) =>
      ledger.mails.queueSummary(
        {
          eventKey: key,
          kind: 'summary',
          run: '',
          to: ['a@b.example'],
          subject: '',
          text: '',
          html: '',
          level: 'information',
        },
        [],
      );
    clock.jump(DAY);
    await listing('ahead');
    await summary('ahead');
    clock.jump(-DAY);
    assert.deepEqual(await ledger.mails.summariesSince(clock.now() - HOUR), []);
    assert.equal((await ledger.accountStats.statsOf('HKSCC')).lastListing?.run, 'ahead');
    await listing('now');
    await summary('now');
    assert.equal((await ledger.mails.summariesSince(clock.now() - HOUR)).length, 1);
    assert.equal((await ledger.accountStats.statsOf('HKSCC')).lastListing?.run, 'now');
  });
});
