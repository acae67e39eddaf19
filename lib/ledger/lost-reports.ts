/**
 * Lost reports: they were asked for and are gone. No later listing names them, so each is written down with the
 * failure and marked in the transaction of each digest that tells of it; a run that is cut off before its digest
 * leaves it to the next one.
 */
import { tells } from './digests.ts';
import type { Database, Work } from './tables.ts';

/**
 * How far back. Longer than a home is ever down by mistake; who sends the first digest of a home that never sent
 * one does not tell of years.
 */
const TELL_LATER = 31 * 24 * 3600_000;

/**
 * Failures about lost reports that the digest of a run tells of: its own, and those of its accounts that no other
 * run's digest told its readers of. A report that came after all is not lost.
 */
export async function lostOf(db: Database, run: string, readers?: string) {
  // First the few rows there are, mostly none.
  const open = await db
    .selectFrom('lost_reports as lost')
    .innerJoin('failures as failure', 'failure.id', 'lost.failure_id')
    .selectAll('failure')
    .where(({ eb, or, not, exists, selectFrom }) =>
      or([
        eb('failure.run', '=', run),
        not(
          exists(
            selectFrom('mail_lost')
              .innerJoin('mails', 'mails.id', 'mail_lost.mail_id')
              .select('mails.id')
              .whereRef('mail_lost.failure_id', '=', 'lost.failure_id')
              .where('mails.run', '!=', run)
              .where(tells(readers)),
          ),
        ),
      ]),
    )
    .orderBy('failure.id')
    .execute();
  if (open.every((failure) => failure.run === run)) return open;
  const listed = await db
    .selectFrom('listings')
    .select(['account', 'listed_at'])
    .where('run', '=', run)
    .execute();
  const listedAt = new Map(listed.map(({ account, listed_at }) => [account, listed_at]));
  const mine: typeof open = [];
  for (const failure of open) {
    // What comes to light after the listing belongs to a run that is still at work.
    const age = (listedAt.get(failure.account) ?? 0) - failure.failed_at;
    const left = age >= 0 && age <= TELL_LATER;
    if (failure.run === run || (left && !(await came(db, failure)))) mine.push(failure);
  }
  return mine;
}

async function came(
  db: Database,
  { account, subject, failed_at }: { account: string; subject: string; failed_at: number },
): Promise<boolean> {
  const row = await db
    .selectFrom('versions')
    .select('id')
    .where('account', '=', account)
    .where('path', '=', subject)
    .where('seen_at', '>=', failed_at)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Within the transaction that records the failure. */
export async function openLost(work: Work, failure: number): Promise<void> {
  await work.insertInto('lost_reports').values({ failure_id: failure }).execute();
}

/** Within the transaction that queues the digest. */
export async function tellLost(work: Work, failure: number, mail: number): Promise<void> {
  await work.insertInto('mail_lost').values({ failure_id: failure, mail_id: mail }).execute();
}
