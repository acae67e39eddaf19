/** The example for a firm with many accounts: the steps once, in a subflow, and one node for each account. */
import assert from 'node:assert/strict';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { filesIn } from '../support/files.ts';
import { mailsIn } from '../support/mails.ts';
import { patientClock } from '../support/patient-clock.ts';
import type { Runtime } from '../support/runtime.ts';
import { aimAt, listenTo, readFlow } from '../support/shipped-flow.ts';
import { useSystem } from '../support/use-system.ts';

describe('flow 03 Many accounts', () => {
  const system = useSystem({
    simulator: { riskFileBytes: 200_000, businessDate: '2026-11-19' },
    inbox: true,
  });
  let runtime: Runtime;

  beforeEach(async () => {
    const flow = listenTo(aimAt(await readFlow('03 Many accounts.json'), system.simulator), {
      digests: ['Digest'],
    });
    // The first start makes up for the last due time. No other may come.
    const quiet = flow.map((node) =>
      node.type === 'rap-schedule' ? { ...node, whileDue: false, times: [{ time: '07:00' }] } : node,
    );
    runtime = await system.start(quiet, { clock: patientClock(10, fromHongKong('2026-11-20 13:00')) });
  });

  const runEnded = () => runtime.until(() => runtime.received('digests').length > 0, 'the end of the run');

  async function isOnTheShares(installation: 'hkscc' | 'hkcc-seoch'): Promise<boolean> {
    const served = await filesIn(system.simulator.tree(installation, 'primary'));
    const archived = await filesIn(`${system.home}/shares/archive/${installation}`);
    assert.ok(served.size > 5);
    return (
      served.size === archived.size &&
      [...served].every(([name, content]) => archived.get(name)?.equals(content))
    );
  }

  it('collects every account by its own node, each logged in once, and tells all in one digest', async () => {
    await runEnded();
    assert.equal(system.simulator.counters().logins, 2);
    for (const installation of ['hkscc', 'hkcc-seoch'] as const) assert.ok(await isOnTheShares(installation));
    const mails = await mailsIn(`${system.home}/mailbox`);
    const [digest, ...more] = mails.filter(({ subject }) => subject?.startsWith('RAP reports'));
    assert.deepEqual(more, []);
    assert.match(digest?.subject ?? '', /HKSCC .*HKCC/);
  });

  it('goes on to the next account when one cannot log in, and alarms', async () => {
    for (const address of system.simulator.addressesOf('hkscc', 'primary'))
      await system.simulator.stopAddress(address);
    await runEnded();
    assert.ok(await isOnTheShares('hkcc-seoch'));
    const mails = await mailsIn(`${system.home}/mailbox`);
    assert.ok(
      mails.some(({ subject = '' }) => /^RAP alarm.*SIM001/.test(subject)),
      mails.map(({ subject }) => subject).join(),
    );
  });
});
