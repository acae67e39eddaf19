/**
 * Stillness of remote files: since when size and time have been the same. Two equal observations some time
 * apart say that a report is probably written to its end; times are those of our clock, never the server's.
 */
import type { Clock } from '../../time/clock.ts';
import { batches } from '../batches.ts';
import type { Database, Work } from '../tables.ts';
import type { ObservedEntry } from '../types.ts';

export interface FileStabilityRecords {
  /**
   * Notes what a listing shows. For each path: since when it has looked exactly like this.
   */
  observe(account: string, entries: ObservedEntry[]): Promise<Map<string, { firstSeenSame: number }>>;
}

/** Files not listed for so long are forgotten. */
const FORGET_AFTER = 30 * 24 * 3600_000;

export function fileStabilityRecords(db: Database, clock: Clock): FileStabilityRecords {
  return {
    async observe(account, entries) {
      const now = clock.now();
      const since = new Map<string, { firstSeenSame: number }>();
      // In several statements, so that a long listing does not stand the process still.
      for (const some of batches(entries)) {
        for (const { path, same_since } of await note(db, account, some, now)) {
          since.set(path, { firstSeenSame: same_since });
        }
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

/** Notes files. @returns since when each has looked so */
function note(work: Work, account: string, entries: readonly ObservedEntry[], now: number) {
  return work
    .insertInto('observations')
    .values(
      entries.map(({ path, size, modifiedAt }) => ({
        ...{ account, path, size, modified_at: modifiedAt, same_since: now, seen_at: now },
      })),
    )
    .onConflict((on) =>
      on.columns(['account', 'path']).doUpdateSet((row) => ({
        size: row.ref('excluded.size'),
        modified_at: row.ref('excluded.modified_at'),
        seen_at: now,
        same_since: row
          .case()
          .when(
            row.and([
              row('observations.size', '=', row.ref('excluded.size')),
              row('observations.modified_at', '=', row.ref('excluded.modified_at')),
              // A clock that was ahead said so.
              row('observations.same_since', '<=', now),
            ]),
          )
          .then(row.ref('observations.same_since'))
          .else(now)
          .end(),
      })),
    )
    .returning(['path', 'same_since'])
    .execute();
}
