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

interface Breaker {
  error: RapError;
  /** What was told already: a fault that changes its name is news, one that comes back is not. */
  told: Map<ErrorCode, RapError>;
  /** No attempt before the next round. */
  open: boolean;
  /** Versions that wait: how many attempts each has lost, and the last run that noted it. */
  waiting: Map<number, { lost: number; run: string }>;
  /** It failed when it was tried without a report, and nothing was brought there since: then it waits for itself. */
  trialFailed: boolean;
  /** Was the last that is known of it a fault? */
  failing: boolean;
  delivered: number;
}

/** Answers of the system about one name. */
const OF_NAMES: ReadonlySet<unknown> = new Set([undefined, '', 'ENAMETOOLONG', 'EILSEQ', 'EINVAL', 'EISDIR']);

/** Does a fault say something about the destination, and not about one report? */
export function isOfDestination({ code, details }: RapError): boolean {
  return codes[code].scope === 'destination' && (code !== 'DISK_ERROR' || !OF_NAMES.has(details.system));
}

export class CircuitBreakers {
  readonly #breakers = new Map<string, Breaker>();

  /** Why no attempt is made at this destination before the next round. */
  openError(destination: string): RapError | undefined {
    const breaker = this.#breakers.get(destination);
    return breaker?.open ? breaker.error : undefined;
  }

  isBroken(destination: string): boolean {
    return this.#breakers.has(destination);
  }

  /**
   * Notes that a report waits for a paused destination.
   * @returns whether this run has not noted it yet
   */
  wait(destination: string, version: number, run: string): boolean {
    const waiting = this.#breakers.get(destination)?.waiting;
    const known = waiting?.get(version);
    waiting?.set(version, { lost: known?.lost ?? 0, run });
    return known?.run !== run;
  }

  /**
   * Pauses a destination that failed.
   * @returns whether a person should be told
   */
  fail(destination: string, version: number, run: string, error: RapError): boolean {
    const breaker = this.#open(destination, error);
    breaker.waiting.set(version, { lost: (breaker.waiting.get(version)?.lost ?? 0) + 1, run });
    return isFirstOfItsCode(breaker, error);
  }

  /**
   * Pauses a destination that failed when it was tried without a report.
   * @returns whether a person should be told
   */
  failTrial(destination: string, error: RapError): boolean {
    const breaker = this.#open(destination, error);
    breaker.trialFailed = true;
    return isFirstOfItsCode(breaker, error);
  }

  /** Notes that a destination was tried without a report, and serves. */
  passTrial(destination: string): void {
    const breaker = this.#breakers.get(destination);
    if (breaker !== undefined) Object.assign(breaker, { trialFailed: false, failing: false });
  }

  /** The destinations that failed when they were tried without a report, and why. */
  failedTrials(): [string, RapError][] {
    return [...this.#breakers].flatMap(([destination, { trialFailed, error }]) =>
      trialFailed ? [[destination, error]] : [],
    );
  }

  #open(destination: string, error: RapError): Breaker {
    const breaker = this.#breakers.get(destination) ?? fresh(error);
    this.#breakers.set(destination, breaker);
    return Object.assign(breaker, { error, open: true, failing: true });
  }

  /** Notes that a report lies where it should, or will never go there. */
  served(destination: string, version: number): void {
    this.passTrial(destination);
    const breaker = this.#breakers.get(destination);
    if (breaker?.waiting.delete(version)) breaker.delivered++;
  }

  /**
   * Forgets versions that are not open any more. That nothing waits any more does not say that a destination serves: one
   * that was failing is then waited for itself.
   */
  keepOnly(open: ReadonlySet<number>): void {
    for (const breaker of this.#breakers.values()) {
      const { waiting, failing } = breaker;
      const before = waiting.size;
      for (const version of [...waiting.keys()]) if (!open.has(version)) waiting.delete(version);
      if (failing && waiting.size === 0 && before > 0) breaker.trialFailed = true;
    }
  }

  /** Begins a round: each paused destination may be tried until it fails again. */
  tryAgain(): void {
    for (const breaker of this.#breakers.values()) breaker.open = false;
  }

  /** Ends a round. @returns the destinations for which nothing waits any more */
  closeServed(): Recovery[] {
    const over = [...this.#breakers].filter(
      ([, { waiting, trialFailed }]) => waiting.size === 0 && !trialFailed,
    );
    for (const [destination] of over) this.#breakers.delete(destination);
    for (const breaker of this.#breakers.values()) breaker.open = true;
    return over.map(([destination, { told, delivered }]) => ({
      destination,
      told: [...told.values()],
      delivered,
    }));
  }

  /** The versions that wait; those that lost fewer attempts first, so that one bad folder does not hold the rest. */
  waiting(): number[] {
    const lost = new Map<number, number>();
    for (const { waiting } of this.#breakers.values()) {
      for (const [version, one] of waiting) lost.set(version, Math.max(one.lost, lost.get(version) ?? 0));
    }
    return [...lost].toSorted(([, one], [, two]) => one - two).map(([version]) => version);
  }

  /** Does anything wait? */
  get any(): boolean {
    return this.#breakers.size > 0;
  }
}

function fresh(error: RapError): Breaker {
  return {
    error,
    told: new Map(),
    open: true,
    waiting: new Map(),
    trialFailed: false,
    failing: true,
    delivered: 0,
  };
}

function isFirstOfItsCode({ told }: Breaker, error: RapError): boolean {
  if (told.has(error.code)) return false;
  told.set(error.code, error);
  return true;
}
