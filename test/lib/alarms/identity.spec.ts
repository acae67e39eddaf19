/** When two faults are one alarm, and when an alarm is over: account, code and subject, never a sentence. */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isOver } from '../../../lib/alarms/alarm-end.ts';
import { queueAlarm, stepDueAlarms } from '../../../lib/alarms/alarms.ts';
import { type CollectionSummary, incompleteErrors } from '../../../lib/collection/collect.ts';
import { queueDigest } from '../../../lib/collection/digest-queue.ts';
import { codes, type ErrorCode, errorCodes } from '../../../lib/errors/codes.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import type { AlarmRecord } from '../../../lib/ledger/ledger.ts';
import { alarmEnd } from '../../../lib/model/reasons.ts';
import type { FailedReport } from '../../../lib/model/types.ts';
import { runs } from '../../support/runs.ts';
import { aVersion, freshLedger } from '../ledger/samples.ts';
import { someContacts } from '../mail/samples.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the identity of an alarm', () => {
  const given = freshLedger();
  const config = (changes: object = {}) =>
    someContacts({}, { escalation: { minutes: 30, groups: ['managers'] }, ...changes });

  /** Tells the contacts of an error as a Catch node hands it on. */
  const meet = (error: RapError, run: string, { account = 'HKSCC', settings = config() } = {}) => {
    const { code, message, cure, subject, reports } = error;
    const place = { where: 'Download', run, account, at: given.clock.now() };
    return queueAlarm(given.ledger, settings, { code, message, cure, subject, reports, ...place }, ['risk']);
  };
  const full = (left: number, subject = '/srv/rap/landing') =>
    new RapError('DISK_FULL', `200 MB must stay free in ${subject}, but only ${left} MB are left`, {
      subject,
    });
  const failed = (code: ErrorCode, path: string, changes: Partial<FailedReport> = {}): FailedReport => ({
    ...{
      path,
      code,
      message: `${path} is not well`,
      cure: codes[code].cure,
      retryable: codes[code].retryable,
    },
    ...changes,
  });
  const summaryOf = (failures: FailedReport[], known = 26): CollectionSummary => ({
    ...{
      summary: true,
      complete: failures.length === 0,
      received: [],
      failed: failures,
      outstanding: [],
      known,
      writing: 0,
    },
  });

  /** A run whose account was listed, with the failures that it wrote down, and its digest. */
  async function endRun(run: string, failures: FailedReport[] = [], complete = true): Promise<void> {
    await given.ledger.runs.startRun({ run, trigger: 'timer' });
    await given.ledger.runs.recordListing({
      ...{
        run,
        account: 'HKSCC',
        installation: 'hkscc',
        address: '10.243.2.141:18801',
        dataCentre: 'primary',
      },
      counts: { new: 0, changed: 0, known: 26, writing: 0, refused: 0 },
      complete,
    });
    for (const { path, code, message, cure } of failures) {
      await given.ledger.runs.recordFailure({ run, account: 'HKSCC', code, message, cure, subject: path });
    }
    await queueDigest(given.ledger, config(), run, ['ops'], given.clock.now());
  }
  const hold = (path: string) =>
    given.ledger.quarantine.quarantineReport(aVersion({ account: 'HKSCC', path, sha256: path }), {
      code: 'CONTENT_WRONG',
      reason: 'the trailer counts other records',
    });
  const act = { by: 'Ada', reason: 'HKEX confirmed it' };

  const open = () => given.ledger.alarms.openAlarms();
  const mails = async (kind = 'alarm') =>
    (await given.ledger.mails.mails()).filter((mail) => mail.kind === kind);
  const tend = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10 * MINUTE) {
      await given.clock.advance(10 * MINUTE);
      await stepDueAlarms(given.ledger, config(), given.clock);
    }
  };

  it('is one for a nearly full disk in six runs of two accounts, with one set of reminders', async () => {
    for (const [index, left] of [188, 187, 12, 1_400, 3, 0].entries()) {
      for (const account of ['HKSCC', 'SEOCH']) await meet(full(left), `run-${index}`, { account });
      await tend(30 * MINUTE);
    }
    const [alarm, ...others] = await open();
    assert.deepEqual(others, []);
    assert.deepEqual([alarm?.seen, alarm?.runs, alarm?.subject], [12, 6, '/srv/rap/landing']);
    assert.match(alarm?.message ?? '', /only 0 MB/, 'its figures are those of now');
    assert.deepEqual(
      (await mails()).map(({ subject }) => subject.replace(/ (?:HKSCC|SEOCH)?: [^(]*/, ' ').trim()),
      ['RAP CRITICAL', ...[1, 2, 3].map((n) => `RAP CRITICAL (reminder ${n}/3)`)],
    );
  });

  it('never is a sentence, a step or a figure, whatever the code', async () => {
    const told = errorCodes.filter((code) => codes[code].ends !== 'at once');
    const faults = fc.array(
      fc.record({
        code: fc.constantFrom(...told),
        subject: fc.constantFrom('', '/mnt/a', '/INBOX/a.csv'),
        account: fc.constantFrom('HKSCC', 'SEOCH'),
        text: fc.string(),
      }),
      { minLength: 1, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(faults, async (all) => {
        const before = await open();
        await given.ledger.alarms.closeAlarms(
          before.map(({ id }) => id),
          alarmEnd('came'),
        );
        for (const [index, { code, subject, account, text }] of all.entries()) {
          await meet(new RapError(code, text, { subject }), `run-${index}`, { account });
        }
        const shared = (code: ErrorCode, subject: string) =>
          ['ledger', 'mail'].includes(codes[code].scope) ||
          (codes[code].scope === 'destination' && subject !== '');
        const keys = all.map(({ code, subject, account }) => [
          shared(code, subject) ? '' : account,
          code,
          subject,
        ]);
        assert.equal((await open()).length, new Set(keys.map(String)).size);
      }),
      { seed: 11, numRuns: runs(15) },
    );
  });

  it('is one for a quarantine that shrinks, and ends when nothing of it is left there', async () => {
    const paths = Array.from({ length: 6 }, (_, index) => `/INBOX/CCLTN0${index}.txt`);
    const ids = new Map<string, number>();
    for (const path of paths) ids.set(path, (await hold(path)).id);
    const messages: string[] = [];
    for (const [index, path] of paths.entries()) {
      const run = `run-${index}`;
      const failures = paths.slice(index).map((one) => failed('CONTENT_WRONG', one));
      const [error, ...others] = incompleteErrors(summaryOf(failures, 26 + index));
      assert.deepEqual(others, []);
      messages.push(error?.message.replace(/:.*/, '') ?? '');
      await meet(error ?? assert.fail(), run);
      await endRun(run, failures);
      await given.ledger.quarantine.releaseQuarantined(ids.get(path) ?? 0, `/landing${path}`, act);
      await given.clock.advance(MINUTE);
    }
    assert.deepEqual(
      messages,
      [6, 5, 4, 3, 2, 1].map((left) => `${left} of 32 reports in quarantine`),
    );
    const [alarm, ...others] = await open();
    assert.deepEqual([others, alarm?.seen], [[], 6]);
    assert.equal((await mails()).length, 1);
    assert.deepEqual(await mails('recovery'), []);
    await endRun('run-7');
    assert.deepEqual(await open(), []);
    const [over] = await mails('recovery');
    assert.match(over?.text ?? '', /each report it was about came, or a person decided about it/);
  });

  it('counts reports, and not the contents of them that are held', () => {
    const path = '/INBOX/CCLTN05.txt';
    const errors = incompleteErrors(
      summaryOf([failed('FOREIGN_REPORT', path), failed('FOREIGN_REPORT', path)]),
    );
    assert.deepEqual(
      errors.map(({ message, reports, details }) => [message.split(':')[0], reports, details.failed]),
      [['1 of 28 reports in quarantine', [path], 1]],
    );
  });

  it('does not remind of a quarantine about which a person has decided since the last run', async () => {
    const held = await hold('/INBOX/a.txt');
    await meet(
      incompleteErrors(summaryOf([failed('CONTENT_WRONG', held.path)]))[0] ?? assert.fail(),
      'run-1',
    );
    await given.ledger.quarantine.discardQuarantined(held.id, act);
    await tend(HOUR);
    assert.equal((await mails()).length, 1);
    assert.equal((await mails('recovery')).length, 1);
    assert.deepEqual(await open(), []);
  });

  it('comes back after its rest while its reports are not here, and never when they are', async () => {
    const held = await hold('/INBOX/a.txt');
    const [error] = incompleteErrors(summaryOf([failed('CONTENT_WRONG', held.path)]));
    await meet(error ?? assert.fail(), 'run-1');
    await given.ledger.alarms.acknowledgeAlarm(1, { by: 'Ada', why: '', until: given.clock.now() + HOUR });
    await tend(2 * HOUR);
    assert.equal((await mails())[1]?.subject, (await mails())[0]?.subject, 'told anew, though no run met it');
    await given.ledger.alarms.acknowledgeAlarm(1, { by: 'Ada', why: '', until: given.clock.now() + HOUR });
    await given.ledger.quarantine.discardQuarantined(held.id, act);
    const told = (await mails()).length;
    await tend(2 * HOUR);
    assert.deepEqual([(await mails()).length, await open()], [told, []]);
  });

  it('of a report that would come by itself ends, too, when a person has closed it', async () => {
    const path = '/INBOX/gone.txt';
    const sight = { account: 'HKSCC', run: 'run-1', dataCentre: 'primary' as const };
    await given.ledger.outstanding.noteSeen(sight, [{ path, size: 7, modifiedAt: 0 }]);
    await meet(incompleteErrors(summaryOf([failed('SHORT_FILE', path)]))[0] ?? assert.fail(), 'run-1');
    await endRun('run-2');
    assert.equal((await open()).length, 1, 'not meeting it again is no success');
    await tend(25 * HOUR);
    assert.equal((await mails()).length, 2, 'it comes back while the report is not here');
    const [seen] = (await given.ledger.openItems.openItems('HKSCC')).outstanding;
    assert.ok(await given.ledger.outstanding.closeOutstanding(seen?.id ?? 0, act));
    await tend(25 * HOUR);
    assert.deepEqual([(await mails()).length, (await mails('recovery')).length, await open()], [2, 1, []]);
  });

  it('is one for a refused name in any number of runs, however much else fails', async () => {
    const name = failed('NAME_REFUSED', '/INBOX/a?.txt');
    const lots = [
      [name],
      [name, failed('STALLED', '/INBOX/b.txt')],
      [name, failed('SHORT_FILE', '/INBOX/c.txt')],
    ];
    for (const [index, failures] of lots.entries()) {
      for (const error of incompleteErrors(summaryOf(failures))) await meet(error, `run-${index}`);
    }
    assert.deepEqual(
      (await open()).map(({ code, seen }) => [code, seen]),
      [
        ['NAME_REFUSED', 3],
        ['STALLED', 1],
        ['SHORT_FILE', 1],
      ],
    );
  });

  it('tells again, under the same number, when it touches another report', async () => {
    const raise = (run: string, ...paths: string[]) =>
      meet(
        incompleteErrors(summaryOf(paths.map((path) => failed('FOREIGN_REPORT', path))))[0] ?? assert.fail(),
        run,
      );
    assert.equal((await raise('run-1', '/a'))?.fresh, true);
    assert.equal((await raise('run-2', '/a'))?.fresh, false);
    assert.equal((await raise('run-3', '/a', '/b'))?.fresh, true);
    assert.equal((await raise('run-4', '/b'))?.fresh, false);
    assert.deepEqual([(await open()).length, (await open())[0]?.round], [1, 2]);
  });

  it('keeps a further report quiet in a window, and tells it after', async () => {
    const window = { what: 'reports', reason: 'typhoon', beginsAt: given.clock.now() + HOUR };
    const settings = config({ windows: [{ ...window, endsAt: window.beginsAt + HOUR }] });
    const raise = (run: string, ...reports: string[]) =>
      meet(new RapError('SHORT_FILE', 'too short', { reports }), run, { settings });
    assert.equal((await raise('run-1', '/a'))?.fresh, true);
    await given.clock.advance(HOUR);
    assert.equal(await raise('run-2', '/a', '/b'), undefined);
    await given.clock.advance(HOUR);
    assert.equal((await raise('run-3', '/a', '/b'))?.fresh, true);
    assert.equal((await raise('run-3', '/a', '/b'))?.fresh, false);
  });

  it('tells nothing new when a report that was told of fails in another way, unless it is worse', async () => {
    const a = '/INBOX/a.txt';
    const both = [failed('SHORT_FILE', a), failed('STALLED', '/INBOX/b.txt')];
    const raise = async (run: string, failures: FailedReport[]) => {
      for (const error of incompleteErrors(summaryOf(failures))) await meet(error, run);
    };
    await raise('run-1', both);
    await raise('run-2', [failed('SHORT_FILE', a)]);
    await raise('run-3', [failed('FILE_CHANGED', a)]);
    assert.equal((await mails()).length, 1);
    await raise('run-4', [failed('CONTENT_WRONG', a)]);
    await raise('run-5', [failed('SHORT_FILE', '/INBOX/c.txt')]);
    assert.deepEqual(
      (await mails()).map(({ text }) => /^Code: (\w+)$/m.exec(text)?.[1]),
      ['INCOMPLETE', 'CONTENT_WRONG', 'SHORT_FILE'],
    );
  });

  it('is another one for another share; one share that fails in several ways is reminded of once, and ends at once', async () => {
    const fault = (code: ErrorCode, subject: string) =>
      new RapError(code, `${subject}: ${code}`, { subject });
    await meet(fault('SHARE_SILENT', '/mnt/risk'), 'run-1');
    await meet(fault('SHARE_SILENT', '/mnt/ops'), 'run-1');
    await meet(fault('SHARE_CHANGED', '/mnt/risk'), 'run-2');
    await meet(fault('SHARE_SILENT', '/mnt/risk'), 'run-3');
    assert.equal((await mails()).length, 3, 'what a person has to do about it is another thing');
    await tend(HOUR);
    assert.equal((await mails()).length, 7, 'two reminders for each share');
    assert.deepEqual(
      (await open()).map(({ code, subject, reminders }) => [code, subject, reminders]),
      [
        ['SHARE_SILENT', '/mnt/risk', 0],
        ['SHARE_SILENT', '/mnt/ops', 2],
        ['SHARE_CHANGED', '/mnt/risk', 2],
      ],
    );
    await meet(new RapError('SHARE_BACK', 'It serves again', { subject: '/mnt/risk' }), 'run-3');
    assert.deepEqual(
      (await open()).map(({ subject }) => subject),
      ['/mnt/ops'],
    );
    const [back] = await mails('notice');
    assert.match(back?.subject ?? '', /^RAP recovered HKSCC: share is back · \/mnt\/risk$/);
    assert.doesNotMatch(`${back?.subject} ${back?.text}`, /RAP (?:alarm|CRITICAL)/);
  });

  it('goes on while another account still meets the fault of a disk', async () => {
    await meet(full(10), 'run-1');
    await meet(full(9), 'run-1', { account: 'SEOCH' });
    await meet(full(9), 'run-1');
    await given.ledger.runs.startRun({ run: 'run-2', trigger: 'timer' });
    const failure = {
      run: 'run-2',
      account: 'SEOCH',
      code: 'DISK_FULL',
      message: '',
      cure: '',
      subject: '/INBOX/x',
    };
    await given.ledger.runs.recordFailure({ ...failure, about: '/srv/rap/landing' });
    await endRun('run-2');
    assert.equal((await open()).length, 1);
    await given.ledger.runs.recordFailure({ ...failure, run: 'run-3', about: '/mnt/other' });
    await endRun('run-3');
    assert.equal((await open()).length, 0);
  });

  it('is none for an account that another run has: nobody is told, and the digest does not call it unreached', async () => {
    const busy = new RapError('SESSION_BUSY', 'Account HKSCC is logged in by run run-1');
    assert.equal(await meet(busy, 'run-2'), undefined);
    await given.ledger.runs.startRun({ run: 'run-2', trigger: 'hand' });
    const { code, message, cure } = busy;
    const failure = { run: 'run-2', code, message, cure, subject: '' };
    await given.ledger.runs.recordFailure({ ...failure, account: 'SEOCH' });
    assert.equal(await queueDigest(given.ledger, config(), 'run-2', ['ops']), undefined);
    await endRun('run-2');
    const [digest, ...others] = await given.ledger.mails.mails();
    assert.deepEqual(others, []);
    assert.equal(digest?.subject, 'RAP reports 2026-11-20: nothing new');
    assert.match(digest?.text ?? '', /SEOCH[\s\S]*Another run was at work with this account/);
    assert.deepEqual(await open(), []);
  });

  it('knows no two contact nodes: each group has its own', async () => {
    const { code, message, cure, subject } = full(1);
    for (const groups of [['risk'], ['managers'], ['RISK ']]) {
      const place = { where: 'Download', run: 'run-1', account: 'HKSCC', at: given.clock.now() };
      await queueAlarm(given.ledger, config(), { code, message, cure, subject, ...place }, groups);
    }
    assert.equal((await open()).length, 2);
  });
});

describe('the end of an alarm', () => {
  const alarm = (code: ErrorCode, changes: Partial<AlarmRecord> = {}) =>
    ({ code, account: 'HKSCC', subject: '', run: 'run-1', ...changes }) as AlarmRecord;
  const over = (
    code: ErrorCode,
    {
      complete = true,
      clear = true,
      faults = [] as { account: string; code: string; subject: string }[],
      about = [] as string[],
      missing = [] as string[],
      ...changes
    } = {},
  ) =>
    isOver(
      { alarm: alarm(code, changes as Partial<AlarmRecord>), about, reports: missing },
      { run: 'run-2', complete, clear, faults },
    );
  const fault = (code: string, subject = '', account = 'HKSCC') => ({ account, code, subject });

  it('is what the table says', () => {
    for (const code of errorCodes) {
      const { ends, scope } = codes[code];
      assert.equal(over(code), ends === 'success' || ends === 'clean run', code);
      assert.equal(over(code, { faults: [fault(code)] }), false, code);
      const reached = ends === 'success' && (scope === 'account' || scope === 'address');
      assert.equal(over(code, { complete: false }), reached, code);
      // Which reports an old alarm is about is not known: any that is outstanding may be one of them.
      const perhaps = ['report', 'folder', 'run'].includes(scope);
      assert.equal(over(code, { clear: false }), !perhaps && over(code), code);
      assert.equal(over(code, { run: 'run-2' } as object), false, code);
    }
  });

  it('of reports is that all of them came or were closed, whatever else the run met or listed', () => {
    const about = ['/a', '/b'];
    for (const code of ['SHORT_FILE', 'CONNECTION_LOST', 'CONTENT_WRONG', 'INCOMPLETE'] as const) {
      assert.equal(over(code, { about, missing: ['/b'] }), false);
      assert.equal(over(code, { about, complete: false, faults: [fault(code, '/c')] }), true);
      assert.equal(over(code, { about, faults: [fault('STALLED', '/b')] }), false, 'it failed again');
      assert.equal(over(code, { about, faults: [fault('STALLED', '/b', 'SEOCH')] }), true);
    }
  });

  it('of a share is that nothing is met there any more, by whatever account and in whatever way', () => {
    const subject = '/mnt/risk';
    const at = (...faults: ReturnType<typeof fault>[]) => over('SHARE_SILENT', { subject, faults } as object);
    assert.equal(at(fault('NOT_WRITABLE', subject, 'SEOCH')), false);
    assert.equal(at(fault('NOT_WRITABLE', '')), false, 'one whose place is not known');
    assert.equal(at(fault('NOT_WRITABLE', '/mnt/ops'), fault('SHORT_FILE', subject)), true);
  });
});
