import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { deliver } from '../../../lib/delivery/deliver.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import type { ReceivedReport } from '../../../lib/model/types.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { diskAtRest } from '../../support/disk.ts';
import { linkFolder, onWindows, unlinkFolder } from '../../support/system.ts';
import { type DiskCall, observedDisk, syncingDisk, systemError } from '../files/faulty-disk.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { aReport } from './samples.ts';

const hashOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');

describe('deliver', () => {
  const folder = temporaryFolder();
  const share = () => path.join(folder(), 'share', '20261120');
  const content = Buffer.alloc(600_000, 'statement ');

  async function landed(text: Buffer = content, name = aReport().name): Promise<ReceivedReport> {
    const file = path.join(folder(), `landed-${name}`);
    await fs.writeFile(file, text);
    return aReport({ name, file, sha256: hashOf(text), bytes: text.length, size: text.length });
  }
  const names = () => fs.readdir(share()).catch(() => []);

  it('copies the report, also into folders that are not there yet', async () => {
    const report = await landed();
    const delivery = await deliver(report, share());
    assert.deepEqual(delivery, {
      share: share(),
      file: path.join(share(), report.name),
      sha256: report.sha256,
      outcome: 'published',
    });
    assert.deepEqual(await fs.readFile(delivery.file), content);
    assert.deepEqual(await names(), [report.name]);
    assert.equal((await fs.stat(delivery.file)).mode & 0o777, 0o666 & ~process.umask(), 'people may read it');
  });

  it('delivers an empty report', async () => {
    const delivery = await deliver(await landed(Buffer.alloc(0)), share());
    assert.equal((await fs.stat(delivery.file)).size, 0);
  });

  it('again is already done', async () => {
    const report = await landed();
    await deliver(report, share());
    assert.equal((await deliver(report, share())).outcome, 'identical');
    assert.deepEqual(await names(), [report.name]);
  });

  it('an amended report stands beside the first', async () => {
    await deliver(await landed(), share());
    const amended = await deliver(await landed(Buffer.from('amended')), share());
    assert.equal(amended.outcome, 'version');
    assert.equal(path.basename(amended.file), 'CCLTN05_B01234_20261120~2.txt');
    assert.deepEqual(await fs.readFile(path.join(share(), aReport().name)), content);
  });

  it('writes, syncs, closes, publishes, syncs the folder and reads back, in this order', async () => {
    const report = await landed(Buffer.from('short'));
    await fs.mkdir(share(), { recursive: true });
    await deliver(await landed(Buffer.from('first'), 'first.txt'), share(), { disk: syncingDisk });
    const calls: DiskCall[] = [];
    await deliver(report, share(), { disk: observedDisk((call) => void calls.push(call), syncingDisk) });
    const shown = calls
      .filter(
        ({ call, target }) => target.startsWith(share()) && !['stat', 'mkdir', 'realpath'].includes(call),
      )
      .map(({ call, target }) => `${call} ${path.basename(target).replace(/^\.part-.*/, 'temporary')}`);
    assert.deepEqual(shown, [
      'open temporary',
      'handle.write temporary',
      'handle.sync temporary',
      'handle.close temporary',
      'link temporary',
      'unlink temporary',
      'open 20261120',
      'handle.sync 20261120',
      'handle.close 20261120',
      `open ${report.name}`,
      `handle.read ${report.name}`,
      `handle.read ${report.name}`,
      `handle.close ${report.name}`,
    ]);
  });

  it('delivers nothing where the landing copy itself is found, under whatever name', async () => {
    const report = await landed();
    const here = { code: 'FOLDER_REFUSED', message: /is the landing copy of .* itself/ };
    const beside = { ...report, name: path.basename(report.file) };
    await assert.rejects(deliver(beside, path.dirname(report.file)), here);
    await fs.mkdir(share(), { recursive: true });
    await fs.link(report.file, path.join(share(), report.name));
    await assert.rejects(deliver(report, share()), here);
    assert.deepEqual(await fs.readFile(report.file), content);
  });

  it('takes a link to the landing copy for something else', async () => {
    const report = await landed();
    await fs.mkdir(share(), { recursive: true });
    await fs.symlink(report.file, path.join(share(), report.name));
    const { file, outcome } = await deliver(report, share());
    assert.deepEqual([path.basename(file), outcome], ['CCLTN05_B01234_20261120~2.txt', 'version']);
  });

  it('is carried off through no link, also not by one that comes while it is on its way', async () => {
    const report = await landed();
    const away = path.join(folder(), 'away');
    await fs.mkdir(away);
    const destination = path.dirname(share());
    await fs.mkdir(destination);
    await linkFolder(away, share());
    await assert.rejects(deliver(report, share(), { destination }), { code: 'FOLDER_REFUSED' });
    await assert.rejects(deliver(report, path.join(share(), 'new'), { destination }), {
      code: 'FOLDER_REFUSED',
    });
    assert.deepEqual(await fs.readdir(away), []);
    await unlinkFolder(share());
    const disk = observedDisk(async ({ call, target }) => {
      if (call !== 'handle.sync' || !target.includes('.part-')) return undefined;
      await fs.rename(share(), `${share()}-moved`);
      await linkFolder(`${share()}-moved`, share());
      return undefined;
    });
    await assert.rejects(deliver(report, share(), { destination, disk }), {
      code: 'FOLDER_REFUSED',
      message: /came to lie elsewhere/,
    });
  });

  it('does not deliver a landing copy that has changed or is gone', async () => {
    const report = await landed();
    await fs.appendFile(report.file, 'x');
    const landing = { code: 'DISK_ERROR', message: /landing copy/ };
    await assert.rejects(deliver(report, share()), landing);
    assert.deepEqual(await names(), []);
    await fs.rm(report.file);
    await assert.rejects(deliver(report, share()), landing);
  });

  it('refuses a name that is not safe', async () => {
    const report = await landed();
    await assert.rejects(deliver({ ...report, name: '../x' }, share()), { code: 'NAME_REFUSED' });
    assert.deepEqual(await names(), []);
  });

  it('takes back what the share does not give back as it was written', async () => {
    const report = await landed();
    const final = path.join(share(), report.name);
    const disk = observedDisk(() => undefined);
    const lying = {
      ...disk,
      link: async (from: string, to: string) => {
        await fs.truncate(from, 1000);
        await fs.link(from, to);
      },
    } as typeof disk;
    await fs.mkdir(share(), { recursive: true });
    await assert.rejects(deliver(report, share(), { disk: lying }), {
      code: 'DISK_ERROR',
      message: /other content than was written/,
    });
    await assert.rejects(fs.stat(final), { code: 'ENOENT' });
    assert.equal((await deliver(report, share())).outcome, 'published');
  });

  const locks: [string, string, string[]][] = [
    ['EBUSY', 'DISK_ERROR', []],
    ['ETXTBSY', 'DISK_ERROR', []],
    ['EACCES', 'NOT_WRITABLE', []],
    ['EPERM', 'NOT_WRITABLE', []],
    ['EACCES', 'NOT_WRITABLE', ['link']],
    ['EPERM', 'NOT_WRITABLE', ['link']],
  ];
  for (const [system, code, missing] of locks) {
    const way = missing.length > 0 ? 'renames' : 'links';
    it(`waits for a scanner that holds the new file with ${system} where one ${way}, but not for ever`, () =>
      heldBy(system, code, missing));
  }

  async function heldBy(system: string, code: string, missing: string[]): Promise<void> {
    const report = await landed(Buffer.from('short'));
    const clock = new SimulatedClock(0);
    const naming = missing.length > 0 ? 'rename' : 'link';
    let lets = () => false;
    const disk = observedDisk(({ call, target }) => {
      if (missing.includes(call)) return systemError('ENOTSUP', call);
      if (call !== naming || lets() || !sizeOf(target)) return undefined;
      return systemError(system, call);
    });
    const held = passing(clock, deliver(report, share(), { disk, clock }));
    await assert.rejects(held, { code, message: new RegExp(system) });
    assert.equal(clock.monotonic(), 60_000);
    // The scanner lets go after 20 seconds.
    const begun = clock.monotonic();
    lets = () => clock.monotonic() - begun >= 20_000;
    const again = await passing(clock, deliver(report, share(), { disk, clock }));
    assert.equal(again.file, path.join(share(), report.name));
    assert.equal(clock.monotonic() - begun, 20_000);
    assert.deepEqual(await names(), [report.name]);
  }

  /** Lets a second pass whenever somebody waits for it, until the work is done. */
  async function passing<T>(clock: SimulatedClock, work: Promise<T>): Promise<T> {
    let busy = true;
    const done = work.finally(() => {
      busy = false;
    });
    done.catch(() => {});
    while (busy) {
      await diskAtRest();
      if (clock.pending > 0) await clock.advance(1000);
    }
    return done;
  }

  /** The trials of what a disk can do are made with empty files; only a report is held. */
  const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

  it('removes later what it could not remove while the share was gone', async () => {
    let gone = false;
    const disk = observedDisk(({ call, target }) => {
      gone ||= call === 'handle.sync' && target.includes('.part-');
      return gone && target.startsWith(share()) ? systemError('EIO', call) : undefined;
    });
    await assert.rejects(deliver(await landed(), share(), { disk }), { code: 'DISK_ERROR' });
    assert.equal((await names()).length, 1, 'a temporary file');
    const report = await landed(content, 'other.txt');
    await deliver(report, share());
    assert.deepEqual(await names(), [report.name]);
  });

  for (const missing of [[], ['link']]) {
    it(`does not fill a share that lets nothing be removed, ${missing.length > 0 ? 'without' : 'with'} links`, async () => {
      let keeps = true;
      const disk = observedDisk(({ call }) => {
        if (missing.includes(call)) return systemError('ENOTSUP', call);
        return keeps && call === 'unlink' ? systemError('EACCES', call) : undefined;
      });
      const report = await landed();
      for (let attempt = 0; attempt < 40; attempt++) {
        await assert.rejects(deliver(report, share(), { disk, patience: 0 }), { code: 'NOT_WRITABLE' });
      }
      const parts = (await names()).filter((name) => name.startsWith('.part-'));
      assert.ok(parts.length <= 15, `${parts.length} files were left there`);
      keeps = false;
      await deliver(report, share(), { disk });
      assert.deepEqual(await names(), [report.name]);
    });
  }

  it('stops when the work is stopped and leaves nothing', async () => {
    const report = await landed();
    await assert.rejects(deliver(report, share(), { signal: AbortSignal.abort() }), { code: 'ABORTED' });
    assert.deepEqual(await names(), []);
  });

  if (onWindows) {
    /** A disk on which each reading back of the report finds another program, `times` often. */
    function busy(report: ReceivedReport, times: number) {
      let opened = 0;
      const final = path.join(share(), report.name);
      const disk = observedDisk(({ call, target }) =>
        call === 'open' && target === final && ++opened <= times ? systemError('EACCES', call) : undefined,
      );
      return { disk, opened: () => opened };
    }

    it('reads back by the clock what another program has open', async () => {
      const report = await landed();
      const { disk, opened } = busy(report, 3);
      const clock = new SimulatedClock(0);
      let over = false;
      const work = deliver(report, share(), { disk, clock }).finally(() => {
        over = true;
      });
      while (!over) {
        await diskAtRest();
        if (clock.pending > 0) await clock.advance(50);
      }
      assert.equal((await work).outcome, 'published');
      assert.deepEqual([opened(), clock.now()], [4, 150]);
    });

    it('waits for no such program at a destination that is paused, nor once the work is stopped', async () => {
      const report = await landed();
      const stop = new AbortController();
      const paused = busy(report, Number.POSITIVE_INFINITY);
      const attempt = deliver(report, share(), {
        disk: paused.disk,
        clock: new SimulatedClock(0),
        patience: 0,
      });
      await assert.rejects(attempt, { code: 'NOT_WRITABLE' });
      assert.equal(paused.opened(), 1);
      const other = await landed(content, 'other.txt');
      const again = observedDisk(({ call, target }) => {
        if (call !== 'open' || target !== path.join(share(), other.name)) return undefined;
        stop.abort();
        return systemError('EBUSY', call);
      });
      const clock = new SimulatedClock(0);
      const stopped = deliver(other, share(), { disk: again, clock, signal: stop.signal });
      await assert.rejects(stopped, { code: 'ABORTED' });
      assert.equal(clock.pending, 0);
    });
  }

  it('many reports at once to one share do not disturb each other', async () => {
    const reports = await Promise.all(
      Array.from({ length: 20 }, (_, index) => landed(Buffer.from(`report ${index}`), `${index % 10}.txt`)),
    );
    // Two contents share each landing name, so write the second set elsewhere.
    await Promise.all(
      reports.map(async (report, index) => {
        const file = path.join(folder(), `own-${index}`);
        await fs.writeFile(file, `report ${index}`);
        report.file = file;
      }),
    );
    const deliveries = await Promise.all(reports.map((report) => deliver(report, share())));
    assert.equal(new Set(deliveries.map((one) => one.file)).size, 20);
    for (const [index, { file }] of deliveries.entries()) {
      assert.equal(await fs.readFile(file, 'utf8'), `report ${index}`);
    }
  });

  const faults: [string, string][] = [
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EIO', 'DISK_ERROR'],
    ['ESTALE', 'DISK_ERROR'],
    ['EXDEV', 'DISK_ERROR'],
    ['EROFS', 'NOT_WRITABLE'],
    ['EACCES', 'NOT_WRITABLE'],
  ];
  for (const [system, code] of faults) {
    it(`never calls a report delivered when any one call fails with ${system}`, async () => {
      const report = await landed(Buffer.from('short'));
      await deliver(report, path.join(share(), 'first'));
      // How many calls does a delivery into a new folder of the share make? Fail each of them in turn.
      let calls = 0;
      const counting = observedDisk(({ target }) => {
        if (target.startsWith(path.join(folder(), 'share'))) calls++;
        return undefined;
      });
      await deliver(report, path.join(share(), 'count'), { disk: counting });
      assert.ok(calls > 15);
      for (let failing = 1; failing <= calls; failing++) {
        const target = path.join(share(), `${failing}`);
        let made = 0;
        const disk = observedDisk((one) =>
          one.target.startsWith(path.join(folder(), 'share')) && ++made === failing
            ? systemError(system, one.call)
            : undefined,
        );
        // Without patience: a scanner that lets go in time is proved above.
        const attempt = deliver(report, target, { disk, patience: 0 });
        // On Windows that is also what a program answers for a moment that has the file open: some calls are made again.
        const done = onWindows && system === 'EACCES' ? await attempt.catch(() => undefined) : undefined;
        if (done !== undefined) {
          assert.equal(await fs.readFile(done.file, 'utf8'), 'short');
          continue;
        }
        await assert.rejects(attempt, (error) => {
          assert.ok(error instanceof RapError, `call ${failing}: ${error}`);
          assert.equal(error.code, code, error.message);
          assert.match(error.message, /share/);
          return true;
        });
        const healed = await deliver(report, target);
        assert.equal(await fs.readFile(healed.file, 'utf8'), 'short', 'the next attempt succeeds');
        assert.equal(healed.file, path.join(target, report.name), 'and needs no second name');
      }
    });
  }
});
