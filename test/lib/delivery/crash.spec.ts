import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { verifyLedger } from '../../../lib/ledger/sqlite/backup.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { observedDisk } from '../files/faulty-disk.ts';
import { temporaryFolder } from '../files/temp-folder.ts';
import { START } from '../ledger/samples.ts';
import { REPORTS, runOnce, type Step } from './crash-run.ts';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** Every step takes a while; the whole engine is swept in test/crash. */
const STRIDE = 3;

describe('a run that ends at any moment', () => {
  const folder = temporaryFolder();

  /** What must be true after the next run has completed, whatever happened before. */
  async function checkComplete(home: string, where: string): Promise<void> {
    const share = path.join(home, 'share');
    assert.deepEqual((await fs.readdir(share)).sort(), REPORTS.map((one) => one.name).sort(), where);
    for (const { name, content } of REPORTS) {
      assert.equal(await fs.readFile(path.join(share, name), 'utf8'), content, where);
    }
    const ledger = await openLedger(path.join(home, 'ledger.sqlite'), new SimulatedClock(START));
    assert.deepEqual(await ledger.deliveries.openVersions('HKSCC'), [], where);
    assert.deepEqual(await ledger.reports.openIntents('HKSCC'), [], where);
    for (const [path, { versionId }] of await ledger.reports.versionsOf('HKSCC')) {
      assert.equal((await ledger.deliveries.deliveriesOf(versionId)).length, 1, `${where} ${path}`);
      assert.equal((await ledger.mails.mailsAbout(versionId)).length, 1, `${where} ${path}`);
    }
    assert.equal((await ledger.reports.versionsOf('HKSCC')).size, REPORTS.length, where);
    assert.equal((await ledger.mails.mails()).length, 1, where);
    const delivered = (await ledger.journal.records()).filter(({ what }) => what === 'delivered');
    assert.equal(delivered.length, REPORTS.length, where);
    await ledger.close();
    await verifyLedger(path.join(home, 'ledger.sqlite'), new SimulatedClock(START));
  }

  /** Nothing wrong may ever stand at a final name, not even for the moment before the next run. */
  async function checkNothingWrong(home: string, where: string): Promise<void> {
    const share = path.join(home, 'share');
    for (const name of await fs.readdir(share).catch(() => [])) {
      if (name.startsWith('.part-')) continue;
      const report = REPORTS.find((one) => one.name === name);
      assert.ok(report, `${where}: ${name} should not be there`);
      assert.equal(hashOf(await fs.readFile(path.join(share, name), 'utf8')), hashOf(report.content), where);
    }
  }

  it('is completed by the next run: steps of a run over three reports', async () => {
    let last = 0;
    for (let stop = 1; ; stop += STRIDE) {
      const home = path.join(folder(), `home-${stop}`);
      await fs.mkdir(home);
      let made = 0;
      let where = '';
      let stopped: () => void = () => undefined;
      const ended = new Promise<'stopped'>((resolve) => {
        stopped = () => resolve('stopped');
      });
      // From this step on nothing happens any more, as when the process is gone.
      const before = async (step: Step) => {
        if (++made < stop) return;
        where = `stopped before step ${stop}, ${step}`;
        stopped();
        await new Promise(() => undefined);
      };
      const opened: fs.FileHandle[] = [];
      const outcome = await Promise.race([runOnce(home, before, opened), ended]);
      await Promise.all(opened.map((handle) => handle.close()));
      if (outcome === 'completed') {
        last = stop;
        break;
      }
      await checkNothingWrong(home, where);
      assert.equal(await runOnce(home), 'completed');
      await checkComplete(home, where);
    }
    assert.ok(last > 80, `only ${last} steps were seen`);
  });

  it('observes every call it means to observe', async () => {
    const calls = new Set<string>();
    const disk = observedDisk(({ call }) => void calls.add(call));
    const file = path.join(folder(), 'x');
    const handle = await disk.open(file, 'wx');
    await handle.write(Buffer.from('x'));
    await handle.sync();
    await handle.close();
    await disk.link(file, `${file}2`);
    await disk.rename(file, `${file}3`);
    await disk.unlink(`${file}2`);
    assert.deepEqual(
      [...calls],
      ['open', 'handle.write', 'handle.sync', 'handle.close', 'link', 'rename', 'unlink'],
    );
  });
});
