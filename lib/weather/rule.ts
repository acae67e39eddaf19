/**
 * What the weather rule needs to know of a session: its times on one Hong Kong date, and which signals stop it.
 * Source of the rule: circular PT/SCS/HKCC/136/2025, information package, section 5. All moments are
 * milliseconds since 1970.
 */
import type { IsoDate } from '../time/hong-kong.ts';

/** The three things that can stop a session: signal No. 8, 9 or 10; Extreme Conditions; Black Rainstorm. */
export type TriggerKind = 'no-8' | 'extreme-conditions' | 'black-rainstorm';

export const triggerKinds: readonly TriggerKind[] = ['no-8', 'extreme-conditions', 'black-rainstorm'];

/** The hours of a session on its date. */
export interface SessionTimes {
  date: IsoDate;
  /** From here to `start` a trigger cancels the session. */
  cutOff: number;
  start: number;
  end: number;
}

export interface WeatherRule {
  /** In force at or after the cut-off, up to the start: these cancel. */
  cancels: readonly TriggerKind[];
  /** Issued after the start: these terminate. */
  terminates: readonly TriggerKind[];
  /** From the issue of a terminating signal to the end of the session. */
  noticeMinutes: number;
  /**
   * Nobody is there to ask. What the words of the rule leave open (lowered exactly at the cut-off, Black issued
   * exactly at the start) then cancels; otherwise it is a hold for a person.
   */
  unattended: boolean;
}

/** Everything `decide` must know about one session. */
export interface Session {
  times: SessionTimes;
  rule: WeatherRule;
}

/** Our own numbers, not the exchange's: how much silence we accept before we stop trusting our knowledge. */
export const watchLimits = {
  /** Without a good answer for so long, nothing is known any more. */
  staleMs: 5 * 60_000,
  /** Signals are published minutes after the time they bear, so the cut-off is judged so long after it. */
  settleMs: 5 * 60_000,
  /** A trouble that lasts so long while the session runs needs a person. */
  personMs: 10 * 60_000,
  /** The hourly weather report must be younger than this, or the whole service stands still. */
  heartbeatMs: 90 * 60_000,
  /** The press feed may be silent for so long. */
  pressStaleMs: 30 * 60_000,
  /**
   * A cancelled warning stays listed at least this long (the shortest seen was 53 minutes), so an answer that
   * does not list a warning proves that none was cancelled during this time before it.
   */
  lingerMs: 50 * 60_000,
  /** A signal is published at most this long after the time it bears. */
  publicationMs: 10 * 60_000,
  /** No signal stands for so long, and no warning of rain: a time older than this is a wrong one. */
  longestMs: 14 * 24 * 60 * 60_000,
  /** More than this between our clock and the server's, and one of them is wrong. */
  clockMs: 60_000,
} as const;
