/**
 * Leases: of several instances on one home, one is at work. A lease ends by itself, so an instance that died
 * is replaced; its number (the fence) grows with every change of hands, so an instance that only slept finds
 * out before it writes anything.
 */
import type { Database } from '../tables.ts';
import type { LedgerTime } from './duties.ts';

export interface Lease {
  name: string;
  /** Grows by one with every claim. */
  fence: number;
}

export interface LeaseHolder extends Lease {
  owner: string;
  /** Milliseconds since 1970. */
  until: number;
}

export interface LeaseRecords {
  /**
   * Takes the lease for `ms` when it is free, has ended or is the owner's own; undefined when another has it.
   * @param claim `gone` names an owner that is known to be dead, whose lease need not be waited for
   */
  claimLease(claim: { name: string; owner: string; ms: number; gone?: string }): Promise<Lease | undefined>;
  /** @returns false when the lease has changed hands; then stop at once */
  renewLease(lease: Lease, ms: number): Promise<boolean>;
  /**
   * Gives the lease back, if it is still held.
   * @param grace milliseconds for which the owner alone may come back
   */
  releaseLease(lease: Lease, grace?: number): Promise<void>;
  leaseHolder(name: string): Promise<LeaseHolder | undefined>;
}

/**
 * A lease may last so much longer than asked for, in milliseconds: who claims one reads the clock, then may wait
 * for the database, and meanwhile another has claimed it by a later time.
 */
export const SLACK_MS = 60_000;

/** @param time by which leases end, the same for all that write the ledger */
export function leaseRecords(db: Database, time: LedgerTime): LeaseRecords {
  return {
    claimLease: ({ name, owner, ms, gone = owner }) =>
      db.transaction().execute(async (work) => {
        const now = await time(work);
        const row = await work
          .insertInto('leases')
          .values({ name, owner, fence: 1, held_until: now + ms })
          .onConflict((on) =>
            on
              .column('name')
              .doUpdateSet((row) => ({
                owner,
                fence: row('leases.fence', '+', 1),
                held_until: now + ms,
              }))
              .where((row) =>
                row.or([
                  row('leases.held_until', '<=', now),
                  row('leases.owner', 'in', [owner, gone]),
                  // Longer than asked for: the clock was wrong when it was taken.
                  row('leases.held_until', '>', now + ms + SLACK_MS),
                ]),
              ),
          )
          .returning('fence')
          .executeTakeFirst();
        return row && { name, fence: row.fence };
      }),

    renewLease: ({ name, fence }, ms) =>
      db.transaction().execute(async (work) => {
        const row = await work
          .updateTable('leases')
          .set({ held_until: (await time(work)) + ms })
          .where('name', '=', name)
          .where('fence', '=', fence)
          .returning('fence')
          .executeTakeFirst();
        return row !== undefined;
      }),

    releaseLease: ({ name, fence }, grace = 0) =>
      db.transaction().execute(async (work) => {
        await work
          .updateTable('leases')
          .set({ held_until: grace === 0 ? 0 : (await time(work)) + grace })
          .where('name', '=', name)
          .where('fence', '=', fence)
          .execute();
      }),

    leaseHolder: async (name) =>
      db
        .selectFrom('leases')
        .select(['name', 'owner', 'fence', 'held_until as until'])
        .where('name', '=', name)
        .where('held_until', '>', await time(db))
        .executeTakeFirst(),
  };
}
