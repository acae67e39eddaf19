/**
 * A rehearsal: the real Node-RED runtime without its editor, with the nodes of this palette, lives the whole day of a
 * flow on a simulated clock. Time goes on only while flow, simulator and inbox are at rest.
 */

import { performance } from 'node:perf_hooks';
import type { Language } from '../../lib/i18n/languages.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import type { PracticeEvent } from '../../lib/ledger/types.ts';
import type { DayState } from '../../lib/practice/day.ts';
import { openDay } from '../../lib/practice/day-store.ts';
import { timelineOf } from '../../lib/practice/timeline.ts';
import { latestWeather } from '../../lib/practice/weather-store.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { noEvidence } from '../../lib/weather/evidence.ts';
import { loopbackOnly } from './loopback-only.ts';
import { type NodeRed, type NodeStatus, startRed } from './node-red.ts';
import { operatorWords } from './operator.ts';
import { type FlowNode, stageFlow } from './rehearsal-flow.ts';
import {
  endHome,
  leaveOutThePast,
  looking,
  type RehearsalDay,
  type RehearsalSystem,
  type Rehearsed,
  readingOf,
  startRehearsalSystem,
} from './rehearsal-system.ts';

export interface FlowRehearsalOptions extends RehearsalDay {
  flow: readonly FlowNode[];
  /** Id of the session-timer; left out, the first of the flow. */
  timer?: string;
  /** Path of the package node-red; left out, the one that is found. */
  nodeRed?: string;
  /** Language of the statuses, as `lang` of settings.js. */
  language?: Language;
  /** A simulated minute takes at least so many real milliseconds, so that people can watch. */
  paceMs?: number;
  /** Each thing that the day has written down. */
  onEntry?: (entry: PracticeEvent, state: DayState) => void;
  /** What a node shows under itself. */
  onStatus?: (id: string, status: NodeStatus) => void;
  /** After each minute, with the moment of the day. */
  onMinute?: (at: number) => void;
  /** Types of nodes that do not take part. */
  onLeftOut?: (types: string[]) => void;
}

const minute = 60_000;
/** So long after the last milestone the day is over. */
const tailMs = 3 * minute;

/** @throws RapError CONFIG_INVALID, and as startRehearsalSystem; RAP, feeds and relay of the outside are out of reach from here on */
export async function rehearseFlow(options: FlowRehearsalOptions): Promise<Rehearsed> {
  const { home, plan } = options;
  loopbackOnly();
  const system = await startRehearsalSystem(options);
  try {
    const red = await startFlow(options, system);
    const end = Math.min(system.end, (timelineOf(plan).at(-1)?.at ?? system.end) + tailMs);
    await looking(home, system.clock, async (ledger: Pick<Ledger, 'practice'>) => {
      const news = newEntriesOf(options, ledger);
      while (system.clock.now() < end) {
        const began = performance.now();
        await system.keepFaults();
        await system.rest();
        await askOperator(red, options, ledger, system);
        await news();
        options.onMinute?.(system.clock.now());
        await pause((options.paceMs ?? 0) - (performance.now() - began));
        await system.clock.advance(minute, system.rest, true);
      }
      await news();
    });
    await red.stop();
    const rehearsed = await looking(
      home,
      system.clock,
      (ledger: Pick<Ledger, 'accounts' | 'mails' | 'practice'>) => readingOf(ledger, options),
    );
    await endHome(home, rehearsed);
    return rehearsed;
  } finally {
    await system.stop();
  }
}

async function startFlow(options: FlowRehearsalOptions, system: RehearsalSystem): Promise<NodeRed> {
  const { home, plan } = options;
  const { simulator, hko, inbox, clock } = system;
  await looking(home, clock, (ledger: Pick<Ledger, 'practice'>) =>
    leaveOutThePast(ledger, plan, clock.now()),
  );
  const { flow, leftOut } = stageFlow(options.flow, options.timer, {
    plan,
    simulator,
    feeds: hko.feeds().map(({ source, url }) => ({ source, url })),
    smtpPort: inbox.smtpPort,
  });
  options.onLeftOut?.(leftOut);
  return startRed({
    home,
    flow,
    clock,
    nodeRed: options.nodeRed,
    language: options.language,
    onStatus: options.onStatus,
  });
}

/** Tells what the day has recorded since it was asked last. */
function newEntriesOf(
  { plan, onEntry }: FlowRehearsalOptions,
  ledger: Pick<Ledger, 'practice'>,
): () => Promise<void> {
  const told = new Set<string>();
  return async () => {
    const events = (await ledger.practice.practiceEvents(plan.date)).filter(({ key }) => !told.has(key));
    if (events.length === 0) return;
    const { state } = await openDay(ledger, plan);
    for (const event of events) {
      told.add(event.key);
      onEntry?.(event, state);
    }
  };
}

/** The operator's words go into the flow as those of its buttons do. */
async function askOperator(
  red: NodeRed,
  { plan, signals, flow }: FlowRehearsalOptions,
  ledger: Pick<Ledger, 'practice'>,
  { clock, rest }: RehearsalSystem,
): Promise<void> {
  const known = (await latestWeather(ledger, plan.date))?.evidence ?? noEvidence;
  const weather = flow.find(({ type }) => type === 'weather-check')?.id ?? '';
  for (const { at: _, since, ...word } of operatorWords(signals, known, clock.now())) {
    red.nodes.getNode(weather)?.receive({ word: { ...word, since: hongKongStamp(since).slice(0, 16) } });
    await rest();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
