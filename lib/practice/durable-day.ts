/**
 * The day of a session in the ledger. A step stores the new state together with the orders that follow from it;
 * an order leaves the ledger when it was acted on. So a process that is killed at any moment finds its open
 * orders again, and acting on one twice is the worst that can happen: whoever acts makes that harmless.
 */
import type { Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../time/clock.ts';
import { hongKongTime } from '../time/hong-kong.ts';
import type { Evidence } from '../weather/evidence.ts';
import { type Attempt, type DayOrder, type DayState, dayOf, newDay, stepDay } from './day.ts';
import { reasonAsDetail } from './evidence-timeline.ts';
import { type PracticePlan, planHours, planMoment } from './plan.ts';
import { switchDataCentre } from './switch.ts';

/** An order with the name it is remembered by and the moment it was given. */
export type KeyedOrder = DayOrder & { key: string; at: number };

interface StoredDay {
  state: DayState;
  open: KeyedOrder[];
  steppedAt?: number;
  /** Where the day stood after each step that changed it, oldest first; absent in the day of an older release. */
  past?: PastState[];
}

/** Of what was told, the first so many. */
type PastState = Omit<DayState, 'told' | 'date'> & { at: number; told: number };

/** Put back by less than this, the clock has undone nothing; ours. */
const UNDONE_MS = 5 * 60_000;

export interface DurableDay {
  readonly plan: PracticePlan;
  readonly state: DayState;
  /** When the last step was made; undefined before the first. */
  readonly steppedAt: number | undefined;
  /**
   * @param attempts see stepDay; an account that an open order is about counts as at work
   * @returns all open orders in their order, also those a killed process left behind
   */
  step(evidence: Evidence, now: number, attempts?: readonly Attempt[]): Promise<KeyedOrder[]>;
  /** The order was acted on. */
  done(key: string): Promise<void>;
}

/** Takes up the day of a plan where it was left, or begins it. */
export async function openDay(
  ledger: Ledger,
  plan: PracticePlan,
  { unattended = false }: { unattended?: boolean } = {},
): Promise<DurableDay> {
  const day = dayOf(plan, unattended);
  const row = await ledger.practiceDay(plan.date);
  let stored: StoredDay =
    row === undefined || row.day === '' ? { state: newDay(day), open: [] } : JSON.parse(row.day);
  const save = async (next: StoredDay) => {
    await ledger.savePracticeDay({
      date: plan.date,
      plan: JSON.stringify(plan),
      day: JSON.stringify(next),
    });
    stored = next;
  };
  return {
    plan,
    get state() {
      return stored.state;
    },
    get steppedAt() {
      return stored.steppedAt;
    },
    async step(evidence, now, attempts = []) {
      const ahead = (stored.steppedAt ?? now) - now > UNDONE_MS;
      const from = ahead ? backTo(stored, newDay(day), now) : stored;
      const known = attempts.map((one) => (from.open.some(isAbout(one)) ? { ...one, atWork: true } : one));
      const { state, orders: next } = stepDay(day, from.state, evidence, now, known);
      const undo = ahead ? undoing(plan, stored.state, from.state) : [];
      const keyed = (orders: DayOrder[]) =>
        orders.map((order) => ({ ...order, key: keyOf(order, now), at: now }));
      if (ahead && !next.some(tells)) {
        // As long as nothing else is to be done, the clock may as well be behind now as it was ahead before.
        if (undo.length === 0) return [];
        const { parts, dataCentre } = from.state;
        const early = Object.entries(stored.state.parts).filter(
          ([name, was]) => was === 'running' && parts[name] !== was,
        );
        const waiting = Object.fromEntries(early.map(([name]) => [name, 'waiting' as const]));
        const undone = { ...stored.state, parts: { ...stored.state.parts, ...waiting }, dataCentre };
        await save({ ...stored, state: undone, open: [...stored.open, ...keyed(undo)] });
        return stored.open;
      }
      if (ahead) await ledger.takeBackPractice(plan.date, now);
      const open = [...from.open, ...keyed([...undo, ...next])];
      await save({ state, open, steppedAt: now, past: remembered(from.past ?? [], state, now) });
      return open;
    },
    done: (key) => save({ ...stored, open: stored.open.filter((order) => order.key !== key) }),
  };
}

/**
 * The day as it stood at a moment before the last step: that one was made by a clock that was ahead. What runs goes
 * on if it ran then, and what was ended since begins once more.
 */
function backTo({ past = [], open, state }: StoredDay, fresh: DayState, now: number): StoredDay {
  const before = past.filter(({ at }) => at <= now);
  const { at: _, told, ...then } = before.at(-1) ?? { ...fresh, at: now, told: 0 };
  const parts = Object.entries(then.parts).map(([name, was]) => {
    const ended = was === 'running' && state.parts[name] !== 'running';
    return [name, ended ? 'waiting' : was] as const;
  });
  const dataCentre = parts.some(([, one]) => one === 'running') ? then.dataCentre : 'primary';
  return {
    state: {
      ...then,
      date: state.date,
      told: state.told.slice(0, told),
      parts: Object.fromEntries(parts),
      dataCentre,
    },
    open: open.filter(({ at }) => at <= now),
    past: before,
  };
}

/** Is it more than that nothing is decided yet? */
function tells(order: DayOrder): boolean {
  return order.kind !== 'verdict' || order.decision.verdict !== 'pending';
}

/** Ends what a clock that was ahead has begun before its time. */
function undoing(plan: PracticePlan, was: DayState, is: DayState): DayOrder[] {
  const early = plan.parts.filter(
    ({ name }) => was.parts[name] === 'running' && is.parts[name] === 'waiting',
  );
  const reason = 'The clock had been ahead and was put back.';
  return [
    ...early.map((part) => ({ kind: 'part', part, action: 'stop', reason, after: 'clock' }) as const),
    ...(was.dataCentre !== is.dataCentre
      ? [{ kind: 'data-centre', dataCentre: is.dataCentre, reason } as const]
      : []),
  ];
}

/** The past with the state after a step, if that is another one than before. */
function remembered(past: readonly PastState[], state: DayState, at: number): PastState[] {
  const { date: _, told, ...rest } = state;
  const next: PastState = { ...rest, told: told.length, at };
  const meaning = ({ decision, parts, dataCentre, told: count }: PastState) =>
    JSON.stringify([decision?.verdict, decision?.effectiveAt, parts, dataCentre, count]);
  const last = past.at(-1);
  return last !== undefined && meaning(last) === meaning(next) ? [...past] : [...past, next];
}

/** Does an order set the account of an attempt to work? */
function isAbout({ part, account }: Attempt): (order: DayOrder) => boolean {
  return (order) =>
    order.kind === 'part' &&
    order.action === 'begin' &&
    order.part.name === part &&
    (order.accounts?.includes(account) ?? true);
}

/** Keeps a plan before its day, so that its key freeze is known; a day that has begun is left as it is. */
export async function keepPlan(ledger: Ledger, plan: PracticePlan): Promise<void> {
  const day = (await ledger.practiceDay(plan.date))?.day ?? '';
  await ledger.savePracticeDay({ date: plan.date, plan: JSON.stringify(plan), day });
}

function keyOf(order: DayOrder, now: number): string {
  const time = hongKongTime(now);
  switch (order.kind) {
    case 'verdict':
      return `verdict:${order.decision.verdict}@${time}`;
    case 'milestone':
      return `milestone:${order.milestone.id}`;
    case 'data-centre':
      return `data-centre:${order.dataCentre}@${time}`;
    case 'part': {
      const { part, action, after } = order;
      return `part:${part.name}:${action}${after === undefined ? '' : `:${after}@${time}`}`;
    }
  }
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
 * Does what an order asks of the ledger: records it for the evidence and the journal, and moves the accounts of
 * the plan when it is about the data centre. Doing it twice changes nothing.
 */
export async function performOrder(
  order: KeyedOrder,
  { ledger, clock, plan }: { ledger: Ledger; clock: Clock; plan: PracticePlan },
): Promise<void> {
  if (order.kind === 'data-centre') {
    const end = planMoment(plan, planHours(plan).end);
    await switchDataCentre(ledger, clock, {
      accounts: plan.accounts.map(({ account }) => account),
      dataCentre: order.dataCentre,
      reason: order.reason,
      by: `the plan "${plan.title}"`,
      ...(order.dataCentre === 'secondary' && end > clock.now() ? { until: end } : {}),
    });
  }
  // Taken up by a new process, it goes on as it was; the day itself has nothing to tell of that.
  if (order.kind === 'part' && order.after === 'restart') return;
  const { what, title } = describeOrder(order);
  await ledger.recordPracticeEvent({
    date: plan.date,
    key: order.key,
    at: order.at,
    what,
    title,
    details: detailsOf(order),
  });
}

function detailsOf(order: KeyedOrder): Record<string, string | number | boolean> {
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
    case 'part':
      return {
        part: order.part.name,
        action: order.action,
        dataCentre: order.part.dataCentre,
        ...(order.accounts === undefined ? {} : { again: order.accounts.join(', ') }),
        ...reasonAsDetail(order.because),
      };
  }
}
