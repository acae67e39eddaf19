/** Deliveries: which version lies on which share, proved, and which could not be brought there. */
import type { Selectable } from 'kysely';
import type { ReceivedReport } from '../../model/types.ts';
import { inPages } from '../batches.ts';
import { withoutAnswer } from '../engine.ts';
import { appendAll, atOnceWithLast, type JournalWriter, type Recorded } from '../journal/journal.ts';
import { digestsOf, rowOf } from '../journal/vouched.ts';
import type { Database, Tables, VersionTable, Work } from '../tables.ts';
import type { Delivery, NewDelivery, NewDeliveryFailure } from '../types.ts';
import { appendEvent } from './events.ts';
import { place } from './placed-files.ts';
import { receivedReport } from './reports.ts';

export interface DeliveryRecords {
  /** Received and not yet brought to all its shares, oldest first. */
  openVersions(account: string): Promise<ReceivedReport[]>;
  /**
   * Call it only when the file is durable at its name and was read back equal. Recording the same version and
   * share again changes nothing. A delivery `beside` other content is to be told from then on.
   * @returns whether this was recorded for the first time
   */
  recordDelivery(delivery: NewDelivery): Promise<boolean>;
  /** As recordDelivery and markRouted together: with this one the version is on every share its rules name. */
  recordLastDelivery(delivery: NewDelivery): Promise<boolean>;
  deliveriesOf(versionId: number): Promise<Delivery[]>;
  /** Says that the version is on every share its rules name. */
  markRouted(versionId: number): Promise<void>;
  recordDeliveryFailure(failure: NewDeliveryFailure): Promise<void>;
}

export function deliveryRecords(db: Database, writer: JournalWriter): DeliveryRecords {
  const { clock } = writer;

  const markRouted = (work: Work, versionId: number) =>
    work
      .updateTable('versions')
      .set({ routed_at: clock.now() })
      .where('id', '=', versionId)
      .where('routed_at', 'is', null)
      .returningAll();

  /** @param isLast see recordLastDelivery */
  const record = (
    { versionId, share, file, sha256, outcome, run, beside = false, ...placed }: NewDelivery,
    isLast: boolean,
  ) =>
    db.transaction().execute(async (work) => {
      const insert = work
        .insertInto('deliveries')
        .values({ version_id: versionId, share, file, sha256, outcome, run, delivered_at: clock.now() })
        .onConflict((on) => on.columns(['version_id', 'share']).doNothing())
        .returningAll();
      const [[recorded], [routed]] = isLast
        ? await atOnceWithLast(work, insert, markRouted(work, versionId))
        : [...(await atOnceWithLast(work, insert)), []];
      const records = [
        ...(recorded === undefined ? [] : [deliveredRecord(recorded)]),
        ...(routed === undefined ? [] : [routedRecord(routed)]),
      ];
      if (recorded !== undefined) {
        if (beside) {
          const { account, path: subject } = await work
            .selectFrom('versions')
            .select(['account', 'path'])
            .where('id', '=', versionId)
            .executeTakeFirstOrThrow();
          const payload = { versionId, share };
          await appendEvent(work, clock.now(), { kind: 'amended', subject, account, run, payload });
        }
        const failures = work
          .updateTable('delivery_failures')
          .set({ resolved_run: run })
          .where('version_id', '=', versionId)
          .where('share', '=', share)
          .where('resolved_run', 'is', null);
        await withoutAnswer(work, failures);
        await place(work, { versionId, share, ...placed }, clock.now());
      }
      if (records.length > 0) await appendAll(work, writer, records);
      return recorded !== undefined;
    });

  return {
    async openVersions(account) {
      const rows = await inPages((after, most) =>
        db
          .selectFrom('versions')
          .selectAll()
          .where('account', '=', account)
          .where('routed_at', 'is', null)
          .where('id', '>', after)
          .orderBy('id')
          .limit(most)
          .execute(),
      );
      return rows.map(receivedReport);
    },

    recordDelivery: (delivery) => record(delivery, false),
    recordLastDelivery: (delivery) => record(delivery, true),

    deliveriesOf: (versionId) =>
      db
        .selectFrom('deliveries')
        .select(['share', 'file', 'sha256', 'outcome'])
        .where('version_id', '=', versionId)
        .orderBy('delivered_at')
        .orderBy('share')
        .execute(),

    markRouted: (versionId) =>
      db.transaction().execute(async (work) => {
        const [[row]] = await atOnceWithLast(work, markRouted(work, versionId));
        if (row !== undefined) await appendAll(work, writer, [routedRecord(row)]);
      }),

    async recordDeliveryFailure({ versionId, share, run, code, message, cure, about = share }) {
      const failure = { code, message, cure, about, failed_at: clock.now(), resolved_run: null };
      await db
        .insertInto('delivery_failures')
        .values({ version_id: versionId, share, run, ...failure })
        .onConflict((on) => on.columns(['version_id', 'share', 'run']).doUpdateSet(failure))
        .execute();
    },
  };
}

function deliveredRecord(row: Selectable<Tables['deliveries']>): Recorded {
  const { version_id: versionId, share, file, sha256, outcome, run } = row;
  const details = { versionId, share, file, sha256, outcome };
  return {
    entry: { who: 'rap', what: 'delivered', why: run, details },
    rows: rowOf('deliveries', row, true),
  };
}

function routedRecord(row: Selectable<VersionTable>): Recorded {
  const { id: versionId, account, path } = row;
  const what = { who: 'rap', what: 'delivered everywhere', why: 'On every share that its rules name' };
  const entry = { ...what, details: { versionId, account, path } };
  return { entry, rows: digestsOf('versions', [row], false) };
}
