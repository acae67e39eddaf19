/** Holds a lease for as long as the process lives and is awake. */
import { RapError } from '../errors/rap-error.ts';
import type { Clock } from '../time/clock.ts';
import type { Ledger } from './ledger.ts';

export interface KeptLease {
  fence: number;
  /** Gives the lease back and stops renewing it. */
  release(): Promise<void>;
}

export interface KeepOptions {
  name: string;
  /** Tells instances apart, such as "host:pid:random". */
  owner: string;
  /** How long the lease outlives a process that died, in milliseconds; it is renewed at a third of that. */
  ms: number;
  clock: Clock;
  /** Called once when the lease has changed hands. */
  onLost(): void;
}

/**
 * Takes a lease, lets the ledger write under it only, and renews it.
 * @throws RapError NOT_IN_CHARGE when another instance holds it
 */
export async function keepLease(ledger: Ledger, options: KeepOptions): Promise<KeptLease> {
  const { name, owner, ms, clock, onLost } = options;
  const lease = await ledger.claimLease({ name, owner, ms });
  if (lease === undefined) {
    const holder = await ledger.leaseHolder(name);
    throw new RapError(
      'NOT_IN_CHARGE',
      `Another instance is at work on this home (${holder?.owner ?? name})`,
    );
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
    try {
      if (!(await ledger.renewLease(lease, ms))) return lost();
    } catch (thrown) {
      if (thrown instanceof RapError && thrown.code === 'NOT_IN_CHARGE') return lost();
      // A busy or full disk: the lease lasts for two more attempts.
    }
    if (!over) plan();
  };
  const plan = () => {
    cancel = clock.after(ms / 3, () => void renew());
  };
  plan();
  return {
    fence: lease.fence,
    async release() {
      cancel();
      if (over) return;
      over = true;
      await ledger.releaseLease(lease);
    },
  };
}
