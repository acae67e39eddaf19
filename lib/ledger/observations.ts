/**
 * Stillness of remote files: since when size and time have been the same. Two equal observations some time
 * apart say that a report is probably written to its end; times are those of our clock, never the server's.
 */
import type { Clock } from '../time/clock.ts';
import type { Database } from './tables.ts';
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
    observe: (account, entries) =>
      db.transaction().execute(async (work) => {
        const now = clock.now();
        const since = new Map<string, { firstSeenSame: number }>();
        for (const { path, size, modifiedAt } of entries) {
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
          since.set(path, { firstSeenSame: row.same_since });
        }
        await work
          .deleteFrom('observations')
          .where('account', '=', account)
          .where('seen_at', '<', now - FORGET_AFTER)
          .execute();
        return since;
      }),
  };
}
