/**
 * What a schedule does while something is due: it looks again and again, as one run in one session of each account, until
 * all of it is here or its time is over; then one last look ends the run, with its digest and its log-out. Pure rules.
 */
import type { RunContext } from '../model/types.ts';

/** What the schedule has begun so far. Moments are of the monotonic clock, milliseconds. */
export interface Looking {
  /** How many messages with an order were sent. */
  passes: number;
  /** The run of the looks whose digest is still to come. */
  run?: string | undefined;
  /** When a message was sent last. */
  sentAt: number;
  /** Does what was sent last leave sessions open? */
  keeps: boolean;
}

export const notLooking: Looking = { passes: 0, sentAt: Number.NEGATIVE_INFINITY, keeps: false };

/** What to do now; a wait ends sooner when something else happens. */
export type NextStep =
  | { step: 'wait'; ms: number }
  /** Look, and look again. */
  | { step: 'look' }
  /** Look for the last time: log out, and tell. */
  | { step: 'end' }
  /** Nothing was looked at since the last digest: only the sessions are to be ended. */
  | { step: 'log out' };

/** How soon it is noticed that a run is no longer under way, or that all is here; milliseconds (ours). */
const NOTICED = { runEnded: 1_000, allHere: 5_000 };

/**
 * The next step.
 * @param now of the monotonic clock; `due`: is something looked for? `underWay`: has a run that this schedule sent an
 * account? `every`: milliseconds from one look to the next
 */
export function nextStep(
  { run, sentAt, keeps }: Looking,
  { now, due, underWay, every }: { now: number; due: boolean; underWay: boolean; every: number },
): NextStep {
  if (!due && run === undefined && !keeps) return { step: 'wait', ms: Number.POSITIVE_INFINITY };
  // A look takes as long as it takes: the next one is never sent beside it.
  if (underWay) return { step: 'wait', ms: NOTICED.runEnded };
  if (due) {
    const left = sentAt + every - now;
    return left > 0 ? { step: 'wait', ms: Math.min(left, NOTICED.allHere) } : { step: 'look' };
  }
  // What was sent this very moment has no account yet.
  const left = sentAt + NOTICED.runEnded - now;
  if (left > 0) return { step: 'wait', ms: left };
  return { step: run === undefined ? 'log out' : 'end' };
}

/** A step that sends a message, or a run that was begun for another reason. */
type Sending = 'look' | 'end' | 'other';

/**
 * What a message says of the session and of the run's end; see RunContext.
 * @param due is something looked for, so that another look follows?
 */
export function orderOf(
  sending: Sending,
  { keeps, passes }: Looking,
  due: boolean,
  every: number,
): Pick<RunContext, 'keepSession' | 'pass' | 'goesOn'> {
  const pass = passes + 1;
  if (sending === 'look') return { keepSession: every, pass, goesOn: true };
  if (sending === 'other' && due) return { keepSession: every, pass };
  return sending === 'end' || keeps ? { keepSession: 0, pass } : {};
}

/** What the schedule has begun once a message is sent. Whatever but a look ends the run with a digest. */
export function afterSending(
  sending: Sending,
  { passes }: Looking,
  { run, now, due }: { run: string; now: number; due: boolean },
): Looking {
  return {
    passes: passes + 1,
    run: sending === 'look' ? run : undefined,
    sentAt: now,
    keeps: sending === 'look' || (sending === 'other' && due),
  };
}
