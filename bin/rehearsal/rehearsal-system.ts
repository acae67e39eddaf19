/**
 * The world of a rehearsal, all in one process and on one simulated clock: RAP, the weather feeds replayed from
 * signals, an inbox for the mails. Its home is its own; what was interrupted there is taken up.
 */

import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dataCentreChoices } from '../../lib/accounts/data-centre-switch.ts';
import { makeFolder } from '../../lib/files/folders.ts';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { ledgerIn } from '../../lib/ledger/sqlite/ledger-file.ts';
import type { DataCentre } from '../../lib/model/types.ts';
import { openDay } from '../../lib/practice/day-store.ts';
import { evidenceFolder, practiceRun, terminalFolder } from '../../lib/practice/paths.ts';
import { type PracticePlan, planMoment, sessionOf } from '../../lib/practice/plan.ts';
import type { FeedState } from '../../lib/practice/scenarios.ts';
import { type Clock, realClock, SimulatedClock } from '../../lib/time/clock.ts';
import { type Decision, decide } from '../../lib/weather/decide.ts';
import { noEvidence } from '../../lib/weather/evidence.ts';
import type { Reason } from '../../lib/weather/reasons/index.ts';
import type { SignalRow } from '../../lib/weather/signals.ts';
import type { NamedFault } from '../../simulator/faults/named.ts';
import { feedTroubles, type Hko, startHko } from '../../simulator/hko.ts';
import { type Inbox, startInbox } from '../../simulator/inbox.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';
import { fillTerminal } from '../../simulator/terminal.ts';
import { idle } from './idle.ts';

/** What is lived, and where. */
export interface RehearsalDay {
  /** The rehearsal's own home: ledger, mails, reports, evidence. One that was interrupted is taken up. */
  home: string;
  plan: PracticePlan;
  signals: readonly SignalRow[];
  /** What is wrong with the weather feeds from a moment of the day on. */
  feed?: FeedFault;
  /** What is wrong with RAP, and when; where two overlap, the one that begins later counts. */
  rapFaults?: readonly RapFault[];
}

export interface RapFault {
  fault: NamedFault;
  /** 'HH:MM' of the day; left out, from its beginning. */
  from?: string;
  /** 'HH:MM' of the day; left out, to its end. */
  to?: string;
}

export interface FeedFault {
  state: FeedState;
  /** 'HH:MM' of the day; left out, all day. */
  from?: string;
}

export interface Rehearsed {
  verdict: 'HELD' | 'HELD_CONTINUES' | 'CANCELLED' | 'TERMINATED' | 'HOLD';
  effectiveAt: number | null;
  reasons: string[];
  /** The same without a language. */
  because: readonly Reason[];
  /** Folder of the evidence pack. */
  evidence: string;
  /** How many mails arrived in the inbox. */
  mails: number;
  dataCentreAtEnd: DataCentre | 'mixed';
  /** Every part that was held is complete. */
  complete: boolean;
}

const minute = 60_000;
/** In a home whose rehearsal has come to its end. */
const OVER = 'rehearsal.json';
/** So long before the cut-off a rehearsal begins. */
const leadMs = 60 * minute;
/** And so long after the end of the day it is given up. */
const tailMs = 60 * minute;

export interface RehearsalSystem {
  clock: SimulatedClock;
  simulator: Simulator;
  hko: Hko;
  inbox: Inbox;
  /** When the rehearsal is given up. */
  end: number;
  /** Nothing is under way at this moment of the day. */
  rest(): Promise<void>;
  /** Lets the feeds and RAP fail once their time has come. Called each minute. */
  keepFaults(): Promise<void>;
  stop(): Promise<void>;
}

/** @throws NodeJS.ErrnoException when the simulator cannot start, RapError when the home cannot be used */
export async function startRehearsalSystem(day: RehearsalDay): Promise<RehearsalSystem> {
  const { home, plan, signals, feed, rapFaults = [] } = day;
  await makeFolder(home);
  const begin = planMoment(plan, plan.weather.cutOff) - leadMs;
  const clock = new SimulatedClock(Math.max(begin, (await lastStep(home, plan)) ?? begin));
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const one of stops.reverse()) await one();
  };
  try {
    const simulator = await startSimulator({
      home,
      ports: 'ephemeral',
      businessDate: plan.reportsOf,
      practiceDate: plan.reportsOf,
      riskFileBytes: 256 * 1024,
      clock,
    });
    stops.push(() => simulator.stop());
    await fillTerminals(home, plan, simulator);
    const hko = await startHko({ clock, signals });
    stops.push(() => hko.stop());
    const inbox = await startInbox({ mailbox: path.join(home, 'mailbox'), clock });
    stops.push(() => inbox.stop());
    let striking: RapFault | undefined;
    const isNow = ({ from = '00:00', to }: { from?: string; to?: string }) =>
      planMoment(plan, from) <= clock.now() && (to === undefined || clock.now() < planMoment(plan, to));
    return {
      clock,
      simulator,
      hko,
      inbox,
      end: planMoment(plan, '23:59') + tailMs,
      rest: () => idle(() => inbox.busy),
      async keepFaults() {
        if (feed !== undefined && isNow(feed)) {
          const trouble = feedTroubles[feed.state];
          hko.misbehave(trouble.how, trouble.feed);
        }
        const next = rapFaults
          .filter(isNow)
          .sort((a, b) => (a.from ?? '').localeCompare(b.from ?? ''))
          .at(-1);
        if (next === striking) return;
        striking = next;
        await simulator.setFault(next?.fault.make(clock));
      },
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

/** What people brought from the terminal the business day before, unless it lies there from an earlier start. */
async function fillTerminals(home: string, plan: PracticePlan, simulator: Simulator): Promise<void> {
  for (const { account, installation } of plan.accounts) {
    const folder = path.join(terminalFolder(home, plan.date), account);
    await fillTerminal(folder, simulator, installation, plan.reportsOf);
  }
}

/** Writes down how the day ended: from now on the home is evidence. */
export async function endHome(home: string, rehearsed: Rehearsed): Promise<void> {
  await writeFile(path.join(home, OVER), `${JSON.stringify(rehearsed, null, 2)}\n`, { mode: 0o600 });
}

/** Is there a rehearsal of this date in the home, and has it come to its end? */
export async function stateOfHome(home: string, date: string): Promise<'none' | 'begun' | 'finished'> {
  const names = await readdir(home).catch((): string[] => []);
  if (!names.includes('ledger.sqlite')) return 'none';
  return looking(home, realClock, async (ledger: Pick<Ledger, 'practice'>) => {
    if ((await ledger.practice.practiceDay(date)) === undefined) return 'none';
    return names.includes(OVER) ? 'finished' : 'begun';
  });
}

async function lastStep(home: string, plan: PracticePlan): Promise<number | undefined> {
  if ((await stateOfHome(home, plan.date)) === 'none') return undefined;
  return looking(
    home,
    realClock,
    async (ledger: Pick<Ledger, 'practice'>) => (await openDay(ledger, plan)).steppedAt,
  );
}

/** Opens the ledger of the home for a look. @param look names in the type of its parameter which records it uses */
export async function looking<T, K extends keyof Ledger = never>(
  home: string,
  clock: Clock,
  look: (ledger: Pick<Ledger, K>) => Promise<T>,
): Promise<T> {
  const ledger = await openHome(home, clock, ledgerIn(home));
  try {
    return await look(ledger);
  } finally {
    await ledger.close();
  }
}

/** Reminders of past weeks were told on their days; a rehearsal is about the day itself. */
export async function leaveOutThePast(
  ledger: Pick<Ledger, 'practice'>,
  plan: PracticePlan,
  now: number,
): Promise<void> {
  const day = await openDay(ledger, plan);
  if (day.steppedAt !== undefined) return;
  const before = now - minute;
  const decision = decide(sessionOf(plan), noEvidence, before);
  for (const { key } of await day.step(decision, before)) await day.done(key);
}

/** How the day ended, by what is on disk. */
export async function readingOf(
  ledger: Pick<Ledger, 'accounts' | 'mails' | 'practice'>,
  { home, plan }: RehearsalDay,
): Promise<Rehearsed> {
  const { decision } = (await openDay(ledger, plan)).state;
  const choices = await dataCentreChoices(
    ledger,
    plan.accounts.map(({ account }) => account),
  );
  const centres = [...new Set(choices.map(({ dataCentre }) => dataCentre))];
  const results = (await ledger.practice.practiceResults(plan.date)).map(({ result }) => JSON.parse(result));
  const mails = await ledger.mails.mails({ run: practiceRun(plan.date) });
  return {
    verdict: verdictOf(decision),
    effectiveAt: decision?.effectiveAt ?? null,
    reasons: decision?.reasons ?? [],
    because: decision?.because ?? decision?.reasons ?? [],
    evidence: evidenceFolder(home, plan.date),
    mails: mails.filter(({ state }) => state === 'accepted').length,
    dataCentreAtEnd: centres.length === 1 ? (centres[0] ?? 'mixed') : 'mixed',
    complete: results.every(({ outcome }) => outcome === 'complete'),
  };
}

function verdictOf(decision: Decision | undefined): Rehearsed['verdict'] {
  if (decision?.verdict === 'cancelled') return 'CANCELLED';
  if (decision?.verdict === 'terminated') return 'TERMINATED';
  if (decision?.verdict !== 'completed') return 'HOLD';
  return decision.trigger === null ? 'HELD' : 'HELD_CONTINUES';
}
