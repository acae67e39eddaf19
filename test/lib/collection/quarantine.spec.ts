/** What is not trusted, and what becomes of it once a person has decided. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { closeReport } from '../../../lib/collection/close.ts';
import { collect } from '../../../lib/collection/collect.ts';
import { takeListing } from '../../../lib/collection/listing.ts';
import { discardReport, releaseName, releaseReport } from '../../../lib/collection/release.ts';
import { routeOpen } from '../../../lib/collection/route.ts';
import { realClock } from '../../../lib/time/clock.ts';
import { faultNamed } from '../../../simulator/faults/table.ts';
import { withContent } from '../../../simulator/faults/trees.ts';
import type { FileTree } from '../../../simulator/sftp/tree.ts';
import { assertPrivate } from '../../support/system.ts';
import { build, type House } from './support.ts';

const act = { by: 'Ada', reason: 'HKEX confirmed it by telephone' };
const rules = [{ system: '', code: '', folder: '', share: '{home}/shares/{businessDate}' }];

describe('Quarantine', () => {
  let house: House;
  let landing: string;
  let runs = 0;

  beforeEach(async () => {
    house = await build({ riskFileBytes: 3_000 });
    landing = path.join(house.home, 'landing');
  });
  afterEach(() => house.close());

  async function run(lookInside = true) {
    const name = `run-${++runs}`;
    const context = await house.keeper.logIn(name, 'hand');
    const session = house.keeper.session(name);
    const listing = await takeListing(session, context, {
      clock: realClock,
      ledger: house.ledger,
      settle: 0,
    });
    const summary = await collect(session, context, listing, { ledger: house.ledger, landing, lookInside });
    await house.keeper.logOut(name);
    return { name, listing, summary };
  }

  const meet = (name: string) => house.simulator.setFault(faultNamed(name)?.make());
  const journalled = async () =>
    (await house.ledger.journal.records())
      .filter(({ who }) => who === 'Ada')
      .map(({ what, why }) => [what, why]);

  async function firstHeld() {
    await meet('R05');
    await run();
    const [held] = await house.ledger.quarantine.quarantinedReports();
    return held ?? assert.fail('nothing is held');
  }

  it('takes an unfinished report that the server removed once it was read: it is the only copy', async () => {
    const [unfinished, once] = ['R02', 'P27-close'].map((name) => faultNamed(name)?.make().sftp);
    const tree = (honest: FileTree) => once?.tree?.(unfinished?.tree?.(honest) ?? honest) ?? honest;
    await house.simulator.setFault({ sftp: { tree } });
    const { summary } = await run(false);
    const held = await house.ledger.quarantine.quarantinedReports();
    const zips = house.simulator
      .reports('hkscc', 'primary')
      .filter(({ path: remote }) => remote.endsWith('.zip'));
    assert.ok(zips.length > 0);
    assert.deepEqual(held.map((one) => one.path).sort(), zips.map((one) => one.path).sort());
    assert.deepEqual([...new Set(summary.failed.map(({ code }) => code))], ['CONTENT_WRONG']);
    for (const one of held) {
      assert.ok((await fs.stat(one.file)).size > 0);
      assert.match(one.reason, /not finished.* removed/);
    }
    const [first] = held;
    const { versionId } = await releaseReport(house.ledger, first ?? assert.fail(), landing, act);
    assert.equal((await house.ledger.reports.version(versionId))?.notLookedAgain, 'removed');
  });

  it('gives a released report to the next run, which files it and tells of it', async () => {
    const held = await firstHeld();
    const content = await fs.readFile(held.file);
    const { file, versionId } = await releaseReport(house.ledger, held, landing, act);
    assert.equal(file, path.join(landing, 'hkscc', held.path));
    assert.deepEqual(await fs.readFile(file), content);
    await assert.rejects(fs.stat(held.file), { code: 'ENOENT' });
    const { name, listing, summary } = await run();
    assert.equal(
      summary.failed.some((one) => one.path === held.path),
      false,
    );
    assert.equal(listing.reports.find((one) => one.path === held.path)?.state, 'known', 'not fetched again');
    const context = { home: house.home, account: 'hkscc', installation: 'hkscc' };
    const filed = await routeOpen({ ledger: house.ledger, run: name, rules, context }, new Set());
    assert.ok(filed.some(({ report }) => report.versionId === versionId));
    assert.equal((await house.ledger.reports.version(versionId))?.code, 'CCLTN05');
    const { accounts } = await house.ledger.runs.runFacts(name);
    assert.ok(
      accounts[0]?.delivered.some((one) => one.versionId === versionId),
      'the digest tells of it',
    );
    assert.deepEqual(await journalled(), [['released from quarantine', act.reason]]);
    await assert.rejects(releaseReport(house.ledger, { ...held, decision: 'released' }, landing, act), {
      code: 'USAGE',
    });
  });

  it('is released whatever marks the held copy bears, with those of a received one', async () => {
    const held = await firstHeld();
    await fs.chmod(held.file, 0o444);
    const { file } = await releaseReport(house.ledger, held, landing, act);
    await assertPrivate(file);
    await fs.access(file, fs.constants.W_OK);
    assert.deepEqual(
      (await fs.readdir(path.dirname(file))).filter((name) => name.startsWith('.part-')),
      [],
    );
  });

  for (const half of ['CTL', 'DAT']) {
    it(`is never called missing because its other half is here: ${half}`, async () => {
      const damaged = (content: Buffer) => {
        const changed = Buffer.from(content);
        const inside = 30 + content.readUInt16LE(26) + content.readUInt16LE(28);
        for (let at = inside; at < inside + 8; at++) changed[at] = 0xff;
        return changed;
      };
      const isHalf = (remote: string) => remote.endsWith(`_${half}.zip`);
      await house.simulator.setFault({ sftp: { tree: (tree) => withContent(tree, isHalf, damaged) } });
      await run();
      const held = await house.ledger.quarantine.quarantinedReports();
      assert.ok(held.length > 0 && held.every((one) => isHalf(one.path)));
      const missing = async () => {
        const { summary } = await run();
        const { outstanding } = await house.ledger.openItems.openItems('hkscc');
        return [...summary.failed, ...outstanding].filter(({ code }) => code === 'PAIR_INCOMPLETE');
      };
      assert.deepEqual(await missing(), []);
      for (const one of held) await discardReport(house.ledger, one, act);
      assert.deepEqual(await missing(), []);
    });
  }

  it('does not release what was changed while it lay there', async () => {
    const held = await firstHeld();
    await fs.appendFile(held.file, 'x');
    await assert.rejects(releaseReport(house.ledger, held, landing, act), { code: 'DISK_ERROR' });
    await assert.rejects(fs.stat(path.join(landing, 'hkscc', held.path)), { code: 'ENOENT' });
    assert.equal((await house.ledger.quarantine.quarantinedReports())[0]?.decision, '');
  });

  it('does not touch a received report when a copy of it was put in place of the held one', async () => {
    const held = await firstHeld();
    const received = path.join(landing, 'hkscc', held.path);
    await fs.mkdir(path.dirname(received), { recursive: true });
    await fs.writeFile(received, 'the right one, received meanwhile');
    await fs.copyFile(received, held.file);
    await assert.rejects(releaseReport(house.ledger, held, landing, act), { code: 'DISK_ERROR' });
    assert.equal(await fs.readFile(received, 'utf8'), 'the right one, received meanwhile');
    await fs.rm(held.file);
    await assert.rejects(releaseReport(house.ledger, held, landing, act), {
      code: 'DISK_ERROR',
      message: /is not what was put into quarantine/,
    });
  });

  it('says nothing more of a discarded report, until other content comes', async () => {
    await firstHeld();
    for (const held of await house.ledger.quarantine.quarantinedReports())
      await discardReport(house.ledger, held, act);
    const quiet = await run();
    assert.deepEqual([quiet.summary.failed, quiet.summary.complete], [[], true]);
    // The same file, as it should have been from the start: another time, other content.
    await house.simulator.setFault(undefined);
    const [held] = await house.ledger.quarantine.quarantinedReports();
    const remote = path.join(house.simulator.tree('hkscc', 'primary'), held?.path ?? '');
    await fs.utimes(remote, new Date(), new Date());
    const again = await run();
    assert.deepEqual(
      again.summary.received.map((one) => one.path),
      [held?.path],
    );
    assert.ok((await journalled()).every(([what]) => what === 'discarded from quarantine'));
  });

  it('is not used where a person switched looking inside off', async () => {
    await meet('R05');
    const { summary } = await run(false);
    assert.ok(summary.complete);
    assert.deepEqual(await house.ledger.quarantine.quarantinedReports(), []);
  });

  it('lets a person give a name that is not UTF-8 another one, under which the next run fetches it', async () => {
    await meet('D05');
    const first = await run();
    const names = await house.ledger.quarantine.judgedNames('hkscc');
    assert.equal(names.length, 3);
    const big5 = names.find((one) => one.nameHex.startsWith('b3f8a769')) ?? assert.fail();
    await assert.rejects(releaseName(house.ledger, big5, '../x', act), { code: 'NAME_REFUSED' });
    const known = first.summary.received.find((one) => one.folder.startsWith('/INBOX/')) ?? assert.fail();
    const twin = { ...big5, folder: known.folder };
    await assert.rejects(releaseName(house.ledger, twin, known.name, act), { code: 'USAGE' });
    await releaseName(house.ledger, big5, 'baogao.txt', act);
    for (const other of names.filter((one) => one.id !== big5.id)) {
      await house.ledger.quarantine.discardName(other.id, act);
    }
    const { summary } = await run();
    assert.deepEqual(
      summary.received.map((one) => one.path),
      ['/INBOX/baogao.txt'],
    );
    assert.ok(summary.complete, 'what was discarded keeps no run from being complete');
    assert.equal(
      await fs.readFile(path.join(landing, 'hkscc/INBOX/baogao.txt'), 'utf8'),
      'never to be stored',
    );
    const third = await run();
    assert.deepEqual([third.summary.received.length, third.summary.complete], [0, true]);
    assert.equal((await journalled()).length, 3);
  });

  it('does not let a name out of its folder, and explains what cannot be released', async () => {
    await meet('D04');
    await run();
    const names = await house.ledger.quarantine.judgedNames('hkscc');
    const climbing = names.find((one) => one.shown.startsWith('../')) ?? assert.fail();
    await assert.rejects(releaseName(house.ledger, climbing, 'ok.txt', act), { code: 'USAGE' });
    const link = { ...climbing, code: 'NOT_A_FILE' as const };
    await assert.rejects(releaseName(house.ledger, link, 'ok.txt', act), {
      code: 'USAGE',
      message: /cannot be released/,
    });
    assert.deepEqual(await journalled(), []);
  });

  it('never calls a run complete after a report that an interrupted run had asked for and that is gone', async () => {
    const account = 'hkscc';
    const gone = { account, run: 'run-0', path: '/INBOX/gone.txt', size: 1, modifiedAt: 1 };
    await house.ledger.reports.recordIntents([gone]);
    const { listing, summary } = await run();
    assert.deepEqual(
      listing.overdue.map(({ code, subject }) => [code, subject]),
      [['REPORT_GONE', gone.path]],
    );
    assert.deepEqual([listing.complete, summary.complete], [false, false]);
    assert.deepEqual(
      summary.outstanding.map(({ code, path: remote }) => [code, remote]),
      [['REPORT_GONE', gone.path]],
    );
    assert.deepEqual(await house.ledger.reports.openIntents(account), []);
    assert.equal((await run()).summary.complete, false);
    const [report] = (await house.ledger.openItems.openItems(account)).outstanding;
    await closeReport(house.ledger, report ?? assert.fail(), act);
    const closed = await run();
    assert.deepEqual([closed.listing.complete, closed.summary.complete], [true, true]);
  });
});
