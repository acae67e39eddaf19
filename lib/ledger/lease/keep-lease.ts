/** Holds a lease for as long as the process lives and is awake. */
import { RapError } from '../../errors/rap-error.ts';
import { holdLife, letGoOfLife } from '../../process/life-file.ts';
import { describeProcess, isProcessGone, lifeFileOf, ownProcessId } from '../../process/process-id.ts';
import type { Clock } from '../../time/clock.ts';
import type { Lease, Ledger } from '../ledger.ts';

/** The lease of whoever writes the ledger of a home. */
export const WRITER = 'writer';
/** Who holds it while several hosts share the work: one that works alone keeps away. */
export const SHARERS = 'hosts that share the work';
/** How long it outlives a process that can no longer renew it. */
export const WRITER_MS = 60_000;

export interface KeptLease {
  fence: number;
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
  /** Called once when the lease has changed hands. */
  onLost(): void;
}

/** What an instance is told that finds another one at work. */
export function notInCharge(owner: string): RapError {
  const who = describeProcess(owner);
  return new RapError('NOT_IN_CHARGE', `Another instance is at work on this home: ${who}`, {
    cure: `Only one may be at work on a home, and ${who} is. Stop that one, or this one; this one takes over by itself when the other is gone.`,
    details: { owner },
  });
}

async function claim(
  ledger: Pick<Ledger, 'leases'>,
  { file, ...wanted }: { name: string; owner: string; ms: number; file: string },
): Promise<Lease | RapError> {
  const lease = await ledger.leases.claimLease(wanted);
  if (lease !== undefined) return lease;
  const holder = await ledger.leases.leaseHolder(wanted.name);
  if (holder !== undefined && !isProcessGone(holder.owner, file)) return notInCharge(holder.owner);
  const gone = holder === undefined ? {} : { gone: holder.owner };
  return (await ledger.leases.claimLease({ ...wanted, ...gone })) ?? notInCharge(holder?.owner ?? '');
}

/**
 * Takes a lease, lets the ledger write under it only, and renews it.
 * @throws RapError NOT_IN_CHARGE when another instance holds it, and is not known to be dead
 */
export async function keepLease(
  ledger: Pick<Ledger, 'leases' | 'seal' | 'writeUnder'>,
  options: KeepOptions,
): Promise<KeptLease> {
  const { name, owner, ms, clock, file, onLost } = options;
  const life = owner === ownProcessId() ? lifeFileOf(owner, file) : undefined;
  // Before the lease: whoever finds it held looks for the file.
  if (life !== undefined) holdLife(life);
  const letGo = (grace: number) => {
    if (life !== undefined) letGoOfLife(life, grace);
  };
  const lease = await claim(ledger, { name, owner, ms, file });
  if (lease instanceof RapError) {
    letGo(0);
    throw lease;
  }
  ledger.writeUnder(lease);
  let over = false;
  let cancel = () => {};
  const lost = () => {
    if (over) return;
    over = true;
    onLost();
  };
  const renew = async () => {
    if (over) return;
    cancel();
    try {
      if (!(await ledger.leases.renewLease(lease, ms))) return lost();
      await ledger.seal();
    } catch (thrown) {
      if (thrown instanceof RapError && thrown.code === 'NOT_IN_CHARGE') return lost();
      // A busy or full disk: the lease lasts for two more attempts.
    }
    if (!over) plan();
  };
  const plan = () => {
    cancel();
    cancel = clock.after(ms / 3, () => void renew());
  };
  plan();
  return {
    fence: lease.fence,
    renew,
    async release(grace = 0) {
      cancel();
      if (over) return;
      over = true;
      await ledger.leases.releaseLease(lease, grace);
      letGo(grace);
    },
  };
}
