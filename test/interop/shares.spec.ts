/** Reports on real network shares, whose servers die in the middle of the work and come back. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CircuitBreakers } from '../../lib/collection/circuit-breaker.ts';
import { type RouteOptions, routeOpen, routeReport } from '../../lib/collection/route.ts';
import { initShare } from '../../lib/delivery/share.ts';
import type { RapError } from '../../lib/errors/rap-error.ts';
import { type Disk, realDisk, registerProxy } from '../../lib/files/disk.ts';
import { sha256File } from '../../lib/files/durable.ts';
import { tryFolder } from '../../lib/files/trial.ts';
import { Watchdog } from '../../lib/files/watchdog.ts';
import { type Ledger, openLedger } from '../../lib/ledger/ledger.ts';
import { realClock } from '../../lib/time/clock.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { whatIsMissing } from './servers/server.ts';
import { type NetworkShare, shareKinds, whyNoMounts } from './shares.ts';

const reason = whyNoMounts();
/** RAP_INTEROP_FULL=1 asks for much more. */
const full = process.env.RAP_INTEROP_FULL === '1';
const [REPORTS, KILLS] = full ? [300, 10] : [20, 1];

describe('network shares', () => {
  // A test without a body is shown as pending: whoever reads the results sees what was not proved, and why.
  if (reason !== undefined) it(`were not tried, because ${reason}`);
  else for (const kind of shareKinds) describe(kind.name, () => suite(kind));
});

function suite(kind: (typeof shareKinds)[number]): void {
  let work: string;
  let share: NetworkShare;
  let ledger: Ledger;

  before(async function () {
    this.timeout(300_000);
    assert.equal(whatIsMissing(kind), undefined);
    work = await mkdtemp(path.join(tmpdir(), 'rap-share-'));
    share = await kind.start(work);
    ledger = await openLedger(path.join(work, 'ledger.sqlite'), realClock);
  });
  after(async function () {
    this.timeout(300_000);
    await ledger?.close();
    await share?.stop();
    await rm(work, { recursive: true, force: true });
  });

  it('can do what decision 12 says it can', async () => {
    assert.deepEqual(await tryFolder(share.folder), kind.abilities);
    assert.deepEqual(await readdir(share.served), []);
  });

  it('whose server is killed under load: nothing lost, nothing torn, nothing twice, and work goes on by itself', async () => {
    await initShare(share.folder, realClock);
    const local = path.join(work, 'local');
    const rule = (folder: string) => ({ system: '', code: '', folder: '', share: folder });
    const pauses = new CircuitBreakers();
    const options: RouteOptions = {
      ledger,
      run: 'run-1',
      rules: [rule(`${share.folder}/reports/{yyyy}`), rule(`${local}/{yyyy}`)],
      context: { home: path.join(work, 'home'), account: 'HKSCC', installation: 'hkscc' },
      requireSentinel: true,
      pauses,
    };
    await mkdir(local);
    await initShare(local, realClock);
    const sums = await reports(REPORTS, 300_000);
    const open = await ledger.deliveries.openVersions('HKSCC');
    let alarms = 0;
    let outage: Promise<void> | undefined;
    for (const [at, report] of open.entries()) {
      if (at % (REPORTS / KILLS) === 2) {
        await outage;
        await recovered();
        outage = killSoon(at);
      }
      alarms += (await routeReport(report, options)).errors.length;
    }
    await outage;
    await recovered();
    assert.ok(alarms >= 1 && alarms <= KILLS, `${alarms} alarms for ${KILLS} outages`);
    assert.deepEqual(await ledger.deliveries.openVersions('HKSCC'), []);
    for (const folder of [path.join(share.served, 'reports', '2026'), path.join(local, '2026')]) {
      const names = (await readdir(folder)).filter((name) => !name.startsWith('.part-'));
      assert.deepEqual(names.sort(), [...sums.keys()].sort());
      for (const name of names) assert.equal(await sha256File(path.join(folder, name)), sums.get(name), name);
    }
    if (full)
      process.stdout.write(`      ${alarms} alarms, ${await leftBehind()} temporary files left behind\n`);

    /** Rounds, as the routing node makes them, until nothing waits; one a second instead of one in twenty. */
    async function recovered(): Promise<void> {
      for (let round = 0; pauses.any; round++) {
        assert.ok(round < 60, `still waiting: ${pauses.waiting().length}`);
        await pause(1000);
        pauses.tryAgain();
        for (const one of await routeOpen(options, new Set(), new Set(pauses.waiting())))
          alarms += one.errors.length;
        pauses.closeServed();
      }
    }
  }).timeout(300_000);

  it('whose server is frozen in the middle of a delivery: nobody waits for it, and all is there once it goes on', async () => {
    await initShare(share.folder, realClock);
    const local = path.join(work, 'beside');
    await mkdir(local);
    await initShare(local, realClock);
    const rule = (folder: string) => ({ system: '', code: '', folder: '', share: folder });
    const pauses = new CircuitBreakers();
    const calls = new Watchdog();
    const options: RouteOptions = {
      ledger,
      run: 'run-2',
      rules: [rule(`${share.folder}/frozen/{yyyy}`), rule(`${local}/{yyyy}`)],
      context: { home: path.join(work, 'home'), account: 'HKSCC', installation: 'hkscc' },
      requireSentinel: true,
      pauses,
      calls,
      answerWithin: 6_000,
    };
    const sums = await reports(3, 8_000_000);
    const open = await ledger.deliveries.openVersions('HKSCC');
    const served = path.join(share.served, 'frozen', '2026');
    const errors: RapError[] = [];
    for (const [at, report] of open.entries()) {
      const how = at === 1 ? { ...options, disk: frozenAtTheFirstWrite() } : options;
      errors.push(...(await routeReport(report, how)).errors);
    }
    try {
      // smbnetfs gives some calls up by itself and answers with an error of its own.
      const [error, ...others] = errors;
      const told =
        { SHARE_SILENT: ' does not answer: ', DISK_ERROR: ' failed \\(EIO\\)$' }[error?.code as string] ??
        'none';
      assert.match(error?.message ?? '', new RegExp(`${share.folder}.*${told}`));
      assert.deepEqual(others, []);
      assert.equal((await readdir(path.join(local, '2026'))).length, 3, 'the other share is served');
      const begun = performance.now();
      for (let round = 0; round < 20; round++) {
        pauses.tryAgain();
        await routeOpen(options, new Set(), new Set(pauses.waiting()));
      }
      // Each attempt that hung would take six seconds, and keep one of four threads for ever.
      for (let look = 0; look < 20; look++) await stat(work);
      const spent = performance.now() - begun;
      assert.ok(spent < 60_000, `attempts at a frozen share took ${spent} ms`);
    } finally {
      share.thaw();
    }
    const thawed = performance.now();
    while (pauses.any) {
      assert.ok(performance.now() - thawed < PATIENCE_MS, 'still waiting');
      await pause(500);
      pauses.tryAgain();
      await routeOpen(options, new Set(), new Set(pauses.waiting()));
      pauses.closeServed();
    }
    while (calls.busy) await pause(10);
    assert.deepEqual(await ledger.deliveries.openVersions('HKSCC'), []);
    assert.deepEqual((await namesIn(served)).sort(), [...sums.keys()].sort());
    for (const [name, sum] of sums) assert.equal(await sha256File(path.join(served, name)), sum, name);
  });

  /** The disk of this machine, whose share is frozen once a copy lies open on it and before anything is written to it. */
  function frozenAtTheFirstWrite(): Disk {
    const open: Disk['open'] = async (file, ...how) => {
      const handle = await realDisk.open(file, ...how);
      const isCopy =
        path.basename(String(file)).startsWith('.part-') && String(file).startsWith(share.folder);
      if (isCopy) share.freeze('server');
      return handle;
    };
    return registerProxy({ ...realDisk, open }, realDisk);
  }

  it('whose client is frozen: a process that waits for it can be ended', async () => {
    const [room, file] = [
      new URL('../../lib/files/watchdog.ts', import.meta.url).href,
      // Of a name that nobody asked for the kernel remembers nothing.
      path.join(share.folder, 'asked-now'),
    ].map((text) => JSON.stringify(text));
    const program = `
      import { watchdog } from ${room};
      const disk = watchdog.disk('share', { answerWithin: 200 });
      await disk.stat(${file}).catch(({ code }) => process.stdout.write(code, () => process.exit()));
    `;
    share.freeze('client');
    const args = ['--input-type=module', '--eval', program];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const limit = setTimeout(() => share.thaw(), 20_000);
    let told = '';
    child.stdout.on('data', (chunk) => {
      told += chunk;
    });
    const [, signal] = await once(child, 'exit');
    clearTimeout(limit);
    share.thaw();
    // Left to itself it would have waited for its thread.
    assert.deepEqual([told, signal], ['SHARE_SILENT', 'SIGKILL']);
  });

  const namesIn = (folder: string) => readdir(folder).catch((): string[] => []);

  const leftBehind = async () =>
    (await readdir(path.join(share.served, 'reports', '2026'))).filter((name) => name.startsWith('.part-'))
      .length;

  /** The moment differs from one outage to the next, so that it meets different steps. */
  async function killSoon(at: number): Promise<void> {
    await pause((at * 7) % 40);
    await share.kill();
    // The client for SMB tries for two seconds before it says that the server is gone.
    await pause(3000);
    await share.restart();
  }

  /** Reports in the landing folder and the ledger: SHA-256 by name. */
  async function reports(count: number, bytes: number): Promise<Map<string, string>> {
    const sums = new Map<string, string>();
    for (let at = 0; at < count; at++) {
      const name = `${bytes}-${String(at).padStart(3, '0')}.txt`;
      const content = Buffer.alloc(bytes + at, `report ${at} `);
      const file = path.join(work, name);
      await writeFile(file, content);
      const sha256 = createHash('sha256').update(content).digest('hex');
      sums.set(name, sha256);
      const facts = { name, path: `/INBOX/${name}`, file, sha256, bytes: content.length };
      await ledger.reports.recordReceived(aVersion(facts));
    }
    return sums;
  }
}
