/**
 * Digests: whose readers were told what. What one digest of a run tells, everybody is told: those who get digests of
 * that run get them at the same time. Unless the process was killed between two of them, which shows in the mark
 * that a run has from its first digest on until the process lived on for a moment: then a digest counts for its own
 * readers alone, and the others are told by their next one.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Database, Work } from './tables.ts';

export interface Digests {
  /** The process lived on: whoever gets a digest of the run has it in the outbox. */
  settleDigests(run: string): Promise<void>;
}

export function digests(db: Database): Digests {
  return {
    async settleDigests(run) {
      await markTelling(db, run, 0);
    },
  };
}

/** Within the transaction that queues the first digest of a run, and those that follow. */
export async function openDigests(work: Work, run: string): Promise<void> {
  await markTelling(work, run, 1);
}

async function markTelling(work: Work, run: string, telling: 0 | 1): Promise<void> {
  await work.updateTable('runs').set({ telling }).where('run', '=', run).execute();
}

/** The event of a digest. @param readers names the groups it goes to, the same for the same ones */
export function digestKey(run: string, readers: string): string {
  return `digest:${run}:${readers}`;
}

/**
 * Says of rows of "mails" whether they told these readers.
 * @param readers undefined for those whom every mail tells
 */
export function tells(readers: string | undefined): RawBuilder<boolean> {
  if (readers === undefined) return sql<boolean>`1 = 1`;
  return sql<boolean>`(
    mails.event_key = 'digest:' || mails.run || ':' || ${readers}
    or not exists (select 1 from runs as cut where cut.run = mails.run and cut.telling = 1)
  )`;
}
