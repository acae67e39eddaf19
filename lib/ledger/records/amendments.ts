/** Amendments: deliveries beside other content of the same name, of which people are still to hear. */
import path from 'node:path';
import { batches } from '../batches.ts';
import type { Database } from '../tables.ts';
import type { PendingAmendment } from '../types.ts';
import type { EventRecords } from './events.ts';
import { receivedReport } from './reports.ts';

export interface AmendmentRecords {
  /** Those of an account that are to be told, by version and share. */
  pendingAmendments(account: string): Promise<PendingAmendment[]>;
  /** The report that a file on a share is of, the last one where there were several. */
  reportAt(share: string, file: string): Promise<{ account: string; path: string } | undefined>;
}

export function amendmentRecords(
  db: Database,
  events: Pick<EventRecords, 'pendingEvents'>,
): AmendmentRecords {
  return {
    async pendingAmendments(account) {
      const pending = await events.pendingEvents({ kinds: ['amended'], account });
      const eventOf = new Map(pending.map((one) => [keyOf(one.payload.versionId, one.payload.share), one]));
      const versions = [...new Set(pending.map(({ payload }) => payload.versionId))];
      const amendments: PendingAmendment[] = [];
      for (const ids of batches(versions.sort((a, b) => a - b))) {
        const rows = await db
          .selectFrom('versions')
          .innerJoin('deliveries as delivery', 'delivery.version_id', 'versions.id')
          .selectAll('versions')
          .select(['delivery.share', 'delivery.file as placed', 'delivery.outcome'])
          .where('versions.id', 'in', ids)
          .orderBy('versions.id')
          .orderBy('delivery.share')
          .execute();
        for (const { share, placed, outcome, ...version } of rows) {
          const event = eventOf.get(keyOf(version.id, share));
          if (event === undefined) continue;
          const { id, mailedAt } = event;
          const delivery = { share, file: placed, sha256: version.sha256, outcome };
          amendments.push({ id, mailedAt, report: receivedReport(version), delivery });
        }
      }
      return amendments;
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
  };
}

function keyOf(versionId: number, share: string): string {
  return JSON.stringify([versionId, share]);
}
