/**
 * A small run on the parts that deliver: received reports are recorded, delivered, recorded again and told of by
 * mail, with every step in the open. The whole engine, really killed, is in test/crash.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { deliver } from '../../../lib/delivery/deliver.ts';
import { type Disk, openTemporary, publish, realDisk, sweepTemporary } from '../../../lib/files/durable.ts';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';
import { observedDisk } from '../files/faulty-disk.ts';
import { aVersion, START } from '../ledger/samples.ts';

export const REPORTS = ['one', 'two', 'three'].map((name) => ({
  name: `${name}.txt`,
  content: `content of ${name} `.repeat(100),
}));

/** What is about to happen. */
export type Step = string;

const RUN = 'run-1';

/**
 * @param before is waited for before every call on the disk and on the ledger
 * @param opened is filled with all handles, so that those of a run that never went on can be closed
 */
export async function runOnce(
  home: string,
  before: (step: Step) => Promise<void> = async () => undefined,
  opened: fs.FileHandle[] = [],
): Promise<'completed'> {
  const disk = observedAsync(before, opened);
  const ledger = observedLedger(
    await openLedger(path.join(home, 'ledger.sqlite'), new SimulatedClock(START)),
    before,
  );
  const share = path.join(home, 'share');
  const landing = path.join(home, 'landing');
  await sweepTemporary(share, true, { disk });
  await sweepTemporary(landing, true, { disk });
  await fs.mkdir(landing, { recursive: true });
  for (const { name, content } of REPORTS) {
    const version = aVersion({ run: RUN, name, bytes: content.length });
    if ((await ledger.reports.versionsOf('HKSCC')).has(version.path)) continue;
    await ledger.reports.recordIntents([version]);
    const final = path.join(landing, name);
    const { path: temp, handle } = await openTemporary(final, { disk });
    await handle.write(content);
    await handle.sync();
    await handle.close();
    const sha256 = createHash('sha256').update(content).digest('hex');
    const { file } = await publish(temp, final, sha256, { disk });
    await ledger.reports.recordReceived({ ...version, sha256, file });
  }
  for (const report of await ledger.deliveries.openVersions('HKSCC')) {
    const delivery = await deliver(report, share, { disk });
    await ledger.deliveries.recordDelivery({ ...delivery, versionId: report.versionId, run: RUN });
    await ledger.deliveries.markRouted(report.versionId);
  }
  const told = [...(await ledger.reports.versionsOf('HKSCC')).values()].map((one) => one.versionId);
  const mail = { eventKey: 'digest', kind: 'digest' as const, run: RUN, to: ['a@broker.example'] };
  await ledger.mails.queueMail({ ...mail, subject: 's', text: 't', html: 'h', told });
  await ledger.close();
  return 'completed';
}

function observedAsync(before: (step: Step) => Promise<void>, opened: fs.FileHandle[]): Disk {
  const noting: Disk = {
    ...realDisk,
    open: async (...args) => {
      const handle = await realDisk.open(...args);
      opened.push(handle);
      return handle;
    },
  };
  return observedDisk(async ({ call, target }) => {
    await before(`${call} ${path.basename(target)}`);
    return undefined;
  }, noting);
}

function observedLedger<T extends object>(ledger: T, before: (step: Step) => Promise<void>): T {
  return new Proxy(ledger, {
    get(real, name, receiver) {
      const method: unknown = Reflect.get(real, name, receiver);
      if (typeof method === 'object' && method !== null) return observedLedger(method, before);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        await before(`ledger ${String(name)}`);
        return Reflect.apply(method, real, args);
      };
    },
  });
}
