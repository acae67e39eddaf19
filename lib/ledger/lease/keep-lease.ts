/** Holds a lease for as long as the process lives and is awake. */
import { RapError } from '../../errors/rap-error.ts';
import { holdLife, letGoOfLife } from '../../process/life-file.ts';
import { describeProcess, isProcessGone, lifeFileOf, ownProcessId } from '../../process/process-id.ts';
import type { Clock } from '../../time/clock.ts';
import type { Lease, Ledger } from '../ledger.ts';
import { DROP_AFTER, DropTimer } from './drop-timer.ts';

/** The lease of whoever writes the ledger of a home. */
export const WRITER = 'writer';
/** Who holds it while several hosts share the work: one that works alone keeps away. */
export const SHARERS = 'hosts that share the work';
/** How long it outlives a process that can no longer renew it. */
export const WRITER_MS = 60_000;

/** Part of its time after which a renewal that failed is tried again. */
const AGAIN_AFTER = 1 / 30;

/** Ends a process that stands still. */
export interface Guard {
  /** @param ms from now on, of which `since` have gone by; undefined once all work is dropped */
  feed(ms: number | undefined, since?: number): void;
}

export interface KeptLease {
  fence: number;
  /**
   * What is done under it before anybody works.
   * @throws RapError what the work throws; when the lease is lost meanwhile NOT_IN_CHARGE, or with a guard
   * LEDGER_UNUSABLE: `onLost` is not called then, and what the work waits for from the ledger is given up
   */
  begin(work: () => Promise<void>): Promise<void>;
  /** Renews it now; for a process that has reason to think it was asleep. `onLost` is called if it is too late. */
  renew(): Promise<void>;
  /**
   * Gives the lease back and stops renewing it.
   * @param grace milliseconds for which this owner alone may come back
   */
  release(grace?: number): Promise<void>;
}

export interface KeepOptions {
  name: string;
  /** Beside which the ledger is sealed, see sealedBeside. */
  file: string;
  /** Tells instances apart (see lib/process). */
  owner: string;
  /** How long the lease outlives a process that died, in milliseconds; it is renewed at a third of that. */
  ms: number;
  clock: Clock;
  /**
   * Where other machines reach the ledger: nobody there can see whether this process lives. So it must have stopped
   * before its lease ends, also when the ledger cannot be asked, or this process stands still.
   */
  guard?: Guard;
  /**
   * Called once when the lease has changed hands.
   * @param fault with a guard: it could not be renewed in time, and perhaps nobody has taken it
   */
  onLost(fault?: RapError): void;
}

/**
 * What an instance is told that finds another one at work.
 * @param isServer the ledger lies on a server, which others reach, too
 */
export function notInCharge(owner: string, isServer = false): RapError {
  const who = describeProcess(owner);
  const where = isServer ? 'ledger' : 'home';
  const both = isServer ? ' For both to work: RAP_HOSTS=shared for each, then restart both.' : '';
  return new RapError('NOT_IN_CHARGE', `Another instance is at work on this ${where}: ${who}`, {
    cure: `Only one may be at work on a ${where}, and ${who} is. Stop that one, or this one; this one takes over by itself when the other is gone.${both}`,
    details: { owner, ...(isServer ? { field: 'RAP_HOSTS' } : {}) },
  });
}

/** The ledger was not reached for so long that others may soon take it over, milliseconds. */
function notReached(ms: number): RapError {
  const seconds = Math.round((ms * DROP_AFTER) / 1000);
  return new RapError('LEDGER_UNUSABLE', `The ledger was not reached for ${seconds} s: all work is dropped`, {
    subject: 'ledger',
    retryable: true,
    cure: 'See that the database server runs and that this machine reaches it. Work goes on by itself when it does, unless another machine has taken it over.',
  });
}

async function claim(
  ledger: Pick<Ledger, 'leases'>,
  { file, ...wanted }: { name: string; owner: string; ms: number; file: string },
  isServer: boolean,
): Promise<Lease | RapError> {
  const lease = await ledger.leases.claimLease(wanted);
  if (lease !== undefined) return lease;
  const holder = await ledger.leases.leaseHolder(wanted.name);
  if (holder !== undefined && !isProcessGone(holder.owner, file)) return notInCharge(holder.owner, isServer);
  const gone = holder === undefined ? {} : { gone: holder.owner };
  return (
    (await ledger.leases.claimLease({ ...wanted, ...gone })) ?? notInCharge(holder?.owner ?? '', isServer)
  );
}

/**
 * Takes a lease, lets the ledger write under it only, and renews it.
 * @throws RapError NOT_IN_CHARGE when another instance holds it, and is not known to be dead; with a guard
 * LEDGER_UNUSABLE when the ledger answered too late
 */
export async function keepLease(
  ledger: Pick<Ledger, 'leases' | 'seal' | 'sever' | 'writeUnder'>,
  options: KeepOptions,
): Promise<KeptLease> {
  const { name, owner, ms, clock, file, guard, onLost } = options;
  const life = owner === ownProcessId() ? lifeFileOf(owner, file) : undefined;
  // Before the lease: whoever finds it held looks for the file.
  if (life !== undefined) holdLife(life);
  const letGo = (grace: number) => {
    if (life !== undefined) letGoOfLife(life, grace);
  };
  const begun = clock.monotonic();
  const lease = await claim(ledger, { name, owner, ms, file }, guard !== undefined);
  if (lease instanceof RapError) {
    letGo(0);
    throw lease;
  }
  ledger.writeUnder(lease);
  const beginning: { isOn: boolean; lost?: { fault: RapError | undefined } } = { isOn: false };
  let over = false;
  let cancel = () => {};
  const dropTimer = new DropTimer({ clock, ms, onDrop: () => lost(notReached(ms)) });
  const end = () => {
    over = true;
    cancel();
    dropTimer.cancel();
  };
  const lost = (fault?: RapError) => {
    if (over) return;
    end();
    if (!beginning.isOn) return onLost(fault);
    beginning.lost = { fault };
    // What waits for an answer would keep it from ending.
    if (fault !== undefined) ledger.sever();
  };
  /** @param from on the monotonic clock: the lease lasts from a moment between then and now */
  const holds = (from: number) => {
    if (guard === undefined) return;
    guard.feed(ms, clock.monotonic() - from);
    dropTimer.heldFrom(from);
  };
  const renew = async () => {
    if (over) return;
    cancel();
    const from = clock.monotonic();
    let next = ms / 3;
    try {
      if (!(await ledger.leases.renewLease(lease, ms))) return lost();
      if (!over) holds(from);
      await ledger.seal();
    } catch (thrown) {
      if (thrown instanceof RapError && thrown.code === 'NOT_IN_CHARGE') return lost();
      // A busy or full disk: the lease lasts for two more attempts.
      if (guard !== undefined) next = ms * AGAIN_AFTER;
    }
    if (!over) plan(next);
  };
  const plan = (wait: number) => {
    cancel();
    cancel = clock.after(wait, () => void renew());
  };
  if (guard !== undefined && clock.monotonic() - begun >= ms * DROP_AFTER) {
    await ledger.leases.releaseLease(lease);
    letGo(0);
    throw notReached(ms);
  }
  holds(begun);
  plan(ms / 3);
  return {
    fence: lease.fence,
    async begin(work) {
      beginning.isOn = true;
      try {
        await work();
      } catch (thrown) {
        if (beginning.lost === undefined) throw thrown;
      } finally {
        beginning.isOn = false;
      }
      if (beginning.lost === undefined) return;
      if (beginning.lost.fault !== undefined) throw beginning.lost.fault;
      const holder = await ledger.leases.leaseHolder(name);
      throw notInCharge(holder?.owner ?? '', guard !== undefined);
    },
    renew,
    async release(grace = 0) {
      if (over) return;
      end();
      await ledger.leases.releaseLease(lease, grace);
      letGo(grace);
    },
  };
}
