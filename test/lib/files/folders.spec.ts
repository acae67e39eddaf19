import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Disk, fsyncFolder, makeFolder, realDisk } from '../../../lib/files/durable.ts';
import { diskAtRest } from '../../support/disk.ts';
import { type DiskCall, observedDisk, syncingDisk, systemError } from './faulty-disk.ts';
import { temporaryFolder } from './temp-folder.ts';

describe('Syncing a folder', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rap-folders-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** A disk whose syncs are counted, take until they are released, and fail when told to. */
  function slowDisk() {
    const syncs: { end: (error?: Error) => void }[] = [];
    let slow = false;
    const disk: Disk = {
      ...syncingDisk,
      open: (async (...args: Parameters<Disk['open']>) => {
        if (!slow) return syncingDisk.open(...args);
        const handle = await realDisk.open(...args);
        const sync = () =>
          new Promise<void>((resolve, reject) => {
            syncs.push({ end: (error) => (error === undefined ? resolve() : reject(error)) });
          });
        return Object.assign(Object.create(handle), { sync, close: () => handle.close() });
      }) as Disk['open'],
    };
    return { disk, syncs, slowDown: () => (slow = true) };
  }

  /** Waits until so many syncs were begun. */
  async function begun(syncs: unknown[], count: number): Promise<void> {
    await diskAtRest();
    assert.ok(syncs.length >= count, `sync ${count} was never begun`);
  }

  it('once serves all who asked before it began, and never one who asked after', async () => {
    const { disk, syncs, slowDown } = slowDisk();
    await fsyncFolder(folder, { disk });
    slowDown();
    const first = fsyncFolder(folder, { disk });
    await begun(syncs, 1);
    let done = 0;
    const later = Array.from({ length: 50 }, () => fsyncFolder(folder, { disk }).then(() => done++));
    await diskAtRest();
    syncs[0]?.end();
    await first;
    await begun(syncs, 2);
    assert.equal(done, 0, 'those who came while a sync was under way wait for the next one');
    syncs[1]?.end();
    await Promise.all(later);
    assert.equal(syncs.length, 2, '51 wishes, 2 syncs');
  });

  it('that fails fails for all whom it would have served, and for nobody after', async () => {
    const { disk, syncs, slowDown } = slowDisk();
    await fsyncFolder(folder, { disk });
    slowDown();
    const first = fsyncFolder(folder, { disk });
    await begun(syncs, 1);
    const second = fsyncFolder(folder, { disk });
    second.catch(() => {});
    syncs[0]?.end(Object.assign(new Error('EIO'), { code: 'EIO' }));
    await assert.rejects(first, { code: 'EIO' });
    await begun(syncs, 2);
    syncs[1]?.end();
    await second;
  });
});

describe('Making a folder', () => {
  const folder = temporaryFolder();
  const deep = () => path.join(folder(), 'a', 'b', 'c');

  it('makes each parent that is missing, and leaves what is there', async () => {
    await makeFolder(deep());
    await makeFolder(deep());
    assert.deepEqual((await readdir(folder(), { recursive: true })).sort(), [
      'a',
      path.join('a', 'b'),
      path.join('a', 'b', 'c'),
    ]);
    const { mode } = await stat(path.join(folder(), 'a'));
    // Windows keeps no bits; what it keeps instead comes from the folder above.
    if (process.platform !== 'win32') assert.equal(mode & 0o777, 0o700);
  });

  it('syncs the folders that got new ones, before anybody takes those for durable', async () => {
    const calls: DiskCall[] = [];
    await makeFolder(deep(), { disk: observedDisk((call) => void calls.push(call), syncingDisk) });
    const synced = calls.filter(({ call }) => call === 'handle.sync').map(({ target }) => target);
    assert.deepEqual(
      synced.map((one) => path.relative(folder(), one)),
      [path.join('a', 'b'), 'a', ''],
    );
  });

  if (process.platform === 'linux') {
    it('ends at once where the kernel makes no folders', async () => {
      for (const place of ['/proc/rap/reports/2026', '/proc/self/fdinfo/rap/x', '/sys/rap/x']) {
        await assert.rejects(makeFolder(place), { code: /^(ENOENT|EPERM|EACCES|EROFS)$/ });
      }
    });
  }

  for (const code of [
    'ENOENT',
    'EPERM',
    'EACCES',
    'EROFS',
    'ELOOP',
    'ENOTDIR',
    'ENOSYS',
    'EOPNOTSUPP',
    'ESTALE',
  ]) {
    it(`asks once, not for ever, where mkdir answers ${code}`, async () => {
      const calls: DiskCall[] = [];
      const disk = observedDisk((call) => {
        calls.push(call);
        return call.call === 'mkdir' ? systemError(code, 'mkdir') : undefined;
      });
      await assert.rejects(makeFolder(deep(), { disk }), { code });
      assert.equal(calls.filter(({ call }) => call === 'mkdir').length, 1);
      assert.ok(calls.length <= 6, String(calls.length));
    });
  }

  it('is content when somebody else has just made it', async () => {
    const disk = observedDisk(async ({ call, target }) => {
      if (call === 'mkdir') await realDisk.mkdir(target);
      return undefined;
    });
    await makeFolder(deep(), { disk });
    assert.ok((await stat(deep())).isDirectory());
  });

  it('says that a file, or a link that leads nowhere, is in the way', async () => {
    await writeFile(path.join(folder(), 'a'), '');
    await assert.rejects(makeFolder(deep()), { code: 'ENOTDIR' });
    await assert.rejects(makeFolder(path.join(folder(), 'a')), { code: 'ENOTDIR' });
    await symlink('nowhere', path.join(folder(), 'link'));
    await assert.rejects(makeFolder(path.join(folder(), 'link', 'x')), { code: 'ENOTDIR' });
    await symlink('round', path.join(folder(), 'round'));
    await assert.rejects(makeFolder(path.join(folder(), 'round', 'x')), { code: 'ELOOP' });
  });
});
