/** What a schedule's messages come to, told from the wires of the flow. */
import type { NodeAPI } from 'node-red';
import type { LiveStarter } from '../../lib/desk/live-operations.ts';
import { RapAccount } from './rap-account.ts';

/** What is read of a node's saved config. */
interface Wired {
  id: string;
  type: string;
  name?: string;
  /** Its tab, and of a tab what is written on it. */
  z?: string;
  label?: string;
  /** Put out of use. */
  d?: boolean;
  wires?: string[][];
  /** Of link nodes. */
  links?: string[];
  action?: string;
  account?: string;
}

/** What a person may press to begin a run, for pages. @param node `z` is the id of its tab */
export function starterOf(
  RED: NodeAPI,
  { id, type, name, z }: { id: string; type: LiveStarter['type']; name: string; z?: string | undefined },
  nodes = nodesOf(RED),
): LiveStarter {
  const flow = nodes.get(z ?? '')?.label ?? '';
  const accounts = reachOf(RED, id, nodes).accounts.map(({ account }) => account);
  return { kind: 'starter', node: id, type, name, flow, accounts };
}

/** Inject nodes that lead to a log-in, other than through a schedule. */
export function injectsOf(RED: NodeAPI): LiveStarter[] {
  const nodes = nodesOf(RED);
  const found: LiveStarter[] = [];
  for (const { id, type, name, z, d } of nodes.values()) {
    if (type !== 'inject' || d === true || !leadsToLogin(nodes, id)) continue;
    found.push(starterOf(RED, { id, type, name: name || type, z }, nodes));
  }
  return found;
}

function leadsToLogin(nodes: ReadonlyMap<string, Wired>, start: string): boolean {
  const reached = reachedFrom(nodes, start);
  return reached.some(isLogin) && !reached.some(({ type }) => BEGINNERS.has(type));
}

/** Nodes that begin runs of their own; who presses them presses those. */
const BEGINNERS: ReadonlySet<string> = new Set(['rap-schedule', 'session-timer']);

export interface Reach {
  /** The accounts that its runs log in, in the order of the flow. */
  accounts: RapAccount[];
  /** Are reports filed on shares? */
  files: boolean;
}

/**
 * Follows the wires of a node. Where they lead to no log-in, as in a flow that is hidden in a subflow, it is all accounts
 * that are deployed.
 */
export function reachOf(
  RED: NodeAPI,
  start: string,
  nodes: ReadonlyMap<string, Wired> = nodesOf(RED),
): Reach {
  const reached = reachedFrom(nodes, start);
  const logins = reached.filter(isLogin);
  const all = [...nodes.values()];
  const ids =
    logins.length > 0
      ? logins.map(({ account }) => account ?? '')
      : all.filter(({ type }) => type === 'rap-account').map(({ id }) => id);
  return {
    accounts: accountsOf(RED, ids),
    files: (logins.length > 0 ? reached : all).some(({ type }) => type === 'report-route'),
  };
}

/** The accounts that its wires lead to, none if to none; all where they lead into a subflow that hides them. */
export function loginsFrom(RED: NodeAPI, start: string): RapAccount[] {
  const reached = reachedFrom(nodesOf(RED), start);
  const logins = reached.filter(isLogin);
  if (logins.length === 0 && reached.some(({ type }) => type.startsWith('subflow:')))
    return reachOf(RED, start).accounts;
  return accountsOf(
    RED,
    logins.map(({ account }) => account ?? ''),
  );
}

function accountsOf(RED: NodeAPI, ids: readonly string[]): RapAccount[] {
  return [...new Set(ids)].flatMap((id) => {
    const node: unknown = RED.nodes.getNode(id);
    return node instanceof RapAccount && node.ready ? [node] : [];
  });
}

function isLogin({ type, action }: Wired): boolean {
  return type === 'rap-connect' && action === 'login';
}

let nodesNow: { RED: NodeAPI; nodes: Map<string, Wired> } | undefined;

/** All nodes that are deployed; read once for all who ask in the same turn of the event loop. */
function nodesOf(RED: NodeAPI): Map<string, Wired> {
  if (nodesNow?.RED === RED) return nodesNow.nodes;
  const nodes = new Map<string, Wired>();
  RED.nodes.eachNode((node) => nodes.set(node.id, node as unknown as Wired));
  nodesNow = { RED, nodes };
  setImmediate(() => {
    nodesNow = undefined;
  });
  return nodes;
}

/** A node and all that its wires and links lead to. */
function reachedFrom(nodes: ReadonlyMap<string, Wired>, start: string): Wired[] {
  const found = new Set([start]);
  for (const id of found) {
    const { wires = [], links = [], type } = nodes.get(id) ?? {};
    const next = type === 'link in' ? [] : links;
    for (const one of [...wires.flat(), ...next]) found.add(one);
  }
  return [...found].flatMap((id) => nodes.get(id) ?? []);
}
