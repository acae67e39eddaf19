/** A flow made ready for a rehearsal: nothing of it reaches further than this machine. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { loopbackOnly } from '../../bin/rehearsal/loopback-only.ts';
import { type FlowNode, stageFlow } from '../../bin/rehearsal/rehearsal-flow.ts';
import type { Installation } from '../../lib/model/types.ts';
import { movePlan, type PracticePlan } from '../../lib/practice/plan.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { readPlanFields } from '../../nodes/rap-plan/settings.ts';
import { readFlow } from '../support/shipped-flow.ts';

const account = (installation: string) => ({
  installation,
  user: `sim-${installation}`,
  participant: 'SIM',
  keyFile: '/sim/key',
  rsaKeyFile: '',
  fingerprint: '',
});

const stage = (plan: PracticePlan) => ({
  plan,
  simulator: {
    accounts: { hkscc: account('hkscc'), 'hkcc-seoch': account('hkcc-seoch') } as never,
    addresses: [],
    knownHostsFile: '/sim/known_hosts',
  },
  feeds: [{ source: 'warnsum', url: 'http://127.0.0.1:9/' }],
  smtpPort: 25,
});

describe('the flow of a rehearsal', () => {
  it('takes the tab of the timer, aims every node at the simulator and leaves out what could reach further', async () => {
    const flow = (await readFlow('02 Practice session.json')) as FlowNode[];
    const timer = flow.find(({ type }) => type === 'session-timer');
    assert.ok(timer);
    const reaching: FlowNode[] = ['http request', 'exec', 'report-route', 'e-mail'].map((type, index) => ({
      id: `far-${index}`,
      type,
      z: timer.z,
    }));
    const other: FlowNode[] = [{ id: 'elsewhere', type: 'inject', z: 'another tab' }];
    const plan = movePlan(practice20250621, '2025-09-23');
    const staged = stageFlow([...flow, ...reaching, ...other], timer.id, stage(plan));
    assert.deepEqual(staged.leftOut, ['e-mail', 'exec', 'http request', 'report-route']);
    const of = (type: string) => staged.flow.filter((node) => node.type === type);
    assert.equal(
      staged.flow.some(({ id }) => id === 'elsewhere'),
      false,
    );
    assert.deepEqual(
      of('rap-account').map(({ keyFile, hostKeys, knownHosts }) => [keyFile, hostKeys, knownHosts]),
      [
        ['/sim/key', [], '/sim/known_hosts'],
        ['/sim/key', [], '/sim/known_hosts'],
      ],
    );
    assert.deepEqual(
      of('rap-contacts').map(({ host, port, from }) => [host, port, from]),
      [['127.0.0.1', '25', 'REHEARSAL <rap@broker.example>']],
    );
    assert.deepEqual(of('weather-check')[0]?.feeds, [{ source: 'warnsum', url: 'http://127.0.0.1:9/' }]);
    assert.deepEqual(
      of('rap-plan').map(({ date, reportsOf }) => [date, reportsOf]),
      [['2025-09-23', '2025-09-22']],
    );
    assert.equal(of('session-timer').length, 1);
  });

  const plans: [string, PracticePlan, string[]][] = [
    ['of another date', movePlan(practice20250621, '2025-09-23'), ['SIM001', 'SIMC01']],
    [
      'with other accounts',
      {
        ...practice20250621,
        accounts: [
          { account: 'BETA', installation: 'hkcc-seoch' },
          { account: 'ALPHA', installation: 'hkscc' },
        ],
      },
      ['ALPHA', 'BETA'],
    ],
    [
      'with one account, other hours and no drill',
      {
        ...practice20250621,
        accounts: [{ account: 'ALPHA', installation: 'hkscc' }],
        parts: [{ name: 'Only', start: '10:00', end: '11:30', dataCentre: 'secondary', tasks: ['log-in'] }],
        weather: { cutOff: '07:15', noticeMinutes: 30, cancels: ['no-8'], terminates: [] },
        hotlines: [{ installation: 'hkscc', name: 'Desk', number: '1234 5678', from: '08:00' }],
        drillBusinessDaysBefore: undefined,
        deadlines: [],
        keyFreeze: { from: '2025-06-21 10:00', to: '2025-06-21 11:30' },
      },
      ['ALPHA', 'SIMC01'],
    ],
  ];
  for (const [what, plan, names] of plans) {
    it(`bears the whole plan, also one ${what}`, async () => {
      const { flow } = stageFlow(
        (await readFlow('02 Practice session.json')) as FlowNode[],
        undefined,
        stage(plan),
      );
      const accounts = flow.filter(({ type }) => type === 'rap-account');
      assert.deepEqual(
        accounts.map(({ name }) => name),
        names,
      );
      const known = accounts.map(({ name, installation }) => ({
        account: String(name),
        installation: installation as Installation,
      }));
      const node = flow.find(({ type }) => type === 'rap-plan');
      const read = readPlanFields(node, () => undefined, known);
      assert.deepEqual(read, JSON.parse(JSON.stringify({ ...plan, title: `REHEARSAL: ${plan.title}` })));
    });
  }

  it('refuses a plan with more accounts of an installation than the flow has, and a flow without its timer', async () => {
    const flow = (await readFlow('02 Practice session.json')) as FlowNode[];
    const more = [...practice20250621.accounts, { account: 'SIM002', installation: 'hkscc' as const }];
    assert.throws(() => stageFlow(flow, undefined, stage({ ...practice20250621, accounts: more })), {
      code: 'CONFIG_INVALID',
      message: 'The flow has no account of hkscc left for SIM002',
    });
    assert.throws(() => stageFlow(flow, 'nobody', stage(practice20250621)), { code: 'CONFIG_INVALID' });
    assert.throws(() => stageFlow([], undefined, stage(practice20250621)), { code: 'CONFIG_INVALID' });
  });

  it('connects to nobody but this machine', async () => {
    const { Socket } = await import('node:net');
    const honest = Socket.prototype.connect;
    try {
      loopbackOnly();
      for (const host of ['192.0.2.1', 'www.example.org']) {
        await assert.rejects(
          new Promise((_, reject) => connect(80, host).on('error', reject)),
          /nobody but this machine/,
        );
      }
      await assert.rejects(
        new Promise((_, reject) => connect(1, '127.0.0.1').on('error', reject)),
        /ECONNREFUSED/,
      );
    } finally {
      Socket.prototype.connect = honest;
    }
  });
});
