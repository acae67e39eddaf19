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
  /** Of an instance of a subflow its variables, of the subflow what they are where an instance says nothing. */
  env?: { name?: string; type?: string; value?: unknown }[];
  /** Of a subflow: the nodes that its input leads to, and those that lead to its outputs. */
  in?: { wires?: { id: string }[] }[];
  out?: { wires?: { id: string }[] }[];
}

/** A node as it runs: one in a subflow runs once for each instance. */
interface Running {
  node: Wired;
  /** The instances that it runs in, the outermost first. */
  within: readonly Wired[];
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
  return reached.some(isLogin) && !reached.some(({ node }) => BEGINNERS.has(node.type));
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
 * Follows the wires of a node, also through subflows and out of the one that it is in. Where they lead to no log-in, or to
 * one whose account only its run can know, it is all accounts that are deployed.
 */
export function reachOf(
  RED: NodeAPI,
  start: string,
  nodes: ReadonlyMap<string, Wired> = nodesOf(RED),
): Reach {
  const reached = reachedFrom(nodes, start);
  const ids = loginIds(reached, nodes);
  const all = [...nodes.values()];
  const isKnown = ids !== undefined && ids.length > 0;
  return {
    accounts: accountsOf(
      RED,
      isKnown ? ids : all.filter(({ type }) => type === 'rap-account').map(({ id }) => id),
    ),
    files: (isKnown ? reached.map(({ node }) => node) : all).some(({ type }) => type === 'report-route'),
  };
}

/** The accounts that its wires lead to, none if to none; all where one of them is known to its run only. */
export function loginsFrom(RED: NodeAPI, start: string): RapAccount[] {
  const nodes = nodesOf(RED);
  const ids = loginIds(reachedFrom(nodes, start), nodes);
  return ids === undefined ? reachOf(RED, start, nodes).accounts : accountsOf(RED, ids);
}

/** The nodes of the accounts that are logged in; undefined where one cannot be told from the flow. */
function loginIds(
  reached: readonly Running[],
  nodes: ReadonlyMap<string, Wired>,
): readonly string[] | undefined {
  const ids = reached.filter(isLogin).map(({ node, within }) => saidBy(node.account ?? '', within, nodes));
  return ids.every((id) => id !== undefined) ? ids : undefined;
}

/** "${ACCOUNT}" as the instance of a subflow says it. @returns undefined for what no instance says */
function saidBy(
  text: string,
  within: readonly Wired[],
  nodes: ReadonlyMap<string, Wired>,
): string | undefined {
  const [, name] = /^\$\{([^{}]+)\}$/.exec(text) ?? [];
  if (name === undefined) return text.includes('${') ? undefined : text;
  const instance = within.at(-1);
  if (instance === undefined) return undefined;
  for (const one of [instance, subflowOf(instance, nodes)]) {
    const said = one?.env?.find((entry) => entry.name === name);
    if (said === undefined || typeof said.value !== 'string' || said.value === '') continue;
    const value = said.type === 'env' && !said.value.includes('${') ? `\${${said.value}}` : said.value;
    return saidBy(value, within.slice(0, -1), nodes);
  }
  // A tab, a group or the whole system may have a variable of that name.
  return undefined;
}

const SUBFLOW = 'subflow:';

function subflowOf({ type }: Wired, nodes: ReadonlyMap<string, Wired>): Wired | undefined {
  return type.startsWith(SUBFLOW) ? nodes.get(type.slice(SUBFLOW.length)) : undefined;
}

function accountsOf(RED: NodeAPI, ids: readonly string[]): RapAccount[] {
  return [...new Set(ids)].flatMap((id) => {
    const node: unknown = RED.nodes.getNode(id);
    return node instanceof RapAccount && node.ready ? [node] : [];
  });
}

function isLogin({ node: { type, action } }: Running): boolean {
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
function reachedFrom(nodes: ReadonlyMap<string, Wired>, start: string): Running[] {
  const first = runningNode(nodes, start);
  const found = new Map<string, Running>();
  if (first !== undefined) found.set(start, first);
  for (const running of found.values()) {
    for (const next of nextOf(running, nodes)) {
      const key = [...next.within.map(({ id }) => id), next.node.id].join('-');
      if (!found.has(key)) found.set(key, next);
    }
  }
  return [...found.values()];
}

function nextOf({ node, within }: Running, nodes: ReadonlyMap<string, Wired>): Running[] {
  const { id, type, z = '', wires = [], links = [] } = node;
  const all = (ids: readonly string[], where: readonly Wired[]) =>
    ids.flatMap((one) => {
      const found = nodes.get(one);
      return found === undefined ? [] : [{ node: found, within: where }];
    });
  const next = all([...wires.flat(), ...(type === 'link in' ? [] : links)], within);
  const inside = subflowOf(node, nodes)?.in?.flatMap(({ wires = [] }) => wires.map((one) => one.id)) ?? [];
  next.push(...all(inside, [...within, node]));
  const instance = within.at(-1);
  const leaves = nodes.get(z)?.out?.some(({ wires = [] }) => wires.some((one) => one.id === id)) === true;
  if (instance !== undefined && leaves) next.push(...all(instance.wires?.flat() ?? [], within.slice(0, -1)));
  return next;
}

/** Node-RED calls a node of a subflow by the instance, a hyphen and the node as it is drawn. */
function runningNode(nodes: ReadonlyMap<string, Wired>, id: string): Running | undefined {
  const node = nodes.get(id);
  if (node !== undefined) return { node, within: [] };
  for (let at = id.lastIndexOf('-'); at > 0; at = id.lastIndexOf('-', at - 1)) {
    const drawn = nodes.get(id.slice(at + 1));
    const outer = drawn && runningNode(nodes, id.slice(0, at));
    if (outer !== undefined && outer.node.type === `${SUBFLOW}${drawn?.z}`)
      return { node: drawn as Wired, within: [...outer.within, outer.node] };
  }
  return undefined;
}
