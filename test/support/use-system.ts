/** The surroundings of a test: a home, and whatever of simulator, mailbox, clock and Node-RED the test works with. */
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { fromHongKong } from '../../lib/time/hong-kong.ts';
import { type Inbox, startInbox } from '../../simulator/inbox.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { freePort } from './free-port.ts';
import { inLedger } from './in-ledger.ts';
import { type FlowNode, Runtime, type RuntimeOptions } from './runtime.ts';

/** What is there besides the home. */
export interface Surroundings {
  /** On free ports. */
  simulator?: Omit<SimulatorOptions, 'home' | 'ports'>;
  /** A relay that keeps the mails in the folder "mailbox" of the home, and is that of the shipped flows. */
  inbox?: true;
  /** Hong Kong time, or epoch ms, at which a simulated clock stands; left out, time is real. */
  clock?: string | number;
}

export interface System {
  home: string;
  clock: SimulatedClock;
  simulator: Simulator;
  inbox: Inbox;
  /** Starts Node-RED in this home and by this clock. It is stopped after the test. */
  start(flow: FlowNode[], options?: Partial<RuntimeOptions>): Promise<Runtime>;
  /** Opens the ledger of this home for a while. */
  inLedger<T>(work: (ledger: Ledger) => Promise<T>): Promise<T>;
}

/** Gives each test of the calling suite a system of its own, which is stopped after it. */
export function useSystem({ simulator, inbox, clock }: Surroundings = {}): System {
  const folder = temporaryFolder();
  let runtime: Runtime | undefined;
  const system = {
    async start(flow, options) {
      runtime = await Runtime.start(flow, { home: system.home, clock: system.clock, ...options });
      return runtime;
    },
    inLedger: (work) => inLedger(system.home, work, system.clock),
  } as System;
  beforeEach(async () => {
    system.home = folder();
    if (clock !== undefined) {
      system.clock = new SimulatedClock(typeof clock === 'string' ? fromHongKong(clock) : clock);
    }
    if (inbox) {
      system.inbox = await startInbox({ mailbox: `${system.home}/mailbox`, smtpPort: await freePort() });
      process.env.RAP_SMTP_PORT = String(system.inbox.smtpPort);
    }
    if (simulator) {
      system.simulator = await startSimulator({ home: system.home, ports: 'ephemeral', ...simulator });
    }
  });
  afterEach(async () => {
    await runtime?.stop();
    runtime = undefined;
    if (inbox) await system.inbox.stop();
    delete process.env.RAP_SMTP_PORT;
    if (simulator) await system.simulator.stop();
  });
  return system;
}
