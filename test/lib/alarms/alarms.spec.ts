import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { acknowledge, readAcknowledgements } from '../../../lib/alarms/acknowledge.ts';
import { endAlarms, queueAlarm, stepDueAlarms } from '../../../lib/alarms/alarms.ts';
import { queueDigest } from '../../../lib/collection/digest-queue.ts';
import { codes, type ErrorCode } from '../../../lib/errors/codes.ts';
import type { ListingFacts, OutboxMail } from '../../../lib/ledger/ledger.ts';
import type { ContactsConfig } from '../../../lib/mail/config.ts';
import { mutable, setMaintenance } from '../../../lib/mail/maintenance.ts';
import { levelOf } from '../../../lib/mail/severity.ts';
import { alarmEnd } from '../../../lib/model/reasons.ts';
import { freshLedger, START } from '../ledger/samples.ts';
import { someContacts } from '../mail/samples.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('alarms', () => {
  const given = freshLedger();
  const fault = (code: ErrorCode, changes: object = {}) => ({
    code,
    message: `${code} happened`,
    cure: codes[code].cure,
    where: 'File on shares',
    run: 'run-1',
    account: 'HKSCC',
    at: given.clock.now(),
    ...changes,
  });
  const config = (escalation: object = {}, changes: object = {}): ContactsConfig =>
    someContacts({}, { escalation: { minutes: 30, groups: ['managers'], ...escalation }, ...changes });
  const raise = (code: ErrorCode, changes: object = {}, settings = config()) =>
    queueAlarm(given.ledger, settings, fault(code, changes), ['risk']);
  const tend = async (ms: number, settings = config()) => {
    // In rounds, as the node does it.
    for (let passed = 0; passed < ms; passed += 5 * MINUTE) {
      await given.clock.advance(5 * MINUTE);
      await stepDueAlarms(given.ledger, settings, given.clock);
    }
  };
  const mails = () => given.ledger.mails.mails();
  const addresses = (mail: OutboxMail | undefined) => mail?.to.map(({ address }) => address.split('@')[0]);
  const subjects = async () =>
    (await mails()).map(({ subject }) => subject.replace(/ HKSCC: [^(]*/, ' ').trim());
  const open = () => given.ledger.alarms.openAlarms();
  const the = async () => {
    const [alarm, ...others] = await open();
    assert.ok(alarm);
    assert.deepEqual(others, []);
    return alarm;
  };

  async function run(name: string, failures: ErrorCode[] = [], complete = true): Promise<void> {
    await given.ledger.runs.startRun({ run: name, trigger: 'timer' });
    const counts = { new: 0, changed: 0, known: 0, writing: 0, refused: 0 };
    const listing: ListingFacts = {
      ...{ run: name, account: 'HKSCC', installation: 'hkscc', address: '10.243.2.141:18801' },
      ...{ dataCentre: 'primary', counts, complete },
    };
    await given.ledger.runs.recordListing(listing);
    for (const code of failures) {
      await given.ledger.runs.recordFailure({
        run: name,
        account: 'HKSCC',
        code,
        message: 'm',
        cure: 'c',
        subject: '',
      });
    }
    await queueDigest(given.ledger, config(), name, ['ops'], given.clock.now());
  }
  const recoveries = async () => (await mails()).filter(({ kind }) => kind === 'recovery');

  describe('escalation', () => {
    it('repeats a critical alarm to one group more each time, and says which reminder it is', async () => {
      const settings = config({ groups: ['ops', 'managers'] });
      await raise('DISK_FULL', {}, settings);
      await tend(3 * HOUR, settings);
      assert.deepEqual((await mails()).map(addresses), [
        ['ada'],
        ['ada', 'bo'],
        ['ada', 'bo', 'cy'],
        ['ada', 'bo', 'cy'],
      ]);
      assert.deepEqual(await subjects(), [
        'RAP CRITICAL',
        'RAP CRITICAL (reminder 1/3)',
        'RAP CRITICAL (reminder 2/3)',
        'RAP CRITICAL (reminder 3/3)',
      ]);
      const [first, reminder] = await mails();
      assert.match(reminder?.text ?? '', /Reminder 1 of 3: nobody has acknowledged/);
      assert.match(first?.text ?? '', /rap alarms ack 1"/);
      const ids = new Set((await mails()).flatMap(({ to }) => to.map(({ messageId }) => messageId)));
      assert.equal(ids.size, 4, 'each is a message of its own');
    });

    it('is silent from the acknowledgement on, whoever gives it', async () => {
      await raise('DISK_FULL');
      await tend(30 * MINUTE);
      assert.equal((await mails()).length, 2);
      await acknowledge(given.ledger, given.clock, { alarm: 1, by: 'Ada Wong', why: 'on it' }, 24);
      await tend(5 * HOUR);
      await raise('DISK_FULL', { run: 'run-2' });
      assert.equal((await mails()).length, 2);
      const { acknowledgedBy, seen } = await the();
      assert.deepEqual([acknowledgedBy, seen], ['Ada Wong', 2]);
      const record = (await given.ledger.journal.records()).at(-1);
      assert.deepEqual([record?.who, record?.what, record?.why], ['Ada Wong', 'alarm acknowledged', 'on it']);
    });

    it('brings a fault that lasts back when the acknowledgement has run out', async () => {
      await raise('DISK_FULL');
      await acknowledge(given.ledger, given.clock, { alarm: 1, by: 'Ada', why: '' }, 24);
      await tend(12 * HOUR);
      await raise('DISK_FULL', { run: 'run-2' });
      assert.equal((await mails()).length, 1);
      await tend(12 * HOUR + 5 * MINUTE);
      const [, again] = await mails();
      assert.match(again?.text ?? '', /The fault lasts: it was first met at 2026-11-20 20:00/);
      assert.match(
        again?.text ?? '',
        /Ada acknowledged it at 2026-11-20 20:00 Hong Kong time; that has run out/,
      );
      await tend(30 * MINUTE);
      assert.equal((await mails()).length, 3, 'and it is escalated anew');
    });

    it('brings a share back that is met once, until a run or the share itself says that it serves', async () => {
      await raise('SHARE_MISSING', { subject: '/mnt/a' });
      await acknowledge(given.ledger, given.clock, { alarm: 1, by: 'Ada', why: '' }, 24);
      await tend(24 * HOUR);
      assert.deepEqual(await subjects(), ['RAP CRITICAL', 'RAP CRITICAL']);
      await raise('SHARE_BACK', { message: 'It serves again', subject: '/mnt/a' });
      assert.deepEqual(await open(), []);
    });

    it('closes what was not met again since it was acknowledged, without a word', async () => {
      await raise('WEATHER_HOLD');
      await acknowledge(given.ledger, given.clock, { alarm: 1, by: 'Ada', why: '' }, 2);
      await tend(2 * HOUR + 5 * MINUTE);
      assert.deepEqual(await open(), []);
      assert.match((await given.ledger.alarms.alarm(1))?.closedWhy ?? '', /not met again for 2 h/);
      assert.equal((await mails()).length, 1);
    });

    it('leaves alone what was acknowledged, or reminded by another contacts node, at the very moment it was due', async () => {
      await raise('DISK_FULL');
      await raise('SHARE_MISSING');
      await given.clock.advance(31 * MINUTE);
      const tendOnce = () => stepDueAlarms(given.ledger, config(), given.clock);
      const act = { alarm: 2, by: 'Ada', why: '' };
      await Promise.all([tendOnce(), tendOnce(), acknowledge(given.ledger, given.clock, act, 24)]);
      assert.deepEqual(
        (await open()).map(({ id, reminders }) => [id, reminders]),
        [
          [1, 1],
          [2, 0],
        ],
      );
      assert.equal((await mails()).length, 3);
    });

    it('reminds everybody when its group has lost its last member, and leaves an alarm of other contacts to them', async () => {
      await raise('DISK_FULL');
      const contacts = [{ name: 'Bo', email: 'bo@broker.example', groups: ['managers'] }];
      const left = config({}, { contacts });
      await given.clock.advance(31 * MINUTE);
      await stepDueAlarms(given.ledger, left, given.clock, [config()]);
      assert.equal((await mails()).length, 1);
      await stepDueAlarms(given.ledger, left, given.clock);
      assert.deepEqual((await mails()).map(addresses), [['ada'], ['bo']]);
    });

    it('tells those of its groups that have somebody in them, and everybody when none has', async () => {
      await queueAlarm(given.ledger, config(), fault('DISK_FULL'), ['risk', 'night']);
      await queueAlarm(given.ledger, config(), fault('HOST_KEY_MISMATCH'), ['night']);
      await queueAlarm(given.ledger, config(), fault('AMENDED'), ['night']);
      assert.deepEqual((await mails()).map(addresses), [['ada'], ['ada', 'bo', 'cy'], ['ada', 'bo', 'cy']]);
    });

    it('begins anew after the rest as long as nobody answers, also when the fault was not met again', async () => {
      await raise('WEATHER_HOLD');
      await tend(25 * HOUR + 40 * MINUTE);
      assert.equal((await mails()).length, 5, 'the alarm, three reminders, the alarm again');
      assert.equal((await the()).round, 2);
      await acknowledge(given.ledger, given.clock, { alarm: 1, by: 'Ada', why: '' }, 24);
      await tend(25 * HOUR);
      assert.equal((await mails()).length, 5);
      assert.deepEqual(await open(), []);
    });

    it('does not repeat what is only news, nor when it is switched off', async () => {
      await raise('CONNECT_REFUSED');
      await raise('DISK_FULL', {}, config({ minutes: 0 }));
      await tend(20 * HOUR);
      assert.equal((await mails()).length, 2);
    });

    it('tells again, louder, when news has become critical: a fault met in three runs', async () => {
      await raise('CONNECT_REFUSED');
      await raise('CONNECT_REFUSED', { run: 'run-2' });
      assert.deepEqual(
        (await mails()).map(({ level }) => level),
        ['information'],
      );
      await raise('CONNECT_REFUSED', { run: 'run-3' });
      assert.deepEqual(
        (await mails()).map(({ level }) => level),
        ['information', 'critical'],
      );
      await raise('CONNECT_REFUSED', { run: 'run-4' });
      assert.equal((await mails()).length, 2);
      await tend(30 * MINUTE);
      assert.equal((await mails()).length, 3);
    });

    it('remembers over a restart what was told: the memory is the ledger', async () => {
      await raise('DISK_FULL');
      for (let index = 0; index < 50; index++) await raise('STALLED', { where: `place ${index}` });
      assert.equal((await raise('DISK_FULL', { run: 'run-9' }))?.fresh, false);
      assert.equal((await given.ledger.alarms.alarm(1))?.seen, 2);
    });
  });

  describe('recovery', () => {
    it('is told once, together, and only to those who got the alarm', async () => {
      await raise('CONNECT_REFUSED');
      await raise('DISK_FULL');
      await given.clock.advance(HOUR);
      await run('run-2');
      await run('run-3');
      const [mail, ...others] = await recoveries();
      assert.deepEqual(others, []);
      assert.deepEqual(addresses(mail), ['ada']);
      assert.equal(mail?.subject, 'RAP recovered HKSCC: 2 alarms are over');
      assert.match(mail?.text ?? '', /DISK_FULL happened\n {2}met once, at 2026-11-20 20:00/);
      assert.match(mail?.text ?? '', /Data centres: /);
      assert.deepEqual(await open(), []);
      await tend(3 * HOUR);
      assert.equal((await recoveries()).length, 1);
      assert.deepEqual(
        (await mails()).filter(({ subject }) => /Reminder/.test(subject)),
        [],
      );
    });

    it('is not said of a run that still met the fault, or met it in another form, or saw not everything', async () => {
      await raise('DISK_FULL');
      await run('run-1');
      await run('run-2', ['DISK_FULL']);
      await run('run-3', ['SHARE_MISSING']);
      await run('run-4', [], false);
      assert.deepEqual(await recoveries(), []);
      await run('run-5', ['INCOMPLETE']);
      assert.equal((await recoveries()).length, 1);
    });

    it('never ends what a run says nothing about', async () => {
      await raise('WEATHER_HOLD');
      await raise('DISK_FULL', { account: '' });
      await run('run-2');
      assert.equal((await open()).length, 2);
    });

    it('goes to nobody who was refused, and the next fault is a new alarm', async () => {
      await raise('DISK_FULL');
      const answers = [{ address: 'ada@broker.example', state: 'refused' as const, response: '550' }];
      await given.ledger.mails.settleMail(1, { answers, error: '550', nextAttempt: null });
      await run('run-2');
      assert.deepEqual(await recoveries(), []);
      assert.deepEqual(await open(), []);
      assert.equal((await raise('DISK_FULL', { run: 'run-3' }))?.fresh, true);
    });
  });

  it('are told apart by the share: another full share is another alarm', async () => {
    await raise('DISK_FULL', { subject: '/mnt/a' });
    await acknowledge(given.ledger, given.clock, { alarm: 1, by: 'Ada', why: '' }, 24);
    assert.equal((await raise('DISK_FULL', { subject: '/mnt/b' }))?.fresh, true);
    assert.equal((await raise('DISK_FULL', { subject: '/mnt/a' }))?.fresh, false);
  });

  it('are no alarms when they are only news: told each time, never open; a share that is back ends its alarm', async () => {
    await raise('DISK_FULL', { message: 'No space left for /mnt/a', subject: '/mnt/a' });
    await raise('DISK_FULL', { message: 'No space left for /mnt/b', subject: '/mnt/b' });
    const back = { message: '/mnt/a serves again. 2 reports were delivered', subject: '/mnt/a' };
    for (let day = 0; day < 2; day++) {
      assert.equal((await raise('SHARE_BACK', back))?.fresh, true);
      await given.clock.advance(HOUR);
    }
    assert.equal((await the()).message, 'No space left for /mnt/b');
    assert.deepEqual((await mails()).map(({ kind, level }) => `${kind} ${level}`).slice(2), [
      'notice information',
      'notice information',
    ]);
    await run('run-2');
    assert.equal((await recoveries()).length, 1);
  });

  it('of a share that is back end with the mail that says so, or not at all', async () => {
    const subject = '//server/risk';
    await raise('SHARE_MISSING', { subject });
    const killed = Object.assign(Object.create(given.ledger), {
      queueMail: () => Promise.reject(new Error('killed')),
    });
    await queueAlarm(killed, config(), fault('SHARE_BACK', { subject }), ['risk']).catch(() => {});
    const told = (await mails()).filter(({ kind }) => kind === 'notice').length;
    assert.equal((await open()).length + told, 1);
  });

  it('that end are in the journal, each once, with the reason', async () => {
    await raise('CONNECT_REFUSED');
    await raise('DISK_FULL', { subject: '/mnt/a' });
    await raise('WEATHER_HOLD');
    await acknowledge(given.ledger, given.clock, { alarm: 3, by: 'Ada', why: '' }, 2);
    await raise('SHARE_BACK', { subject: '/mnt/a' });
    await run('run-2');
    await run('run-3');
    await tend(2 * HOUR + 5 * MINUTE);
    await given.ledger.alarms.closeAlarms([1, 2, 3], alarmEnd('came'));
    const records = (await given.ledger.journal.records()).filter(({ what }) => what === 'alarm closed');
    assert.deepEqual(
      records.map(({ who, why, details }) => [who, why, details]),
      [
        ['rap', 'the share serves again', { alarm: 2, code: 'DISK_FULL', account: 'HKSCC' }],
        ['rap', 'recovered in run run-2', { alarm: 1, code: 'CONNECT_REFUSED', account: 'HKSCC' }],
        ['rap', 'not met again for 2 h', { alarm: 3, code: 'WEATHER_HOLD', account: 'HKSCC' }],
      ],
    );
  });

  describe('maintenance windows', () => {
    const window = (what: string, from = 0, until = HOUR) => ({
      windows: [{ beginsAt: START + from, endsAt: START + until, what, reason: 'typhoon closure' }],
    });
    const never: readonly ErrorCode[] = [
      'DISK_FULL',
      'DISK_ERROR',
      'HOST_KEY_MISMATCH',
      'LOGIN_REFUSED',
      'LOGIN_LOCKED',
      'LEDGER_UNUSABLE',
      'LEDGER_TOO_NEW',
      'NOT_IN_CHARGE',
      'WEATHER_HOLD',
      'SWITCH_EXPIRED',
      'UNEXPECTED',
    ];

    it('cannot mute what must always be told', async () => {
      const settings = config({}, window('all'));
      for (const code of never) {
        assert.ok(!mutable.all.includes(code as never), code);
        assert.equal((await raise(code, {}, settings))?.fresh, true, code);
      }
    });

    it('keeps the first mail quiet, and the digest tells what was kept quiet and why', async () => {
      const settings = config({}, window('connection'));
      assert.equal(await raise('CONNECT_REFUSED', {}, settings), undefined);
      assert.equal((await raise('STALLED', {}, settings))?.fresh, true, 'nothing more than it says');
      await run('run-1');
      const digest = (await mails()).find(({ kind }) => kind === 'digest');
      assert.match(
        digest?.text ?? '',
        /Kept quiet by maintenance \(1\):\n- HKSCC CONNECT_REFUSED: CONNECT_REFUSED/,
      );
      assert.match(digest?.text ?? '', /a maintenance window was open: typhoon closure/);
    });

    it('ends by itself: the next sight of the fault is told', async () => {
      const settings = config({}, window('connection'));
      await raise('CONNECT_REFUSED', {}, settings);
      await given.clock.advance(HOUR);
      assert.equal((await raise('CONNECT_REFUSED', { run: 'run-2' }, settings))?.fresh, true);
      assert.equal((await the()).muted, '');
    });

    it('does not outlast itself: a share that is met once is told after it, unless it is back by then', async () => {
      const settings = config({}, window('shares', 0, HOUR));
      await raise('SHARE_MISSING', { subject: '/mnt/a' }, settings);
      await raise('NOT_WRITABLE', { subject: '/mnt/b' }, settings);
      await raise('SHARE_BACK', { subject: '/mnt/b' }, settings);
      await tend(HOUR, settings);
      assert.equal((await mails()).filter(({ kind }) => kind === 'alarm').length, 0);
      await tend(10 * MINUTE, settings);
      assert.match((await the()).code, /SHARE_MISSING/);
      assert.equal((await mails()).filter(({ kind }) => kind === 'alarm').length, 1);
    });

    it('does not swallow that a fault grew worse: it is told when the window is over', async () => {
      const settings = config({}, window('connection', 10 * MINUTE, HOUR));
      const meet = (name: string) => raise('CONNECTION_LOST', { run: name }, settings);
      await meet('run-1');
      await given.clock.advance(20 * MINUTE);
      assert.equal((await meet('run-2'))?.fresh, false);
      for (const name of ['run-3', 'run-4']) assert.equal(await meet(name), undefined);
      await given.clock.advance(HOUR);
      assert.equal((await meet('run-5'))?.fresh, true);
      assert.equal((await the()).level, 'critical');
    });

    it('holds reminders back and lets them go on after its end', async () => {
      const settings = config({}, window('shares', 10 * MINUTE, 5 * HOUR));
      await raise('SHARE_MISSING', {}, settings);
      await tend(5 * HOUR - 5 * MINUTE, settings);
      assert.equal((await mails()).length, 1);
      await tend(10 * MINUTE, settings);
      assert.deepEqual(await subjects(), ['RAP CRITICAL', 'RAP CRITICAL (reminder 1/3)']);
    });

    it('can be set from a plan: once in the journal, changed and ended by its key', async () => {
      const plan = { key: 'practice:2026-11-21', beginsAt: START, endsAt: START + HOUR, by: 'plan' };
      const set = (changes: object = {}) =>
        setMaintenance(given.ledger, { ...plan, what: 'connection', reason: 'practice session', ...changes });
      await set();
      await set();
      assert.equal((await given.ledger.journal.records()).length, 1);
      assert.equal(await raise('CONNECT_REFUSED'), undefined);
      await given.clock.advance(MINUTE);
      await set({ endsAt: START + MINUTE });
      assert.equal((await raise('CONNECT_REFUSED'))?.fresh, true);
      await assert.rejects(set({ what: 'everything' }), { code: 'CONFIG_INVALID' });
      await assert.rejects(set({ reason: ' ' }), /reason is empty/);
    });
  });

  describe('acknowledging by a file', () => {
    const drop = async (name: string, text: string) => {
      await fs.mkdir(path.join(given.folder(), 'acknowledge'), { recursive: true });
      await fs.writeFile(path.join(given.folder(), 'acknowledge', name), text);
    };
    const read = () => readAcknowledgements(given.ledger, given.clock, given.folder(), 24);
    const left = async () => (await fs.readdir(path.join(given.folder(), 'acknowledge'))).sort();

    it('takes the name from the first line and the reason from the second', async () => {
      await raise('DISK_FULL');
      assert.deepEqual(await read(), []);
      await drop('1.txt', '陳大文\r\nordered a disk\r\n');
      assert.deepEqual(await read(), [{ alarm: 1, by: '陳大文', why: 'ordered a disk' }]);
      assert.deepEqual(await left(), []);
      assert.equal((await the()).acknowledgedBy, '陳大文');
    });

    it('sets aside what names no open alarm, with a note, and leaves other files and unfinished ones alone', async () => {
      await raise('DISK_FULL');
      await drop('7.txt', 'Ada');
      await drop('readme.txt', 'Ada');
      await drop('1.txt', '');
      await fs.mkdir(path.join(given.folder(), 'acknowledge', '2'));
      assert.deepEqual(await read(), []);
      assert.deepEqual(await left(), ['1.txt', '2', '7.txt.refused', '7.txt.why', 'readme.txt']);
      const past = new Date(Date.now() - 2 * MINUTE);
      await fs.utimes(path.join(given.folder(), 'acknowledge', '1.txt'), past, past);
      await read();
      const why = await fs.readFile(path.join(given.folder(), 'acknowledge', '1.txt.why'), 'utf8');
      assert.match(why, /Say who acknowledges the alarm/);
      assert.equal((await the()).acknowledgedBy, '');
    });
  });

  it('have a level for every code: what no run heals is critical', () => {
    const all = Object.keys(codes) as ErrorCode[];
    assert.deepEqual(
      all.filter((code) => levelOf(code, 1) === 'information' && !codes[code].retryable),
      // Good news, and a list that is needed in half a year.
      [
        'NAME_REFUSED',
        'NOT_A_FILE',
        'REPORT_CAME',
        'KEY_ENDS',
        'CALENDAR_NEXT_YEAR',
        'FILE_TOO_LARGE',
        'COPY_LOST',
        'LANDING_GONE',
        'NOT_DELIVERED',
      ],
    );
    for (const code of [
      'DISK_FULL',
      'SHARE_MISSING',
      'HOST_KEY_MISMATCH',
      'LEDGER_UNUSABLE',
      'LOGIN_LOCKED',
    ]) {
      assert.equal(levelOf(code, 1), 'critical', code);
    }
    assert.equal(levelOf('TypeError', 1), 'information');
  });
});

describe('a process that is killed between an alarm and its mail', () => {
  const given = freshLedger();
  const config = someContacts({}, { escalation: { minutes: 30, groups: ['managers'] } });
  const fault = (subject: string) => ({
    ...{ code: 'DISK_FULL', message: `${subject} is full`, cure: 'c', where: 'File', subject, run: 'run-1' },
    ...{ account: 'HKSCC', at: given.clock.now() },
  });
  const texts = async () =>
    (await given.ledger.mails.mails()).map(({ kind, text, to }) => [
      kind,
      /\/srv\/\w+/.exec(text)?.[0],
      to.map(({ address }) => address.split('@')[0]).join(),
    ]);

  /** Nothing is queued any more. */
  const killed = () => ({
    ...given.ledger,
    alarms: { ...given.ledger.alarms, queueAlarmMail: () => Promise.reject(new Error('killed')) },
  });
  const raiseAndDie = async (subject: string, groups = ['risk']) => {
    await assert.rejects(queueAlarm(killed(), config, fault(subject), groups), /killed/);
    assert.deepEqual(await texts(), []);
  };
  const step = (others: (typeof config)[] = [], contacts = config) =>
    stepDueAlarms(given.ledger, contacts, given.clock, others);

  it('has it mailed once by the next one, as it was decided', async () => {
    await raiseAndDie('/srv/a');
    await given.clock.advance(10 * MINUTE);
    for (let rounds = 0; rounds < 3; rounds++) await step();
    assert.deepEqual(await texts(), [['alarm', '/srv/a', 'ada']]);
    const [mail] = await given.ledger.mails.mails();
    assert.match(mail?.text ?? '', /2026-11-20 20:00/);
    assert.deepEqual(await given.ledger.alarms.recipientsOf(1), ['ada@broker.example']);
  });

  it('has it mailed by whoever meets the fault again, and not twice', async () => {
    await raiseAndDie('/srv/a');
    const queued = await queueAlarm(given.ledger, config, fault('/srv/a'), ['risk']);
    assert.equal(queued?.fresh, false);
    await step();
    assert.deepEqual(await texts(), [['alarm', '/srv/a', 'ada']]);
  });

  it('has it mailed before the mail that it is over', async () => {
    await raiseAndDie('/srv/a');
    await endAlarms(
      given.ledger,
      config,
      await given.ledger.alarms.openAlarms(),
      alarmEnd('came'),
      given.clock.now(),
    );
    assert.deepEqual(await texts(), [
      ['alarm', '/srv/a', 'ada'],
      ['recovery', '/srv/a', 'ada'],
    ]);
  });

  it('has it mailed once, and its reminder too, by one of several contacts when nobody is in its groups any more', async () => {
    await raiseAndDie('/srv/a');
    const [bo, di] = ['Bo', 'Di'].map((name) =>
      someContacts(
        {},
        { contacts: [{ name, email: `${name.toLowerCase()}@broker.example`, groups: [name] }] },
      ),
    ) as [typeof config, typeof config];
    const round = async () => {
      await step([di], bo);
      await step([bo], di);
    };
    await round();
    assert.deepEqual(await texts(), [['alarm', '/srv/a', 'ada']]);
    await given.clock.advance(31 * MINUTE);
    await round();
    assert.deepEqual(await texts(), [
      ['alarm', '/srv/a', 'ada'],
      ['alarm', '/srv/a', 'bo'],
    ]);
  });

  it('has a reminder mailed, too, and leaves alarms of other contacts to them', async () => {
    await queueAlarm(given.ledger, config, fault('/srv/a'), ['risk']);
    await given.clock.advance(31 * MINUTE);
    await assert.rejects(stepDueAlarms(killed(), config, given.clock), /killed/);
    const contacts = [{ name: 'Bo', email: 'bo@broker.example', groups: ['managers'] }];
    const bo = someContacts({}, { contacts });
    await step([config], bo);
    assert.equal((await texts()).length, 1);
    for (let rounds = 0; rounds < 2; rounds++) await step([bo]);
    assert.deepEqual(await texts(), [
      ['alarm', '/srv/a', 'ada'],
      ['alarm', '/srv/a', 'ada,cy'],
    ]);
  });
});

describe('faults that come at once', () => {
  const given = freshLedger();
  const fault = (key: string) => ({
    ...{ key, level: 'critical' as const, account: 'A', code: 'DISK_FULL', place: '', message: '', cure: '' },
    ...{ run: 'r', groups: [] },
  });

  it('are recorded together; one that cannot be told does not take the others along', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        given.ledger.alarms.recordFault(fault(`${index % 25}`), () => {
          if (index === 7) throw new Error('no');
          return {};
        }),
      ),
    );
    assert.deepEqual(
      results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : [])),
      [7],
    );
    const open = await given.ledger.alarms.openAlarms();
    assert.equal(open.length, 25);
    assert.equal(
      open.reduce((sum, { seen }) => sum + seen, 0),
      49,
    );
  });
});
