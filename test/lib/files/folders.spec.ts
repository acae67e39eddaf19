import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Disk, fsyncFolder, realDisk } from '../../../lib/files/durable.ts';

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
      ...realDisk,
      open: (async (...args: Parameters<Disk['open']>) => {
        const handle = await realDisk.open(...args);
        if (!slow) return handle;
        const sync = () =>
          new Promise<void>((resolve, reject) => {
            syncs.push({ end: (error) => (error === undefined ? resolve() : reject(error)) });
          });
        return Object.assign(Object.create(handle), { sync, close: () => handle.close() });
      }) as Disk['open'],
    };
    return { disk, syncs, slowDown: () => (slow = true) };
  }

  const turns = () => new Promise((resolve) => setTimeout(resolve, 20));

  /** Waits until so many syncs were begun. */
  async function begun(syncs: unknown[], count: number): Promise<void> {
    for (let tries = 0; syncs.length < count; tries++) {
      assert.ok(tries < 200, `sync ${count} was never begun`);
      await turns();
    }
  }

  it('once serves all who asked before it began, and never one who asked after', async () => {
    const { disk, syncs, slowDown } = slowDisk();
    await fsyncFolder(folder, { disk });
    slowDown();
    const first = fsyncFolder(folder, { disk });
    await begun(syncs, 1);
    let done = 0;
    const later = Array.from({ length: 50 }, () => fsyncFolder(folder, { disk }).then(() => done++));
    await turns();
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
