/**
 * Quarantine: reports that came whole and cannot be trusted, names that must not be used, and what people decided
 * about them. A decision is about one content or one name; the next one needs its own.
 */

import type { ExpressionBuilder, Selectable } from 'kysely';
import { RapError } from '../../errors/rap-error.ts';
import type { ReportFinding } from '../../model/findings.ts';
import { batches, inPages } from '../batches.ts';
import { appendJournal, type JournalWriter } from '../journal/journal.ts';
import { isSame, rowOf, rowsOf } from '../journal/vouched.ts';
import { fromColumn } from '../json-column.ts';
import type { Database, Decision, Tables, Work } from '../tables.ts';
import type { JudgedName, NewVersion, QuarantinedReport } from '../types.ts';
import { forgetOutstanding, noteReleased } from './outstanding.ts';
import { receive } from './receive.ts';

/** Who decides, and why. */
export interface Act {
  by: string;
  reason: string;
}

export interface QuarantineRecords {
  /**
   * Records a report that lies in quarantine. Content that was held before is the same row, and what was decided
   * about it stands.
   */
  quarantineReport(report: NewVersion, why: { code: string; reason: string }): Promise<QuarantinedReport>;
  /** Of one account or of all, oldest first; of the paths only, where they are given with an account. */
  quarantinedReports(account?: string, paths?: readonly string[]): Promise<QuarantinedReport[]>;
  /** The one with this number; undefined where there is none. */
  quarantinedReport(id: number): Promise<QuarantinedReport | undefined>;
  /** Those that people decided about, the newest first, so many at most. */
  decidedReports(most: number): Promise<QuarantinedReport[]>;
  /** Makes a held report a received one, whose file now lies at `file`, and journals it. */
  /** @throws RapError USAGE when it was decided about before, as discardQuarantined */
  releaseQuarantined(id: number, file: string, act: Act): Promise<{ versionId: number }>;
  discardQuarantined(id: number, act: Act): Promise<void>;
  /** Refused names, of one account or of all, oldest first. */
  judgedNames(account?: string): Promise<JudgedName[]>;
  /** The one with this number; undefined where there is none. */
  judgedName(id: number): Promise<JudgedName | undefined>;
  /**
   * From now on the entry is fetched and kept under the name `as`.
   * @param seen what had been decided when the person looked
   * @throws RapError USAGE when somebody else has decided since
   */
  releaseName(id: number, as: string, act: Act, seen?: Decision): Promise<void>;
  /** From now on the entry is passed over. @param seen as for releaseName @throws as releaseName */
  discardName(id: number, act: Act, seen?: Decision): Promise<void>;
  /** A listing shows the entries as files or folders that can be taken: nobody has to decide any more. */
  namesCame(ids: readonly number[]): Promise<void>;
}

export function quarantineRecords(db: Database, writer: JournalWriter): QuarantineRecords {
  const decideName = (id: number, decision: Decision, as: string, { by, reason }: Act, seen?: Decision) =>
    db.transaction().execute(async (work) => {
      const decided = work.updateTable('refusals').set({ decision, released_as: as }).where('id', '=', id);
      const row = await (seen === undefined ? decided : decided.where('decision', '=', seen))
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw decidedAlready(`name-${id}`);
      const { account, folder, shown, first_run } = row;
      if (as !== '') {
        const path = folder === '/' ? `/${as}` : `${folder}/${as}`;
        await noteReleased(work, writer, { account, run: first_run, path });
      }
      const details = { account, folder, name: shown, ...(as === '' ? {} : { as }) };
      const entry = { who: by, what: `refused name ${decision}`, why: reason, details };
      await appendJournal(work, writer, entry, rowOf('refusals', row, false));
    });

  return {
    quarantineReport: (report, { code, reason }) =>
      db.transaction().execute(async (work) => {
        const { account, path, sha256, file, run, size, modifiedAt, bytes } = report;
        const offered = {
          run,
          size,
          modified_at: modifiedAt,
          code,
          reason,
          report: JSON.stringify(report),
          file,
        };
        const before = await work
          .selectFrom('quarantine')
          .selectAll()
          .where('account', '=', account)
          .where('path', '=', path)
          .where('sha256', '=', sha256)
          .executeTakeFirst();
        const row = await work
          .insertInto('quarantine')
          .values({ account, path, sha256, bytes, ...offered, held_at: writer.clock.now(), decision: '' })
          .onConflict((on) => on.columns(['account', 'path', 'sha256']).doUpdateSet(offered))
          .returningAll()
          .executeTakeFirstOrThrow();
        const over = await forgetOutstanding(work, report);
        const same = before !== undefined && isSame('quarantine', before, row);
        if (same && over.length === 0) return quarantinedReport(row);
        const fresh = before === undefined;
        const what = fresh ? 'put in quarantine' : 'in quarantine again';
        const entry = { who: 'rap', what, why: reason, details: { account, path, sha256, code } };
        await appendJournal(work, writer, entry, [...rowOf('quarantine', row, fresh), ...over]);
        return quarantinedReport(row);
      }),

    async quarantinedReports(account, paths) {
      if (account === undefined || paths === undefined) return quarantinedReportsOf(db, account);
      const rows: QuarantinedReport[] = [];
      for (const some of batches(paths)) {
        const held = db.selectFrom('quarantine').selectAll().where('account', '=', account);
        rows.push(...(await held.where('path', 'in', some).execute()).map(quarantinedReport));
      }
      return rows.sort((one, other) => one.id - other.id);
    },

    async quarantinedReport(id) {
      const row = await db.selectFrom('quarantine').selectAll().where('id', '=', id).executeTakeFirst();
      return row && quarantinedReport(row);
    },

    async decidedReports(most) {
      const decided = db.selectFrom('quarantine').selectAll().where('decision', '!=', '');
      return (await decided.orderBy('id', 'desc').limit(most).execute()).map(quarantinedReport);
    },

    releaseQuarantined: (id, file, { by, reason }) =>
      db.transaction().execute(async (work) => {
        const row = await work
          .updateTable('quarantine')
          .set({ decision: 'released', file })
          .where('id', '=', id)
          .where('decision', '=', '')
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) throw decidedAlready(`report-${id}`);
        const { account, path, sha256, code, report } = quarantinedReport(row);
        const { versionId } = await receive(work, writer, {
          ...report,
          file,
          finding: releasedFinding(row.reason),
        });
        const details = { account, path, sha256, code, versionId };
        const entry = { who: by, what: 'released from quarantine', why: reason, details };
        await appendJournal(work, writer, entry, rowOf('quarantine', row, false));
        return { versionId };
      }),

    discardQuarantined: (id, { by, reason }) =>
      db.transaction().execute(async (work) => {
        const row = await work
          .updateTable('quarantine')
          .set({ decision: 'discarded' })
          .where('id', '=', id)
          .where('decision', '=', '')
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) throw decidedAlready(`report-${id}`);
        const { account, path, sha256, code } = row;
        const details = { account, path, sha256, code };
        const entry = { who: by, what: 'discarded from quarantine', why: reason, details };
        await appendJournal(work, writer, entry, rowOf('quarantine', row, false));
      }),

    judgedNames: (account) => judgedNamesOf(db, account),

    async judgedName(id) {
      const row = await db.selectFrom('refusals').selectAll().where('id', '=', id).executeTakeFirst();
      return row && judgedName(row);
    },

    releaseName: (id, as, act, seen) => decideName(id, 'released', as, act, seen),
    discardName: (id, act, seen) => decideName(id, 'discarded', '', act, seen),

    async namesCame(ids) {
      for (const some of batches(ids)) {
        await db.transaction().execute(async (work) => {
          const came = { came_at: writer.clock.now() };
          const rows = await work
            .updateTable('refusals')
            .set(came)
            .where('id', 'in', some)
            .returningAll()
            .execute();
          if (rows.length === 0) return;
          const entry = {
            who: 'rap',
            what: 'refused names came',
            why: 'A listing shows them as they should be',
          };
          await appendJournal(work, writer, entry, rowsOf('refusals', rows, false));
        });
      }
    },
  };
}

/** Of two people who decide at once the second is told. */
function decidedAlready(name: string): RapError {
  return new RapError('USAGE', `${name} was decided about already`, { cure: 'Nothing is left to decide.' });
}

/** What its reader must know, and it is no measure for those that come after it. */
function releasedFinding(reason: string): ReportFinding {
  const released = { rule: 'released', record: null, field: '', reason } as const;
  return { state: 'warnings', warnings: [released] };
}

/** Of one account or of all, oldest first. @param open those only about which nobody has decided */
export async function quarantinedReportsOf(
  db: Work,
  account?: string,
  open = false,
): Promise<QuarantinedReport[]> {
  const rows = await inPages((after, most) =>
    db
      .selectFrom('quarantine')
      .selectAll()
      .$if(account !== undefined, (query) => query.where('account', '=', account ?? ''))
      .$if(open, (query) => query.where('decision', '=', ''))
      .where('id', '>', after)
      .orderBy('id')
      .limit(most)
      .execute(),
  );
  return rows.map(quarantinedReport);
}

/** Of one account or of all, oldest first. @param open those only that did not come, and whose entry nobody decided about */
export async function judgedNamesOf(db: Work, account?: string, open = false): Promise<JudgedName[]> {
  const rows = await inPages((after, most) =>
    db
      .selectFrom('refusals')
      .selectAll()
      .$if(account !== undefined, (query) => query.where('account', '=', account ?? ''))
      .$if(open, (query) => query.where(isOpenName))
      .where('id', '>', after)
      .orderBy('id')
      .limit(most)
      .execute(),
  );
  return rows.map(judgedName);
}

/** Did an entry not come, and has nobody decided about it? */
export function isOpenName(row: ExpressionBuilder<Tables, 'refusals'>) {
  const decided = row
    .selectFrom('refusals as decided')
    .select('decided.id')
    .whereRef('decided.account', '=', 'refusals.account')
    .whereRef('decided.folder', '=', 'refusals.folder')
    .whereRef('decided.name_hex', '=', 'refusals.name_hex')
    .where('decided.decision', '!=', '');
  return row.and([row('came_at', 'is', null), row.not(row.exists(decided))]);
}

export function judgedName(row: Selectable<Tables['refusals']>): JudgedName {
  return {
    id: row.id,
    account: row.account,
    folder: row.folder,
    nameHex: row.name_hex,
    shown: row.shown,
    code: row.code,
    reason: row.reason,
    run: row.first_run,
    firstSeenAt: row.first_seen_at,
    decision: row.decision,
    releasedAs: row.released_as,
    cameAt: row.came_at,
  };
}

export function quarantinedReport(row: Selectable<Tables['quarantine']>): QuarantinedReport {
  const { modified_at, held_at, report, ...same } = row;
  return { ...same, modifiedAt: modified_at, heldAt: held_at, report: fromColumn<NewVersion>(report) };
}
