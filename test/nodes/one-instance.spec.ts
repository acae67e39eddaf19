/** Two Node-REDs on one home, each a process of its own: one is at work, the other says so and takes over. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { NodeMessage } from 'node-red';
import type { CollectionSummary } from '../../lib/collection/collect.ts';
import { filesIn } from '../support/files.ts';
import { accountOf, frame, node } from '../support/flow-parts.ts';
import { NodeRedProcess } from '../support/node-red-process.ts';
import type { FlowNode, Received } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const rap = join(import.meta.dirname, '../../bin/rap');

interface Caught {
  code: string;
  message: string;
  cause: { cure: string };
}
const errorOf = (msg: Received) => msg.error as unknown as Caught;

describe('two Node-REDs on one home', () => {
  const system = useSystem({ simulator: { businessDate: '2025-06-20', riskFileBytes: 300_000 } });
  let processes: NodeRedProcess[];

  beforeEach(async () => {
    processes = [];
  });
  afterEach(async () => {
    for (const one of processes) await one.kill();
  });

  function flow(changes: Record<string, unknown> = {}): FlowNode[] {
    const rules = [{ system: '', code: '', folder: '', share: '{home}/shares/{system}/{businessDate}' }];
    return [
      ...frame().map((one) => (one.id === 'caught' ? { ...one, type: 'tell' } : one)),
      accountOf(system.simulator, 'hkscc', changes),
      // Never due by itself within a test; it shows who is in charge.
      node('switch', 'rap-switch', { dataCentre: 'primary', scope: 'all' }),
      node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, ['list']),
      node('list', 'rap-list', { settleSeconds: '0' }, ['download']),
      node('download', 'rap-download', {}, ['route'], ['route']),
      node('route', 'report-route', { rules }, [], ['logout']),
      node('logout', 'rap-connect', { action: 'logout', account: 'account-hkscc' }, ['end']),
      node('end', 'tell'),
      node('neighbour', 'neighbour'),
    ];
  }

  /** Slow enough that something can happen in the middle: some three seconds for everything. */
  const slow = { bandwidth: '00:00-12:00 600; 12:00-00:00 600' };

  async function start(
    settings: { changes?: Record<string, unknown>; lease?: number; language?: string } = {},
  ): Promise<NodeRedProcess> {
    const { changes, ...options } = settings;
    const one = await NodeRedProcess.start(flow(changes), { home: system.home, ...options });
    processes.push(one);
    return one;
  }

  const inTransfer = (one: NodeRedProcess) =>
    one.until(() => /^[1-9]\d* \/? ?(of )?\d+$/.test(one.text('download')), 'a transfer');

  /** Everything served lies on the share once, whole; nothing is left over; the ledger is sound and agrees. */
  async function assertWhole(): Promise<void> {
    const served = await filesIn(system.simulator.tree('hkscc', 'primary'));
    const contents = (files: Map<string, Buffer>) =>
      [...files.values()].map((one) => one.toString('base64')).sort();
    assert.deepEqual(contents(await filesIn(`${system.home}/shares`)), contents(served));
    const left = [...(await filesIn(system.home)).keys()].filter((file) => file.includes('.part-'));
    assert.deepEqual(left, []);
    await system.inLedger(async (ledger) => {
      const versions = await ledger.reports.versionsOf('SIM001');
      assert.equal(versions.size, served.size);
      for (const { versionId } of versions.values()) {
        assert.equal((await ledger.deliveries.deliveriesOf(versionId)).length, 1);
      }
      assert.deepEqual(await ledger.reports.openIntents(), []);
      assert.equal((await ledger.journal.verify()).brokenAt, undefined);
    });
  }

  it('the second says who is at work, logs in nowhere, and takes over when the first has stopped', async () => {
    const first = await start();
    await first.until(() => first.text('switch') !== '', 'the first at work');
    const second = await start({ language: 'zh-TW' });
    await second.until(() => second.text('login') === '另一實例運行中', 'the status');
    const { code, message, cause } = errorOf(await second.message('caught'));
    assert.equal(code, 'NOT_IN_CHARGE');
    assert.match(message, /process \d+ on /);
    assert.match(cause.cure, /process \d+ on .* takes over by itself/);
    second.send('login');
    assert.equal(errorOf(await second.message('caught', 1)).code, 'NOT_IN_CHARGE');
    assert.equal(system.simulator.counters().logins, 0);

    assert.ok((await first.stop()) < 10_000);
    await second.until(() => second.text('login') === '', 'the change of hands');
    await second.until(() => second.text('switch').startsWith('主'), 'its work');
    second.send('login');
    await second.message('end');
    assert.equal(system.simulator.counters().logins, 1);
    await second.stop();
    await assertWhole();
  });

  it('one that was killed is replaced by the next start, though its lease lasts an hour', async () => {
    const first = await start({ changes: slow, lease: 3600_000 });
    first.send('login');
    await inTransfer(first);
    await first.kill();
    const second = await start();
    second.send('login');
    const summary = (await second.message('end')).payload as CollectionSummary;
    assert.equal(summary.complete, true);
    assert.ok(summary.known > 0, 'what the first one received is not fetched again');
    await second.stop();
    await assertWhole();
  });

  it('one that slept through its lease drops its work, writes nothing, and gets its turn again', async () => {
    const first = await start({ changes: slow, lease: 4_000 });
    first.send('login');
    await inTransfer(first);
    first.signal('SIGSTOP');
    const second = await start({ lease: 4_000 });
    await second.until(() => second.text('switch').startsWith('primary'), 'the second at work');
    second.send('login');
    await second.message('end');
    const sound = async () => {
      return system.inLedger(async (ledger) => {
        return [
          await ledger.leases.leaseHolder('writer'),
          await ledger.journal.head(),
          await filesIn(`${system.home}/shares`),
        ];
      });
    };
    const [, journal, shares] = await sound();
    first.signal('SIGCONT');
    await first.until(() => first.text('download') === 'another is at work', 'the loss');
    await first.message('caught');
    const caught = new Set(first.messages('caught').map((msg) => errorOf(msg).code));
    assert.deepEqual([...caught], ['NOT_IN_CHARGE']);
    const [, journalAfter, sharesAfter] = await sound();
    assert.deepEqual(journalAfter, journal);
    assert.deepEqual(sharesAfter, shares);

    await second.stop();
    await first.until(() => first.text('switch').startsWith('primary'), 'its turn');
    first.send('login');
    const summary = (await first.message('end')).payload as CollectionSummary;
    assert.equal(summary.received.length, 0);
    await first.stop();
    await assertWhole();
  });

  it('a person acts beside the one at work, but puts no copy in the place of its ledger', async () => {
    const first = await start();
    await first.until(() => first.text('switch') !== '', 'the first at work');
    const env = { ...process.env, RAP_HOME: system.home };
    const run = async (...words: string[]) => {
      const { stdout } = await promisify(execFile)(rap, [...words, '--json'], { env }).catch(
        (error) => error,
      );
      return JSON.parse(stdout);
    };
    assert.equal((await run('unlock', 'SIM001', '--reason', 'key renewed', '--by', 'Ada')).unlocked, false);
    await run('ledger', 'backup', join(system.home, 'copy.sqlite'));
    const refused = await run('ledger', 'restore', join(system.home, 'copy.sqlite'), '--reason', 'a try');
    assert.equal(refused.error.code, 'NOT_IN_CHARGE');
    await first.stop();
    await first.ended();
    assert.ok(
      (await run('ledger', 'restore', join(system.home, 'copy.sqlite'), '--reason', 'a try')).journal.head,
    );
    assert.ok((await run('ledger', 'verify')).ledger);
  });

  it('a neighbour that throws ends the process and spoils nothing: the next start goes on', async () => {
    const first = await start({ changes: slow });
    first.send('login');
    await inTransfer(first);
    first.send('neighbour');
    await first.ended();
    const second = await start();
    second.send('login');
    assert.equal(((await second.message('end')).payload as CollectionSummary).complete, true);
    await second.stop();
    await assertWhole();
  });

  it('a neighbour that blocks the process for longer than every deadline ends no healthy session', async () => {
    const first = await start({ changes: { ...slow, requestSeconds: '3', stallSeconds: '3' } });
    first.send('login');
    await inTransfer(first);
    first.send('neighbour', { block: 7_000 } as NodeMessage);
    const summary = (await first.message('end')).payload as CollectionSummary;
    assert.equal(summary.complete, true, JSON.stringify(summary.failed));
    assert.equal(system.simulator.counters().logins, 1);
    await first.stop();
    await assertWhole();
  });
});
