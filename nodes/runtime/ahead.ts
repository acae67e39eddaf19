/**
 * What is known to be wrong before any work: settings that cannot be used, and what they name that is not there or does
 * not fit. Each node looks when the flows start; what it finds is an alarm of its own, which no run can end - only the
 * node itself, when it looks again and finds all in order, or when it is gone.
 */
import type { NodeAPI } from 'node-red';
import { codes } from '../../lib/errors/codes.ts';
import { RapError } from '../../lib/errors/rap-error.ts';

type State = 'unknown' | 'good' | 'wrong';

/** The nodes of each Node-RED by their ids. */
const boards = new WeakMap<object, Map<string, { subject: string; state: State }>>();

function boardOf({ events }: NodeAPI): Map<string, { subject: string; state: State }> {
  const board = boards.get(events) ?? new Map();
  boards.set(events, board);
  return board;
}

/** The subject of faults that a node finds ahead. @param name of the node, for people */
export function aheadSubject(name: string): string {
  return `settings of ${name}`;
}

/** Notes how a node stands; undefined when it is closed. */
export function noteAhead(RED: NodeAPI, id: string, subject: string, state: State | undefined): void {
  if (state === undefined) boardOf(RED).delete(id);
  else boardOf(RED).set(id, { subject, state });
}

/** Is a fault that a node found ahead over: has every node of that subject looked since, and found all in order? */
export function isPutRight(RED: NodeAPI, subject: string | null): boolean {
  const board = [...boardOf(RED).values()];
  // Nodes that have not looked yet may be of any name.
  return !board.some((one) => one.state === 'unknown' || (one.subject === subject && one.state === 'wrong'));
}

/**
 * A fault that was found ahead, with its subject. One of an account or an address is that of a run as well, and ends
 * with the first that does not meet it.
 */
export function foundAhead(error: RapError, subject: string): RapError {
  const { code, message, retryable, cure, reports, details, cause } = error;
  const { scope } = codes[code];
  if (error.subject !== '' || scope === 'account' || scope === 'address') return error;
  return new RapError(code, message, {
    ...{ cause, retryable, cure, reports, subject },
    details: { ...details, ahead: true },
  });
}
