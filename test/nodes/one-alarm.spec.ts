/** One fault is one alarm, from the server or the disk to the mail: the real nodes, a simulator and an inbox. */
import assert from 'node:assert/strict';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { discardReport, releaseReport } from '../../lib/collection/release.ts';
import type { AlarmRecord } from '../../lib/ledger/ledger.ts';
import { faultNamed } from '../../simulator/faults/table.ts';
import { accountOf, frame, node } from '../support/flow-parts.ts';
import { mailsIn } from '../support/mails.ts';
import type { FlowNode, Runtime } from '../support/runtime.ts';
import { startAgain } from '../support/start-again.ts';
import { useSystem } from '../support/use-system.ts';

describe('one fault', () => {
  const system = useSystem({ simulator: { businessDate: '2025-06-20', riskFileBytes: 3_000 }, inbox: true });
  let runtime: Runtime | undefined;
  let runs: number;

  beforeEach(async () => {
    runs = 0;
  });

  /** @param rules where received reports go; without them nowhere */
  function flow(changes: Record<string, unknown>, rules?: object[]): FlowNode[] {
    return [
      ...frame('ended'),
      accountOf(system.simulator, 'hkscc', changes),
      {
        id: 'contacts',
        type: 'rap-contacts',
        name: '',
        contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: '' }],
        ...{ allowedDomains: 'broker.example', language: 'en', host: '127.0.0.1', security: 'none' },
        ...{ port: String(system.inbox.smtpPort), from: 'RAP Ops <rap@broker.example>' },
      },
      node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, ['list']),
      node('list', 'rap-list', { settleSeconds: '0' }, ['download']),
      node('download', 'rap-download', {}, rules ? ['route'] : [], [rules ? 'route' : 'logout']),
      ...(rules ? [node('route', 'report-route', { rules }, [], ['logout'], ['alarm'])] : []),
      node('logout', 'rap-connect', { action: 'logout', account: 'account-hkscc' }, ['digest']),
      node('digest', 'contact-notify', { kind: 'digest', contacts: 'contacts' }, ['ended']),
      node('catch-alarm', 'catch', { scope: ['login', 'list', 'download', ...(rules ? ['route'] : [])] }, [
        'alarm',
      ]),
      node('alarm', 'contact-notify', { kind: 'alarm', contacts: 'contacts' }, []),
    ];
  }

  /** One process per run: what it remembers is in the ledger. */
  async function run(changes: Record<string, unknown> = {}, rules?: object[]): Promise<void> {
    runtime = await system.start(flow(changes, rules));
    runtime.send('login', { rap: { run: `run-${++runs}` } });
    await runtime.message('ended');
    await runtime.stop();
    runtime = undefined;
  }

  const open = () => system.inLedger((ledger) => ledger.alarms.openAlarms());
  const names = (alarms: AlarmRecord[]) => alarms.map(({ code, subject }) => [code, subject]);
  const subjects = async (word: string) =>
    (await mailsIn(`${system.home}/mailbox`))
      .map(({ subject = '' }) => subject)
      .filter((one) => one.includes(word));

  it('of a nearly full disk: one alarm with the figures of now, and it ends when there is room', async () => {
    const { bavail, bsize } = await statfs(system.home);
    const free = Math.floor((bavail * bsize) / 1e6);
    const texts = new Set<string>();
    for (const more of [100_000, 200_000, 300_000]) {
      await run({ reserveMegabytes: String(free + more) });
      for (const { message } of await open()) texts.add(message);
    }
    assert.equal(texts.size, 3, 'its sentence was another one each time');
    assert.deepEqual(names(await open()), [['DISK_FULL', path.join(system.home, 'landing')]]);
    assert.equal((await subjects('RAP CRITICAL')).length, 1);
    await run();
    assert.deepEqual(await open(), []);
    assert.deepEqual(await subjects('recovered'), ['RAP recovered SIM001: DISK_FULL']);
  });

  it('of a routing rule that is missing: one alarm with all its reports, told once, and ended by the rule', async () => {
    const clearing = { system: 'CCASS', share: '{home}/shares/clearing' };
    const unrouted = async () => {
      const reports = await system.inLedger((ledger) => ledger.deliveries.openVersions('SIM001'));
      return reports.map(({ path: at }) => at).sort();
    };
    for (let round = 0; round < 2; round++) {
      await run({}, [clearing]);
      const alarms = await open();
      assert.deepEqual(
        alarms.map(({ account, code, subject }) => [account, code, subject]),
        [['SIM001', 'UNROUTED', '']],
      );
      const about = await system.inLedger((ledger) =>
        ledger.alarms.reportsOfAlarms(alarms.map(({ id }) => id)),
      );
      assert.ok((await unrouted()).length > 1, 'several reports are touched');
      assert.deepEqual(
        [...about.values()].map((paths) => paths.toSorted()),
        [await unrouted()],
      );
      assert.equal((await subjects('RAP CRITICAL')).length, 1);
    }
    // A rule for some of them ends nothing.
    await run({}, [clearing, { system: 'VaR', share: '{home}/shares/risk' }]);
    assert.deepEqual(names(await open()), [['UNROUTED', '']]);
    await run({}, [clearing, { share: '{home}/shares/rest' }]);
    assert.deepEqual(await unrouted(), []);
    assert.deepEqual(await open(), []);
    assert.deepEqual(await subjects('recovered'), ['RAP recovered SIM001: UNROUTED']);
    assert.equal((await subjects('RAP CRITICAL')).length, 1);
  });

  it('of a quarantine that people decide about one by one: one alarm, ended with the last decision', async () => {
    system.simulator.setFault(faultNamed('R05')?.make());
    await run();
    system.simulator.setFault(undefined);
    const held = await system.inLedger((ledger) => ledger.quarantine.quarantinedReports());
    assert.ok(held.length > 1, `${held.length} are held`);
    for (const [index, one] of held.entries()) {
      await system.inLedger(async (ledger) => {
        const act = { by: 'Ada', reason: 'HKEX confirmed it' };
        if (index === 0) await releaseReport(ledger, one, path.join(system.home, 'landing'), act);
        else await discardReport(ledger, one, act);
      });
      const [last] = await open();
      await run();
      const left = held.length - 1 - index;
      assert.deepEqual(
        (await open()).map(({ id, message }) => [id, message.split(' of ')[0]]),
        left === 0 ? [] : [[last?.id, String(left)]],
      );
    }
    assert.match(
      (await subjects('RAP CRITICAL')).join('\n'),
      /^RAP CRITICAL SIM001: report is wrong( · \d+ reports)?$/,
    );
    assert.equal((await subjects('recovered')).length, 1);
  });

  it('that a look meets and the next one does not ends before its run, whose digest comes with the last look', async () => {
    const clear = async (kind: string, count: number) => {
      while ((await subjects(kind)).length < count) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const look = (order: object) => {
      const msg = { payload: { trigger: 'look', due: 0 }, rap: { run: 'run-1', ...order } };
      runtime?.send('login', msg);
    };
    const more = { keepSession: 60_000, goesOn: true };
    const primary = system.simulator.addressesOf('hkscc', 'primary');
    for (const where of primary) await system.simulator.stopAddress(where);
    runtime = await system.start(flow({}));
    look(more);
    await clear('RAP alarm SIM001', 1);
    for (const where of primary) await startAgain(system.simulator, where);
    look(more);
    await runtime.message('ended');
    await clear('recovered', 1);
    assert.deepEqual(await subjects('reports'), [], 'no digest of a look');
    assert.equal(system.simulator.counters().live, 1);
    look(more);
    await runtime.message('ended', 1);
    look({ keepSession: 0 });
    await runtime.message('ended', 2);
    await clear('reports', 1);
    const [digest = ''] = await subjects('reports');
    assert.match(digest, /: \d+ received$/, 'what was met before is past');
    assert.deepEqual([(await subjects('RAP alarm')).length, (await subjects('recovered')).length], [1, 1]);
    await runtime.until(() => system.simulator.counters().live === 0, 'the log-out');
    assert.equal(system.simulator.counters().logins, 1);
  });
});
