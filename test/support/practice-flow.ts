/** Pieces of flows for a practice session. */

import type { Installation } from '../../lib/model/types.ts';
import { planFields } from '../../lib/practice/plan-fields.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import type { FlowNode } from './runtime.ts';

/** The plan of 21 June 2025 as its node keeps it. */
export function planNode(changes: Record<string, unknown> = {}): FlowNode {
  return { id: 'plan', type: 'rap-plan', name: '', ...planFields(practice20250621), ...changes };
}

/** Accounts that exist but never log in: their addresses are those of nobody. */
export function idleAccounts(): FlowNode[] {
  const account = (name: string, installation: Installation): FlowNode => ({
    id: `account-${installation}`,
    type: 'rap-account',
    name,
    installation,
    participant: name,
    user: name,
    keySource: 'file',
    keyFile: '/nowhere',
    addresses: [
      { dataCentre: 'primary', host: '127.0.0.1', port: '1' },
      { dataCentre: 'secondary', host: '127.0.0.1', port: '2' },
    ],
    hostKeys: [{ address: '127.0.0.1:1', fingerprint: `SHA256:${'a'.repeat(43)}` }],
    knownHosts: '',
    folders: [{ folder: '/INBOX' }],
    profile: 'standard',
  });
  return [account('SIM001', 'hkscc'), account('SIMC01', 'hkcc-seoch')];
}
