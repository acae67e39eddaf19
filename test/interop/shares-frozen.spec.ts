/**
 * A deploy and the end of Node-RED while a report is on its way to a share whose server has frozen, on a real mount.
 * What hangs there hangs in the kernel, where no signal ends it.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { NodeMessage } from 'node-red';
import { initShare } from '../../lib/delivery/share.ts';
import { sha256File } from '../../lib/files/durable.ts';
import { watchdog } from '../../lib/files/watchdog.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { ReceivedReport, RunContext } from '../../lib/model/types.ts';
import { realClock } from '../../lib/time/clock.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { beforeFirstWrite } from '../support/first-write.ts';
import { frame, node } from '../support/flow-parts.ts';
import { makeHome, removeHome } from '../support/home.ts';
import { NodeRedProcess } from '../support/node-red-process.ts';
import { type FlowNode, Runtime } from '../support/runtime.ts';
import { waited } from '../support/worked.ts';
import { whatIsMissing } from './servers/server.ts';
import { type NetworkShare, sftp, whyNoMounts } from './shares.ts';

const reason = whyNoMounts();
/** What an end of Node-RED may take (nodeCloseTimeout is 15 s). */
const LIMIT_MS = 10_000;

describe('a share that freezes in the middle of a delivery', () => {
  if (reason !== undefined) it(`was not tried, because ${reason}`);
  else suite();
});

function suite(): void {
  let [work, home]: string[] = [];
  let share: NetworkShare;
  let runtime: Runtime | undefined;
  let other: NodeRedProcess | undefined;
  const sums = new Map<string, string>();

  beforeEach(async function () {
    this.timeout(300_000);
    assert.equal(whatIsMissing(sftp), undefined);
    work = await mkdtemp(path.join(tmpdir(), 'rap-frozen-'));
    home = await makeHome();
    share = await sftp.start(work);
    await initShare(share.folder, realClock);
    sums.clear();
  });
  afterEach(async function () {
    this.timeout(300_000);
    share?.thaw();
    await runtime?.stop();
    await other?.kill();
    await share?.stop();
    await removeHome(home ?? '');
    await rm(work ?? '', { recursive: true, force: true });
  });

  const flow = (collector: 'helper' | 'tell'): FlowNode[] => [
    ...frame('filed').map((one) =>
      ['filed', 'caught'].includes(one.id) ? { ...one, type: collector } : one,
    ),
    node('route', 'report-route', { shares: 'marked', rules: [{ share: `${share.folder}/{yyyy}` }] }, [
      'filed',
    ]),
  ];
  const context: RunContext = {
    run: 'run-1',
    account: 'HKSCC',
    installation: 'hkscc',
    dataCentre: 'primary',
    address: '127.0.0.1:22',
  };
  const message = (payload: ReceivedReport) => ({ rap: context, payload }) as NodeMessage;
  const inYear = () => readdir(path.join(share.served, '2026')).catch((): string[] => []);

  /** A large report as rap-download leaves it: in the landing folder and in the ledger. */
  async function received(name: string): Promise<ReceivedReport> {
    const content = Buffer.alloc(8_000_000, `${name} `);
    const file = path.join(home ?? '', name);
    await writeFile(file, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    sums.set(name, sha256);
    const ledger = await openHome(home ?? '', realClock);
    const facts = { name, path: `/INBOX/${name}`, file, sha256, bytes: content.length };
    const { versionId } = await ledger.reports.recordReceived(aVersion(facts));
    const report = await ledger.reports.version(versionId);
    await ledger.close();
    return report ?? assert.fail();
  }

  /** Every report lies there once, whole, and nothing else does. */
  async function allIsThere(): Promise<void> {
    assert.deepEqual((await inYear()).sort(), [...sums.keys()].sort());
    for (const [name, sum] of sums)
      assert.equal(await sha256File(path.join(share.served, '2026', name)), sum, name);
    const ledger = await openHome(home ?? '', realClock);
    assert.deepEqual(await ledger.deliveries.openVersions('HKSCC'), []);
    await ledger.close();
  }

  it('does not hold up a deploy, and gets its report once when it goes on', async () => {
    const report = await received('deploy.txt');
    runtime = await Runtime.start(flow('helper'), { home: home ?? '' });
    beforeFirstWrite(path.join(share.folder, '2026'), () => share.freeze('server'));
    runtime.send('route', message(report));
    await runtime.until(() => share.isFrozen && watchdog.busy, 'the hanging call');
    const spent = await waited(() => runtime?.stop());
    assert.ok(spent < LIMIT_MS, `the deploy took ${spent} ms`);
    assert.ok(watchdog.busy, 'a call hangs');
    runtime = await Runtime.start(flow('helper'), { home: home ?? '' });
    // The next life waits for what the last one asked.
    await pause(200);
    assert.equal(runtime.received('filed').length, 0);
    share.thaw();
    await runtime.message('filed');
    await runtime.stop();
    runtime = undefined;
    await allIsThere();
  });

  it('does not hold up the end of Node-RED, nor the next one, which delivers when it goes on', async () => {
    const report = await received('end.txt');
    const options = { home: home ?? '' };
    other = await NodeRedProcess.start(flow('tell'), options, path.join(share.folder, '2026'));
    other.send('route', message(report));
    await other.copying(() => share.freeze('server'));
    const spent = await other.stopFlow();
    assert.ok(spent < LIMIT_MS, `the stop took ${spent} ms`);
    // The kernel may keep the dead process until the server answers. The next one takes over when its grace is over.
    runtime = await Runtime.start(flow('helper'), { home: home ?? '' });
    await runtime.until(() => watchdog.busy, 'the next attempt');
    share.thaw();
    await runtime.message('filed');
    await other.ended();
    await runtime.stop();
    runtime = undefined;
    await allIsThere();
  });
}
