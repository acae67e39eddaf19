/** Pieces of flows that tests put together. */
import type { Installation } from '../../lib/model/types.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { FlowNode } from './runtime.ts';

/** A rap-account node that logs in to a simulator, wherever that listens. */
export function accountOf(
  simulator: Simulator,
  installation: Installation,
  changes: Record<string, unknown> = {},
): FlowNode {
  const { user, participant, keyFile } = simulator.accounts[installation];
  return {
    id: `account-${installation}`,
    type: 'rap-account',
    name: '',
    installation,
    participant,
    user,
    keySource: 'file',
    keyFile,
    addresses: simulator.addresses
      .filter((address) => address.installation === installation)
      .map(({ dataCentre, host, port }) => ({ dataCentre, host, port: String(port) })),
    hostKeys: [],
    knownHosts: simulator.knownHostsFile,
    folders: [{ folder: '/INBOX' }, { folder: '/COMMON' }, { folder: '/RPF' }],
    profile: 'standard',
    tcpSeconds: '',
    handshakeSeconds: '',
    requestSeconds: '',
    stallSeconds: '',
    idleSeconds: '',
    maxEntries: '',
    maxMegabytes: '',
    maxDepth: '',
    maxListingMegabytes: '',
    maxListingSeconds: '',
    reserveMegabytes: '',
    loginsPerDay: '',
    bandwidth: '',
    resume: false,
    ...changes,
  };
}

/** A node on the tab "tab", with wires to the nodes named for each output. */
export function node(
  id: string,
  type: string,
  settings: Record<string, unknown> = {},
  ...outputs: string[][]
): FlowNode {
  return { id, type, z: 'tab', name: '', ...settings, wires: outputs };
}

/** Tab, a Catch node for everything, and a helper node for each name. "caught" gets what the Catch node gets. */
export function frame(...helpers: string[]): FlowNode[] {
  return [
    { id: 'tab', type: 'tab', label: 'test' },
    node('catch-all', 'catch', { scope: null, uncaught: false }, ['caught']),
    ...['caught', ...helpers].map((id) => node(id, 'helper')),
  ];
}

/** One account from its log-in to its log-out, with every report into one folder; "end" gets the end of each run. */
export function oneAccountFlow(simulator: Simulator, account: Record<string, unknown>): FlowNode[] {
  const rules = [{ system: '', code: '', folder: '', share: '{home}/shares' }];
  return [
    ...frame('end'),
    accountOf(simulator, 'hkscc', account),
    // Begins runs by hand, and takes up what was cut off; its own times are far away.
    node(
      'schedule',
      'rap-schedule',
      { mode: 'pattern', pattern: '59 23 31 12 *', calendar: 'none', catchUp: false },
      ['login'],
    ),
    node('login', 'rap-connect', { action: 'login', account: 'account-hkscc' }, ['list']),
    node('list', 'rap-list', { settleSeconds: '0' }, ['download']),
    node('download', 'rap-download', {}, ['route'], ['route']),
    node('route', 'report-route', { rules }, [], ['logout']),
    node('logout', 'rap-connect', { action: 'logout', account: 'account-hkscc' }, ['end']),
  ];
}
