/** What was seen at the server and did not come: remembered, named in every digest, and ended only by its coming or by a person. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { closeReport } from '../../../lib/collection/close.ts';
import { queueDigest } from '../../../lib/collection/digest-queue.ts';
import {
  defaultBound,
  foldersOf,
  isIn,
  outcomeOf,
  overdueErrors,
  overdueOf,
} from '../../../lib/collection/outstanding.ts';
import { discardReport, releaseName } from '../../../lib/collection/release.ts';
import { openHome } from '../../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../../lib/ledger/ledger.ts';
import { queueDailyStatus } from '../../../lib/mail/daily-status.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { freshLedger, START } from '../ledger/samples.ts';
import { outstanding, someContacts } from '../mail/samples.ts';
import { ACCOUNT, GONE, killListing, listNothing, READERS, type Step } from './outstanding-killed.ts';
import { PretendRuns } from './pretend-runs.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const act = { by: 'Ada', reason: 'HKEX sent it by mail' };

describe('what was seen and did not come', () => {
  const given = freshLedger();
  let runs: PretendRuns;

  beforeEach(() => {
    runs = new PretendRuns(given.ledger, given.clock, path.join(given.folder(), 'landing'));
  });

  /** Told as outstanding, and never as if all were well. */
  function names(told: { subject: string; text: string; complete: boolean }, ...paths: string[]): void {
    for (const one of paths) assert.ok(told.text.includes(one), `${one} is not named in:\n${told.text}`);
    assert.doesNotMatch(`${told.subject}\n${told.text}`, /nothing new/i);
    assert.equal(told.complete, false);
  }
  function calm(told: { subject: string; complete: boolean }): void {
    assert.match(told.subject, /nothing new/);
    assert.equal(told.complete, true);
  }
  const file = (name: string, facts = {}) =>
    runs.server.files.set(`/INBOX/${name}`, { content: 5, ...facts });
  const purge = (name: string) => runs.server.files.delete(`/INBOX/${name}`);
  const recoveries = async () => (await given.ledger.mails.mails()).filter(({ kind }) => kind === 'recovery');
  /** A disk may be well again while a report that it kept away is gone: then the mail says both. */
  const falseRecoveries = async (missing: string) =>
    (await recoveries())
      .filter(({ subject, text }) => !(subject.endsWith('DISK_FULL') && text.includes(`${missing}\n`)))
      .map(({ subject }) => subject);
  const openAlarms = async () => (await given.ledger.alarms.openAlarms()).map(({ code }) => code);

  for (const fault of [
    'REMOTE_FAILURE',
    'SHORT_FILE',
    'REMOTE_DENIED',
    'CONNECTION_LOST',
    'DISK_FULL',
  ] as const) {
    it(`is named and not recovered when it failed with ${fault} and is purged`, async () => {
      file('a.txt', { fault });
      const first = await runs.run();
      assert.match(first.subject, /1 failed/);
      purge('a.txt');
      for (const _ of [2, 3, 4]) {
        const later = await runs.run();
        names(later, '/INBOX/a.txt', fault);
        assert.match(later.subject, /1 outstanding/);
        assert.deepEqual(later.alarms, [['REPORT_GONE', '/INBOX/a.txt']]);
      }
      assert.deepEqual(await falseRecoveries('/INBOX/a.txt'), []);
      assert.ok((await openAlarms()).includes('REPORT_GONE'));
    });
  }

  for (const target of ['/INBOX/b.txt', '/INBOX/archive/a.txt', '/elsewhere/a.txt']) {
    it(`is not taken for another file with the same content: moved to ${target}`, async () => {
      file('a.txt', { fault: 'REMOTE_FAILURE' });
      await runs.run();
      purge('a.txt');
      runs.server.files.set(target, { content: 5 });
      await runs.run();
      names(await runs.run(), '/INBOX/a.txt');
      assert.deepEqual(await falseRecoveries('/INBOX/a.txt'), []);
    });
  }

  it('ends when it came after all, and its alarms with it', async () => {
    file('a.txt', { fault: 'SHORT_FILE' });
    await runs.run();
    purge('a.txt');
    names(await runs.run(), '/INBOX/a.txt');
    file('a.txt');
    const came = await runs.run();
    assert.match(came.subject, /1 received$/);
    assert.equal(came.complete, true);
    assert.deepEqual(await openAlarms(), []);
    assert.ok((await recoveries()).length > 0);
    calm(await runs.run());
  });

  it('ends when a person closes it, journalled with name and reason; other content is taken all the same', async () => {
    file('a.txt', { fault: 'REMOTE_DENIED' });
    await runs.run();
    const [report] = (await given.ledger.openItems.openItems(ACCOUNT)).outstanding;
    await closeReport(given.ledger, report ?? assert.fail(), act);
    calm(await runs.run());
    assert.deepEqual(await openAlarms(), []);
    purge('a.txt');
    calm(await runs.run());
    const { who, what, why, details } =
      (await given.ledger.journal.records()).find(({ who }) => who === 'Ada') ?? assert.fail();
    assert.deepEqual([who, what, why], ['Ada', 'outstanding report closed', act.reason]);
    assert.equal(
      JSON.parse(JSON.stringify(details)).path ?? JSON.parse(String(details)).path,
      '/INBOX/a.txt',
    );
    await assert.rejects(closeReport(given.ledger, report ?? assert.fail(), act), { code: 'USAGE' });
    await assert.rejects(closeReport(given.ledger, report ?? assert.fail(), { ...act, by: '' }), {
      code: 'USAGE',
    });
    file('a.txt', { content: 6, fault: 'REMOTE_DENIED' });
    names(await runs.run(), '/INBOX/a.txt');
    file('a.txt', { content: 6 });
    assert.match((await runs.run()).subject, /1 received$/);
  });

  it('is named while it never stands still, and is an alarm of its own after the bound', async () => {
    file('a.txt', { writing: true });
    const alarms: unknown[] = [];
    for (const _ of [1, 2, 3, 4, 5]) {
      const told = await runs.run({ settle: 20_000 });
      names(told, '/INBOX/a.txt');
      alarms.push(told.alarms);
    }
    const alarm = [['NEVER_SETTLES', '/INBOX/a.txt']];
    assert.deepEqual(alarms, [[], [], alarm, alarm, alarm]);
    file('a.txt');
    const settled = await runs.run({ settle: 20_000 });
    assert.match(settled.subject, /1 received$/);
    assert.deepEqual(await openAlarms(), []);
  });

  it('stays closed as long as it never stands still, and is taken when it does', async () => {
    file('server.log', { writing: true });
    await runs.run({ settle: 20_000 });
    const [report] = (await given.ledger.openItems.openItems(ACCOUNT)).outstanding;
    await closeReport(given.ledger, report ?? assert.fail(), act);
    for (const _ of [2, 3]) calm(await runs.run({ settle: 20_000 }));
    file('server.log');
    assert.match((await runs.run({ settle: 20_000 })).subject, /1 received$/);
  });

  it('is named when it vanishes between two looks, or comes between them and is gone in the next run', async () => {
    file('a.txt');
    runs.server.betweenLooks = () => {
      purge('a.txt');
      file('b.txt');
    };
    names(await runs.run({ settle: 20_000 }), '/INBOX/a.txt', '/INBOX/b.txt');
    runs.server.betweenLooks = () => {};
    purge('b.txt');
    names(await runs.run({ settle: 20_000 }), '/INBOX/a.txt', '/INBOX/b.txt');
  });

  it('is named when the run that saw it was killed before the download, or lost the line at its second look', async () => {
    file('a.txt');
    await runs.run({ killed: 'before the download' });
    purge('a.txt');
    names(await runs.run(), '/INBOX/a.txt');
    file('b.txt');
    runs.server.lostAtLook = 2;
    names(await runs.run({ settle: 20_000 }), '/INBOX/a.txt', '/INBOX/b.txt');
    runs.server.lostAtLook = 0;
    purge('b.txt');
    names(await runs.run(), '/INBOX/a.txt', '/INBOX/b.txt');
  });

  it('is named when the line was lost in the listing that saw it, with names that were refused', async () => {
    file('a.txt');
    file('odd.txt', { unsafe: true });
    runs.server.files.set('/INBOX/day/b.txt', { content: 5 });
    runs.server.closed.add('/INBOX/day');
    runs.server.lostAtLook = 1;
    names(await runs.run(), '/INBOX/a.txt', '/INBOX/odd.txt', '/INBOX/day');
    runs.server.lostAtLook = 0;
    runs.server.files.clear();
    names(await runs.run(), '/INBOX/a.txt', '/INBOX/odd.txt', '/INBOX/day');
  });

  it('is looked at again, and its folder asked for, where the login sees them', async () => {
    runs.server.folders.splice(0, 1, 'INBOX');
    runs.server.relative = true;
    file('a.txt');
    assert.match((await runs.run({ settle: 20_000 })).subject, /1 received$/);
    runs.server.closed.add('/INBOX/day');
    names(await runs.run({ settle: 20_000 }), '/INBOX/day');
    runs.server.closed.clear();
    calm(await runs.run({ settle: 20_000 }));
  });

  it('has the time of the bound when nobody had asked for it yet', async () => {
    file('a.txt');
    await runs.run({ killed: 'before the download' });
    purge('a.txt');
    assert.deepEqual((await runs.run()).alarms, []);
    assert.deepEqual((await runs.run()).alarms, [['REPORT_GONE', '/INBOX/a.txt']]);
  });

  it('is unknown, and not gone, in a folder that cannot be listed; the folder is outstanding until it is', async () => {
    runs.server.files.set('/INBOX/day/a.txt', { content: 5, fault: 'SHORT_FILE' });
    await runs.run();
    runs.server.closed.add('/INBOX/day');
    const blind = await runs.run();
    names(blind, '/INBOX/day/a.txt', '/INBOX/day');
    assert.doesNotMatch(blind.text, /not listed any more/);
    assert.ok(!(await openAlarms()).includes('REPORT_GONE'));
    runs.server.closed.clear();
    runs.server.files.set('/INBOX/day/a.txt', { content: 5 });
    const seen = await runs.run();
    assert.deepEqual([seen.subject.includes('outstanding'), seen.complete], [false, true]);
  });

  it('is named with a folder that could not be listed and is gone, or is no folder of the account any more', async () => {
    runs.server.closed.add('/INBOX/day');
    names(await runs.run(), '/INBOX/day');
    runs.server.folders.splice(0, 1, '/OTHER');
    names(await runs.run(), '/INBOX/day');
  });

  it('is not what a node of the flow leaves out: that is counted, and taken when it is asked for', async () => {
    file('a.txt');
    file('b.txt');
    for (const _ of [1, 2]) {
      const told = await runs.run({ leaveOut: ['/INBOX/b.txt'] });
      assert.match(told.text, /1 report was not asked for/);
      assert.equal(told.complete, true);
    }
    assert.match((await runs.run()).subject, /1 received$/);
  });

  it('is named as long as a name is refused, purged or not, until a person decides', async () => {
    file('odd.txt', { unsafe: true });
    names(await runs.run(), '/INBOX/odd.txt');
    purge('odd.txt');
    for (const _ of [2, 3]) {
      const told = await runs.run();
      names(told, '/INBOX/odd.txt');
      assert.match(told.subject, /1 refused/);
    }
    const [name] = (await given.ledger.openItems.openItems(ACCOUNT)).refused;
    await releaseName(given.ledger, name ?? assert.fail(), 'even.txt', act);
    names(await runs.run(), '/INBOX/even.txt');
    file('odd.txt', { unsafe: true });
    assert.match((await runs.run()).subject, /1 received$/);
    calm(await runs.run());
  });

  it('is not a refused entry that is listed as a plain file now', async () => {
    file('odd.txt', { unsafe: true });
    await runs.run();
    file('odd.txt');
    assert.match((await runs.run()).subject, /1 received$/);
    calm(await runs.run());
  });

  it('is in quarantine until a person decides, listed or not, counted once for all its copies', async () => {
    file('wrong.txt', { wrong: true });
    file('right.txt');
    const first = await runs.run();
    assert.match(first.subject, /1 received, 1 in quarantine$/);
    for (const change of [
      () => {},
      () => file('wrong.txt', { wrong: true, content: 6 }),
      () => purge('wrong.txt'),
    ]) {
      change();
      const told = await runs.run();
      names(told, '/INBOX/wrong.txt', 'rap quarantine');
      assert.match(told.subject, /: 1 in quarantine$/);
    }
    for (const held of await given.ledger.quarantine.quarantinedReports())
      await discardReport(given.ledger, held, act);
    calm(await runs.run());
  });

  it('does not end because a person released older content of the same name', async () => {
    file('a.txt', { wrong: true });
    await runs.run();
    file('a.txt', { content: 6, fault: 'SHORT_FILE' });
    await runs.run();
    const [held] = (await given.ledger.openItems.openItems(ACCOUNT)).quarantine;
    await given.ledger.quarantine.releaseQuarantined(held?.id ?? assert.fail(), '/landing/a.txt', act);
    purge('a.txt');
    const told = await runs.run();
    names(told, '/INBOX/a.txt', 'not listed any more');
    assert.match(told.subject, /1 outstanding/);
  });

  it('is told in the morning, also of an account that no flow looks at any more', async () => {
    file('a.txt', { fault: 'SHORT_FILE' });
    file('odd.txt', { unsafe: true });
    file('wrong.txt', { wrong: true });
    await runs.run();
    await given.clock.advance(DAY);
    const mail = await queueDailyStatus(given.ledger, someContacts(), given.clock.now(), ['ops']);
    const { subject, text } =
      (await given.ledger.mails.mails()).find(({ id }) => id === mail.id) ?? assert.fail();
    assert.doesNotMatch(subject, /ready/);
    for (const one of [
      '/INBOX/a.txt',
      '/INBOX/odd.txt',
      '/INBOX/wrong.txt',
      '1 outstanding',
      '1 in quarantine',
      '1 refused',
    ]) {
      assert.ok(text.includes(one), one);
    }
  });

  it('is in the digests of the others when its account was taken out of the flow', async () => {
    file('a.txt', { fault: 'SHORT_FILE' });
    await runs.run();
    const digest = async (run: string) => {
      await given.ledger.runs.startRun({ run, trigger: 'timer' });
      const facts = {
        run,
        account: 'OTHER',
        installation: 'hkscc',
        address: '',
        dataCentre: 'primary',
      } as const;
      const counts = { new: 0, changed: 0, known: 0, writing: 0, refused: 0 };
      await given.ledger.runs.recordListing({ ...facts, counts, complete: true });
      await queueDigest(given.ledger, someContacts(), run, ['ops'], given.clock.now());
      return (await given.ledger.mails.mails({ run })).at(-1) ?? assert.fail();
    };
    assert.match((await digest('other-1')).subject, /nothing new/, 'its own digests come');
    await given.clock.advance(5 * DAY);
    const late = await digest('other-2');
    assert.match(late.subject, /1 outstanding/);
    assert.match(late.text, /No run has looked at this account since 2026-11-20/);
  });
});

describe('a copy that lies not on its share', () => {
  const given = freshLedger();

  it('is named in every digest until it does, also when the run came to no share', async () => {
    const { ledger, clock } = given;
    const runs = new PretendRuns(ledger, clock, path.join(given.folder(), 'landing'));
    runs.server.files.set('/INBOX/a.txt', { content: 5 });
    const { run } = await runs.run();
    const [report] = (await ledger.deliveries.openVersions(ACCOUNT)) ?? [];
    const { versionId } = report ?? assert.fail();
    const why = { code: 'DISK_FULL', message: 'No space left for /risk', cure: 'Free space', run };
    await ledger.deliveries.recordDeliveryFailure({ versionId, share: '/risk', ...why });
    for (const _ of [2, 3]) {
      const told = await runs.run();
      assert.match(told.subject, /1 failed/);
      assert.ok(told.text.includes('/risk'));
    }
    const none = { code: 'UNROUTED', message: 'No routing rule matches /INBOX/a.txt', cure: '', run };
    await ledger.deliveries.recordDeliveryFailure({ versionId, share: '', ...none });
    assert.match((await runs.run()).subject, /2 failed/);
    const delivery = { share: '/risk', file: '/risk/a.txt', sha256: 'a', outcome: 'published' as const };
    await ledger.deliveries.recordDelivery({ ...delivery, versionId, run });
    assert.match((await runs.run()).subject, /1 failed/);
    await ledger.deliveries.markRouted(versionId);
    assert.match((await runs.run()).subject, /nothing new/);
  });
});

describe('a process that was killed', () => {
  const home = temporaryFolder();
  let clock: SimulatedClock;
  let ledger: Ledger;

  beforeEach(() => {
    clock = new SimulatedClock(START + HOUR);
  });
  afterEach(() => ledger.close());

  const steps: Step[] = ['noteOutcome', 'recordMissed', 'recordListing', 'queueMail'];
  for (const step of steps) {
    it(`right after ${step} has forgotten nothing: every digest to everybody names what is gone`, async () => {
      await killListing(home(), step);
      ledger = await openHome(home(), clock);
      for (const run of ['run-2', 'run-3']) {
        await listNothing(ledger, clock, run);
        for (const groups of READERS) {
          await queueDigest(ledger, someContacts(), run, groups, clock.now());
          const mail = (await ledger.mails.mails({ run })).at(-1) ?? assert.fail();
          assert.ok(mail.text.includes(GONE), `${run} ${groups}`);
          assert.match(mail.subject, /1 (outstanding|failed)/);
        }
        await clock.advance(40 * DAY);
      }
    });
  }
});

describe('the rules of what is outstanding', () => {
  const files = (entries: [string, 'here' | 'writing' | 'wanted'][]) => ({
    files: new Map(entries),
    refused: new Set<string>(),
    blind: [] as string[],
  });
  const a = outstanding({ path: '/INBOX/day/a.txt' });

  it('say of each what the listing says', () => {
    const none = { over: [], writing: [], gone: [] };
    const rows: [Parameters<typeof outcomeOf>, Partial<ReturnType<typeof outcomeOf>>][] = [
      [[[a], files([])], { gone: [a.path] }],
      [[[a], files([[a.path, 'here']])], { over: [a.path] }],
      [[[a], files([[a.path, 'writing']])], { writing: [a.path] }],
      [[[a], files([[a.path, 'wanted']])], {}],
      [[[a], { ...files([]), blind: ['/INBOX/day'] }], {}],
      [[[a], { ...files([]), blind: ['/INBOX/da'] }], { gone: [a.path] }],
      [[[a], { ...files([]), blind: ['/'] }], {}],
      [[[a], { ...files([]), refused: new Set(['/INBOX/day']) }], {}],
      [[[a], { ...files([]), refused: new Set([a.path]) }], { over: [a.path] }],
      [[[outstanding({ state: 'awaited' })], files([])], {}],
      [[[outstanding({ kind: 'folder' })], files([])], {}],
    ];
    for (const [args, outcome] of rows) assert.deepEqual(outcomeOf(...args), { ...none, ...outcome });
    assert.deepEqual(
      [isIn('/a/b', '/a'), isIn('/a', '/a'), isIn('/ab', '/a'), isIn('/x', '/')],
      [true, false, false, true],
    );
    assert.deepEqual([...foldersOf(['/a/b/c', '/d'])], ['/a/b', '/a', '/']);
  });

  it('say when it is an alarm: what was asked for at once when it is gone, the rest after runs or time', () => {
    const at = START + 10 * MINUTE;
    const overdue = (changes: Parameters<typeof outstanding>[0], now = at) =>
      overdueOf([outstanding(changes)], defaultBound, now).length === 1;
    assert.deepEqual(
      [
        overdue({ state: 'gone', code: 'SHORT_FILE' }),
        overdue({ state: 'gone' }),
        overdue({ state: 'gone', runs: 3 }),
        overdue({ state: 'gone' }, START + HOUR),
        overdue({ state: 'writing' }),
        overdue({ state: 'writing', runs: 3 }),
        overdue({ state: 'writing' }, START + HOUR),
        overdue({ state: 'writing', overdueAt: START }),
        overdue({ state: 'listed', code: 'SHORT_FILE', runs: 9 }, START + DAY),
        overdue({ state: 'awaited', runs: 9 }, START + DAY),
        overdue({ kind: 'folder', state: 'gone', runs: 9 }, START + DAY),
      ],
      [true, false, true, true, false, true, true, true, false, false, false],
    );
  });

  it('make one alarm of each report, and one of many in a folder', () => {
    const gone = (n: number, folder: string) =>
      Array.from({ length: n }, (_, index) => outstanding({ state: 'gone', path: `${folder}/${index}.txt` }));
    const errors = overdueErrors([...gone(3, '/INBOX/few'), ...gone(300, '/INBOX/many')]);
    assert.deepEqual(
      errors.map(({ code, subject, reports }) => [code, subject, reports.length]),
      [
        ...[0, 1, 2].map((one) => ['REPORT_GONE', `/INBOX/few/${one}.txt`, 1]),
        ['REPORT_GONE', '/INBOX/many', 300],
      ],
    );
  });
});
