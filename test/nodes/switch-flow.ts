/**
 * A flow in which rap-switch "away" tells by mail what it has to tell; as a process it is killed as soon as the first
 * mail about it is in the outbox. Arguments: the home, the mail port, the time, what happens.
 */
import { SimulatedClock } from '../../lib/time/clock.ts';
import { die, mortal } from '../support/dying.ts';
import { frame, node } from '../support/flow-parts.ts';
import { idleAccounts } from '../support/practice-flow.ts';
import { type FlowNode, Runtime } from '../support/runtime.ts';

export interface SwitchFlow {
  home: string;
  clock: SimulatedClock;
  /** Where mails go. */
  port: number;
  /** The groups that are told; none: the news goes nowhere but to the test. */
  groups: readonly string[];
  /** Is the rap-switch node there? */
  away?: boolean;
  /** Does a second person have to confirm? */
  second?: boolean;
}

/** An alarm for each group about what went wrong, and a text about what went well or waits for somebody. */
export function startSwitching({ home, clock, port, groups, away = true, second = true }: SwitchFlow) {
  const switching = {
    ...{ dataCentre: 'secondary', scope: 'all', reason: 'drill', by: 'Chan' },
    requireSecond: second,
  };
  const of = (kind: string) => groups.map((group) => `${kind}-${group}`);
  const contacts = {
    ...{ id: 'contacts', type: 'rap-contacts', name: '' },
    contacts: ['desk', 'risk'].map((group) => ({
      name: group,
      email: `${group}@broker.example`,
      groups: group,
    })),
    ...{ host: '127.0.0.1', port: String(port), security: 'none' },
    from: 'RAP Ops <rap@broker.example>',
  };
  const mails = groups.flatMap((group): FlowNode[] => {
    const told = { contacts: 'contacts', groups: group };
    const text = {
      subject: '{{payload.title}}{{^payload}}Switched{{/payload}}',
      text: '{{payload.text}}{{#switched}}{{account}}: {{after}} {{/switched}}',
    };
    return [
      node(`alarm-${group}`, 'contact-notify', { kind: 'alarm', ...told }, ['mailed']),
      node(`text-${group}`, 'contact-notify', { kind: 'text', ...told, ...text }, ['mailed']),
    ];
  });
  const flow: FlowNode[] = [
    ...frame('out', 'asked', 'mailed'),
    ...idleAccounts(),
    ...(away
      ? [node('away', 'rap-switch', switching, ['out', ...of('text')], ['asked', ...of('text')])]
      : []),
    ...(groups.length > 0
      ? [
          contacts,
          node('catch-faults', 'catch', { scope: away ? ['away'] : [], uncaught: false }, of('alarm')),
          ...mails,
        ]
      : []),
  ];
  return Runtime.start(flow, { home, clock });
}

/** What makes the node tell: a message in, or what it finds in the ledger. */
export const messages = {
  switch: { rap: { run: 'run-1' } },
  ask: { rap: { run: 'run-1' } },
  confirm: { confirm: true, by: 'Lee' },
  end: undefined,
} as const;

export const killOnceMailed = mortal(
  import.meta,
  async (home, port: string, at: string, what: keyof typeof messages) => {
    const clock = new SimulatedClock(Number(at));
    const runtime = await startSwitching({
      ...{ home, clock, port: Number(port), groups: ['desk'] },
      second: what !== 'switch',
    });
    const msg = messages[what];
    if (msg !== undefined) runtime.send('away', msg as never);
    await runtime.message('mailed');
    await die();
  },
);
