/** Who works with a ledger in this process, and where. */
import type { RapError } from '../../lib/errors/rap-error.ts';
import type { Duty } from '../../lib/ledger/ledger.ts';
import type { Clock } from '../../lib/time/clock.ts';

/** A place to work: which home, by which clock. */
export interface RuntimeOptions {
  home: string;
  clock: Clock;
  /** How long the lease outlives a process that sleeps, milliseconds. */
  lease?: number;
  /** Several hosts share the work (decision 62). */
  shared?: boolean;
  /** The name of this one for people. */
  host?: string;
  /** The clock of this host, milliseconds since 1970; compared with the database's. */
  wallClock?: () => number;
  /** So long an account stays on a host before it is moved for balance, milliseconds. */
  rest?: number;
}

/** Somebody who works in the house. */
export interface Participant {
  /**
   * Called with a fault when another process is in charge: drop all work; resolves when it is dropped. Called
   * without one when this process is in charge again.
   */
  onLeadershipChange?(fault: RapError | undefined): Promise<void>;
  /** Where several hosts share the work: what this one works on. The duties of one list move together. */
  shares?(): readonly Duty[][];
  /** Is nothing of this one at work on a duty? */
  isQuiet?(duty: Duty): boolean;
  /** Duties were lost, each with its fault: drop the work on them; resolves when it is dropped. */
  onDutiesLost?(faultOf: (duty: Duty) => RapError | undefined): Promise<void>;
}
