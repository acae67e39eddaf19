/**
 * The day of a session from its first reminder to its evidence as one pure reducer: (plan, state, event) -> (state,
 * orders). What is `kept` belongs on disk before an order is acted on; then a process that is stopped at any moment
 * orders nothing twice and tells what was missed. What is in `memory` only this process knows: a new one begins
 * without it, and so finds out which accounts were at work when the one before it was stopped.
 */
import { hongKongTime } from '../time/hong-kong.ts';
import type { Decision } from '../weather/decide.ts';
import {
  type Attempt,
  type DayOrder,
  type DayState,
  isEnding,
  newDay,
  type PracticeDay,
  setsToWork,
  stepDay,
} from './day.ts';
import type { PartResult } from './results.ts';

/** An order with the name it is remembered by and the moment it was given. */
export type KeyedOrder = DayOrder & { key: string; at: number };

/** The day as it lies in the ledger. */
export interface KeptDay {
  state: DayState;
  /** Orders that may not have been acted on yet. */
  open: KeyedOrder[];
  steppedAt?: number;
  /** Where the day stood after each step that changed it, oldest first; absent in the day of an older release. */
  past?: PastState[];
  /** Absent in the day of an older release, and before the first order. */
  counts?: Counts;
}

/**
 * What was ordered so far. What is ordered once more (a part that is stopped a second time) is another fact than the one
 * before, and is told and recorded by its number. A clock that is put back takes none of it back: no number comes twice.
 */
interface Counts {
  /** Orders that tell a verdict, and those by which it became another one. */
  verdicts: number;
  turns: number;
  /** Orders for a data centre. */
  moves: number;
  /** By name of the part: how often it turned, and how often accounts were tried again since. */
  parts: readonly { name: string; turns: number; tries: number }[];
}

/** Of what was told, the first so many. */
type PastState = Omit<DayState, 'told' | 'date'> & { at: number; told: number };

/** What only this process knows. */
export interface DayMemory {
  /** When orders left that may not have been acted on yet (epoch ms), by key. */
  left: Readonly<Record<string, number>>;
  /**
   * Accounts set to work, as 'part/account', with the end of the result they had by then: another one says that the
   * work has ended.
   */
  working: Readonly<Record<string, number | undefined>>;
}

export interface PracticeDayRun {
  kept: KeptDay;
  memory: DayMemory;
}

/**
 * `time`: it is now; the weather watch has decided so, and the accounts have come so far. `left`: an order went out
 * to whoever acts on it. `done`: an order was acted on.
 */
export type DayEvent =
  | { kind: 'time'; now: number; decision: Decision; results: readonly PartResult[] }
  | { kind: 'left'; now: number; order: KeyedOrder; results: readonly PartResult[] }
  | { kind: 'done'; key: string };

export interface Reduced {
  run: PracticeDayRun;
  /** What is to be acted on now, in this order; what a process before this one left open comes first. */
  orders: KeyedOrder[];
  /** What the ledger knows of the day after this moment was written by a clock that was ahead. */
  takeBackFrom?: number;
}

/** Put back by less than this, the clock has undone nothing; ours. */
const UNDONE_MS = 5 * 60_000;
/** What left so long ago has been acted on; until then a process that is stopped leaves it to the next one. Ours. */
const ACTED_MS = 30_000;
/** A session that ended longer ago than this is not taken up for the first time. */
const STALE_MS = 86_400_000;
/** Steps are made each minute from so long before the weather watch begins. */
const LEAD_MS = 10 * 60_000;

/** @param kept the day as it was left; left out, it has not begun */
export function beginDay(day: PracticeDay, kept: KeptDay = { state: newDay(day), open: [] }): PracticeDayRun {
  return { kept, memory: { left: {}, working: {} } };
}

/** The day must be the one the run was made for. */
export function reduceDay(day: PracticeDay, run: PracticeDayRun, event: DayEvent): Reduced {
  const { kept, memory } = run;
  switch (event.kind) {
    case 'done':
      return { run: { kept: strike(kept, [event.key]), memory }, orders: [] };
    case 'left':
      return { run: { kept, memory: afterLeaving(day, memory, event) }, orders: [] };
    case 'time': {
      const acted = (at: number) => event.now - at >= ACTED_MS || at > event.now;
      const leaving = Object.entries(memory.left);
      const left = Object.fromEntries(leaving.filter(([, at]) => !acted(at)));
      const struck = strike(
        kept,
        leaving.map(([key]) => key).filter((key) => !(key in left)),
      );
      const { kept: next, ...rest } = atTime(day, struck, attemptsOf(day, memory, event.results), event);
      const orders = actable(next.open).filter(({ key }) => !(key in left));
      return { orders, ...rest, run: { kept: next, memory: { ...memory, left } } };
    }
  }
}

/** A plan whose day was over long before anybody knew of it, such as an example: nothing of it is made up for. */
export function isOfThePast({ timeline }: PracticeDay, { kept }: PracticeDayRun, now: number): boolean {
  return kept.steppedAt === undefined && now > (timeline.at(-1)?.at ?? 0) + STALE_MS;
}

/** Is there anything that a step would do? On the day itself each minute counts, before it only what is due. */
export function isStepDue(day: PracticeDay, run: PracticeDayRun, now: number): boolean {
  if (isOfThePast(day, run, now)) return false;
  const { timeline } = day;
  const { state, open, steppedAt = now } = run.kept;
  // What left is struck out by the next step; and what a clock that was ahead did is to be done again.
  if (open.length > 0 || steppedAt > now) return true;
  const waiting = timeline.filter(({ id }) => !state.told.includes(id));
  const watch = timeline.find(({ kind }) => kind === 'weather-watch')?.at ?? 0;
  return waiting.length > 0 && (now >= watch - LEAD_MS || waiting.some(({ at }) => at <= now));
}

/** What just ended still has to log out and to be written down before anybody asks whether all is back. */
function actable(open: readonly KeyedOrder[]): KeyedOrder[] {
  const ending = open.some(isEnding);
  return open.filter(
    (order) => !(ending && order.kind === 'milestone' && order.milestone.kind === 'restore-check'),
  );
}

function strike(kept: KeptDay, keys: readonly string[]): KeptDay {
  if (!kept.open.some(({ key }) => keys.includes(key))) return kept;
  return { ...kept, open: kept.open.filter(({ key }) => !keys.includes(key)) };
}

function afterLeaving(
  { plan }: PracticeDay,
  { left, working }: DayMemory,
  { now, order, results }: DayEvent & { kind: 'left' },
): DayMemory {
  const begun = plan.parts.flatMap(({ name }) =>
    plan.accounts
      .filter(({ account }) => setsToWork(order, name, account))
      .map(({ account }) => [`${name}/${account}`, resultOf(results, name, account)?.finishedAt] as const),
  );
  return { left: { ...left, [order.key]: now }, working: { ...working, ...Object.fromEntries(begun) } };
}

/** How far each account has come in each part. */
function attemptsOf(
  { plan }: PracticeDay,
  { working }: DayMemory,
  results: readonly PartResult[],
): Attempt[] {
  return plan.parts.flatMap(({ name: part }) =>
    plan.accounts.map(({ account }) => {
      const key = `${part}/${account}`;
      const last = resultOf(results, part, account);
      const atWork = key in working && working[key] === last?.finishedAt;
      if (last === undefined) return { part, account, atWork };
      const { outcome, finishedAt } = last;
      return { part, account, atWork, result: { complete: outcome === 'complete', finishedAt } };
    }),
  );
}

/** What the last try of an account in a part has brought. */
function resultOf(results: readonly PartResult[], part: string, account: string): PartResult | undefined {
  return results.find((one) => one.part === part && one.account === account);
}

function atTime(
  day: PracticeDay,
  kept: KeptDay,
  attempts: readonly Attempt[],
  { now, decision }: DayEvent & { kind: 'time' },
): { kept: KeptDay; takeBackFrom?: number; orders?: [] } {
  const ahead = (kept.steppedAt ?? now) - now > UNDONE_MS;
  const from = ahead ? backTo(kept, newDay(day), now) : kept;
  // Whoever an open order is about is as good as at work.
  const known = attempts.map((one) =>
    from.open.some((order) => setsToWork(order, one.part, one.account)) ? { ...one, atWork: true } : one,
  );
  const { state, orders } = stepDay(day, from.state, decision, now, known);
  if (!ahead) {
    const past = remembered(from.past ?? [], state, now);
    return { kept: { state, ...given(from, orders, now), steppedAt: now, past } };
  }
  const undo = undoing(day, kept.state, from.state);
  if (orders.some(tells)) {
    const past = remembered(from.past ?? [], state, now);
    return {
      kept: { state, ...given(from, [...undo, ...orders], now), steppedAt: now, past },
      takeBackFrom: now,
    };
  }
  // As long as nothing else is to be done, the clock may as well be behind now as it was ahead before.
  if (undo.length === 0) return { kept, orders: [] };
  const { parts, dataCentre } = from.state;
  const early = Object.entries(kept.state.parts).filter(
    ([name, was]) => was === 'running' && parts[name] !== was,
  );
  const waiting = Object.fromEntries(early.map(([name]) => [name, 'waiting' as const]));
  const undone = { ...kept.state, parts: { ...kept.state.parts, ...waiting }, dataCentre };
  return { kept: { ...kept, state: undone, ...given(kept, undo, now) } };
}

/**
 * The day as it stood at a moment before the last step: that one was made by a clock that was ahead. What runs goes
 * on if it ran then, and what was ended since begins once more.
 */
function backTo({ past = [], open, state, counts }: KeptDay, fresh: DayState, now: number): KeptDay {
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
    ...(counts === undefined ? {} : { counts }),
  };
}

/** Is it more than that nothing is decided yet? */
function tells(order: DayOrder): boolean {
  return order.kind !== 'verdict' || order.decision.verdict !== 'pending';
}

/** Ends what a clock that was ahead has begun before its time. */
function undoing({ plan }: PracticeDay, was: DayState, is: DayState): DayOrder[] {
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

/** What is open once orders were given, each with its number. */
function given(
  { open, counts: before }: Pick<KeptDay, 'open' | 'counts'>,
  orders: readonly DayOrder[],
  now: number,
): Pick<KeptDay, 'open' | 'counts'> {
  let counts = before ?? { verdicts: 0, turns: 0, moves: 0, parts: [] };
  const keyed = orders.map((order): KeyedOrder => {
    const next = numbered(counts, order);
    counts = next.counts;
    return { ...next.order, key: `${nameOf(order, now)}${next.number}`, at: now };
  });
  return { open: [...open, ...keyed], counts };
}

/** An order with its number: what an order of the same name bears at another time is another one. */
function numbered(counts: Counts, order: DayOrder): { counts: Counts; order: DayOrder; number: string } {
  switch (order.kind) {
    // The plan has each once.
    case 'milestone':
      return { counts, order, number: '' };
    case 'data-centre': {
      const moves = counts.moves + 1;
      return { counts: { ...counts, moves }, order, number: `#${moves}` };
    }
    case 'verdict': {
      const verdicts = counts.verdicts + 1;
      const turns = counts.turns + Number(order.before !== order.decision.verdict);
      return {
        counts: { ...counts, verdicts, turns },
        order: occurring(order, turns),
        number: `#${verdicts}`,
      };
    }
    case 'part': {
      const { name } = order.part;
      const last = counts.parts.find((one) => one.name === name) ?? { name, turns: 0, tries: 0 };
      const next = order.again
        ? { ...last, tries: last.tries + 1 }
        : { ...last, turns: last.turns + 1, tries: 0 };
      const parts = [...counts.parts.filter((one) => one !== last), next];
      const number = order.again ? `#${next.turns}.${next.tries}` : `#${next.turns}`;
      return { counts: { ...counts, parts }, order: occurring(order, next.turns), number };
    }
  }
}

/** What turned last in an older release has no number. */
function occurring<O extends DayOrder & { kind: 'verdict' | 'part' }>(order: O, occurrence: number): O {
  return occurrence === 0 ? order : { ...order, occurrence };
}

function nameOf(order: DayOrder, now: number): string {
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
