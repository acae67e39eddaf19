/** A report that fails and then leaves the server, through the nodes: alarm, statuses, digest, and its end. */
import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { closeReport } from '../../lib/collection/close.ts';
import type { CollectionSummary } from '../../lib/collection/collect.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { realClock } from '../../lib/time/clock.ts';
import { faultNamed } from '../../simulator/faults/table.ts';
import { accountOf, frame, node } from '../support/flow-parts.ts';
import { mailsIn } from '../support/mails.ts';
import type { Received, Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

describe('a report that left the server before it came', () => {
  const system = useSystem({ inbox: true, simulator: { businessDate: '2025-06-20', riskFileBytes: 3_000 } });
  let runtime: Runtime;

  beforeEach(async () => {
    const account = 'account-hkscc';
    const [contacts, groups] = ['contacts', ''];
    runtime = await system.start([
      ...frame('told', 'digested', 'summary'),
      {
        ...{
          id: 'contacts',
          type: 'rap-contacts',
          name: '',
          allowedDomains: 'broker.example',
          language: 'en',
        },
        ...{
          host: '127.0.0.1',
          port: String(system.inbox.smtpPort),
          security: 'none',
          from: 'rap@broker.example',
        },
        contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: 'ops' }],
      },
      accountOf(system.simulator, 'hkscc'),
      node('login', 'rap-connect', { action: 'login', account }, ['list']),
      node('list', 'rap-list', { settleSeconds: '0' }, ['download']),
      node('download', 'rap-download', {}, [], ['logout', 'summary']),
      node('logout', 'rap-connect', { action: 'logout', account }, ['digest']),
      node('digest', 'contact-notify', { kind: 'digest', contacts, groups }, ['digested']),
      node('alarm', 'contact-notify', { kind: 'alarm', contacts, groups }, ['told']),
      {
        id: 'c',
        type: 'catch',
        z: 'tab',
        name: '',
        scope: ['list', 'download'],
        uncaught: false,
        wires: [['alarm']],
      },
    ]);
  });
  let runs = 0;
  /** @returns its summary */
  async function run(): Promise<CollectionSummary> {
    const at = runs++;
    runtime.send('login', { rap: { run: `run-${at}` } } as Received);
    await runtime.message('digested', at);
    return (await runtime.message('summary', at)).payload as CollectionSummary;
  }
  const subjects = async () => (await mailsIn(`${system.home}/mailbox`)).map(({ subject = '' }) => subject);

  it('is told by alarm, status and every digest, until a person closes it', async () => {
    runs = 0;
    await system.simulator.setFault(faultNamed('P17')?.make()); // one report may not be read
    const [failed] = (await run()).failed;
    assert.equal(failed?.code, 'REMOTE_DENIED');
    const path = failed?.path ?? '';
    const there = `${system.simulator.tree('hkscc', 'primary')}${path}`;
    await rename(there, `${system.home}/archived`);
    await system.simulator.setFault(undefined);
    for (const _ of [1, 2]) {
      const { complete, outstanding } = await run();
      assert.deepEqual(
        [complete, outstanding.map((one) => [one.code, one.path])],
        [false, [['REPORT_GONE', path]]],
      );
      assert.match(runtime.statusText('download'), / · 1 to come$/);
      assert.deepEqual(
        ['list', 'download'].map((id) => runtime.statuses(id).at(-1)?.fill),
        ['yellow', 'yellow'],
      );
    }
    const { code, cause } = (await runtime.message('told', 1)).error as {
      code: string;
      cause: { subject: string };
    };
    assert.deepEqual([code, cause.subject], ['REPORT_GONE', path]);
    const told = await subjects();
    assert.equal(told.filter((one) => /1 outstanding$/.test(one)).length, 2);
    assert.equal(
      told.filter((one) => /^RAP (?:alarm|CRITICAL)/.test(one)).length,
      2,
      'the second run adds none',
    );
    assert.ok(
      told.every((one) => !/recovered|nothing new/i.test(one)),
      told.join('\n'),
    );

    const ledger = await openHome(system.home, realClock);
    const [report] = (await ledger.openItems.openItems()).outstanding;
    await closeReport(ledger, report ?? assert.fail(), { by: 'Ada', reason: 'HKEX mailed it' });
    await ledger.close();
    assert.equal((await run()).complete, true);
    assert.match((await subjects()).at(-1) ?? '', /nothing new/);
  });
});
