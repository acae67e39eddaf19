/** What this process knows of the moment, gathered from its nodes for the thread that makes the pages. */
import type { NodeAPI } from 'node-red';
import { awaitingAccount } from '../../lib/collection/completeness.ts';
import type { Live, LiveFact, LiveFault } from '../../lib/desk/live.ts';
import type { LiveLeftovers } from '../../lib/desk/live-operations.ts';
import { ownProcessId } from '../../lib/process/process-id.ts';
import { RapAccount } from '../rap-account/rap-account.ts';
import { injectsOf } from '../rap-account/reach.ts';
import { runningNodes } from '../runtime/rap-node.ts';
import { homeOf, profileOf } from '../runtime/runtime.ts';
import { serviceFacts } from '../runtime/service-health.ts';
import { deliveryJobs } from './delivery-job.ts';
import { Rooms } from './rooms.ts';

/** Whose leftovers are put right first, the last one first. */
const FIRST = ['rap-contacts', 'rap-account'];

/** One for each runtime. */
const rooms = new WeakMap<object, Rooms>();

function roomsOf(RED: NodeAPI): Rooms {
  const known = rooms.get(RED) ?? new Rooms(RED);
  rooms.set(RED, known);
  return known;
}

/** Takes no time to speak of: nothing is read, no share is asked. */
export function liveOf(RED: NodeAPI): Live {
  const profile = profileOf(RED) ?? '';
  const accounts: Live['accounts'] = [];
  const facts: LiveFact[] = [];
  const faults: LiveFault[] = [];
  const left: LiveLeftovers[] = [];
  for (const node of runningNodes(RED)) {
    const { id } = node;
    const fault = node.faultNow;
    if (fault !== undefined) {
      const { code, message, cure } = fault;
      faults.push({ node: node.name || node.type, type: node.type, code, message, cure });
    }
    const { leftovers } = node;
    if (leftovers.length > 0)
      left.push({ kind: 'leftovers', node: id, type: node.type, name: node.name || node.type, leftovers });
    if (!node.ready) continue;
    facts.push(...node.live());
    if (node instanceof RapAccount && !accounts.some(({ account }) => account === node.account))
      accounts.push(awaitingAccount(node.settings.account, profile === 'demo'));
  }
  left.sort((one, other) => FIRST.indexOf(other.type) - FIRST.indexOf(one.type));
  facts.push(...left, ...injectsOf(RED), ...roomsOf(RED).facts(), ...deliveryJobs(RED).facts());
  facts.push(...serviceFacts(RED));
  accounts.sort((one, other) => (one.account < other.account ? -1 : 1));
  return { home: homeOf(RED), owner: ownProcessId(), profile, accounts, facts, faults };
}
