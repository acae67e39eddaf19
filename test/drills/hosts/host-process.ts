/** A Node-RED of a drill in a process of its own: its clock goes faster, and can be set. Parent: drill.ts. */
import type { Clock } from '../../../lib/time/clock.ts';
import { fastClock } from '../../support/fast-clock.ts';
import { type FlowNode, Runtime } from '../../support/runtime.ts';

export type HostOrder =
  | { start: { flow: FlowNode[]; home: string; host: string; lease: number; factor: number; now: number } }
  /** Sets the clock of this host, milliseconds against what is right. */
  | { clock: number }
  | { stop: true };
export type HostTold = { there: true } | { started: true } | { stopped: true };

const tell = (told: HostTold) => process.send?.(told);
let ahead = 0;
let runtime: Runtime | undefined;

function settable(clock: Clock): Clock {
  return { ...clock, now: () => clock.now() + ahead };
}

async function follow(order: HostOrder): Promise<void> {
  if ('start' in order) {
    const { flow, home, host, lease, factor, now } = order.start;
    const clock = settable(fastClock(factor, now));
    runtime = await Runtime.start(flow, { home, host, lease, clock, wallClock: () => Date.now() + ahead });
    tell({ started: true });
  } else if ('clock' in order) {
    ahead = order.clock;
  } else {
    await runtime?.stop();
    tell({ stopped: true });
    process.disconnect();
  }
}

process.on('message', (order: HostOrder) => void follow(order));
// Whoever started this is gone.
process.on('disconnect', () => process.exit());
tell({ there: true });
