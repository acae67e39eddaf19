/**
 * Amendments: deliveries beside other content of the same name. Each is written down with its delivery and marked
 * with the mail that tells of it, so that one which a process was killed over is still to be told.
 */
import path from 'node:path';
import { batches } from '../batches.ts';
import type { Database, Work } from '../tables.ts';
import type { Amendment, PendingAmendment } from '../types.ts';
import { receivedReport } from './reports.ts';

export interface AmendmentRecords {
  /** Those of an account that are to be told, oldest first. */
  pendingAmendments(account: string): Promise<PendingAmendment[]>;
  /** The report that a file on a share is of, the last one where there were several. */
  reportAt(share: string, file: string): Promise<{ account: string; path: string } | undefined>;
  /** It is told. */
  forgetAmendment(amendment: Amendment): Promise<void>;
}

export function amendmentRecords(db: Database): AmendmentRecords {
  return {
    async pendingAmendments(account) {
      // First the few rows there are, mostly none: a join might walk through all reports of the account instead.
      const open = await db
        .selectFrom('untold_amendments')
        .select('version_id')
        .distinct()
        .orderBy('version_id')
        .execute();
      const untold: PendingAmendment[] = [];
      for (const ids of batches(open.map((row) => row.version_id))) {
        const rows = await db
          .selectFrom('versions')
          .innerJoin('untold_amendments as untold', 'untold.version_id', 'versions.id')
          .innerJoin('deliveries as delivery', (on) =>
            on
              .onRef('delivery.version_id', '=', 'untold.version_id')
              .onRef('delivery.share', '=', 'untold.share'),
          )
          .selectAll('versions')
          .select(['delivery.share', 'delivery.file as placed', 'delivery.outcome', 'untold.mailed_at'])
          .where('versions.id', 'in', ids)
          .where('versions.account', '=', account)
          .orderBy('versions.id')
          .orderBy('delivery.share')
          .execute();
        for (const { share, placed, outcome, mailed_at: mailedAt, ...version } of rows) {
          const { sha256 } = version;
          untold.push({
            report: receivedReport(version),
            delivery: { share, file: placed, sha256, outcome },
            mailedAt,
          });
        }
      }
      return untold;
    },

    reportAt: (share, file) =>
      db
        .selectFrom('versions')
        .innerJoin('deliveries', 'deliveries.version_id', 'versions.id')
        .select(['versions.account', 'versions.path'])
        // By name first: what has the same name mostly came a moment ago.
        .where('versions.name', '=', path.basename(file))
        .where('deliveries.share', '=', share)
        .where('deliveries.file', '=', file)
        .orderBy('versions.id', 'desc')
        .limit(1)
        .executeTakeFirst(),

    async forgetAmendment({ versionId, share }) {
      await db
        .deleteFrom('untold_amendments')
        .where('version_id', '=', versionId)
        .where('share', '=', share)
        .execute();
    },
  };
}

/** Within the transaction of the delivery. */
export async function openAmendment(work: Work, { versionId, share }: Amendment): Promise<void> {
  await work
    .insertInto('untold_amendments')
    .values({ version_id: versionId, share, mailed_at: null })
    .execute();
}

/** Within the transaction that queues a mail about it. */
export async function mailedAmendment(
  work: Work,
  { versionId, share }: Amendment,
  at: number,
): Promise<void> {
  await work
    .updateTable('untold_amendments')
    .set({ mailed_at: at })
    .where('version_id', '=', versionId)
    .where('share', '=', share)
    .execute();
}
