/** Node-RED ends while a node waits for a far end that says nothing: nobody waits for it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { faultNamed } from '../../simulator/faults/table.ts';
import { accountOf, frame, node } from '../support/flow-parts.ts';
import type { FlowNode, Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';
import { waited } from '../support/worked.ts';

/** Milliseconds that a stop may take. */
const MOST = 10_000;

describe('a stop in the middle of a wait', function () {
  this.timeout(300_000);
  const system = useSystem({ simulator: { businessDate: '2025-06-20', riskFileBytes: 20_000 } });
  let runtime: Runtime | undefined;
  /** Takes connections and says nothing. */
  let silent: net.Server;
  const sockets = new Set<net.Socket>();

  before(async () => {
    silent = net.createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
  });
  after(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const address = () => ({ host: '127.0.0.1', port: String((silent.address() as AddressInfo).port) });
  const contacts = (): FlowNode => ({
    id: 'contacts',
    type: 'rap-contacts',
    name: '',
    contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: 'alarm' }],
    allowedDomains: 'broker.example',
    language: 'en',
    security: 'none',
    from: 'RAP Ops <rap@broker.example>',
    ...address(),
  });
  const flow = (): FlowNode[] => [
    ...frame('logged-in', 'listed'),
    accountOf(system.simulator, 'hkscc'),
    node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, ['list', 'logged-in']),
    node('list', 'rap-list', { settleSeconds: '0' }, ['download', 'listed']),
    node('download', 'rap-download', {}, [], []),
    contacts(),
    node('alarm', 'contact-notify', { kind: 'alarm', contacts: 'contacts', groups: 'alarm' }, []),
  ];

  const waits: [what: string, fault: string, wait: (runtime: Runtime) => Promise<unknown>][] = [
    ['a listing', 'P11-READDIR', (at) => at.message('logged-in')],
    ['the content of a report', 'P11-READ', (at) => at.message('listed')],
    [
      'a mail relay',
      '',
      async (at) => {
        const called = once(silent, 'connection');
        const error = {
          message: 'm',
          code: 'STALLED',
          source: { id: 'login', type: 'rap-connect', name: '' },
        };
        at.send('alarm', { rap: { run: 'run-1', account: 'SIM001' }, error });
        await called;
      },
    ],
  ];
  for (const [what, fault, wait] of waits) {
    it(`for ${what} takes less than ${MOST / 1000} s`, async () => {
      await system.simulator.setFault(faultNamed(fault)?.make());
      runtime = await system.start(flow());
      if (fault !== '') runtime.send('login', {});
      await wait(runtime);
      // The request is on its way.
      await new Promise((resolve) => setTimeout(resolve, 100));
      const took = await waited(() => runtime?.stop());
      runtime = undefined;
      assert.ok(took < MOST, `${Math.round(took)} ms`);
    });
  }
});
