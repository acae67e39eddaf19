/**
 * Retention: which local copies have done their work. Only what was delivered everywhere and told to everybody may
 * go, and what the ledger knows of it stays for ever: a report that was removed here is not downloaded again.
 */

import { hongKongDate } from '../../time/hong-kong.ts';
import { batches } from '../batches.ts';
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { digestsOf } from '../journal/vouched.ts';
import type { Database } from '../tables.ts';
import type { CleanableCopy, KeptBack } from '../types.ts';

/** Which copies are meant: those of business dates before 'YYYY-MM-DD', of one account or of all. */
export interface CopiesOf {
  before: string;
  account?: string;
}

export interface RetentionRecords {
  /** Copies in the landing folder that may go, oldest first. */
  cleanable(of: CopiesOf): Promise<CleanableCopy[]>;
  /** How many copies of those days must stay, and why. */
  keptBack(of: CopiesOf): Promise<KeptBack>;
  /** Says that the copies are gone. */
  markCleaned(versionIds: readonly number[]): Promise<void>;
}

export function retentionRecords(db: Database, writer: JournalWriter): RetentionRecords {
  const copies = ({ before, account }: CopiesOf) => {
    let query = db
      .selectFrom('versions')
      .select(['id', 'account', 'path', 'business_date', 'file', 'bytes', 'received_at', 'routed_at'])
      .select((row) => [
        row
          .selectFrom('mail_told')
          .select((one) => one.fn.countAll<number>().as('n'))
          .whereRef('mail_told.version_id', '=', 'versions.id')
          .as('told'),
        row
          .selectFrom('mail_told')
          .innerJoin('mails', 'mails.id', 'mail_told.mail_id')
          .select((one) => one.fn.countAll<number>().as('n'))
          .whereRef('mail_told.version_id', '=', 'versions.id')
          .where('mails.state', '!=', 'accepted')
          .as('untold'),
      ])
      .where('cleaned_at', 'is', null)
      .where('business_date', '<', before)
      .orderBy('business_date')
      .orderBy('id');
    if (account !== undefined) query = query.where('account', '=', account);
    return query.execute();
  };
  // A report of no business date counts as one of the day on which it came.
  const old = async (of: CopiesOf) =>
    (await copies(of))
      .map((row) => ({ ...row, day: row.business_date || hongKongDate(row.received_at) }))
      .filter((row) => row.day < of.before);

  return {
    async cleanable(of) {
      // Where a copy was removed by hand, the next version has its place; that one may be of today.
      const needed = new Set((await copies(of)).filter((row) => !isDone(row)).map(({ file }) => file));
      return (await old(of))
        .filter((row) => isDone(row) && !needed.has(row.file))
        .map(({ id, account, path, day, file, bytes }) => ({
          versionId: id,
          account,
          path,
          businessDate: day,
          file,
          bytes,
        }));
    },

    async keptBack(of) {
      const rows = await old(of);
      const open = rows.filter((row) => row.routed_at === null);
      const untold = rows.filter((row) => row.routed_at !== null && !isMailed(row));
      return { notDelivered: open.length, notTold: untold.length };
    },

    async markCleaned(versionIds) {
      for (const some of batches(versionIds)) {
        await db.transaction().execute(async (work) => {
          const rows = await work
            .updateTable('versions')
            .set({ cleaned_at: writer.clock.now() })
            .where('id', 'in', some)
            .returningAll()
            .execute();
          if (rows.length === 0) return;
          const details = { copies: rows.length };
          const entry = {
            who: 'rap',
            what: 'local copies removed',
            why: 'They have done their work',
            details,
          };
          await appendJournal(work, writer, entry, digestsOf('versions', rows, false));
        });
      }
    },
  };
}

/** Is it on every share and told to everybody? */
function isDone(row: { routed_at: number | null; told: number | null; untold: number | null }): boolean {
  return row.routed_at !== null && isMailed(row);
}

/** Was it in a mail, and did every mail that tells of it reach everybody? */
function isMailed({ told, untold }: { told: number | null; untold: number | null }): boolean {
  return (told ?? 0) > 0 && (untold ?? 0) === 0;
}
