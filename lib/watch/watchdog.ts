/**
 * When the service manager may hear that all goes on. It restarts a service that it does not hear of, so it hears of
 * one only that did something: wrote its ledger, and looked at what is due, in this minute.
 */
import type { Findings } from './health.ts';

/** So old what was done may be, milliseconds. */
export const DONE_MS = 60_000;

export interface Done {
  /** When the ledger was written and the schedule had looked, on the monotonic clock; undefined: never. */
  wrote: number | undefined;
  looked: number | undefined;
}

export const nothingDone: Done = { wrote: undefined, looked: undefined };

/** What a look at the service adds. @param at on the monotonic clock */
export function doneAfter(done: Done, { ledger, schedule }: Findings, at: number): Done {
  return {
    wrote: ledger.state === 'ok' ? at : done.wrote,
    looked: schedule.state === 'ok' ? at : done.looked,
  };
}

/** What a process has to do that is no fault of it: another is in charge, no node is deployed, no schedule is. */
export interface Duty {
  waits: boolean;
  /** Is a node of RAP Ops deployed? */
  works: boolean;
  schedules: number;
}

/**
 * May the watchdog be told that this process goes on? One that waits for another, and one without a flow of ours, have
 * no ledger to write: a restart would change nothing for them.
 */
export function goesOn(done: Done, { waits, works, schedules }: Duty, now: number): boolean {
  if (waits || !works) return true;
  const fresh = (at: number | undefined) => at !== undefined && now - at <= DONE_MS;
  return fresh(done.wrote) && (schedules === 0 || fresh(done.looked));
}
