import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { onEachDatabase } from './engines.ts';
import { aVersion, freshLedger, START } from './samples.ts';

const other = 'b'.repeat(64);

onEachDatabase('login lock', () => {
  const given = freshLedger();

  it('stays over a restart until a person takes it away, and both are journalled', async () => {
    const lock = { account: 'HKSCC', reason: 'key refused', address: '10.243.2.141:18801' };
    await given.ledger.accounts.lockLogin(lock);
    await given.ledger.accounts.lockLogin({ ...lock, reason: 'again' });
    await given.ledger.close();
    given.ledger = await openLedger(given.place(), given.clock);
    assert.deepEqual(await given.ledger.accounts.loginLock('HKSCC'), { ...lock, lockedAt: START });
    assert.equal(await given.ledger.accounts.loginLock('HKCC'), undefined);
    assert.deepEqual(await given.ledger.accounts.loginLocks(), [{ ...lock, lockedAt: START }]);
    assert.equal(await given.ledger.accounts.unlockLogin('HKSCC', { by: 'Ada', reason: 'new key' }), true);
    assert.equal(await given.ledger.accounts.unlockLogin('HKSCC', { by: 'Ada', reason: 'new key' }), false);
    assert.equal(await given.ledger.accounts.loginLock('HKSCC'), undefined);
    const records = await given.ledger.journal.records();
    assert.deepEqual(
      records.map(({ who, what, why }) => [who, what, why]),
      [
        ['rap', 'login locked', 'key refused'],
        ['Ada', 'login unlocked', 'new key'],
      ],
    );
  });
});

onEachDatabase('data centre in use', () => {
  const given = freshLedger();

  it('is the primary one until someone decides otherwise, per account', async () => {
    assert.equal(await given.ledger.accounts.dataCentreOf('HKSCC'), 'primary');
    await given.ledger.accounts.chooseDataCentres([
      {
        account: 'HKSCC',
        dataCentre: 'secondary',
        reason: 'practice session, part 1',
        by: 'Ada',
      },
    ]);
    assert.equal(await given.ledger.accounts.dataCentreOf('HKSCC'), 'secondary');
    assert.equal(await given.ledger.accounts.dataCentreOf('HKCC'), 'primary');
    await given.ledger.accounts.chooseDataCentres([
      {
        account: 'HKSCC',
        dataCentre: 'primary',
        reason: 'part 2',
        by: 'Bo',
      },
    ]);
    assert.equal(await given.ledger.accounts.dataCentreOf('HKSCC'), 'primary');
    assert.equal((await given.ledger.journal.head()).count, 2);
  });
});

onEachDatabase('observations', () => {
  const given = freshLedger();

  it('say since when a file has looked the same', async () => {
    const entry = { path: '/INBOX/a', size: 10, modifiedAt: 5 };
    const see = async (changes: Partial<typeof entry> = {}) =>
      (await given.ledger.fileStability.observe('HKSCC', [{ ...entry, ...changes }])).get('/INBOX/a')
        ?.firstSeenSame;
    assert.equal(await see(), START);
    await given.clock.advance(20_000);
    assert.equal(await see(), START);
    await given.clock.advance(20_000);
    assert.equal(await see({ size: 11 }), START + 40_000, 'it grew');
    await given.clock.advance(20_000);
    assert.equal(await see({ size: 11, modifiedAt: 6 }), START + 60_000, 'its time changed');
    assert.equal(await see(), START + 60_000, 'it changed back');
  });

  it('of one account say nothing about another', async () => {
    const entry = { path: '/INBOX/a', size: 10, modifiedAt: 5 };
    await given.ledger.fileStability.observe('HKSCC', [entry]);
    await given.clock.advance(1000);
    const seen = await given.ledger.fileStability.observe('HKCC', [entry]);
    assert.equal(seen.get('/INBOX/a')?.firstSeenSame, START + 1000);
  });
});

onEachDatabase('reports', () => {
  const given = freshLedger();

  it('known by path, with what is needed to see a change', async () => {
    const { versionId } = await given.ledger.reports.recordReceived(aVersion());
    const known = await given.ledger.reports.versionsOf('HKSCC');
    assert.deepEqual(
      [...known],
      [
        [
          aVersion().path,
          { size: 1234, modifiedAt: START - 60_000, sha256: 'a'.repeat(64), versionId, receivedAt: START },
        ],
      ],
    );
    assert.equal((await given.ledger.reports.versionsOf('HKCC')).size, 0);
    assert.equal((await given.ledger.reports.versionsOf('HKSCC', [])).size, 0);
    assert.equal((await given.ledger.reports.versionsOf('HKSCC', [aVersion().path, '/other'])).size, 1);
  });

  it('the same content from the other data centre is the same version', async () => {
    const one = await given.ledger.reports.recordReceived(aVersion());
    await given.clock.advance(1000);
    const two = await given.ledger.reports.recordReceived(
      aVersion({ dataCentre: 'secondary', address: '10.243.66.141:18801', modifiedAt: START, run: 'run-2' }),
    );
    assert.deepEqual(two, { versionId: one.versionId, amended: false, receivedAt: START });
    assert.equal((await given.ledger.reports.versionsOf('HKSCC')).get(aVersion().path)?.modifiedAt, START);
    assert.equal((await given.ledger.deliveries.openVersions('HKSCC')).length, 1);
  });

  it('other content under a known path is amended and kept beside the first', async () => {
    const one = await given.ledger.reports.recordReceived(aVersion());
    await given.clock.advance(1000);
    const two = await given.ledger.reports.recordReceived(aVersion({ sha256: other }));
    assert.equal(one.amended, false);
    assert.equal(two.amended, true);
    assert.notEqual(two.versionId, one.versionId);
    assert.equal((await given.ledger.reports.versionsOf('HKSCC')).get(aVersion().path)?.sha256, other);
    assert.equal((await given.ledger.reports.version(two.versionId))?.state, 'changed');
    assert.equal((await given.ledger.reports.version(one.versionId))?.state, 'new');
    assert.equal(await given.ledger.reports.version(99), undefined);
  });

  it('content that comes back is present again without a new version', async () => {
    const one = await given.ledger.reports.recordReceived(aVersion());
    await given.clock.advance(1000);
    await given.ledger.reports.recordReceived(aVersion({ sha256: other }));
    await given.clock.advance(1000);
    const back = await given.ledger.reports.recordReceived(aVersion({ modifiedAt: START + 2000 }));
    assert.equal(back.versionId, one.versionId);
    const known = (await given.ledger.reports.versionsOf('HKSCC')).get(aVersion().path);
    assert.equal(known?.sha256, 'a'.repeat(64));
    assert.equal(known?.modifiedAt, START + 2000);
  });

  it('that could not be looked at again are marked and journalled, until they are seen again', async () => {
    const { ledger } = given;
    const one = aVersion({ notLookedAgain: 'unanswered' });
    const { versionId } = await ledger.reports.recordReceived(one);
    assert.equal((await ledger.reports.version(versionId))?.notLookedAgain, 'unanswered');
    const { who, what, why, details } = (await ledger.journal.records()).at(-1) ?? assert.fail();
    assert.deepEqual([who, what, why], ['rap', 'received', 'not looked at again: the connection had ended']);
    assert.deepEqual(details, { account: one.account, path: one.path, sha256: one.sha256, run: one.run });
    assert.equal((await ledger.reports.recordReceived(aVersion())).versionId, versionId);
    const seen = await ledger.reports.version(versionId);
    assert.ok(seen !== undefined && !('notLookedAgain' in seen));
    assert.equal((await ledger.journal.records()).at(-1)?.why, 'Proved whole');
  });

  it('intents stay open until the report is received or given up', async () => {
    const intent = { account: 'HKSCC', run: 'run-1', path: aVersion().path, size: 1, modifiedAt: 2 };
    await given.ledger.reports.recordIntents([intent]);
    await given.ledger.reports.recordIntents([{ ...intent, run: 'run-2' }]);
    await given.ledger.reports.recordIntents([{ ...intent, path: '/INBOX/b' }]);
    assert.equal((await given.ledger.reports.openIntents('HKSCC')).length, 2);
    assert.equal((await given.ledger.reports.openIntents('HKCC')).length, 0);
    await given.ledger.reports.recordReceived(aVersion());
    assert.deepEqual(
      (await given.ledger.reports.openIntents('HKSCC')).map((one) => one.path),
      ['/INBOX/b'],
    );
    await given.ledger.reports.closeIntent('HKSCC', '/INBOX/b');
    assert.deepEqual(await given.ledger.reports.openIntents('HKSCC'), []);
  });

  it('put in quarantine is journalled once, however slow the disk is', async () => {
    const { clock } = given;
    const slow = Object.assign(Object.create(clock), {
      now: () => {
        clock.jump(1);
        return clock.now();
      },
    });
    const ledger = await openLedger(given.place(), slow);
    for (let time = 0; time < 2; time++) {
      await ledger.quarantine.quarantineReport(aVersion(), {
        code: 'CONTENT_WRONG',
        reason: 'its totals differ',
      });
    }
    const records = await ledger.journal.records();
    await ledger.close();
    assert.deepEqual(
      records.map(({ what, why }) => [what, why]),
      [['put in quarantine', 'its totals differ']],
    );
  });

  it('refused entries are news once', async () => {
    const entry = {
      folder: '/INBOX',
      nameHex: '2e2e2f78',
      shown: '../x',
      code: 'NAME_REFUSED' as const,
      reason: 'contains a path separator',
    };
    const twin = { ...entry, folder: '/COMMON' };
    assert.deepEqual(await given.ledger.reports.refuse('HKSCC', 'run-1', [entry, entry]), [entry]);
    assert.deepEqual(await given.ledger.reports.refuse('HKSCC', 'run-2', [entry, twin]), [twin]);
    assert.deepEqual(await given.ledger.reports.refuse('HKCC', 'run-2', [entry]), [entry]);
  });

  it('the ledger agrees with a simple model over any sequence of arrivals', async () => {
    const arrival = fc.record({ path: fc.constantFrom('/a', '/b'), content: fc.constantFrom('a', 'b', 'c') });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { maxLength: 12 }), async (arrivals) => {
        const account = `account ${round++}`;
        const contents = new Map<string, string[]>();
        for (const { path, content } of arrivals) {
          const known = contents.get(path) ?? [];
          const result = await given.ledger.reports.recordReceived(
            aVersion({ account, path, sha256: content.repeat(64), bytes: 1 }),
          );
          assert.equal(result.amended, known.length > 0 && !known.includes(content));
          contents.set(path, [...known.filter((one) => one !== content), content]);
          await given.clock.advance(1);
        }
        const present = await given.ledger.reports.versionsOf(account);
        assert.deepEqual(
          Object.fromEntries([...present].map(([path, one]) => [path, one.sha256[0]])),
          Object.fromEntries([...contents].map(([path, all]) => [path, all.at(-1)])),
        );
        const versions = [...contents.values()].reduce((sum, all) => sum + all.length, 0);
        assert.equal((await given.ledger.deliveries.openVersions(account)).length, versions);
      }),
      { numRuns: 30 },
    );
  });
});

onEachDatabase('deliveries', () => {
  const given = freshLedger();
  const delivery = {
    share: '/shares/risk',
    file: '/shares/risk/CCLTN05.txt',
    sha256: 'a'.repeat(64),
    outcome: 'published' as const,
  };

  it('are recorded once per version and share, each with a journal record', async () => {
    const { versionId } = await given.ledger.reports.recordReceived(aVersion());
    const second = { ...delivery, share: '/shares/ops', file: '/shares/ops/CCLTN05.txt' };
    await given.ledger.deliveries.recordDelivery({ ...delivery, versionId, run: 'run-1' });
    await given.ledger.deliveries.recordDelivery({
      ...delivery,
      versionId,
      run: 'run-2',
      outcome: 'identical',
    });
    await given.ledger.deliveries.recordDelivery({ ...second, versionId, run: 'run-1' });
    assert.deepEqual(await given.ledger.deliveries.deliveriesOf(versionId), [second, delivery]);
    const records = (await given.ledger.journal.records()).filter(({ what }) => what === 'delivered');
    assert.deepEqual(
      records.map(({ details }) => details.share),
      [delivery.share, second.share],
    );
  });

  it('a version is open until it is routed', async () => {
    const { versionId } = await given.ledger.reports.recordReceived(aVersion());
    const open = await given.ledger.deliveries.openVersions('HKSCC');
    assert.deepEqual(open, [await given.ledger.reports.version(versionId)]);
    assert.equal(open[0]?.file, aVersion().file);
    await given.ledger.deliveries.markRouted(versionId);
    assert.deepEqual(await given.ledger.deliveries.openVersions('HKSCC'), []);
  });
});

onEachDatabase('facts of a run', () => {
  const given = freshLedger();
  const counts = { new: 2, changed: 0, known: 3, writing: 1, refused: 0 };
  const listing = {
    run: 'run-2',
    account: 'HKSCC',
    installation: 'hkscc' as const,
    address: '10.243.2.141:18801',
    dataCentre: 'primary' as const,
    counts,
    complete: true,
  };
  const failure = {
    run: 'run-2',
    account: 'HKCC',
    code: 'LOGIN_REFUSED',
    message: 'no',
    cure: 'unlock',
    subject: '',
  };

  it('tell once of what a run did that was cut off before its digest', async () => {
    const { ledger, clock } = given;
    const place = { share: '/s', sha256: 'a'.repeat(64), outcome: 'published' as const };
    const deliver = (versionId: number, run: string) =>
      ledger.deliveries.recordDelivery({ ...place, versionId, run, file: `/s/${versionId}.txt` });
    const digest = (run: string, told: number[]) =>
      ledger.mails.queueMail({
        eventKey: `digest:${run}`,
        kind: 'digest',
        run,
        to: ['a@broker.example'],
        subject: 's',
        text: 't',
        html: 'h',
        told,
      });
    const late = async (run: string) =>
      (await ledger.runs.runFacts(run)).accounts.flatMap(({ delivered }) =>
        delivered.map(({ name }) => name),
      );

    await ledger.runs.startRun({ run: 'run-0', trigger: 'timer' });
    const told = await ledger.reports.recordReceived(aVersion({ run: 'run-0', name: 'told.txt' }));
    await deliver(told.versionId, 'run-0');
    await digest('run-0', [told.versionId]);
    await clock.advance(1000);
    await ledger.runs.startRun({ run: 'run-1', trigger: 'timer' });
    const { versionId } = await ledger.reports.recordReceived(aVersion({ run: 'run-1', name: 'untold.txt' }));
    await deliver(versionId, 'run-1');
    await ledger.deliveries.markRouted(versionId);
    await ledger.reports.recordReceived(aVersion({ run: 'run-1', name: 'elsewhere.txt', account: 'HKCC' }));
    await clock.advance(1000);

    for (const run of ['run-2', 'run-3']) {
      await ledger.runs.startRun({ run, trigger: 'catch-up' });
      await ledger.runs.recordListing({ ...listing, run });
      assert.deepEqual(await late(run), run === 'run-2' ? ['untold.txt'] : [], run);
      await digest(run, run === 'run-2' ? [versionId] : []);
      if (run === 'run-2')
        assert.deepEqual(await late(run), ['untold.txt'], 'a second digest tells the same');
      await clock.advance(1000);
    }
  });

  it('hold per account what came, what went where, what failed and what was refused', async () => {
    const { ledger } = given;
    await ledger.runs.startRun({ run: 'run-1', trigger: 'schedule' });
    const old = await ledger.reports.recordReceived(aVersion({ name: 'old.txt' }));
    await ledger.runs.startRun({ run: 'run-2', trigger: 'Run now' });
    await given.clock.advance(1000);
    await ledger.runs.startRun({ run: 'run-2', trigger: 'schedule' });
    await ledger.runs.recordListing({ ...listing, complete: false });
    await ledger.runs.recordListing(listing);
    const fresh = await ledger.reports.recordReceived(aVersion({ run: 'run-2', name: 'new.txt' }));
    const entry = {
      folder: '/INBOX',
      nameHex: '00',
      shown: '\\x00',
      code: 'NAME_REFUSED' as const,
      reason: 'contains characters that cannot be seen',
    };
    await ledger.reports.refuse('HKSCC', 'run-2', [entry]);
    await ledger.runs.recordFailure(failure);
    await ledger.runs.recordFailure({ ...failure, message: 'once more' });
    const place = {
      share: '/s',
      sha256: 'a'.repeat(64),
      outcome: 'published' as const,
    };
    await ledger.deliveries.recordDelivery({
      ...place,
      versionId: old.versionId,
      run: 'run-2',
      file: '/s/old.txt',
    });
    const undelivered = {
      run: 'run-2',
      share: '/full',
      code: 'DISK_FULL',
      message: 'No space left for /full',
      cure: 'Free space',
    };
    await ledger.deliveries.recordDeliveryFailure({ ...undelivered, versionId: fresh.versionId });
    await ledger.deliveries.recordDeliveryFailure({ ...undelivered, versionId: old.versionId });
    await ledger.deliveries.recordDeliveryFailure({
      ...undelivered,
      versionId: fresh.versionId,
      share: '/s',
    });
    await ledger.deliveries.recordDelivery({
      ...place,
      versionId: fresh.versionId,
      run: 'run-2',
      file: '/s/new.txt',
    });

    const facts = await ledger.runs.runFacts('run-2');
    assert.equal(facts.trigger, 'Run now');
    assert.equal(facts.startedAt, START);
    const [hkcc, hkscc, ...others] = facts.accounts;
    assert.deepEqual(others, []);
    assert.equal(hkcc?.account, 'HKCC');
    assert.equal(hkcc?.listed, false);
    assert.deepEqual(hkcc?.failures, [
      { code: 'LOGIN_REFUSED', message: 'no', cure: 'unlock', subject: '', count: 1 },
    ]);
    assert.deepEqual(
      { ...hkscc, received: [], delivered: [] },
      {
        account: 'HKSCC',
        installation: 'hkscc',
        address: '10.243.2.141:18801',
        dataCentre: 'primary',
        listed: true,
        listedAt: hkscc?.listedAt,
        complete: true,
        counts,
        known: 3,
        received: [],
        delivered: [],
        failures: [
          {
            code: 'DISK_FULL',
            message: 'No space left for /full',
            cure: 'Free space',
            subject: '/full',
            count: 2,
          },
        ],
        refused: hkscc?.refused,
        outstanding: [],
        quarantine: [],
        leftOut: 0,
      },
    );
    assert.deepEqual(
      hkscc?.refused.map(({ folder, nameHex, shown, code, reason }) => ({
        folder,
        nameHex,
        shown,
        code,
        reason,
      })),
      [entry],
    );
    assert.deepEqual(
      hkscc?.received.map((report) => [
        report.name,
        report.amended,
        report.deliveries.map((one) => one.file),
      ]),
      [['new.txt', false, ['/s/new.txt']]],
    );
    assert.deepEqual(
      hkscc?.delivered.map((report) => [report.name, report.deliveries.map((one) => one.file)]),
      [['old.txt', ['/s/old.txt']]],
    );
  });

  it('tell that a delivery failed although a later run made it good', async () => {
    const { ledger } = given;
    const { versionId } = await ledger.reports.recordReceived(aVersion({ run: 'run-2' }));
    const undelivered = { versionId, share: '/s', code: 'DISK_FULL', message: 'full', cure: 'free' };
    await ledger.deliveries.recordDeliveryFailure({ ...undelivered, run: 'run-2' });
    const delivery = { versionId, share: '/s', file: '/s/f', sha256: other, outcome: 'published' as const };
    await ledger.deliveries.recordDelivery({ ...delivery, run: 'run-3' });
    assert.equal((await ledger.runs.runFacts('run-2')).accounts[0]?.failures.length, 1);
    assert.deepEqual((await ledger.runs.runFacts('run-3')).accounts[0]?.failures, []);
  });

  it('of a run nobody knows are empty', async () => {
    assert.deepEqual((await given.ledger.runs.runFacts('none')).accounts, []);
  });

  it('come for runs larger than one query takes', async () => {
    for (let index = 0; index < 1100; index++) {
      const { versionId } = await given.ledger.reports.recordReceived(
        aVersion({ run: 'run-2', name: `${index}.txt` }),
      );
      if (index % 500 !== 0) continue;
      const file = `/s/${index}.txt`;
      await given.ledger.deliveries.recordDelivery({
        versionId,
        share: '/s',
        file,
        sha256: other,
        outcome: 'published',
        run: 'r',
      });
    }
    const [facts] = (await given.ledger.runs.runFacts('run-2')).accounts;
    assert.equal(facts?.received.length, 1100);
    assert.equal(facts?.received.filter((report) => report.deliveries.length === 1).length, 3);
  });
});

onEachDatabase('ticks', () => {
  const given = freshLedger();

  it('have one run each, also over a restart', async () => {
    let count = 0;
    const begin = (schedule: string, due: number) =>
      given.ledger.scheduleRuns.beginRun({ schedule, run: `run-${++count}`, trigger: 'timer', due });
    assert.equal(await given.ledger.scheduleRuns.lastDueTime('daily'), undefined);
    assert.equal(await begin('daily', START), true);
    await given.ledger.close();
    given.ledger = await openLedger(given.place(), given.clock);
    assert.equal(await begin('daily', START), false);
    assert.equal(await begin('daily', START + 1), true);
    assert.equal(await begin('weekly', START), true);
    assert.equal(await given.ledger.scheduleRuns.lastDueTime('daily'), START + 1);
  });
});
