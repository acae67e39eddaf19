import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { deliver } from '../../../lib/delivery/deliver.ts';
import { initShare } from '../../../lib/delivery/share.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import type { ReceivedReport } from '../../../lib/model/types.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { observedDisk } from '../files/faulty-disk.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { aVersion, START } from '../ledger/samples.ts';
import { aReport } from './samples.ts';

// Only root may mount. What these prove on a real full and a real read-only disk, deliver.spec proves for every
// user with injected errors.
if (process.platform === 'linux' && process.getuid?.() === 0) {
  describe('a real disk', () => {
    const folder = temporaryFolder();
    describe('of 256 kB', () => smallDisk(folder));
    describe('of a share', () => vanishingDisk(folder));
  });
}

function smallDisk(folder: () => string): void {
  const disk = () => path.join(folder(), 'disk');
  const mount = (...args: string[]) => execFileSync('mount', [...args, disk()], { stdio: 'pipe' });

  beforeEach(async () => {
    await fs.mkdir(disk());
    mount('-t', 'tmpfs', '-o', 'size=256k', 'tmpfs');
  });
  afterEach(() => {
    execFileSync('umount', [disk()], { stdio: 'pipe' });
  });

  it('when it is full, says so, leaves nothing half, and takes the report once there is room', async () => {
    const filler = path.join(disk(), 'filler');
    await fs.writeFile(filler, Buffer.alloc(200 * 1024));
    const report = await landed(folder(), 100_000);
    await assert.rejects(deliver(report, disk()), { code: 'DISK_FULL', message: /share .*disk/ });
    assert.deepEqual(await fs.readdir(disk()), ['filler']);
    await fs.rm(filler);
    assert.equal((await deliver(report, disk())).outcome, 'published');
    assert.deepEqual(await fs.readdir(disk()), ['report.txt']);
  });

  it('when it is read-only, says so, and takes the report once it can be written', async () => {
    const report = await landed(folder(), 1000);
    mount('-o', 'remount,ro');
    await assert.rejects(deliver(report, disk()), { code: 'NOT_WRITABLE', message: /EROFS/ });
    mount('-o', 'remount,rw');
    assert.equal((await deliver(report, disk())).outcome, 'published');
  });

  it('under the ledger: a full disk undoes the whole entry, and the ledger goes on when there is room', async () => {
    mount('-o', 'remount,size=1m');
    const ledger = await openLedger(path.join(disk(), 'ledger.sqlite'), new SimulatedClock(START));
    let received = 0;
    await assert.rejects(
      async () => {
        for (;;) {
          await ledger.reports.recordReceived(aVersion({ name: `${received}.txt`, file: 'f'.repeat(2000) }));
          received++;
        }
      },
      { code: 'DISK_FULL' },
    );
    assert.equal((await ledger.deliveries.openVersions('HKSCC')).length, received);
    mount('-o', 'remount,size=8m');
    await ledger.reports.recordReceived(aVersion({ name: 'after.txt' }));
    assert.equal((await ledger.deliveries.openVersions('HKSCC')).length, received + 1);
    await ledger.close();
    const again = await openLedger(path.join(disk(), 'ledger.sqlite'), new SimulatedClock(START));
    assert.equal((await again.deliveries.openVersions('HKSCC')).length, received + 1);
    await again.close();
  });
}

/** A share that is taken away with "umount --lazy", which asks nobody whether something is still open. */
function vanishingDisk(folder: () => string): void {
  const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'pipe' });
  const unmount = (from: string) => execFileSync('umount', ['--lazy', from], { stdio: 'pipe' });

  it('that vanishes before any call of a delivery: not one byte in its mount point, and no false success', async () => {
    const report = await landed(folder(), 1000);
    let delivered = 0;
    for (let vanishing = 1, over = false; !over; vanishing++) {
      let calls = 0;
      // The disk goes on to be there behind its mount point, so that it can be looked at.
      const [behind, share] = [path.join(folder(), `disk-${vanishing}`), path.join(folder(), `${vanishing}`)];
      for (const place of [behind, share]) await fs.mkdir(place);
      mount('-t', 'tmpfs', 'tmpfs', behind);
      try {
        mount('--bind', behind, share);
        const expected = await initShare(share, new SimulatedClock(START));
        const disk = observedDisk(({ target }) => {
          if (target.startsWith(share) && ++calls === vanishing) unmount(share);
          return undefined;
        });
        const told = await deliver(report, share, { disk, expected, patience: 0 }).catch(() => undefined);
        over = calls < vanishing;
        if (over) unmount(share);
        assert.deepEqual(await fs.readdir(share), [], `call ${vanishing}`);
        if (told === undefined) continue;
        delivered++;
        assert.equal((await fs.stat(path.join(behind, report.name))).size, 1000, `call ${vanishing}`);
      } finally {
        unmount(behind);
      }
    }
    assert.ok(delivered > 0);
  });
}

async function landed(folder: string, bytes: number, name = 'report.txt'): Promise<ReceivedReport> {
  const content = Buffer.alloc(bytes, name);
  const file = path.join(folder, name);
  await fs.writeFile(file, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return aReport({ name, file, sha256, bytes, size: bytes });
}
