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
        .where('mails.kind', '=', 'notice')
        .where('mails.readers', '=', readers)
        .execute();
      return rows.map(({ id }) => id);
    },
  };
}

/**
 * Says of rows of "mails" whether they told these readers.
 * @param readers undefined for those whom every mail tells
 */
export function wasMailedTo(readers: string | undefined): RawBuilder<boolean> {
  if (readers === undefined) return sql<boolean>`1 = 1`;
  return sql<boolean>`(
    (mails.kind = 'digest' and mails.readers = ${readers})
    or not exists (select 1 from events as cut where cut.kind = 'digest' and cut.run = mails.run
      and not exists (select 1 from event_receipts as seen where seen.event_id = cut.id and seen.consumer = 'flow'))
  )`;
}
