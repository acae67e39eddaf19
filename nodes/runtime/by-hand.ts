/** What pages ask of nodes of a flow on a person's word. The pages know the nodes by what they can do. */
import type { NodeAPI } from 'node-red';
import type { Decision } from '../../lib/weather/decide.ts';

/** A node that begins a run when a person wants it. */
export interface BeginsRuns {
  /** @returns the run, or undefined when one of it is under way */
  beginByHand(): Promise<string | undefined>;
}

/** A node that takes what a person says of the weather. */
export interface TakesWords {
  /** @throws RapError CONFIG_INVALID */
  sayByHand(word: unknown): Promise<Decision>;
}

interface Able {
  beginByHand: BeginsRuns;
  sayByHand: TakesWords;
}

/** A deployed node that can do it. */
export function nodeThat<A extends keyof Able>(RED: NodeAPI, id: string, able: A): Able[A] | undefined {
  const node: unknown = RED.nodes.getNode(id);
  const can = typeof node === 'object' && node !== null && able in node;
  return can && (node as { ready?: boolean }).ready === true ? (node as Able[A]) : undefined;
}
