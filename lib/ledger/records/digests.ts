/**
 * Digests: whose readers were told what. What one digest of a run tells, everybody is told: those who get digests of
 * that run get them at the same time. Unless the process was killed between two of them, which shows in the event
 * that a run has from its first digest on until the process lived on for a moment: then a digest counts for its own
 * readers alone, and the others are told by their next one.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../tables.ts';

export interface DigestRecords {
  /** The versions of which mails about arrivals have told these readers while the run goes on. */
  mailedArrivals(run: string, readers: string): Promise<number[]>;
}

export function digestRecords(db: Database): DigestRecords {
  return {
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
    or not exists (select 1 from events as cut where cut.kind = 'digest' and cut.run = mails.run
      and not exists (select 1 from event_receipts as seen where seen.event_id = cut.id and seen.consumer = 'flow'))
  )`;
}
