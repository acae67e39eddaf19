/** The state of one expectation at a moment, by the first row of the table that applies, and the mails it causes. */
import type { IsoDate } from '../../time/hong-kong.ts';
import { type Second, startOfDay } from '../../time/seconds.ts';
import type { Copies } from './copies.ts';
import type { FolderLooks, Span } from './looks.ts';
import type { Expectation, Rule, State } from './types.ts';
import type { Plan, Window } from './window.ts';

/** Everything one expectation is judged by. */
export interface Case {
  /** The version in force. */
  rule: Rule;
  /** The rule's own set, or the one that came by an event rule. */
  set: string;
  businessDate: IsoDate;
  copies: Copies;
  looks: FolderLooks;
  /** The plan with the entries known at a moment. */
  planAt: (moment: Second) => Plan;
  /** The seconds at which the plan may change. */
  changes: readonly Second[];
}

/** The row's state, and whether it gives way to pair-incomplete. */
export interface Row {
  state: State;
  soft: boolean;
}

export const firm = (state: State): Row => ({ state, soft: false });
export const soft = (state: State): Row => ({ state, soft: true });

/** The expectation in production at a moment. */
export function judge(one: Case, at: Second): Expectation {
  const plan = one.planAt(at);
  return {
    ...identityOf(one),
    ...withHalves(completeRow(one, at) ?? absentRow(one, plan, at), one, at),
    ...((plan.expected ? plan.window : undefined) ?? noWindow),
    ...knownOf(one, at),
  };
}

/** The window of what is not expected or has no time. */
export const noWindow = { about: null, riskAfter: null, lateAfter: null, cutOff: null };

/** What a mail may tell of an expectation besides its state. */
export function knownOf({ rule, copies, looks }: Case, at: Second): Pick<Expectation, 'traces' | 'lastLook'> {
  const look = looks.lastGood(at);
  return {
    traces: copies.traces(rule.halves, at),
    ...(look === undefined ? {} : { lastLook: { at: look.at, centre: look.centre } }),
  };
}

export function identityOf({ rule: { report }, set, businessDate }: Case) {
  return { report, set, businessDate };
}

/** Rows 1 to 3. */
export function completeRow({ rule: { halves }, copies }: Case, at: Second): Row | undefined {
  if (copies.completeAt(halves) > at) return undefined;
  if (copies.editionsAt(halves).some((second) => second <= at)) return firm('amended');
  return firm(copies.areFiled(halves) ? 'on-share' : 'received');
}

/** Rows 4 to 13. */
function absentRow(one: Case, plan: Plan, at: Second): Row {
  if (!plan.expected) return soft('not-expected');
  if (plan.window === undefined) return soft(at < startOfDay(one.businessDate) ? 'awaited' : 'no-time-known');
  const { about, riskAfter, lateAfter, cutOff } = plan.window;
  const proved = (after: Second) => firstProof(one, after, at + 1) !== undefined;
  const blind = one.looks.blindAt(at);
  if (at > cutOff && proved(cutOff)) return firm('missing');
  if (at > cutOff && blind) return firm('unknown');
  if (at > lateAfter && proved(lateAfter)) return firm('late');
  if (at > lateAfter && blind) return firm('unknown');
  if (at > riskAfter && proved(riskAfter)) return soft('at-risk');
  if (at > riskAfter && blind) return firm('unknown');
  if (at < about) return soft('awaited');
  return blind ? firm('unknown') : soft('due');
}

/** The state, which is pair-incomplete for some rows while some halves are held, and what is lacking then. */
export function withHalves(
  { state, soft }: Row,
  { rule: { halves }, copies }: Case,
  at: Second,
): { state: State; lacking?: string[] } {
  const lacking = halves.filter((half) => !copies.isHeld(half, at));
  if (lacking.length === 0 || lacking.length === halves.length) return { state };
  return { state: soft ? 'pair-incomplete' : state, lacking };
}

/** The first look after a moment and before `end` that proves that something is absent. */
export function firstProof({ rule, copies, looks }: Case, after: Second, end: Second): Second | undefined {
  return looks.firstGood(after, end, (look) => copies.lacksAt(rule.halves, look.centre, look.at));
}

export interface Stages {
  /** The first second of each stage; undefined when it was never reached. */
  atRisk?: Second;
  late?: Second;
  missing?: Second;
  /** When it was unknown. */
  unknown: Span[];
}

/**
 * What an expectation went through from one second to another, both included, as if it were judged at every second.
 * Between two entries the plan stands still, so each stage's first second can be worked out.
 */
export function stagesOf(one: Case, from: Second, to: Second): Stages {
  const stages: Stages = { unknown: [] };
  const end = Math.min(to + 1, one.copies.completeAt(one.rule.halves));
  const starts = [from, ...one.changes.filter((change) => change > from && change < end)];
  starts.forEach((start, index) => {
    const plan = one.planAt(start);
    if (!plan.expected || plan.window === undefined) return;
    addStages(stages, one, plan.window, start, starts[index + 1] ?? end);
  });
  return stages;
}

/** Adds what happens within start..end-1 under one window. */
function addStages(stages: Stages, one: Case, window: Window, start: Second, end: Second): void {
  const { about, riskAfter, lateAfter, cutOff } = window;
  if (end <= start) return;
  const proof = (after: Second) => firstProof(one, after, end) ?? end;
  const provedMissing = proof(cutOff);
  const provedLate = Math.min(proof(lateAfter), provedMissing);
  const provedRisk = Math.min(proof(riskAfter), provedLate);

  stages.missing ??= within(Math.max(start, provedMissing), end);
  // Late and at risk are not said of seconds at which a later time has passed and nobody could look.
  stages.late ??= notBlind(one, Math.max(start, provedLate), provedMissing, cutOff);
  stages.atRisk ??= notBlind(one, Math.max(start, provedRisk), provedLate, lateAfter);

  const spans: Span[] = [
    // A deadline may have been moved to before the usual time.
    { from: about, to: Math.min(riskAfter, lateAfter) },
    { from: riskAfter + 1, to: Math.min(lateAfter, provedRisk - 1) },
    { from: lateAfter + 1, to: Math.min(cutOff, provedLate - 1) },
    { from: cutOff + 1, to: provedMissing - 1 },
  ];
  for (const span of spans) {
    const [low, high] = [Math.max(span.from, start), Math.min(span.to, end - 1)];
    if (low <= high) stages.unknown.push(...one.looks.blindSpans(low, high));
  }
}

function within(second: Second, end: Second): Second | undefined {
  return second < end ? second : undefined;
}

/** The first second in from..end-1 at which either `limit` has not passed or somebody could look. */
function notBlind({ looks }: Case, from: Second, end: Second, limit: Second): Second | undefined {
  if (from >= end) return undefined;
  if (from <= limit) return from;
  const [blind] = looks.blindSpans(from, end - 1);
  if (blind === undefined || blind.from > from) return from;
  return within(blind.to + 1, end);
}
