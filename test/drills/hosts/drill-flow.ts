/** What the hosts of a drill have deployed: each account has a run in each hour, or more often, and a digest of it. */
import type { Simulator } from '../../../simulator/simulator.ts';
import { accountOf, node } from '../../support/flow-parts.ts';
import type { FlowNode } from '../../support/runtime.ts';

export interface DrillFlowOptions {
  users: readonly string[];
  simulator: Simulator;
  smtpPort: number;
  /** Where the hosts reach RAP and the mail server. */
  services: string;
  knownHosts: string;
  /** Folder of the shares, the same for all hosts. */
  shares: string;
  /** Minutes from one run of an account to the next, of which an hour is a multiple. */
  period: number;
}

/** Minutes of each hour in which the runs of an account are due: the accounts are spread over them. */
export function minutesOf(n: number, accounts: number, period: number): number[] {
  const first = Math.floor((n * period) / accounts);
  return Array.from({ length: 60 / period }, (_, run) => first + run * period);
}

export function drillFlow(options: DrillFlowOptions): FlowNode[] {
  const { users, simulator, smtpPort, services, knownHosts, shares, period } = options;
  const rules = [{ system: '', code: '', folder: '', share: `${shares}/{account}/{system}` }];
  const notify = { kind: 'digest', contacts: 'contacts', groups: 'digest' };
  const addresses = simulator.addresses
    .filter(({ installation }) => installation === 'hkscc')
    .map(({ dataCentre, port }) => ({ dataCentre, host: services, port: String(port) }));
  return [
    { id: 'tab', type: 'tab', label: 'drill' },
    {
      ...{ id: 'contacts', type: 'rap-contacts', name: '' },
      contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: 'digest, alarm' }],
      ...{ allowedDomains: 'broker.example', language: 'en', host: services },
      ...{ port: String(smtpPort), security: 'none', from: 'RAP Ops <rap@broker.example>' },
    },
    ...users.flatMap((user, n) => {
      const of = (id: string) => `${id}-${user}`;
      const changes = { id: of('account'), user, addresses, knownHosts, loginsPerDay: '' };
      const pattern = `${minutesOf(n, users.length, period).join()} * * * *`;
      const schedule = { mode: 'pattern', pattern, calendar: 'none', catchUp: true };
      return [
        accountOf(simulator, 'hkscc', changes),
        node(of('schedule'), 'rap-schedule', schedule, [of('login')]),
        node(of('login'), 'rap-connect', { action: 'login', account: of('account') }, [of('list')]),
        node(of('list'), 'rap-list', { settleSeconds: '0' }, [of('download')]),
        node(of('download'), 'rap-download', {}, [of('route')], [of('route')]),
        node(of('route'), 'report-route', { rules }, [], [of('logout')]),
        node(of('logout'), 'rap-connect', { action: 'logout', account: of('account') }, [of('digest')]),
        node(of('digest'), 'contact-notify', notify, []),
      ];
    }),
  ];
}
