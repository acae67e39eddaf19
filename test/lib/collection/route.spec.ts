/** Shares that fail, vanish or turn out to be others, while reports are filed. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { CircuitBreakers } from '../../../lib/collection/circuit-breaker.ts';
import { type RouteOptions, routeOpen, routeReport } from '../../../lib/collection/route.ts';
import type { RouteRule } from '../../../lib/delivery/rules.ts';
import { initShare, SHARE_FILE } from '../../../lib/delivery/share.ts';
import { type Disk, realDisk } from '../../../lib/files/durable.ts';
import { Watchdog } from '../../../lib/files/watchdog.ts';
import type { ReceivedReport } from '../../../lib/model/types.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { diskAtRest } from '../../support/disk.ts';
import { linkFolder, onWindows, unlinkFolder } from '../../support/system.ts';
import { type DiskCall, observedDisk, systemError } from '../files/faulty-disk.ts';
import { aVersion, freshLedger, START } from '../ledger/samples.ts';

describe('Filing on shares', () => {
  const given = freshLedger();
  const ops = () => path.join(given.folder(), 'ops');
  const risk = () => path.join(given.folder(), 'risk');
  const rule = (share: string): RouteRule => ({ system: '', code: '', folder: '', share });
  /** Two destinations; the first is the one that fails in these tests. */
  const rules = () => [rule(`${ops()}/{system}/{yyyy}`), rule(`${risk()}/{yyyy}`)];

  const options = (changes: Partial<RouteOptions> = {}): RouteOptions => ({
    ledger: given.ledger,
    run: 'run-1',
    rules: rules(),
    context: { home: given.folder(), account: 'HKSCC', installation: 'hkscc' },
    clock: given.clock,
    ...changes,
  });

  let number = 0;
  async function received(
    changes: { name?: string; text?: string; path?: string; code?: string } = {},
  ): Promise<ReceivedReport> {
    number++;
    const { name = `report${number}.txt`, text = `content ${number}`, code = 'CCLTN05' } = changes;
    const file = path.join(given.folder(), `landed-${number}`);
    await fs.writeFile(file, text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    const facts = {
      name,
      code,
      file,
      sha256,
      bytes: text.length,
      path: changes.path ?? `/INBOX/${number}/${name}`,
    };
    const { versionId } = await given.ledger.reports.recordReceived(aVersion(facts));
    return (await given.ledger.reports.version(versionId)) ?? assert.fail();
  }

  async function everythingIn(folder: string): Promise<string[]> {
    return (await fs.readdir(folder, { recursive: true })).sort();
  }

  beforeEach(async () => {
    for (const folder of [ops(), risk()]) await fs.mkdir(folder);
  });

  describe('an unmounted share', () => {
    it('gets not one byte and not one folder in 1,000 attempts, while the other destination is served', async () => {
      await initShare(risk(), given.clock);
      const report = await received();
      for (let attempt = 0; attempt < 1000; attempt++) {
        const routed = await routeReport(
          report,
          options({ requireSentinel: true, rules: rules().slice(0, 1) }),
        );
        assert.deepEqual(
          routed.errors.map(({ code }) => code),
          ['SHARE_MISSING'],
        );
      }
      assert.deepEqual(await everythingIn(ops()), []);
      const routed = await routeReport(report, options({ requireSentinel: true }));
      assert.deepEqual([routed.deliveries.length, routed.errors.length], [1, 1]);
      assert.deepEqual(await everythingIn(ops()), []);
    });

    it('that was met once is missed even where marks are not asked for', async () => {
      await initShare(ops(), given.clock);
      const first = await routeReport(
        await received(),
        options({ requireSentinel: true, rules: rules().slice(0, 1) }),
      );
      assert.equal(first.deliveries.length, 1);
      await fs.rm(ops(), { recursive: true });
      await fs.mkdir(ops());
      const routed = await routeReport(await received(), options());
      assert.deepEqual(
        routed.errors.map(({ code }) => code),
        ['SHARE_MISSING'],
      );
      assert.deepEqual(await everythingIn(ops()), []);
      assert.equal(routed.deliveries.length, 1, 'a destination that was never marked goes on as it did');
    });

    if (onWindows) {
      const ways: [string, (folder: string) => string][] = [
        ['in other case', (folder) => folder.toUpperCase()],
        ['with slashes', (folder) => folder.replaceAll('\\', '/')],
        ['in its long form', (folder) => path.win32.toNamespacedPath(folder)],
      ];
      for (const [how, written] of ways) {
        it(`that was met is missed by a rule that writes it ${how}, and has no report twice`, async () => {
          await initShare(ops(), given.clock);
          const only = (folder: string) => ({ rules: [rule(`${folder}/{yyyy}`)] });
          const report = await received();
          const { deliveries } = await routeReport(
            report,
            options({ requireSentinel: true, ...only(ops()) }),
          );
          const again = await routeReport(report, options(only(written(ops()))), deliveries);
          assert.deepEqual([again.deliveries, again.errors], [deliveries, []]);
          await fs.rm(ops(), { recursive: true });
          await fs.mkdir(ops());
          const routed = await routeReport(await received(), options(only(written(ops()))));
          assert.deepEqual(
            routed.errors.map(({ code }) => code),
            ['SHARE_MISSING'],
          );
          assert.deepEqual(await everythingIn(ops()), []);
        });
      }
    }

    it('is not taken for the share its mount point lies in', async () => {
      const inner = path.join(ops(), 'inner');
      await fs.mkdir(inner);
      await initShare(ops(), given.clock);
      await initShare(inner, given.clock);
      const only = { requireSentinel: true, rules: [rule(`${inner}/{yyyy}`)] };
      assert.equal((await routeReport(await received(), options(only))).deliveries.length, 1);
      await fs.rm(inner, { recursive: true });
      await fs.mkdir(inner);
      const routed = await routeReport(await received(), options(only));
      assert.equal(routed.errors[0]?.code, 'SHARE_MISSING');
      assert.deepEqual(await everythingIn(inner), []);
    });
  });

  it('another share in the place of a known one gets nothing until a person accepts it', async () => {
    await initShare(ops(), given.clock);
    const only = { requireSentinel: true, rules: rules().slice(0, 1) };
    await routeReport(await received(), options(only));
    await fs.rm(ops(), { recursive: true });
    await fs.mkdir(ops());
    const other = await initShare(ops(), given.clock);
    const report = await received();
    const pauses = new CircuitBreakers();
    const routed = await routeReport(report, options({ ...only, pauses }));
    assert.equal(routed.errors[0]?.code, 'SHARE_CHANGED');
    assert.match(routed.errors[0]?.message ?? '', new RegExp(other.id));
    assert.deepEqual(await everythingIn(ops()), [SHARE_FILE]);

    await given.ledger.shares.acceptShare(other, { by: 'Chan', reason: 'new file server' });
    pauses.tryAgain();
    await routeOpen(options({ ...only, pauses }), new Set());
    assert.deepEqual(
      pauses.closeServed().map(({ destination }) => destination),
      [ops()],
    );
    assert.deepEqual(await given.ledger.deliveries.openVersions('HKSCC'), []);
  });

  it('what a share can do is tried when it is met, and stands in the journal', async () => {
    await initShare(ops(), given.clock);
    const memory = { tried: new Set<string>() };
    for (let report = 0; report < 3; report++) {
      await routeReport(
        await received(),
        options({ requireSentinel: true, rules: rules().slice(0, 1), memory }),
      );
    }
    const tried = (await given.ledger.journal.records()).filter(({ what }) => what === 'share tried');
    assert.equal(tried.length, 1);
    assert.match(String(tried[0]?.details.abilities), /hard links, .*renaming replaces/);
    assert.deepEqual(
      (await fs.readdir(path.join(ops(), 'CCASS', '2026'))).filter((name) => name.startsWith('.part-')),
      [],
    );
  });

  it('a marked share costs one look at its id file per report, wherever the report goes', async () => {
    await initShare(ops(), given.clock);
    const memory = { tried: new Set<string>() };
    const deep = { requireSentinel: true, rules: [rule(`${ops()}/a/b/c/d/{yyyy}`)], memory };
    await routeReport(await received(), options(deep));
    const calls: DiskCall[] = [];
    const disk = observedDisk((call) => void calls.push(call));
    await routeReport(await received(), options({ ...deep, disk }));
    calls.length = 0;
    await routeReport(await received(), options({ ...deep, disk }));
    const looks = calls.filter(({ call, target }) => call === 'open' && target.endsWith(SHARE_FILE));
    assert.deepEqual(
      looks.map(({ target }) => target),
      [path.join(ops(), SHARE_FILE)],
    );
  });

  // That each code at each single call is borne, deliver.spec proves; here the first two stand for the others.
  const faults: [string, number][] = [
    ['ENOSPC', 1],
    ['EACCES', 1],
    ...['EIO', 'EROFS', 'ESTALE', 'EXDEV'].map((system): [string, number] => [system, 4]),
  ];
  for (const [system, step] of faults) {
    it(`${system} from any call on: one alarm, the other destination finishes, all is delivered afterwards`, async () => {
      const isOps = (target: string) => target.startsWith(ops());
      const calls = await callsOfOneDelivery(isOps);
      assert.ok(calls > 12);
      for (let from = 1; from <= calls; from += step) {
        let made = 0;
        let broken = true;
        const disk = observedDisk((one) =>
          broken && isOps(one.target) && ++made >= from ? systemError(system, one.call) : undefined,
        );
        const pauses = new CircuitBreakers();
        const filing = options({ disk, pauses, run: `run-${from}` });
        const reports = [await received(), await received()];
        const errors = [];
        for (const report of reports) {
          const work = passing(routeReport(report, filing));
          errors.push(...(await work).errors);
        }
        assert.equal(errors.length, 1, `call ${from}: ${errors.map(({ message }) => message)}`);
        for (const { name } of reports) assert.ok((await fs.stat(path.join(risk(), '2026', name))).isFile());
        const lost = (await given.ledger.runs.runFacts(`run-${from}`)).accounts[0]?.failures ?? [];
        // All that wait are counted in the digest, whether they tried or not.
        assert.ok(
          lost.reduce((sum, { count }) => sum + count, 0) >= reports.length - 1,
          JSON.stringify(lost),
        );

        broken = false;
        pauses.tryAgain();
        const rest = await passing(routeOpen(filing, new Set()));
        assert.deepEqual(
          rest.flatMap((one) => one.errors),
          [],
        );
        const [back, ...more] = pauses.closeServed();
        assert.deepEqual([back?.destination, more.length], [ops(), 0]);
        assert.deepEqual(await given.ledger.deliveries.openVersions('HKSCC'), []);
        for (const { name, file } of reports) {
          const lies = await fs.readFile(path.join(ops(), 'CCASS', '2026', name), 'utf8');
          assert.equal(lies, await fs.readFile(file, 'utf8'));
        }
      }
      const twice = (await everythingIn(given.folder())).filter((name) => name.includes('~2'));
      assert.deepEqual(twice, [], 'nothing is there twice');
    });
  }

  it('a share that hangs in any call: one alarm, the other destination finishes, and all is delivered once it answers', async () => {
    await initShare(ops(), given.clock);
    const isOps = (target: string) => target.startsWith(ops());
    const marked = { requireSentinel: true, rules: [rule(`${ops()}/{yyyy}`), rule(`${risk()}/{yyyy}`)] };
    await initShare(risk(), given.clock);
    await routeReport(await received(), options(marked));
    let hung = '';
    for (let from = 1, over = false; !over; from++) {
      const time = new SimulatedClock(START);
      const calls = new Watchdog({ clock: time });
      const gate = Promise.withResolvers<undefined>();
      let made = 0;
      const reached = Promise.withResolvers<void>();
      const disk = observedDisk(({ call, target }) => {
        if (!isOps(target) || ++made !== from) return undefined;
        hung = `${from}: ${call}`;
        reached.resolve();
        return gate.promise;
      });
      const pauses = new CircuitBreakers();
      const filing = options({ ...marked, disk, pauses, calls, memory: { tried: new Set() } });
      const reports = [await received(), await received()];
      const begun = reports.map((report) => () => routeReport(report, filing));
      const errors = [];
      for (const begin of begun) {
        const work = begin();
        over = !(await Promise.race([reached.promise.then(() => true), work.then(() => false)]));
        // What is asked of the other destination takes no time of this clock.
        await diskAtRest();
        if (time.pending > 0) await time.advance(61_000);
        errors.push(...(await work).errors);
      }
      for (const { name } of reports) assert.ok((await fs.stat(path.join(risk(), '2026', name))).isFile());
      // What hangs when all is done and proved, such as the last closing, harms nobody.
      const waits = (await given.ledger.deliveries.openVersions('HKSCC')).length > 0;
      assert.deepEqual([hung, errors.map(({ code }) => code)], [hung, waits ? ['SHARE_SILENT'] : []]);
      if (waits) {
        // However often it is tried, nothing is asked of it.
        const before = made;
        pauses.tryAgain();
        await routeOpen(filing, new Set());
        assert.deepEqual([made, pauses.closeServed()], [before, []]);
      }

      gate.resolve(undefined);
      while (calls.busy) await new Promise((resolve) => setImmediate(resolve));
      pauses.tryAgain();
      await routeOpen(filing, new Set());
      assert.deepEqual(
        pauses.closeServed().map(({ destination }) => destination),
        waits ? [ops()] : [],
      );
      assert.deepEqual(await given.ledger.deliveries.openVersions('HKSCC'), []);
      assert.equal(time.pending, 0);
      for (const { name, file } of reports) {
        const lies = await fs.readFile(path.join(ops(), '2026', name), 'utf8');
        assert.equal(lies, await fs.readFile(file, 'utf8'));
      }
      const odd = (await everythingIn(given.folder())).filter((name) => /~2|\.part-/.test(name));
      assert.deepEqual([hung, odd], [hung, []], 'nothing is there twice, and nothing is left over');
    }
    assert.match(hung, /^\d\d/, 'all calls were tried');
  });

  /** How many calls a delivery makes in a destination that was used before. */
  async function callsOfOneDelivery(isOps: (target: string) => boolean): Promise<number> {
    await routeReport(await received(), options());
    let calls = 0;
    const disk = observedDisk(({ target }) => {
      if (isOps(target)) calls++;
      return undefined;
    });
    await routeReport(await received(), options({ disk }));
    return calls;
  }

  /** Lets a second pass whenever somebody waits for it, until the work is done. */
  async function passing<T>(work: Promise<T>): Promise<T> {
    let busy = true;
    const done = work.finally(() => {
      busy = false;
    });
    done.catch(() => {});
    while (busy) {
      await diskAtRest();
      if (given.clock.pending > 0) await given.clock.advance(1000);
    }
    return done;
  }

  it('one folder that cannot be written does not hold up what goes to the rest of its destination', async () => {
    await fs.writeFile(path.join(ops(), 'CLOSED'), 'a file where the folder should be');
    const pauses = new CircuitBreakers();
    const filing = options({ rules: [rule(`${ops()}/{code}`)], pauses });
    const bad = await received({ code: 'CLOSED' });
    assert.equal((await routeReport(bad, filing)).errors.length, 1);
    const others = [await received({ code: 'OPEN' }), await received({ code: 'OPEN' })];
    for (const report of others) assert.equal((await routeReport(report, filing)).waits.length, 1);
    for (let round = 0; round < 2; round++) {
      pauses.tryAgain();
      const tried = await routeOpen(filing, new Set());
      assert.deepEqual(
        tried.flatMap(({ errors }) => errors),
        [],
        'nothing is told again',
      );
      assert.deepEqual(pauses.closeServed(), []);
    }
    assert.deepEqual(await everythingIn(path.join(ops(), 'OPEN')), others.map(({ name }) => name).sort());
  });

  it('other content under a name that is taken is told once, with the name it got', async () => {
    const first = await received({ name: 'a.txt', text: 'one', path: '/INBOX/a.txt' });
    const second = await received({ name: 'a.txt', text: 'two', path: '/INBOX/a.txt' });
    assert.deepEqual((await routeReport(first, options())).beside, []);
    const { beside } = await routeReport(second, options());
    assert.deepEqual(
      beside.map(({ file }) => path.relative(given.folder(), file)),
      [path.join('ops', 'CCASS', '2026', 'a~2.txt'), path.join('risk', '2026', 'a~2.txt')],
    );
    assert.deepEqual((await routeReport(second, options())).beside, [], 'the same again is no news');
  });

  it('a fault of one report does not make its destination wait', async () => {
    const long = observedDisk(({ call, target }) =>
      call === 'open' && target.includes('.part-') ? systemError('ENAMETOOLONG', call) : undefined,
    );
    const pauses = new CircuitBreakers();
    const routed = await routeReport(await received(), options({ disk: long, pauses }));
    assert.equal(routed.errors.length, 2);
    assert.equal(pauses.any, false);
    const changed = await received();
    await fs.appendFile(changed.file, 'x');
    assert.match((await routeReport(changed, options({ pauses }))).errors[0]?.message ?? '', /landing copy/);
    assert.equal(pauses.any, false);
    const disk: Disk = realDisk;
    assert.equal((await routeReport(await received(), options({ disk, pauses }))).deliveries.length, 2);
  });

  describe('a folder that leads elsewhere', () => {
    it('takes no report, is told once, and takes all when a folder stands there again', async () => {
      const elsewhere = path.join(given.folder(), 'elsewhere');
      await fs.mkdir(elsewhere);
      await linkFolder(elsewhere, path.join(ops(), 'CCASS'));
      const pauses = new CircuitBreakers();
      const told = [];
      for (const report of [await received(), await received(), await received()])
        told.push(...(await routeReport(report, options({ pauses }))).errors);
      assert.deepEqual(
        told.map(({ code }) => code),
        ['FOLDER_REFUSED'],
      );
      assert.deepEqual(await fs.readdir(elsewhere), []);
      await unlinkFolder(path.join(ops(), 'CCASS'));
      pauses.tryAgain();
      for (const { errors } of await routeOpen(options({ pauses }), new Set())) assert.deepEqual(errors, []);
      assert.equal((await everythingIn(ops())).filter((one) => one.endsWith('.txt')).length, 3);
    });

    it('may be one of a marked share that stays on it, and may not be one that leaves it', async () => {
      await initShare(ops(), given.clock);
      await fs.mkdir(path.join(ops(), 'archive'));
      await linkFolder('archive', path.join(ops(), 'CCASS'));
      const within = options({ requireSentinel: true, rules: rules().slice(0, 1) });
      assert.deepEqual((await routeReport(await received(), within)).errors, []);
      await unlinkFolder(path.join(ops(), 'CCASS'));
      await linkFolder(risk(), path.join(ops(), 'CCASS'));
      assert.equal((await routeReport(await received(), within)).errors[0]?.code, 'FOLDER_REFUSED');
      assert.deepEqual(await everythingIn(risk()), []);
    });

    it('is not one of RAP_HOME, also when the rule names a link', async () => {
      const landing = path.join(given.folder(), 'landing');
      await fs.mkdir(landing);
      await linkFolder(landing, path.join(given.folder(), 'innocent'));
      const rules = [rule(`${given.folder()}/innocent/{yyyy}`)];
      assert.equal(
        (await routeReport(await received(), options({ rules }))).errors[0]?.code,
        'FOLDER_REFUSED',
      );
      assert.deepEqual(await everythingIn(landing), []);
    });
  });
});
