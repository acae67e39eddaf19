/** A whole run - list, download, deliver - against the simulator. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { idle } from '../../../bin/rehearsal/idle.ts';
import { checkAccount } from '../../../lib/collection/check.ts';
import { collect, incompleteErrors } from '../../../lib/collection/collect.ts';
import { takeListing } from '../../../lib/collection/listing.ts';
import { routeOpen, routeReport } from '../../../lib/collection/route.ts';
import { newRun } from '../../../lib/collection/run.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import { sha256File } from '../../../lib/files/durable.ts';
import { readLoginKey } from '../../../lib/rap/client/private-key.ts';
import { realClock, SimulatedClock } from '../../../lib/time/clock.ts';
import { faultNamed } from '../../../simulator/faults/table.ts';
import type { Fault } from '../../../simulator/rap-server.ts';
import { MESSAGE } from '../../../simulator/sftp/wire.ts';
import { build, type House } from './support.ts';

const rules = [{ system: '', code: '', folder: '', share: '{home}/shares/{account}/{businessDate}' }];

describe('A run', () => {
  let house: House;
  let shares: string;

  beforeEach(async () => {
    house = await build();
    shares = path.join(house.home, 'shares');
  });
  afterEach(() => house.close());

  async function list(run: string, pool = house.keeper) {
    const context = await pool.logIn(run, 'hand');
    const listing = await takeListing(pool.session(run), context, {
      clock: realClock,
      ledger: house.ledger,
      settle: 0,
    });
    return { context, listing };
  }

  async function download(run: string) {
    const { context, listing } = await list(run);
    const landing = path.join(house.home, 'landing');
    const options = { ledger: house.ledger, landing };
    const summary = await collect(house.keeper.session(run), context, listing, options);
    return { context, summary };
  }

  const routing = (run: string) => ({
    ledger: house.ledger,
    run,
    rules,
    context: { home: house.home, account: 'hkscc', installation: 'hkscc' },
  });

  it('brings every report to its share byte-equal, and the next run brings nothing again', async () => {
    const { summary } = await download('run-1');
    const there = house.simulator.reports('hkscc', 'primary');
    assert.equal(summary.received.length, there.length);
    assert.ok(summary.complete);
    for (const report of summary.received) {
      const { deliveries, errors } = await routeReport(report, routing('run-1'));
      assert.deepEqual(errors, []);
      const source = path.join(house.simulator.tree('hkscc', 'primary'), report.path);
      assert.equal(deliveries[0]?.sha256, await sha256File(source));
      assert.equal(await sha256File(deliveries[0]?.file ?? ''), await sha256File(source));
    }
    await house.keeper.logOut('run-1');

    const opens = house.simulator.counters().opens;
    const again = await download('run-2');
    assert.deepEqual(
      [again.summary.received.length, again.summary.known, again.summary.complete],
      [0, there.length, true],
    );
    assert.equal(house.simulator.counters().opens, opens, 'not one file was opened again');
    assert.deepEqual(await routeOpen(routing('run-2'), new Set()), []);
  });

  it('that brings nothing new reads what is open once for its listing and once for its downloads', async () => {
    await download('run-1');
    await house.keeper.logOut('run-1');
    let reads = 0;
    const { ledger } = house;
    const openItems = (account: string) => {
      reads++;
      return ledger.openItems.openItems(account);
    };
    house.ledger = { ...ledger, openItems: { ...ledger.openItems, openItems } };
    const { summary } = await download('run-2');
    assert.deepEqual([summary.received.length, summary.complete, reads], [0, true, 2]);
    house.ledger = ledger;
  });

  it('removes what an earlier run could not remove where it writes, and nothing else', async () => {
    const there = house.simulator.reports('hkscc', 'primary');
    const folder = path.join(house.home, 'landing', 'hkscc', path.dirname(there[0]?.path ?? ''));
    await fs.mkdir(folder, { recursive: true });
    const names = [`.part-${'0'.repeat(32)}`, '.part-of-somebody', 'notes.txt'];
    for (const name of names) await fs.writeFile(path.join(folder, name), 'left');
    assert.ok((await download('run-1')).summary.complete);
    const left = await fs.readdir(folder);
    assert.deepEqual(
      names.filter((name) => left.includes(name)),
      names.slice(1),
    );
  });

  it('recognises reports', async () => {
    const { listing } = await list('run-1');
    const report = listing.reports.find((one) => one.name === 'CCLTN05_SIM001_20250620.txt');
    assert.deepEqual(
      [report?.system, report?.code, report?.businessDate, report?.state],
      ['CCASS', 'CCLTN05', '2025-06-20', 'new'],
    );
  });

  it('keeps both versions of a report that was issued again', async () => {
    const first = await download('run-1');
    await house.keeper.logOut('run-1');
    const report = house.simulator.reports('hkscc', 'primary').find((one) => one.path.includes('CCLTN05'));
    assert.ok(report !== undefined);
    await house.simulator.reissue({ installation: 'hkscc', dataCentre: 'primary', path: report.path });
    const { listing } = await list('run-2');
    assert.equal(listing.counts.changed, 1);
    await house.keeper.logOut('run-2');
    const second = await download('run-3');
    assert.equal(second.summary.received.length, 1);
    const before = first.summary.received.find((one) => one.path === report.path);
    const after = second.summary.received[0];
    assert.notEqual(after?.file, before?.file);
    assert.equal(await sha256File(before?.file ?? ''), before?.sha256, 'the first version is untouched');
    await routeReport(before ?? assert.fail(), routing('run-3'));
    const routed = await routeReport(after ?? assert.fail(), routing('run-3'));
    assert.equal(routed.deliveries[0]?.outcome, 'version');
  });

  it('leaves a report alone that is still being written, and takes it when it stands still', async () => {
    const report = house.simulator.reports('hkscc', 'primary').find((one) => one.path.includes('CCLTN04'));
    assert.ok(report !== undefined);
    const place = { installation: 'hkscc', dataCentre: 'primary', path: report.path } as const;
    const growing = await house.simulator.startGrowing(place);
    const clock = new SimulatedClock(realClock.now());
    const context = await house.keeper.logIn('run-1', 'hand');
    const session = house.keeper.session('run-1');
    const options = { clock, ledger: house.ledger, settle: 20_000 };
    const waiting = takeListing(session, context, options);
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    await growing.grow();
    await clock.advance(20_000);
    const listing = await waiting;
    assert.equal(listing.reports.find((one) => one.path === report.path)?.state, 'writing');
    assert.equal(listing.counts.writing, 1);
    await growing.finish();
  });

  for (const settle of [119_000, 121_000, 600_000]) {
    it(`keeps its session while files must stand still for ${settle / 1000} s`, async () => {
      await house.close();
      const clock = new SimulatedClock(realClock.now());
      house = await build({}, clock);
      const context = await house.keeper.logIn('run-1', 'hand');
      const session = house.keeper.session('run-1');
      let settling = false;
      const onSettling = () => {
        settling = true;
      };
      const waiting = takeListing(session, context, { clock, ledger: house.ledger, settle, onSettling });
      while (!settling) await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(settle, idle);
      assert.ok((await waiting).complete);
      assert.equal(house.simulator.counters().logins, 1);
      await clock.advance(session.account.idle);
      assert.ok(session.leaving, 'nobody uses it from then on');
    });
  }

  it('delivers later what a share could not take, and says so each time', async () => {
    const { summary } = await download('run-1');
    const report = summary.received[0] ?? assert.fail();
    await fs.writeFile(shares, 'a file where the share should be');
    const failed = await routeReport(report, routing('run-1'));
    assert.equal(failed.errors[0]?.code, 'NOT_WRITABLE');
    assert.ok(
      (await house.ledger.deliveries.openVersions('hkscc')).some((one) => one.versionId === report.versionId),
    );
    await fs.rm(shares);
    const open = await routeOpen(routing('run-2'), new Set());
    assert.equal(open.length, summary.received.length);
    assert.ok(open.every((one) => one.errors.length === 0));
    assert.deepEqual(await house.ledger.deliveries.openVersions('hkscc'), []);
  });

  it('names a report that no rule matches', async () => {
    const { summary } = await download('run-1');
    const report = summary.received.find((one) => one.system === 'CCASS') ?? assert.fail();
    const none = [{ system: 'DCASS', code: '', folder: '', share: '{home}/shares' }];
    const routed = await routeReport(report, { ...routing('run-1'), rules: none });
    assert.equal(routed.errors[0]?.code, 'UNROUTED');
  });

  it('cut off in the middle ends with a coded error, and the next run completes', async () => {
    // One file at a time, so that there is a middle.
    const pool = house.anotherKeeper({ profile: 'careful' });
    const { context, listing } = await list('run-1', pool);
    const session = pool.session('run-1');
    const landing = path.join(house.home, 'landing');
    let count = 0;
    const summary = await collect(session, context, listing, {
      ledger: house.ledger,
      landing,
      onReceived: () => {
        count++;
        if (count === 3) house.simulator.killConnections();
      },
    });
    assert.equal(summary.complete, false);
    assert.ok(summary.failed.length > 0);
    assert.equal(incompleteErrors(summary)[0]?.code, 'CONNECTION_LOST');
    await pool.logOut('run-1');
    const rest = await download('run-2');
    assert.ok(rest.summary.complete);
    assert.equal(
      summary.received.length + rest.summary.received.length,
      house.simulator.reports('hkscc', 'primary').length,
      'every report once',
    );
  });

  it('writes into the journal that a server bears only one open file', async () => {
    await house.simulator.setFault(faultNamed('P18')?.make());
    const { summary } = await download('run-1');
    assert.ok(summary.received.length > 0);
    const records = await house.ledger.journal.records();
    assert.ok(records.some((record) => record.what === 'one file at a time from now on in this run'));
  });

  it('that is aborted stops within its session and reports what it did not do', async () => {
    const pool = house.anotherKeeper({ profile: 'careful' });
    const { context, listing } = await list('run-1', pool);
    const stop = new AbortController();
    const summary = await collect(pool.session('run-1'), context, listing, {
      ledger: house.ledger,
      landing: path.join(house.home, 'landing'),
      signal: stop.signal,
      onReceived: () => stop.abort(),
    });
    assert.ok(summary.failed.some((failure) => failure.code === 'ABORTED'));
    assert.equal(summary.received.length + summary.failed.length, listing.reports.length);
    const undone = summary.failed.map((failure) => failure.path).sort();
    const open = (await house.ledger.reports.openIntents()).map((intent) => intent.path).sort();
    assert.deepEqual(open, undone, 'what was asked for is written down until it is here');
  });

  it('has a name from its start in Hong Kong time', () => {
    const clock = new SimulatedClock(Date.parse('2025-06-20T13:30:00Z'));
    assert.match(newRun(clock), /^20250620-213000-[0-9a-f]{4}$/);
  });

  it('check says of each address how far it came', async () => {
    const [one] = house.simulator.addressesOf('hkscc', 'primary');
    await house.simulator.stopAddress(one);
    const key = await readLoginKey(house.simulator.accounts.hkscc.keyFile);
    const rows = await checkAccount(house.keeper.account, key, { clock: realClock });
    assert.deepEqual(
      rows.map((row) => [row.dataCentre, row.reached, row.ok]),
      [
        ['primary', 'nothing', false],
        ['primary', 'log out', true],
        ['secondary', 'log out', true],
        ['secondary', 'log out', true],
      ],
    );
    assert.equal(rows[0]?.error?.code, 'CONNECT_REFUSED');
  });

  it('check tries no further login after a refused one', async () => {
    house.simulator.refuseKey(house.simulator.accounts.hkscc.user, true);
    const key = await readLoginKey(house.simulator.accounts.hkscc.keyFile);
    const rows = await checkAccount(house.keeper.account, key, { clock: realClock });
    assert.deepEqual(
      rows.map((row) => row.reached),
      ['host key', 'skipped', 'skipped', 'skipped'],
    );
    assert.equal(house.simulator.counters().loginAttempts, 1);
  });

  it('check that is stopped closes its session at once, and tries no further address', async () => {
    const listing = Promise.withResolvers<void>();
    const answer = (request: { type: number }, honest: () => unknown) => {
      if (request.type !== MESSAGE.READDIR) return honest();
      listing.resolve();
      return undefined;
    };
    await house.simulator.setFault({ sftp: { answer } } as Fault);
    const deadlines = { tcp: 60_000, handshake: 60_000, request: 600_000, stall: 600_000 };
    const { account } = house.anotherKeeper({ deadlines });
    const stop = new AbortController();
    const key = await readLoginKey(house.simulator.accounts.hkscc.keyFile);
    const checking = checkAccount(account, key, { clock: realClock, signal: stop.signal });
    const rejected = assert.rejects(checking, { code: 'NOT_IN_CHARGE' });
    await listing.promise;
    stop.abort(new RapError('NOT_IN_CHARGE', 'another host has the account'));
    await rejected;
    while (house.simulator.counters().live > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(house.simulator.counters().logins, 1);
  });
});
