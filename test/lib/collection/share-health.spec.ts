/** Shares that were met before, tried before a report needs one. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { CircuitBreakers } from '../../../lib/collection/circuit-breaker.ts';
import { checkShares, type ShareHealthOptions } from '../../../lib/collection/share-health.ts';
import type { RouteRule } from '../../../lib/delivery/rules.ts';
import { initShare, SHARE_FILE } from '../../../lib/delivery/share.ts';
import { Watchdog } from '../../../lib/files/watchdog.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { observedDisk, systemError } from '../files/faulty-disk.ts';
import { freshLedger, START } from '../ledger/samples.ts';

describe('Trying known shares', () => {
  const given = freshLedger();
  const at = (name: string) => path.join(given.folder(), name);
  const rule = (share: string): RouteRule => ({ system: '', code: '', folder: '', share });
  let pauses: CircuitBreakers;

  const options = (changes: Partial<ShareHealthOptions> = {}): ShareHealthOptions => ({
    ledger: given.ledger,
    rules: ['ops', 'risk', 'desk'].map((name) => rule(`${at(name)}/reports/{yyyy}`)),
    context: { home: given.folder() },
    pauses,
    memory: { tried: new Set() },
    ...changes,
  });
  const told = async (changes: Partial<ShareHealthOptions> = {}, only?: string[]) =>
    (await checkShares(options(changes), only && new Set(only))).map(({ code }) => code);
  const tried = async () => {
    const journal = await given.ledger.journal.records();
    return journal.flatMap(({ what, why }) => (what === 'share tried' ? [why] : [])).sort();
  };

  beforeEach(async () => {
    pauses = new CircuitBreakers();
    for (const name of ['ops', 'risk', 'desk']) {
      await fs.mkdir(at(name));
      await given.ledger.shares.rememberShare(await initShare(at(name), given.clock));
    }
  });

  it('writes down what each can do, and leaves nothing there', async () => {
    assert.deepEqual(await told(), []);
    assert.deepEqual(await tried(), [at('desk'), at('ops'), at('risk')]);
    for (const name of ['ops', 'risk', 'desk']) assert.deepEqual(await fs.readdir(at(name)), [SHARE_FILE]);
    assert.equal(pauses.any, false);
  });

  it('tells once of one that is not mounted, writes not one byte, and ends that when it is back', async () => {
    const id = await fs.readFile(path.join(at('ops'), SHARE_FILE));
    await fs.rm(path.join(at('ops'), SHARE_FILE));
    assert.deepEqual(await told(), ['SHARE_MISSING']);
    assert.deepEqual(await told({}, [at('ops')]), [], 'it is known');
    assert.deepEqual(await fs.readdir(at('ops')), []);
    assert.deepEqual(pauses.closeServed(), [], 'nothing is over while it is away');
    assert.equal(pauses.fail(at('ops'), 1, 'run-1', pauses.failedTrials()[0]?.[1] ?? assert.fail()), false);
    pauses.served(at('ops'), 1);
    await fs.writeFile(path.join(at('ops'), SHARE_FILE), id);
    assert.deepEqual(await told({}, [at('ops')]), []);
    assert.deepEqual(
      pauses.closeServed().map(({ destination, told }) => [destination, told.map(({ code }) => code)]),
      [[at('ops'), ['SHARE_MISSING']]],
    );
    assert.equal(pauses.any, false);
  });

  it('a report that lies there ends it as well', async () => {
    await fs.rm(path.join(at('ops'), SHARE_FILE));
    await told();
    pauses.served(at('ops'), 7);
    assert.equal(pauses.closeServed().length, 1);
  });

  for (const [code, fault] of [
    ['ENOSPC', 'DISK_FULL'],
    ['EROFS', 'NOT_WRITABLE'],
    ['EIO', 'DISK_ERROR'],
  ] as const) {
    it(`tells of ${code} in the root`, async () => {
      const disk = observedDisk(({ call, target }) =>
        call === 'open' && target.startsWith(path.join(at('ops'), '.part-'))
          ? systemError(code, call)
          : undefined,
      );
      assert.deepEqual(await told({ disk }), [fault]);
      assert.equal(pauses.isBroken(at('ops')), true);
    });
  }

  it('takes a root that lets nobody write for no fault, and leaves its trial to the first report', async () => {
    const disk = observedDisk(({ call, target }) =>
      call === 'open' && target.startsWith(path.join(at('ops'), '.part-'))
        ? systemError('EACCES', call)
        : undefined,
    );
    const memory = { tried: new Set<string>() };
    assert.deepEqual(await told({ disk, memory }), []);
    assert.deepEqual([...memory.tried].sort(), [at('desk'), at('risk')]);
    assert.equal(pauses.any, false);
  });

  it('asks nothing of shares no rule leads to, or that were tried, and tells nothing of those a rule may not need', async () => {
    const touched = new Set<string>();
    const disk = observedDisk(({ target }) => {
      const [name = ''] = path.relative(given.folder(), target).split(path.sep);
      // What stands above the shares is no share.
      if (name !== '' && name !== '..') touched.add(name);
      return undefined;
    });
    await fs.rm(path.join(at('ops'), SHARE_FILE));
    const rules = [rule(`${given.folder()}/{system}/{yyyy}`)];
    assert.deepEqual(await told({ disk, rules, memory: { tried: new Set([at('desk')]) } }), []);
    assert.deepEqual([...touched].sort(), ['ops', 'risk']);
    assert.equal(pauses.any, false);
    touched.clear();
    assert.deepEqual(await told({ disk, rules: [rule(`${at('risk')}`)] }), []);
    assert.deepEqual([...touched], ['risk']);
  });

  it('waits once for all that hang, while the others are tried', async () => {
    const time = new SimulatedClock(START);
    const calls = new Watchdog({ clock: time, most: 4 });
    const gate = Promise.withResolvers<undefined>();
    let hung = 0;
    const both = Promise.withResolvers<void>();
    const disk = observedDisk(({ target }) => {
      if (!target.startsWith(at('ops')) && !target.startsWith(at('desk'))) return undefined;
      if (++hung === 2) both.resolve();
      return gate.promise;
    });
    const work = told({ disk, calls });
    await both.promise;
    while ((await tried()).length === 0) await new Promise(setImmediate);
    await time.advance(60_000);
    assert.deepEqual(await work, ['SHARE_SILENT', 'SHARE_SILENT']);
    assert.deepEqual(await tried(), [at('risk')]);
    gate.resolve(undefined);
    while (calls.busy) await new Promise(setImmediate);
  });
});
