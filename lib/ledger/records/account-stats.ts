/** What the past says about a coming day: which accounts there are, and what they usually bring. */

import type { Installation } from '../../model/types.ts';
import type { Clock } from '../../time/clock.ts';
import { JUMP_MS } from '../../time/clock-watch.ts';
import type { Database } from '../tables.ts';

export interface KnownAccount {
  account: string;
  /** '' when it was never listed. */
  installation: Installation | '';
}

export interface AccountStats extends KnownAccount {
  /** Reports of a usual business date, or null when too little is known. */
  usualReports: number | null;
  /** The key in use has been used since then; null when it never logged in. */
  keySince: number | null;
  lastListing: { run: string; at: number; complete: boolean } | null;
}

export interface AccountStatsRecords {
  /** Accounts that logged in or were switched, in order of name; not the names of practices. */
  knownAccounts(): Promise<KnownAccount[]>;
  statsOf(account: string): Promise<AccountStats>;
}

const DAY = 86_400_000;
/** So many days back, and so many business dates at least, before "usually" is said. Ours. */
const LOOK_BACK = 40 * DAY;
const FEWEST_DATES = 5;

export function accountStatsRecords(db: Database, clock: Clock): AccountStatsRecords {
  const lastListing = (account: string) =>
    db
      .selectFrom('listings')
      .select(['run', 'installation', 'complete', 'listed_at as at'])
      .where('account', '=', account)
      // What a clock that was ahead has stamped counts as the last only where there is nothing else.
      .orderBy((row) => row('listed_at', '>', clock.now() + JUMP_MS))
      .orderBy('listed_at', 'desc')
      .limit(1)
      .executeTakeFirst();

  /** How many reports each business date of the last weeks has brought; read day by day, as there may be many. */
  const reportsByDate = async (account: string): Promise<number[]> => {
    const dates = new Map<string, number>();
    const now = clock.now();
    for (let day = now - LOOK_BACK; day < now + JUMP_MS; day += DAY) {
      const rows = await db
        .selectFrom('versions')
        .select((row) => ['business_date', row.fn.countAll<number>().as('reports')])
        .where('account', '=', account)
        .where('received_at', '>', day)
        .where('received_at', '<=', day + DAY)
        .where('business_date', '!=', '')
        .where('amended', '=', 0)
        .groupBy('business_date')
        .execute();
      for (const row of rows) {
        dates.set(row.business_date, (dates.get(row.business_date) ?? 0) + Number(row.reports));
      }
    }
    return [...dates.values()];
  };

  return {
    async knownAccounts() {
      const [loggedIn, switched, practices] = await Promise.all([
        db.selectFrom('login_counts').select('account').distinct().execute(),
        db.selectFrom('data_centres').select('account').execute(),
        db.selectFrom('practice_accounts').select('name').execute(),
      ]);
      const ofPractices = new Set(practices.map(({ name }) => name));
      const names = new Set([...loggedIn, ...switched].map(({ account }) => account));
      const known = [...names].filter((name) => !ofPractices.has(name)).sort();
      return Promise.all(
        known.map(async (account): Promise<KnownAccount> => {
          return { account, installation: (await lastListing(account))?.installation ?? '' };
        }),
      );
    },

    async statsOf(account) {
      const listing = await lastListing(account);
      const key = await db
        .selectFrom('account_keys')
        .select('since')
        .where('account', '=', account)
        .executeTakeFirst();
      const dates = await reportsByDate(account);
      return {
        account,
        installation: listing?.installation ?? '',
        usualReports: dates.length < FEWEST_DATES ? null : median(dates),
        keySince: key?.since ?? null,
        lastListing: listing ? { run: listing.run, at: listing.at, complete: listing.complete === 1 } : null,
      };
    },
  };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
