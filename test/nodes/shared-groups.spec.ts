/** Which accounts move together between hosts: those that one run logs in, however the flow leads to them. */
/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Node-RED */
import assert from 'node:assert/strict';
import { groupsOf } from '../../lib/ledger/lease/duty-groups.ts';
import { sharedOf } from '../../nodes/runtime/runtime.ts';
import { frame, node } from '../support/flow-parts.ts';
import { idleAccounts } from '../support/practice-flow.ts';
import type { FlowNode } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

const USERS = ['A', 'B', 'C', 'D'];
const [account] = idleAccounts();
const accounts = USERS.map((name) => ({ ...account, id: `account${name}`, name, user: name }) as FlowNode);
const variable = (value: unknown) => [{ name: 'ACCOUNT', type: 'conf-type', value }];
const never = { mode: 'pattern', pattern: '0 3 1 1 *', calendar: 'none', catchUp: false };
const schedule = (id: string, ...next: string[]) => node(id, 'rap-schedule', never, next);

/** A subflow that logs one account in and hands on what comes. */
const collect = (changes: Partial<FlowNode> = {}): FlowNode[] => [
  {
    ...{ id: 'collect', type: 'subflow', name: 'Collect', env: variable('') },
    in: [{ x: 0, y: 0, wires: [{ id: 'login' }] }],
    out: [{ x: 0, y: 0, wires: [{ id: 'logout', port: 0 }] }],
  },
  {
    ...node('login', 'rap-connect', { action: 'login', account: '${ACCOUNT}' }, ['logout']),
    z: 'collect',
    ...changes,
  },
  { ...node('logout', 'rap-connect', { action: 'logout', account: '${ACCOUNT}' }), z: 'collect' },
];
const one = (user: string, ...next: string[]): FlowNode => ({
  ...node(`one${user}`, 'subflow:collect', {}, next),
  env: variable(`account${user}`),
});

describe('accounts that move together between hosts', () => {
  const system = useSystem();

  /** The accounts of each group that has any, as they are deployed. */
  async function groups(...flow: FlowNode[]): Promise<string[]> {
    const started = await system.start([...frame(), ...accounts, ...flow], { host: 'one' });
    const shared = () =>
      [...(sharedOf(system.home)?.participants ?? [])].flatMap((node) => node.shares?.() ?? []);
    const known = () => new Set(shared().flatMap((list) => list.map(({ kind, subject }) => kind + subject)));
    await started.until(() => USERS.every((user) => known().has(`account${user}`)), 'all accounts', 60_000);
    return groupsOf(shared())
      .map(({ duties }) =>
        duties.flatMap(({ kind, subject }) => (kind === 'account' ? subject : [])).join(''),
      )
      .filter((names) => names !== '');
  }

  it('are those of a chain of subflows, and not of another chain', async () => {
    const chains = [schedule('s1', 'oneA'), one('A', 'oneB'), one('B'), schedule('s2', 'oneC'), one('C')];
    assert.deepEqual(await groups(...collect(), ...chains), ['AB', 'C', 'D']);
  });

  it('are those of a chain over a link', async () => {
    const linked = [
      { ...node('out', 'link out', { links: ['in'] }) },
      { ...node('in', 'link in', { links: ['out'] }, ['oneC']) },
    ];
    const chain = [schedule('s1', 'oneA'), one('A', 'out'), one('C'), schedule('s2', 'oneB'), one('B')];
    assert.deepEqual(await groups(...collect(), ...linked, ...chain), ['AC', 'B', 'D']);
  });

  it('are those of a schedule within a subflow, each of its instances by itself', async () => {
    const within = { ...schedule('timer', 'login'), z: 'collect' };
    assert.deepEqual(await groups(...collect(), within, one('A'), one('B', 'oneC'), one('C')), [
      'A',
      'BC',
      'D',
    ]);
  });

  it('are those of subflows in a subflow, whose variables hand the account on', async () => {
    const outer: FlowNode[] = [
      {
        ...{ id: 'outer', type: 'subflow', name: 'Outer', env: variable('accountD') },
        in: [{ x: 0, y: 0, wires: [{ id: 'inner' }] }],
        out: [],
      },
      { ...node('inner', 'subflow:collect', {}), z: 'outer', env: variable('${ACCOUNT}') },
    ];
    const instances = [
      { ...node('outerA', 'subflow:outer', {}), env: variable('accountA') },
      // Says nothing: the subflow says it.
      { ...node('outerD', 'subflow:outer', {}), env: [] },
    ];
    const flow = [schedule('s1', 'outerA'), schedule('s2', 'outerD', 'oneB'), one('B')];
    assert.deepEqual(await groups(...collect(), ...outer, ...instances, ...flow), ['A', 'BD', 'C']);
  });

  it('are all where only the run knows its account', async () => {
    const tabVariable = collect({ account: '${OF_THE_TAB}' });
    assert.deepEqual(await groups(...tabVariable, schedule('s1', 'oneA'), one('A')), ['ABCD']);
  });

  it('are none of a subflow that logs nobody in', async () => {
    const quiet = {
      ...node('login', 'rap-connect', { action: 'logout', account: '${ACCOUNT}' }),
      z: 'collect',
    };
    const [subflow] = collect();
    assert.deepEqual(
      await groups({ ...subflow, out: [] } as unknown as FlowNode, quiet, schedule('s1', 'oneA'), one('A')),
      [...USERS],
    );
  });
});
