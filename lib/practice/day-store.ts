/**
 * The day of a session in the ledger. A step keeps the new state together with the orders that follow from it, which are
 * events; an order is acknowledged when it was acted on. So a process that is killed at any moment finds its open orders
 * again, and acting on one twice is the worst that can happen: whoever acts makes that harmless.
 */

import { switchDataCentre } from '../accounts/data-centre-switch.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../time/clock.ts';
import { hongKongTime } from '../time/hong-kong.ts';
import type { Decision } from '../weather/decide.ts';
import { type DayOrder, type DayState, dayOf } from './day.ts';
import {
  beginDay,
  type DayEvent,
  isOfThePast,
  isStepDue,
  type KeptDay,
  type KeyedOrder,
  reduceDay,
} from './day-reducer.ts';
import { reasonAsDetail } from './evidence-timeline.ts';
import { practiceRun } from './paths.ts';
import type { PracticePlan } from './plan.ts';
import { type PartResult, partResults } from './results.ts';

export interface StoredDay {
  readonly plan: PracticePlan;
  readonly state: DayState;
  /** When the last step was made; undefined before the first. */
  readonly steppedAt: number | undefined;
  /** See the functions of the same names in day-reducer. */
  isOfThePast(now: number): boolean;
  isStepDue(now: number): boolean;
  /**
   * @param decision what the weather watch says at this moment
   * @returns what is to be acted on now, in this order, also what a killed process left behind
   */
  step(decision: Decision, now: number): Promise<KeyedOrder[]>;
  /** The order went out to whoever acts on it; a later step takes it as acted on. */
  left(order: KeyedOrder, now: number): void;
  /** The order was acted on. */
  done(key: string): Promise<void>;
}

/** Takes up the day of a plan where it was left, or begins it. */
export async function openDay(ledger: Pick<Ledger, 'practice'>, plan: PracticePlan): Promise<StoredDay> {
  const day = dayOf(plan);
  const row = await ledger.practice.practiceDay(plan.date);
  const session = practiceRun(plan.date);
  const open = await ledger.practice.practiceOrders<KeyedOrder>(session);
  const begun = row !== undefined && row.day !== '';
  let run = beginDay(day, begun ? { ...(JSON.parse(row.day) as Omit<KeptDay, 'open'>), open } : undefined);
  let results: PartResult[] = [];
  const reduce = async (event: DayEvent) => {
    const next = reduceDay(day, run, event);
    if (next.takeBackFrom !== undefined) await ledger.practice.takeBackPractice(plan.date, next.takeBackFrom);
    if (next.run.kept !== run.kept) {
      const { open: orders, ...kept } = next.run.kept;
      const written = { plan: JSON.stringify(plan), day: JSON.stringify(kept) };
      await ledger.practice.savePracticeDay({ date: plan.date, ...written }, { run: session, orders });
    }
    run = next.run;
    return next.orders;
  };
  return {
    plan,
    get state() {
      return run.kept.state;
    },
    get steppedAt() {
      return run.kept.steppedAt;
    },
    isOfThePast: (now) => isOfThePast(day, run, now),
    isStepDue: (now) => isStepDue(day, run, now),
    async step(decision, now) {
      results = await partResults(ledger, plan.date);
      return reduce({ kind: 'time', now, decision, results });
    },
    left(order, now) {
      run = reduceDay(day, run, { kind: 'left', now, order, results }).run;
    },
    async done(key) {
      await reduce({ kind: 'done', key });
    },
  };
}

/** Keeps a plan before its day, so that its key freeze is known; a day that has begun is left as it is. */
export async function keepPlan(ledger: Pick<Ledger, 'practice'>, plan: PracticePlan): Promise<void> {
  const day = (await ledger.practice.practiceDay(plan.date))?.day ?? '';
  await ledger.practice.savePracticeDay({ date: plan.date, plan: JSON.stringify(plan), day });
}

/** What an order is called in a timeline, and what it says. */
export function describeOrder(order: DayOrder): { what: string; title: string } {
  switch (order.kind) {
    case 'verdict': {
      const { verdict, effectiveAt, reasons } = order.decision;
      const from = effectiveAt === null ? '' : ` from ${hongKongTime(effectiveAt)}`;
      return { what: 'verdict', title: `${verdict}${from}: ${reasons[0] ?? ''}` };
    }
    case 'milestone': {
      const { kind, title } = order.milestone;
      const { outcome } = order;
      const ending = { due: '', missed: ' (missed: nobody was at work)', dropped: ' (no longer of use)' };
      return { what: kind, title: `${title}${ending[outcome]}` };
    }
    case 'data-centre':
      return { what: `data-centre-${order.dataCentre}`, title: order.reason };
    case 'part':
      return { what: `part-${order.action}`, title: partTitle(order) };
  }
}

function partTitle(order: DayOrder & { kind: 'part' }): string {
  const { action, reason, after, accounts = [] } = order;
  const { name } = order.part;
  if (after === 'restart') return `${name}, ${accounts.join(', ')}: ${reason}`;
  if (after === 'failure') return `${name}: ${accounts.join(', ')} did not get through and is tried again`;
  const words = { begin: 'begins', end: 'ends', stop: 'is stopped', skip: 'is not held' };
  return action === 'end' ? `${name} is over` : `${name} ${words[action]}: ${reason}`;
}

/**
 * Does what an order asks of the ledger: records it for the evidence and the journal, and puts the primary data centre
 * back, which is too important to be left to a wire. The way to the secondary is the flow's: it switches, visibly,
 * before it logs in. Doing it twice changes nothing.
 */
export async function performOrder(
  order: KeyedOrder,
  {
    ledger,
    clock,
    plan,
  }: { ledger: Pick<Ledger, 'accounts' | 'practice'>; clock: Clock; plan: PracticePlan },
): Promise<void> {
  if (order.kind === 'data-centre' && order.dataCentre === 'primary') {
    await switchDataCentre(ledger, clock, {
      accounts: plan.accounts.map(({ account }) => account),
      dataCentre: order.dataCentre,
      reason: order.reason,
      by: `the plan "${plan.title}"`,
    });
  }
  // Taken up by a new process, it goes on as it was; the day itself has nothing to tell of that.
  if (order.kind === 'part' && order.after === 'restart') return;
  await ledger.practice.recordPracticeEvent({
    date: plan.date,
    key: order.key,
    at: order.at,
    ...describeOrder(order),
    details: detailsOf(order, plan),
  });
}

function detailsOf(order: KeyedOrder, plan: PracticePlan): Record<string, string | number | boolean> {
  switch (order.kind) {
    case 'verdict': {
      const { verdict, effectiveAt, quality, trigger, because } = order.decision;
      return {
        verdict,
        quality,
        ...(effectiveAt === null ? {} : { effectiveAt }),
        ...(trigger === null ? {} : { trigger: trigger.code }),
        ...reasonAsDetail(because?.[0]),
      };
    }
    case 'milestone':
      return { milestone: order.milestone.id, outcome: order.outcome };
    case 'data-centre':
      return { dataCentre: order.dataCentre, ...(order.cause === undefined ? {} : { because: order.cause }) };
    case 'part': {
      const { part, action, accounts = [], because } = order;
      const some = order.again || accounts.length < plan.accounts.length;
      return {
        part: part.name,
        action,
        dataCentre: part.dataCentre,
        ...(action === 'begin' && some && accounts.length > 0 ? { again: accounts.join(', ') } : {}),
        ...reasonAsDetail(because),
      };
    }
  }
}
