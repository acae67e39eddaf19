/**
 * Deploys of a part of the flows, in the middle of a run: what they cut off is taken up by itself, what they do not touch
 * goes on, and in the end everything is there once.
 */
import assert from 'node:assert/strict';
import { faultNamed } from '../../simulator/faults/table.ts';
import { contentHashes, filesIn } from '../support/files.ts';
import { node, oneAccountFlow } from '../support/flow-parts.ts';
import type { FlowNode, Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

describe('a deploy of a part of the flows', () => {
  const system = useSystem({ simulator: { businessDate: '2025-06-20', riskFileBytes: 20_000 } });
  let runtime: Runtime;
  const warnings: string[] = [];
  const onWarning = ({ name }: Error) => warnings.push(name);
  before(() => process.on('warning', onWarning));
  after(() => process.off('warning', onWarning));

  const flow = (): FlowNode[] => [
    ...oneAccountFlow(system.simulator, { loginsPerDay: '100000' }),
    { id: 'other', type: 'tab', label: 'another' },
    { ...node('status', 'rap-status', {}, []), z: 'other' },
  ];
  const changed = (...ids: string[]) =>
    flow().map((one) =>
      ids.includes(one.id) ? { ...one, ...(one.z ? { x: 7, name: 'new' } : { resume: true }) } : one,
    );

  /** Where a run stands still until it is let go on. */
  const stages: Record<string, () => Promise<() => Promise<void>>> = {
    'logs in': async () => {
      const asked = Promise.withResolvers<void>();
      await system.simulator.setFault({
        login: () => {
          asked.resolve();
          return true;
        },
      });
      return () => asked.promise;
    },
    lists: async () => {
      await system.simulator.setFault(faultNamed('P11-READDIR')?.make());
      return () => runtime.until(() => runtime.statusText('list') === 'listing', 'the listing');
    },
    downloads: async () => {
      await system.simulator.setFault(faultNamed('P11-READ')?.make());
      return () => runtime.until(() => runtime.statuses('download').length > 0, 'the download');
    },
  };

  async function cutAt(stage: string): Promise<void> {
    const reached = await stages[stage]?.();
    runtime = await system.start(flow());
    runtime.send('schedule');
    await reached?.();
    await system.simulator.setFault(undefined);
  }

  /** All that the exchange has is on the share once, and nobody is at work any more. */
  async function allIsThere(): Promise<void> {
    await runtime.message('end');
    const served = await filesIn(system.simulator.tree('hkscc', 'primary'));
    await runtime.until(() => system.simulator.counters().live === 0, 'the goodbye');
    await system.inLedger(async (ledger) => {
      assert.deepEqual(await ledger.deliveries.openVersions('SIM001'), []);
      assert.equal((await ledger.reports.versionsOf('SIM001')).size, served.size);
      assert.deepEqual(await ledger.sessions.runsAtWork('schedule'), []);
    });
    assert.deepEqual(contentHashes(await filesIn(`${system.home}/shares`)), contentHashes(served));
    assert.deepEqual(contentHashes(await filesIn(`${system.home}/landing`)), contentHashes(served));
    for (const id of ['login', 'list', 'download', 'logout'])
      assert.ok(!/stopped|underway|lost/i.test(runtime.statusText(id)), `${id}: ${runtime.statusText(id)}`);
  }

  const cuts: [stage: string, ids: string[], type: 'nodes' | 'flows' | 'full'][] = [
    ['logs in', ['login'], 'nodes'],
    ['lists', ['list'], 'nodes'],
    ['lists', ['account-hkscc'], 'nodes'],
    ['downloads', ['download'], 'nodes'],
    ['downloads', ['account-hkscc'], 'nodes'],
    ['downloads', ['logout'], 'flows'],
    ['logs in', ['schedule', 'login', 'list'], 'nodes'],
    ['downloads', ['status'], 'full'],
  ];
  for (const [stage, ids, type] of cuts) {
    it(`takes up by itself the run that it cut off while it ${stage}: ${ids} (${type})`, async () => {
      await cutAt(stage);
      await runtime.deploy(changed(...ids), type);
      await allIsThere();
    });
  }

  it('takes it up after two deploys within a second, too', async () => {
    await cutAt('downloads');
    await Promise.all([
      runtime.deploy(changed('download'), 'nodes'),
      runtime.deploy(changed('download', 'list'), 'nodes'),
    ]);
    await allIsThere();
  });

  for (const [what, ids, type] of [
    ['the schedule that began it', ['schedule'], 'nodes'],
    ['another flow', ['status'], 'flows'],
    ['a node that it has not come to', ['logout'], 'nodes'],
  ] as const) {
    it(`leaves a run alone that it does not touch: ${what}`, async () => {
      const opened = Promise.withResolvers<void>();
      let goOn = () => {};
      await system.simulator.setFault({
        login(attempt) {
          goOn = () => attempt.accept();
          opened.resolve();
          return true;
        },
      });
      runtime = await system.start(flow());
      runtime.send('schedule');
      await opened.promise;
      await system.simulator.setFault(undefined);
      await runtime.deploy(changed(...ids), type);
      goOn();
      await allIsThere();
      assert.equal(system.simulator.counters().connections, 1);
    });
  }

  it('that takes the account away ends its session, and the next run says what is missing', async () => {
    await cutAt('downloads');
    const without = flow()
      .filter(({ id }) => id !== 'account-hkscc')
      .map((one) => ('account' in one ? { ...one, account: '' } : one));
    await runtime.deploy(without, 'nodes');
    await runtime.until(() => system.simulator.counters().live === 0, 'its end');
    await runtime.until(
      () =>
        runtime
          .received('caught')
          .some(({ error }) => (error as { code?: string }).code === 'CONFIG_INVALID'),
      'what is missing',
    );
  });

  it('leaves no listener and no timer behind', async () => {
    runtime = await system.start(flow());
    const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
    await runtime.deploy(changed('list'), 'nodes');
    const before = timers();
    for (let deploys = 0; deploys < 30; deploys++) {
      await runtime.deploy(deploys % 2 === 0 ? flow() : changed('list', 'login', 'schedule'), 'nodes');
    }
    runtime.send('schedule');
    await allIsThere();
    assert.deepEqual(warnings, []);
    assert.ok(timers() <= before + 5, `${timers()} timers, ${before} before`);
  });
});
