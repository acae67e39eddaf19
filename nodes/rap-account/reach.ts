/** What a schedule's messages come to, told from the wires of the flow. */
import type { NodeAPI } from 'node-red';
import { RapAccount } from './rap-account.ts';

/** What is read of a node's saved config. */
interface Wired {
  id: string;
  type: string;
  wires?: string[][];
  /** Of link nodes. */
  links?: string[];
  action?: string;
  account?: string;
}

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
export function reachOf(RED: NodeAPI, start: string): Reach {
  const nodes = new Map<string, Wired>();
  RED.nodes.eachNode((node) => nodes.set(node.id, node as unknown as Wired));
  const found = new Set([start]);
  for (const id of found) {
    const { wires = [], links = [], type } = nodes.get(id) ?? {};
    const next = type === 'link in' ? [] : links;
    for (const one of [...wires.flat(), ...next]) found.add(one);
  }
  const reached = [...found].flatMap((id) => nodes.get(id) ?? []);
  const logins = reached.filter(({ type, action }) => type === 'rap-connect' && action === 'login');
  const all = [...nodes.values()];
  const ids =
    logins.length > 0
      ? logins.map(({ account }) => account ?? '')
      : all.filter(({ type }) => type === 'rap-account').map(({ id }) => id);
  const accounts = [...new Set(ids)].flatMap((id) => {
    const node: unknown = RED.nodes.getNode(id);
    return node instanceof RapAccount && node.ready ? [node] : [];
  });
  return {
    accounts,
    files: (logins.length > 0 ? reached : all).some(({ type }) => type === 'report-route'),
  };
}
