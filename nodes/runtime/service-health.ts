/** What health said last in this process: whoever looks after the service notes it, and the desk says it, too. */
import type { NodeAPI } from 'node-red';
import type { LiveService } from '../../lib/desk/live-operations.ts';
import { checkNames, type Health } from '../../lib/watch/health.ts';

/** It is looked each few seconds; of what is older nobody can say that it is still so. Real time, milliseconds. */
const BELIEVED_MS = 60_000;

/** By the events of the runtime: Node-RED has one such object in a process, and every module its own RED. */
const last = new WeakMap<object, { health: Health; at: number }>();

export function noteHealth({ events }: Pick<NodeAPI, 'events'>, health: Health): void {
  last.set(events, { health, at: performance.now() });
}

/** Nobody looks any more. */
export function forgetHealth({ events }: Pick<NodeAPI, 'events'>): void {
  last.delete(events);
}

/** Nothing where nobody looks after the service. A process that waits for another one is told of by the lease alone. */
export function serviceFacts({ events }: Pick<NodeAPI, 'events'>, now = performance.now()): LiveService[] {
  const known = last.get(events);
  if (known === undefined) return [];
  const { health, at } = known;
  if (now - at > BELIEVED_MS) return [{ kind: 'service', failed: [], unknown: [...checkNames] }];
  if (health.state === 'waiting') return [];
  const inState = (state: string) =>
    health.checks.filter((one) => one.state === state).map(({ name }) => name);
  return [{ kind: 'service', failed: inState('failed'), unknown: inState('unknown') }];
}
