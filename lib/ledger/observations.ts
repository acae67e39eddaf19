/**
 * Stillness of remote files: since when size and time have been the same. Two equal observations some time
 * apart say that a report is probably written to its end; times are those of our clock, never the server's.
 */
import type { Clock } from '../time/clock.ts';
import { batches } from './batches.ts';
import type { Database, Work } from './tables.ts';
import type { ObservedEntry } from './types.ts';

export interface Observations {
  /**
   * Notes what a listing shows. For each path: since when it has looked exactly like this.
   */
  observe(account: string, entries: ObservedEntry[]): Promise<Map<string, { firstSeenSame: number }>>;
}

/** Files not listed for so long are forgotten. */
const FORGET_AFTER = 30 * 24 * 3600_000;

export function observations(db: Database, clock: Clock): Observations {
  return {
    async observe(account, entries) {
      const now = clock.now();
      const since = new Map<string, { firstSeenSame: number }>();
      // In several transactions, so that a long listing does not stand the process still.
      for (const some of batches(entries)) {
        await db.transaction().execute(async (work) => {
          for (const entry of some) {
            since.set(entry.path, { firstSeenSame: await note(work, account, entry, now) });
          }
        });
      }
      await db
        .deleteFrom('observations')
        .where('account', '=', account)
        .where('seen_at', '<', now - FORGET_AFTER)
        .execute();
      return since;
    },
  };
}

/** Notes one file. @returns since when it has looked so */
async function note(work: Work, account: string, entry: ObservedEntry, now: number): Promise<number> {
  const { path, size, modifiedAt } = entry;
  const row = await work
    .insertInto('observations')
    .values({ account, path, size, modified_at: modifiedAt, same_since: now, seen_at: now })
    .onConflict((on) =>
      on.columns(['account', 'path']).doUpdateSet((row) => ({
        size,
        modified_at: modifiedAt,
        seen_at: now,
        same_since: row
          .case()
          .when(
            row.and([
              row('observations.size', '=', size),
              row('observations.modified_at', '=', modifiedAt),
              // A clock that was ahead said so.
              row('observations.same_since', '<=', now),
            ]),
          )
          .then(row.ref('observations.same_since'))
          .else(now)
          .end(),
      })),
    )
    .returning('same_since')
    .executeTakeFirstOrThrow();
  return row.same_since;
}
