/**
 * The rules of a session's day, one step at a time. A step looks at what the weather watch has decided and at how far
 * the accounts have come, and gives the orders that follow: tell a verdict, tell a milestone, point at a data centre,
 * begin or end a part, try accounts again. `reduceDay` keeps the state from step to step.
 */

import type { DataCentre } from '../model/types.ts';
import { hongKongDate } from '../time/hong-kong.ts';
import type { Decision, Verdict } from '../weather/decide.ts';
import { hasChanged } from '../weather/has-changed.ts';
import type { Reason } from '../weather/reasons/index.ts';
import { type PracticePart, type PracticePlan, planMoment } from './plan.ts';
import { type Milestone, type MilestoneKind, timelineOf } from './timeline.ts';

export type PartState = 'waiting' | 'running' | 'ended' | 'stopped' | 'skipped';

export interface DayState {
  date: string;
  decision?: Decision;
  /** Which data centre the accounts of the session are to use. */
  dataCentre: DataCentre;
  /** By name of the part. */
  parts: Record<string, PartState>;
  /** Milestones that are done with, by id. */
  told: string[];
}

/**
 * `milestone`: `due` now; `missed` while nobody was there; `dropped` because it has lost its sense.
 * `part`: `stop` ends running work at once, `skip` is a part that never begins.
 */
export type DayOrder =
  | {
      kind: 'verdict';
      decision: Decision;
      /** The verdict it replaces; absent at the first one, and in what an older release ordered. */
      before?: Verdict;
      /** How often the verdict had become another one by then; absent in what an older release ordered. */
      occurrence?: number;
    }
  | { kind: 'milestone'; milestone: Milestone; outcome: 'due' | 'missed' | 'dropped' }
  | { kind: 'data-centre'; dataCentre: DataCentre; reason: string; cause?: MoveCause }
  | {
      kind: 'part';
      part: PracticePart;
      action: 'begin' | 'end' | 'stop' | 'skip';
      reason: string;
      /** The reason without a language, where the weather gave it. */
      because?: Reason;
      /** It began before and goes on. */
      again?: boolean;
      /**
       * With `begin`, who is set to work: each of the others has got through or is at work. An older release left it
       * out when it meant all.
       */
      accounts?: readonly string[];
      /**
       * Why it is ordered besides the hours and the weather: accounts failed, a process was stopped while they were at
       * work, the part was begun by a clock that was ahead, or the exchange took back that the session was over.
       */
      after?: 'failure' | 'restart' | 'clock' | 'taken-back';
      /**
       * How often the part had begun, ended, been stopped or skipped by then; absent in what an older release ordered, and
       * where an account is tried again in a part that an older release began.
       */
      occurrence?: number;
    };

/** How far an account has come in a part. */
export interface Attempt {
  /** Name of the part. */
  part: string;
  account: string;
  /** It is being tried. */
  atWork: boolean;
  /** What the last try brought and when it ended, epoch ms; undefined as long as none has ended. */
  result?: { complete: boolean; finishedAt: number };
}

/** Why the data centre changes: a part begins at the secondary, it is over, or the session is. */
export type MoveCause = 'begins' | 'over' | 'cancelled' | 'terminated';

/** A milestone told later than this was missed. */
const lateMs = 5 * 60_000;

/** An account that did not get through is tried again after this, as long as its part runs; ours. */
export const retryMs = 5 * 60_000;

/** What loses its sense once the session is over. */
const ofTheSession = new Set<MilestoneKind>(['hotline', 'last-call', 'part-starts', 'part-ends']);

/** A plan made ready for its day: what every step needs, computed once. */
export interface PracticeDay {
  plan: PracticePlan;
  timeline: readonly Milestone[];
  parts: readonly PartHours[];
}

interface PartHours {
  part: PracticePart;
  /** Epoch ms. */
  start: number;
  end: number;
}

export function dayOf(plan: PracticePlan): PracticeDay {
  const parts = plan.parts.map((part) => ({
    part,
    start: planMoment(plan, part.start),
    end: planMoment(plan, part.end),
  }));
  return { plan, timeline: timelineOf(plan), parts };
}

/** The state before the first step. */
export function newDay({ plan }: PracticeDay): DayState {
  const parts = Object.fromEntries(plan.parts.map((part) => [part.name, 'waiting' as const]));
  return { date: plan.date, dataCentre: 'primary', parts, told: [] };
}

/**
 * One step. The day must be the one the state was made for.
 * @param decision what the weather watch says at this moment
 * @param attempts of every account in every part; what is left out is not tried again
 */
export function stepDay(
  day: PracticeDay,
  state: DayState,
  decision: Decision,
  now: number,
  attempts: readonly Attempt[] = [],
): { state: DayState; orders: DayOrder[] } {
  const milestones = dueMilestones(day, state, decision, now);
  const steps = day.parts.map((hours) =>
    stepPart(hours, state.parts[hours.part.name] ?? 'waiting', decision, now),
  );
  const parts = Object.fromEntries(steps.map(({ part, next }) => [part.name, next]));
  const orders = steps.flatMap(({ order }) => order ?? []);
  const at = steps.find(({ next }) => next === 'running')?.part.dataCentre ?? 'primary';
  // Once the session is over the primary is ordered in any case: someone may have moved an account by hand.
  const over = isOver(decision) && !(state.decision !== undefined && isOver(state.decision));
  const move: DayOrder[] =
    at !== state.dataCentre || over
      ? [{ kind: 'data-centre', dataCentre: at, ...reasonToMove(at, decision) }]
      : [];
  // Work ends before its data centre changes, and begins after.
  const ending = orders.filter((order) => order.kind === 'part' && order.action !== 'begin');
  const beginning = orders.flatMap((order) =>
    order.kind === 'part' && order.action === 'begin' ? forThoseAtRest(day, order, attempts) : [],
  );
  const goingOn = steps.filter(({ part, next }) => next === 'running' && state.parts[part.name] === next);
  return {
    state: {
      date: state.date,
      decision,
      dataCentre: at,
      parts,
      told: [...state.told, ...milestones.map(({ milestone }) => milestone.id)],
    },
    orders: [
      ...verdictOrder(decision, state.decision),
      ...ending,
      ...move,
      ...milestones,
      ...beginning,
      ...goingOn.flatMap(({ part }) => again(part, attempts, now)),
    ],
  };
}

/** A part may begin once more, after a clock that was ahead had ended it; who is still at work goes on. */
function forThoseAtRest(
  { plan }: PracticeDay,
  order: DayOrder & { kind: 'part' },
  attempts: readonly Attempt[],
): DayOrder[] {
  const working = attempts.filter(({ part, atWork }) => atWork && part === order.part.name);
  const accounts = plan.accounts
    .map(({ account }) => account)
    .filter((one) => !working.some(({ account }) => account === one));
  return accounts.length === 0 ? [] : [{ ...order, accounts }];
}

/** The accounts of a part under way that are to be tried again now. */
function again(part: PracticePart, attempts: readonly Attempt[], now: number): DayOrder[] {
  const waiting = attempts.filter((one) => one.part === part.name && isToTry(one, now));
  return (['failure', 'restart'] as const).flatMap((after) => {
    const accounts = waiting
      .filter(({ result }) => (result === undefined ? 'restart' : 'failure') === after)
      .map(({ account }) => account);
    const reason = after === 'restart' ? 'Taken up after a restart.' : 'It did not get through.';
    const order = { kind: 'part', part, action: 'begin', reason, again: true, accounts, after } as const;
    return accounts.length === 0 ? [] : [order];
  });
}

function isToTry({ atWork, result }: Attempt, now: number): boolean {
  if (atWork || result?.complete) return false;
  // One that ends in the future ended by a clock that was put back since.
  return result === undefined || now - result.finishedAt >= retryMs || result.finishedAt > now;
}

/** Is an account of the plan set to work by an order? */
export function setsToWork(order: DayOrder, part: string, account: string): boolean {
  if (order.kind !== 'part' || order.action !== 'begin' || order.part.name !== part) return false;
  return order.accounts?.includes(account) ?? true;
}

/** Does a part end by it, whose accounts still have to log out? */
export function isEnding(order: DayOrder): boolean {
  return order.kind === 'part' && (order.action === 'end' || order.action === 'stop');
}

/** Is there something to do or to tell? The rest is only written down, or stands in the list of what was missed. */
export function isActedOn(order: DayOrder, { date }: PracticePlan, now: number): boolean {
  switch (order.kind) {
    case 'verdict':
      return true;
    case 'data-centre':
      return false;
    case 'part':
      return order.action !== 'skip';
    case 'milestone': {
      const { outcome, milestone } = order;
      if (outcome !== 'missed') return outcome === 'due';
      // Asked late is better than not asked, as long as it is not the day itself.
      return milestone.kind === 'restore-check' || (milestone.kind === 'drill' && hongKongDate(now) < date);
    }
  }
}

function isOver({ verdict }: Decision): boolean {
  return verdict === 'cancelled' || verdict === 'terminated';
}

function dueMilestones({ timeline }: PracticeDay, { told }: DayState, decision: Decision, now: number) {
  return timeline
    .filter((milestone) => milestone.at <= now && !told.includes(milestone.id))
    .map((milestone) => {
      const pointless = milestone.kind === 'last-call' && decision.verdict !== 'hold';
      const dropped = pointless || (ofTheSession.has(milestone.kind) && isOver(decision));
      const outcome = dropped
        ? ('dropped' as const)
        : now - milestone.at > lateMs
          ? ('missed' as const)
          : ('due' as const);
      return { kind: 'milestone' as const, milestone, outcome };
    });
}

interface PartStep {
  part: PracticePart;
  next: PartState;
  order?: DayOrder;
}

function stepPart(
  { part, start, end }: PartHours,
  was: PartState,
  decision: Decision,
  now: number,
): PartStep {
  const order = (next: PartState, action: 'begin' | 'stop' | 'skip'): PartStep => {
    const because = decision.because?.[0];
    const reason = decision.reasons[0] ?? decision.verdict;
    const why = because === undefined ? { reason } : { reason, because };
    const after = was === 'stopped' ? { after: 'taken-back' as const } : {};
    return { part, next, order: { kind: 'part', part, action, ...why, ...after } };
  };
  if (was === 'running') {
    if (now >= end) {
      const reason = `${part.name} ends at ${part.end}.`;
      return { part, next: 'ended', order: { kind: 'part', part, action: 'end', reason } };
    }
    if (isOver(decision)) return order('stopped', 'stop');
    return { part, next: was };
  }
  const over = isOver(decision) || now >= end;
  if (over && was === 'waiting') return order('skipped', 'skip');
  if (over || was === 'ended') return { part, next: was };
  // What was skipped or stopped with the session is held once the exchange takes that back.
  if (now >= start && mayBegin(start, decision)) return order('running', 'begin');
  return { part, next: was === 'skipped' ? 'waiting' : was };
}

/** The order to tell a decision, when it says something else than the one before. */
function verdictOrder(decision: Decision, before: Decision | undefined): DayOrder[] {
  if (!hasChanged(decision, before)) return [];
  return [{ kind: 'verdict', decision, ...(before === undefined ? {} : { before: before.verdict }) }];
}

/** A part begins in a running session, and during the notice only when the signal came at or after its start. */
function mayBegin(start: number, { verdict, trigger }: Decision): boolean {
  return verdict === 'running' || (verdict === 'terminating' && (trigger?.issued ?? 0) >= start);
}

function reasonToMove(to: DataCentre, { verdict }: Decision): { reason: string; cause: MoveCause } {
  if (to === 'secondary') return { cause: 'begins', reason: 'A part at the secondary data centre begins.' };
  if (verdict === 'cancelled' || verdict === 'terminated') {
    const reason = `The session is ${verdict}: the primary addresses are put back without a test.`;
    return { cause: verdict, reason };
  }
  const reason = 'The part at the secondary data centre has ended: the primary addresses are put back.';
  return { cause: 'over', reason };
}
