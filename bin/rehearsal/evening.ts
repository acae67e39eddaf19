/**
 * An evening of the daily download on a simulated clock: the flow's own nodes in a Node-RED without editor, and a
 * simulator on whose reports something happens. Its home is its own, so that nothing of it is mixed with what is real.
 */

import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { makeFolder } from '../../lib/files/folders.ts';
import type { Language } from '../../lib/i18n/languages.ts';
import { SimulatedClock } from '../../lib/time/clock.ts';
import { addDays, fromHongKong, type IsoDate } from '../../lib/time/hong-kong.ts';
import type { DayOptions } from '../../simulator/day/days.ts';
import { startInbox } from '../../simulator/inbox.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import { idle } from './idle.ts';
import { loopbackOnly } from './loopback-only.ts';
import { type NodeStatus, startRed } from './node-red.ts';
import { type FlowNode, stageEvening } from './rehearsal-flow.ts';

export interface EveningOptions {
  /** The evening's own home, new. */
  home: string;
  flow: readonly FlowNode[];
  date: IsoDate;
  /** 'HH:MM', Hong Kong, of the date. */
  from: string;
  /** Of the next day where it is not after the begin. */
  until: string;
  days: DayOptions;
  /** Where its mails lie, such as the demo's; left out, in its home. */
  mailbox?: string;
  nodeRed?: string;
  language?: Language;
  /** A simulated minute takes at least so many real milliseconds, so that people can watch. */
  paceMs?: number;
  onStatus?: (id: string, status: NodeStatus) => void;
  /** After each minute, with the moment of the evening and how many mails have come. */
  onMinute?: (at: number, mails: number) => void;
}

export interface LivedEvening {
  mails: number;
  /** Of the mails, the oldest first. */
  subjects: string[];
  /** Folder of the shares. */
  shares: string;
}

const minute = 60_000;

/** @throws NodeJS.ErrnoException when the simulator cannot start, RapError when the home or the words are wrong */
export async function liveEvening(options: EveningOptions): Promise<LivedEvening> {
  const { home, date, from, until, mailbox, paceMs = 0 } = options;
  loopbackOnly();
  await makeFolder(home);
  const clock = new SimulatedClock(fromHongKong(`${date} ${from}`));
  const stops: (() => Promise<void>)[] = [];
  try {
    const simulator = await startSimulator({
      ...{ home, ports: 'ephemeral', businessDate: date, days: options.days, clock, at: clock.now() },
      riskFileBytes: 256 * 1024,
    });
    stops.push(() => simulator.stop());
    // Its mails come to people now, whatever time it is in the evening.
    const inbox = await startInbox({ mailbox: mailbox ?? path.join(home, 'mailbox') });
    stops.push(() => inbox.stop());
    const rest = () => idle(() => inbox.busy);
    const red = await startRed({
      ...{ home, clock, nodeRed: options.nodeRed, language: options.language, onStatus: options.onStatus },
      flow: stageEvening(options.flow, { simulator, smtpPort: inbox.smtpPort }),
      // As in the demo, the whole catalogue is true.
      settings: { rapProfile: 'demo' },
    });
    stops.push(() => red.stop());
    const end = fromHongKong(`${until > from ? date : addDays(date, 1)} ${until}`);
    while (clock.now() < end) {
      const began = performance.now();
      await simulator.advanceTo(clock.now());
      await rest();
      options.onMinute?.(clock.now(), inbox.count);
      await pause(Math.max(0, paceMs - (performance.now() - began)));
      await clock.advance(minute, rest);
    }
    await rest();
    return { mails: inbox.count, subjects: await inbox.subjects(), shares: path.join(home, 'shares') };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}
