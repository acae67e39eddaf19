/**
 * Destinations that cannot be written now. The first fault of a destination is told; after that its reports wait
 * without an attempt of their own, the other destinations go on, and from time to time one report tries.
 */
import { codes, type ErrorCode } from '../errors/codes.ts';
import type { RapError } from '../errors/rap-error.ts';

/** A destination that serves again. */
export interface Recovery {
  destination: string;
  /** What was wrong, as it was told. */
  told: RapError[];
  /** How many reports had waited and lie there now. */
  delivered: number;
}

interface Pause {
  error: RapError;
  /** What was told already: a fault that changes its name is news, one that comes back is not. */
  told: Map<ErrorCode, RapError>;
  /** No attempt before the next round. */
  resting: boolean;
  /** Versions that wait: how many attempts each has lost, and the last run that noted it. */
  waiting: Map<number, { lost: number; run: string }>;
  /** It failed when it was tried without a report, and nothing was brought there since: then it waits for itself. */
  trialFailed: boolean;
  delivered: number;
}

/** Answers of the system about one name. */
const OF_NAMES: ReadonlySet<unknown> = new Set([undefined, '', 'ENAMETOOLONG', 'EILSEQ', 'EINVAL', 'EISDIR']);

/** Does a fault say something about the destination, and not about one report? */
export function isOfPlace({ code, details }: RapError): boolean {
  return codes[code].scope === 'destination' && (code !== 'DISK_ERROR' || !OF_NAMES.has(details.system));
}

export class Pauses {
  readonly #pauses = new Map<string, Pause>();

  /** Why no attempt is made at this destination before the next round. */
  resting(destination: string): RapError | undefined {
    const pause = this.#pauses.get(destination);
    return pause?.resting ? pause.error : undefined;
  }

  isPaused(destination: string): boolean {
    return this.#pauses.has(destination);
  }

  /**
   * Notes that a report waits for a paused destination.
   * @returns whether this run has not noted it yet
   */
  wait(destination: string, version: number, run: string): boolean {
    const waiting = this.#pauses.get(destination)?.waiting;
    const known = waiting?.get(version);
    waiting?.set(version, { lost: known?.lost ?? 0, run });
    return known?.run !== run;
  }

  /**
   * Pauses a destination that failed.
   * @returns whether a person should be told
   */
  fail(destination: string, version: number, run: string, error: RapError): boolean {
    const pause = this.#paused(destination, error);
    pause.waiting.set(version, { lost: (pause.waiting.get(version)?.lost ?? 0) + 1, run });
    return isNews(pause, error);
  }

  /**
   * Pauses a destination that failed when it was tried without a report.
   * @returns whether a person should be told
   */
  failTrial(destination: string, error: RapError): boolean {
    const pause = this.#paused(destination, error);
    pause.trialFailed = true;
    return isNews(pause, error);
  }

  /** Notes that a destination was tried without a report, and serves. */
  passTrial(destination: string): void {
    const pause = this.#pauses.get(destination);
    if (pause !== undefined) pause.trialFailed = false;
  }

  /** The destinations that failed when they were tried without a report, and why. */
  failedTrials(): [string, RapError][] {
    return [...this.#pauses].flatMap(([destination, { trialFailed, error }]) =>
      trialFailed ? [[destination, error]] : [],
    );
  }

  #paused(destination: string, error: RapError): Pause {
    const pause = this.#pauses.get(destination) ?? fresh(error);
    this.#pauses.set(destination, pause);
    return Object.assign(pause, { error, resting: true });
  }

  /** Notes that a report lies where it should, or will never go there. */
  served(destination: string, version: number): void {
    this.passTrial(destination);
    const pause = this.#pauses.get(destination);
    if (pause?.waiting.delete(version)) pause.delivered++;
  }

  /** Forgets versions that are not open any more. */
  keepOnly(open: ReadonlySet<number>): void {
    for (const { waiting } of this.#pauses.values()) {
      for (const version of [...waiting.keys()]) if (!open.has(version)) waiting.delete(version);
    }
  }

  /** Begins a round: each paused destination may be tried until it fails again. */
  wake(): void {
    for (const pause of this.#pauses.values()) pause.resting = false;
  }

  /** Ends a round. @returns the destinations for which nothing waits any more */
  settle(): Recovery[] {
    const over = [...this.#pauses].filter(
      ([, { waiting, trialFailed }]) => waiting.size === 0 && !trialFailed,
    );
    for (const [destination] of over) this.#pauses.delete(destination);
    for (const pause of this.#pauses.values()) pause.resting = true;
    return over.map(([destination, { told, delivered }]) => ({
      destination,
      told: [...told.values()],
      delivered,
    }));
  }

  /** The versions that wait; those that lost fewer attempts first, so that one bad folder does not hold the rest. */
  waiting(): number[] {
    const lost = new Map<number, number>();
    for (const { waiting } of this.#pauses.values()) {
      for (const [version, one] of waiting) lost.set(version, Math.max(one.lost, lost.get(version) ?? 0));
    }
    return [...lost].toSorted(([, one], [, two]) => one - two).map(([version]) => version);
  }

  /** Does anything wait? */
  get any(): boolean {
    return this.#pauses.size > 0;
  }
}

function fresh(error: RapError): Pause {
  return { error, told: new Map(), resting: true, waiting: new Map(), trialFailed: false, delivered: 0 };
}

function isNews({ told }: Pause, error: RapError): boolean {
  if (told.has(error.code)) return false;
  told.set(error.code, error);
  return true;
}
