import assert from 'node:assert/strict';
import { idle } from '../../bin/rehearsal/idle.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong, hongKongStamp } from '../../lib/time/hong-kong.ts';
import { stuckAfter } from '../support/faults.ts';
import { filesIn } from '../support/files.ts';
import { mailsIn } from '../support/mails.ts';
import type { Runtime } from '../support/runtime.ts';
import { aimAt, listenTo, readFlow } from '../support/shipped-flow.ts';
import { useSystem } from '../support/use-system.ts';

const MINUTE = 60_000;

describe('flow 01 by a clock that is set in the middle of a run', function () {
  this.timeout(300_000);
  const system = useSystem({ simulator: { riskFileBytes: 100_000 }, inbox: true });
  let runtime: Runtime;

  it('the run of 21:30 comes by the right clock, brings what is missing, and people hear of the clock', async () => {
    const { fault, stuck } = stuckAfter(5);
    await system.simulator.setFault(fault);
    const clock = new SimulatedClock(fromHongKong('2025-06-19 20:45'));
    const rest = () => idle(() => system.inbox.busy);
    const flow = listenTo(aimAt(await readFlow('01 Daily download.json'), system.simulator), {
      digests: ['Digest'],
    });
    const schedule = String(flow.find(({ name }) => name === 'Business days')?.id);
    runtime = await system.start(flow, { clock });
    await Promise.race([stuck, clock.advance(MINUTE, rest)]);
    await stuck;

    // For two minutes the clock is 46 minutes ahead: by it, 21:30 is over.
    clock.jump(46 * MINUTE);
    await clock.advance(2 * MINUTE, rest);
    await system.simulator.setFault({});
    clock.jump(-46 * MINUTE);
    await clock.advance(fromHongKong('2025-06-19 21:32') - clock.now(), rest);
    await runtime.until(() => system.simulator.counters().live === 0, 'every session to be logged out');
    await rest();

    for (const installation of ['hkscc', 'hkcc-seoch'] as const) {
      const served = await filesIn(system.simulator.tree(installation, 'primary'));
      assert.deepEqual(
        [...(await filesIn(`${system.home}/shares/archive/${installation}`)).keys()].sort(),
        [...served.keys()].sort(),
      );
    }
    const ledger = await openHome(system.home, clock);
    const [last] = await ledger.scheduleRuns.doneDueTimes(schedule, 1);
    assert.deepEqual(
      [last?.due, last?.begunAt].map((at) => hongKongStamp(at ?? 0)),
      ['2025-06-19 21:30:00', '2025-06-19 21:30:00'],
    );
    const jumps = await ledger.clock.jumps();
    assert.deepEqual(
      jumps.map(({ jump }) => jump / MINUTE),
      [46, -46],
    );
    assert.deepEqual(await ledger.events.pendingEvents({ kinds: ['clock jumped'], consumer: 'mail' }), []);
    const facts = await ledger.runs.runFacts(last?.run ?? '');
    assert.deepEqual(
      [facts.trigger, facts.accounts.map(({ complete }) => complete)],
      ['timer', [true, true]],
    );
    await ledger.close();
    const mails = await mailsIn(`${system.home}/mailbox`);
    const alarm = mails.find(({ subject }) => /: clock was set$/.test(subject ?? ''));
    assert.match(alarm?.text ?? '', /was put (forward|back)[\s\S]*NTP/);
    assert.match(alarm?.text ?? '', /CLOCK_JUMPED/);
  });
});
