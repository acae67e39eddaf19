/** Accounts that each have a whole run in one Node-RED: from the log-in to the mail of what came. */
import type { Inbox } from '../simulator/inbox.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { accountOf, frame, node } from '../test/support/flow-parts.ts';
import type { FlowNode } from '../test/support/runtime.ts';

/**
 * A run of USER begins with a message to "schedule-USER", and ends with one at "end-USER".
 * @param home below which the shares lie
 */
export function flowOf(
  home: string,
  users: readonly string[],
  simulator: Simulator,
  inbox: Pick<Inbox, 'smtpPort'>,
): FlowNode[] {
  const rules = [{ system: '', code: '', folder: '', share: `${home}/shares/{account}/{system}` }];
  const never = { mode: 'pattern', pattern: '0 3 1 1 *', calendar: 'none', catchUp: false };
  return [
    ...frame(),
    {
      ...{ id: 'contacts', type: 'rap-contacts', name: '' },
      contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: '' }],
      ...{ allowedDomains: 'broker.example', language: 'en', host: '127.0.0.1', security: 'none' },
      ...{ port: String(inbox.smtpPort), from: 'RAP Ops <rap@broker.example>' },
    },
    ...users.flatMap((user) => {
      const of = (id: string) => `${id}-${user}`;
      return [
        accountOf(simulator, 'hkscc', { id: of('account'), user }),
        node(of('schedule'), 'rap-schedule', never, [of('login')]),
        node(of('login'), 'rap-connect', { action: 'login', account: of('account') }, [of('list')]),
        node(of('list'), 'rap-list', { settleSeconds: '0' }, [of('download')]),
        node(of('download'), 'rap-download', {}, [of('route')], [of('route')]),
        node(of('route'), 'report-route', { rules }, [], [of('logout')]),
        node(of('logout'), 'rap-connect', { action: 'logout', account: of('account') }, [of('digest')]),
        node(of('digest'), 'contact-notify', { kind: 'digest', contacts: 'contacts' }, [of('end')]),
        node(of('end'), 'helper'),
      ];
    }),
  ];
}
