/**
 * A rehearsal: the real Node-RED runtime without its editor, with the nodes of this palette, lives the whole day of a
 * flow on a simulated clock. Time goes on only while flow, simulator and inbox are at rest.
 */
import { performance } from 'node:perf_hooks';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import type { PracticeEvent } from '../../lib/ledger/types.ts';
import type { DayState } from '../../lib/practice/day.ts';
import { openDay } from '../../lib/practice/durable-day.ts';
import { timelineOf } from '../../lib/practice/timeline.ts';
import { latestWeather } from '../../lib/practice/weather-store.ts';
import { hongKongStamp } from '../../lib/time/hong-kong.ts';
import { noEvidence } from '../../lib/weather/evidence.ts';
import { loopbackOnly } from './loopback-only.ts';
import { operatorWords } from './operator.ts';
import { type NodeRed, type NodeStatus, startRed } from './red.ts';
import { type FlowNode, stageFlow } from './rehearsal-flow.ts';
import {
  endHome,
  leaveOutThePast,
  looking,
  type RehearsalDay,
  type Rehearsed,
  readingOf,
  startWorld,
  type World,
} from './world.ts';

export interface FlowRehearsalOptions extends RehearsalDay {
  flow: readonly FlowNode[];
  /** Id of the session-timer; left out, the first of the flow. */
  timer?: string;
  /** Path of the package node-red; left out, the one that is found. */
  nodeRed?: string;
  /** Language of the statuses, as `lang` of settings.js. */
  language?: string;
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

/** @throws RapError CONFIG_INVALID, and as startWorld; RAP, feeds and relay of the outside are out of reach from here on */
export async function rehearseFlow(options: FlowRehearsalOptions): Promise<Rehearsed> {
  const { home, plan } = options;
  loopbackOnly();
  const world = await startWorld(options);
  try {
    const red = await startFlow(options, world);
    const end = Math.min(world.end, (timelineOf(plan).at(-1)?.at ?? world.end) + tailMs);
    await looking(home, world.clock, async (ledger) => {
      const news = newsOf(options, ledger);
      while (world.clock.now() < end) {
        const began = performance.now();
        await world.keepFaults();
        await world.rest();
        await askOperator(red, options, ledger, world);
        await news();
        options.onMinute?.(world.clock.now());
        await pause((options.paceMs ?? 0) - (performance.now() - began));
        await world.clock.advance(minute, world.rest, true);
      }
      await news();
    });
    await red.stop();
    const rehearsed = await looking(home, world.clock, (ledger) => readingOf(ledger, options));
    await endHome(home, rehearsed);
    return rehearsed;
  } finally {
    await world.stop();
  }
}

async function startFlow(options: FlowRehearsalOptions, world: World): Promise<NodeRed> {
  const { home, plan } = options;
  const { simulator, hko, inbox, clock } = world;
  await looking(home, clock, (ledger) => leaveOutThePast(ledger, plan, clock.now()));
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
function newsOf({ plan, onEntry }: FlowRehearsalOptions, ledger: Ledger): () => Promise<void> {
  const told = new Set<string>();
  return async () => {
    const events = (await ledger.practiceEvents(plan.date)).filter(({ key }) => !told.has(key));
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
  ledger: Ledger,
  { clock, rest }: World,
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
