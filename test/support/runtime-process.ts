/**
 * The real Node-RED runtime in a process of its own, for what only happens to whole processes: two on one home,
 * a kill, a long sleep, a neighbour that throws. Run by RuntimeProcess (node-red-process.ts), which it answers.
 */
import type { Node, NodeAPI, NodeDef, NodeMessage, NodeMessageInFlow, NodeStatus } from 'node-red';
import { beforeFirstWrite } from './first-write.ts';
import { type FlowNode, Runtime, type RuntimeOptions } from './runtime.ts';
import { waited } from './worked.ts';

export type Order =
  /** @param copies a folder: the first copy in it waits, once told of, until it may go on */
  | { start: { flow: FlowNode[]; options: RuntimeOptions; copies?: string } }
  | { goOn: true }
  | { send: string; msg: NodeMessage }
  | { stop: true };
export type Told =
  | { started: true }
  | { copying: true }
  | { stopped: number }
  | { id: string; status: NodeStatus }
  | { id: string; msg: object };

const tell = (told: Told) => process.send?.(told);

/** Tells the statuses of all nodes, and gives flows two nodes: one that tells its messages, one that misbehaves. */
function spy(RED: NodeAPI): void {
  RED.events.on('node-status', ({ id, status }: { id: string; status: NodeStatus }) => tell({ id, status }));
  RED.nodes.registerType('tell', function (this: Node, def: NodeDef) {
    RED.nodes.createNode(this, def);
    this.on('input', (msg, _send, done) => {
      tell({ id: this.id, msg: JSON.parse(JSON.stringify(msg)) });
      done();
    });
  });
  RED.nodes.registerType('neighbour', function (this: Node, def: NodeDef) {
    RED.nodes.createNode(this, def);
    this.on('input', (msg: NodeMessageInFlow & { block?: number }) => {
      if (msg.block === undefined) {
        setTimeout(() => {
          throw new Error('a neighbour throws');
        });
        return;
      }
      const end = performance.now() + msg.block;
      while (performance.now() < end);
    });
  });
}

let runtime: Runtime | undefined;
const mayGoOn = Promise.withResolvers<void>();

async function follow(order: Order): Promise<void> {
  if ('start' in order) {
    const { copies } = order.start;
    if (copies !== undefined) {
      beforeFirstWrite(copies, () => {
        tell({ copying: true });
        return mayGoOn.promise;
      });
    }
    runtime = await Runtime.start(order.start.flow, { ...order.start.options, nodes: [spy] });
    tell({ started: true });
  } else if ('goOn' in order) {
    mayGoOn.resolve();
  } else if ('send' in order) {
    runtime?.send(order.send, order.msg);
  } else {
    const stopped = await waited(() => runtime?.stop());
    tell({ stopped });
    process.disconnect();
  }
}

process.on('message', (order: Order) => void follow(order));
// Whoever started this is gone.
process.on('disconnect', () => process.exit());
