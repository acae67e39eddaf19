/**
 * Deploys in the middle of transfers: each stops within its time, the run is taken up by itself, and in the end
 * everything is there once. RAP_REDEPLOYS says how often; the full size is 200.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contentHashes, filesIn } from '../support/files.ts';
import { oneAccountFlow } from '../support/flow-parts.ts';
import type { Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';
import { waited } from '../support/worked.ts';

/** Its multiples, modulo 1, spread evenly. */
const GOLDEN_RATIO = 0.618_034;
const REDEPLOYS = Number(process.env.RAP_REDEPLOYS || 6);
/** Bytes of the new report that each deploy meets: with the bandwidth below several of them take half a second. */
const LARGE = 250_000;

describe('a deploy in the middle of a transfer', () => {
  const system = useSystem({ simulator: { businessDate: '2025-06-20', riskFileBytes: 20_000 } });
  let runtime: Runtime;

  const slow = { bandwidth: '00:00-12:00 4000; 12:00-00:00 4000', loginsPerDay: '100000' };
  const start = async () => {
    runtime = await system.start(oneAccountFlow(system.simulator, slow));
  };

  it(`loses nothing, leaves nothing over, brings nothing twice, ${REDEPLOYS} times`, async () => {
    const tree = system.simulator.tree('hkscc', 'primary');
    let slowest = 0;
    let met = 0;
    let span = 700;
    await start();
    runtime.send('schedule');
    // A few deploys may all come between two runs.
    for (let deploy = 1; deploy <= REDEPLOYS || (met < REDEPLOYS / 4 && deploy < 60); deploy++) {
      // At moments all over the run: while it logs in, lists, downloads, files or logs out.
      await new Promise((resolve) => setTimeout(resolve, ((deploy * GOLDEN_RATIO) % 1) * span));
      const file = join(tree, `INBOX/AMENDED/deploy-${deploy}.csv`);
      await mkdir(dirname(file), { recursive: true });
      // Nothing waits here until a file is still, so it must appear whole.
      const aside = join(system.home, `deploy-${deploy}.csv`);
      await writeFile(aside, randomBytes(LARGE));
      await rename(aside, file);
      slowest = Math.max(slowest, await waited(() => runtime.stop()));
      const cut = !runtime.statusText('logout').endsWith('logged out');
      if (cut) met++;
      // About two of three deploys meet a run, however fast the machine is.
      span *= cut ? 1.1 : 0.8;
      await start();
      // A run that was cut off goes on by itself.
      if (!cut) runtime.send('schedule');
    }
    await runtime.until(() => runtime.received('end').length > 0, 'the last run');
    // What the last run did not see yet.
    runtime.send('schedule');
    await runtime.until(() => runtime.received('end').length > 1, 'one more run');
    await runtime.stop();

    const served = await filesIn(tree);
    assert.deepEqual(
      contentHashes(await filesIn(`${system.home}/shares`)),
      contentHashes(served),
      'lost or twice on the share',
    );
    assert.deepEqual(
      contentHashes(await filesIn(`${system.home}/landing`)),
      contentHashes(served),
      'lost or twice on landing',
    );
    const left = [...(await filesIn(system.home)).keys()].filter((name) => name.includes('.part-'));
    assert.deepEqual(left, [], 'left over');
    await system.inLedger(async (ledger) => {
      const versions = await ledger.reports.versionsOf('SIM001');
      assert.equal(versions.size, served.size);
      for (const { versionId } of versions.values()) {
        assert.equal((await ledger.deliveries.deliveriesOf(versionId)).length, 1);
      }
      assert.deepEqual(await ledger.reports.openIntents(), []);
      assert.deepEqual(await ledger.sessions.cutOffRuns('schedule'), []);
    });
    assert.ok(slowest < 10_000, `the slowest stop took ${Math.round(slowest)} ms`);
    assert.ok(met >= REDEPLOYS / 4, `only ${met} deploys met a run`);
    if (process.env.RAP_REDEPLOYS) {
      console.log(
        `      ${REDEPLOYS} deploys, ${met} met a run, ${served.size} reports; slowest stop ${Math.round(slowest)} ms; ${system.simulator.counters().logins} logins`,
      );
    }
  }).timeout(300_000 + REDEPLOYS * 4_000);
});
