/**
 * Runs that a deploy has cut off. One of a part of the flows ends some nodes only: the ledger stays open, so nothing is
 * marked there as cut off, and whoever began the run may go on and must hear of it.
 */
import type { NodeAPI } from 'node-red';

/** More than these are not remembered: a run that nobody takes up, as one begun by hand, stays here. */
const REMEMBERED = 100;

/** By the events of the runtime, as all that its nodes share. */
const known = new WeakMap<object, Set<string>>();

/** The runs that closing nodes were at work on, oldest first. */
export function runsCutOff({ events }: Pick<NodeAPI, 'events'>): Set<string> {
  const runs = known.get(events) ?? new Set();
  known.set(events, runs);
  return runs;
}

/** Nodes that were at work on these runs are closing. */
export function noteCutOff(RED: Pick<NodeAPI, 'events'>, runs: Iterable<string | undefined>): void {
  const all = runsCutOff(RED);
  for (const run of runs) if (run !== undefined) all.delete(run);
  for (const run of runs) if (run !== undefined) all.add(run);
  for (const oldest of [...all].slice(0, Math.max(0, all.size - REMEMBERED))) all.delete(oldest);
}
