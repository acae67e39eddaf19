/** The flows as shipped, with nothing changed but where the simulator happens to listen. */
import { readFile } from 'node:fs/promises';
import type { Installation } from '../../lib/model/types.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { FlowNode } from './runtime.ts';

const folder = new URL('../../flows/', import.meta.url);

export async function readFlow(file: string): Promise<FlowNode[]> {
  return JSON.parse(await readFile(new URL(encodeURIComponent(file), folder), 'utf8')) as FlowNode[];
}

/** Points the account nodes at a simulator on free ports. */
export function aimAt(flow: FlowNode[], simulator: Simulator): FlowNode[] {
  return flow.map((node) =>
    node.type === 'rap-account'
      ? {
          ...node,
          addresses: simulator.addresses
            .filter((address) => address.installation === (node.installation as Installation))
            .map(({ dataCentre, host, port }) => ({ dataCentre, host, port: String(port) })),
        }
      : node,
  );
}

/** Lets helper nodes hear what reaches the wires of shipped nodes: name of the helper -> names of the nodes. */
export function listenTo(flow: FlowNode[], ears: Record<string, string[]>): FlowNode[] {
  const tab = flow.find((node) => node.type === 'tab')?.id;
  const wired = flow.map((node) => {
    const heard = Object.entries(ears).filter(([, names]) => names.includes(String(node.name)));
    if (heard.length === 0) return node;
    const wires = (node.wires as string[][]).map((port) => [...port, ...heard.map(([ear]) => ear)]);
    return { ...node, wires };
  });
  return [...wired, ...Object.keys(ears).map((id) => ({ id, type: 'helper', z: tab }))];
}
