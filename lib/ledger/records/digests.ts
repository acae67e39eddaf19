/**
 * Digests: whose readers were told what. What one digest of a run tells, everybody is told: those who get digests of
 * that run get them at the same time. Unless the process was killed between two of them, which shows in the mark
 * that a run has from its first digest on until the process lived on for a moment: then a digest counts for its own
 * readers alone, and the others are told by their next one.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Database, Work } from '../tables.ts';

export interface DigestRecords {
  /** The process lived on: whoever gets a digest of the run has it in the outbox. */
  settleDigests(run: string): Promise<void>;
  /** The versions of which mails about arrivals have told these readers while the run goes on. */
  mailedArrivals(run: string, readers: string): Promise<number[]>;
}

export function digestRecords(db: Database): DigestRecords {
  return {
    async settleDigests(run) {
      await markDigestOpen(db, run, 0);
    },

    async mailedArrivals(run, readers) {
      const rows = await db
        .selectFrom('mail_told')
        .innerJoin('mails', 'mails.id', 'mail_told.mail_id')
        .select('mail_told.version_id as id')
        .where('mails.run', '=', run)
        .where(
          sql<boolean>`substr(mails.event_key, 1, ${arrivalsKey(run, readers).length}) = ${arrivalsKey(run, readers)}`,
        )
        .execute();
      return rows.map(({ id }) => id);
    },
  };
}

/** Within the transaction that queues the first digest of a run, and those that follow. */
export async function openDigests(work: Work, run: string): Promise<void> {
  await markDigestOpen(work, run, 1);
}

async function markDigestOpen(work: Work, run: string, telling: 0 | 1): Promise<void> {
  await work.updateTable('runs').set({ telling }).where('run', '=', run).execute();
}

/** The event of a digest. @param readers names the groups it goes to, the same for the same ones */
export function digestKey(run: string, readers: string): string {
  return `digest:${run}:${readers}`;
}

/** How the event of a mail about arrivals begins; the last version of which it tells follows. */
export function arrivalsKey(run: string, readers: string): string {
  return `arrivals:${run}:${readers}:`;
}

/**
 * Says of rows of "mails" whether they told these readers.
 * @param readers undefined for those whom every mail tells
 */
export function wasMailedTo(readers: string | undefined): RawBuilder<boolean> {
  if (readers === undefined) return sql<boolean>`1 = 1`;
  return sql<boolean>`(
    mails.event_key = 'digest:' || mails.run || ':' || ${readers}
    or not exists (select 1 from runs as cut where cut.run = mails.run and cut.telling = 1)
  )`;
}
