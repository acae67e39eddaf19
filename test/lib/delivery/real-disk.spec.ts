import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { deliver } from '../../../lib/delivery/deliver.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import type { ReceivedReport } from '../../../lib/words/types.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { aVersion, START } from '../ledger/samples.ts';
import { aReport } from './samples.ts';

// Only root may mount. What these prove on a real full and a real read-only disk, deliver.spec proves for every
// user with injected errors.
if (process.platform === 'linux' && process.getuid?.() === 0) {
  describe('a real disk', () => {
    const folder = temporaryFolder();
    describe('of 256 kB', () => smallDisk(folder));
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

  async function landed(bytes: number, name = 'report.txt'): Promise<ReceivedReport> {
    const content = Buffer.alloc(bytes, name);
    const file = path.join(folder(), name);
    await fs.writeFile(file, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return aReport({ name, file, sha256, bytes, size: bytes });
  }

  it('when it is full, says so, leaves nothing half, and takes the report once there is room', async () => {
    const filler = path.join(disk(), 'filler');
    await fs.writeFile(filler, Buffer.alloc(200 * 1024));
    const report = await landed(100_000);
    await assert.rejects(deliver(report, disk()), { code: 'DISK_FULL', message: /share .*disk/ });
    assert.deepEqual(await fs.readdir(disk()), ['filler']);
    await fs.rm(filler);
    assert.equal((await deliver(report, disk())).outcome, 'published');
    assert.deepEqual(await fs.readdir(disk()), ['report.txt']);
  });

  it('when it is read-only, says so, and takes the report once it can be written', async () => {
    const report = await landed(1000);
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
          await ledger.recordReceived(aVersion({ name: `${received}.txt`, file: 'f'.repeat(2000) }));
          received++;
        }
      },
      { code: 'DISK_FULL' },
    );
    assert.equal((await ledger.openVersions('HKSCC')).length, received);
    mount('-o', 'remount,size=8m');
    await ledger.recordReceived(aVersion({ name: 'after.txt' }));
    assert.equal((await ledger.openVersions('HKSCC')).length, received + 1);
    await ledger.close();
    const again = await openLedger(path.join(disk(), 'ledger.sqlite'), new SimulatedClock(START));
    assert.equal((await again.openVersions('HKSCC')).length, received + 1);
    await again.close();
  });
}
