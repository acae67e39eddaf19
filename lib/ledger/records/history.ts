/** The life of a report, from the moment it was asked for to the moment everybody was told. */
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../tables.ts';
import type { ReportHistory, VersionHistory } from '../types.ts';
import { withFinding } from './findings.ts';
import { outstandingReport } from './outstanding.ts';
import { accountsWithReports } from './report-accounts.ts';

export interface HistoryRecords {
  /**
   * All that is known of the reports with this remote path or file name, of one account or of all, in order of
   * account and path. Empty when there is none.
   */
  historyOf(pathOrName: string, account?: string): Promise<ReportHistory[]>;
}

export function historyRecords(db: Database): HistoryRecords {
  return {
    async historyOf(pathOrName, account) {
      const found = new Map<string, ReportHistory>();
      const of = (row: { account: string; path: string }) => {
        const key = JSON.stringify([row.account, row.path]);
        const known = found.get(key) ?? { account: row.account, path: row.path, versions: [] };
        found.set(key, known);
        return known;
      };
      const byPath = pathOrName.startsWith('/');
      // The index of paths begins with the account.
      const accounts = byPath && account === undefined ? await accountsWithReports(db) : [];
      const versions = await db
        .selectFrom('versions')
        .selectAll()
        .where(byPath ? 'path' : 'name', '=', pathOrName)
        .$if(account !== undefined, (query) => query.where('account', '=', account ?? ''))
        .$if(accounts.length > 0, (query) => query.where('account', 'in', accounts))
        .orderBy('account')
        .orderBy('path')
        .orderBy('id')
        .execute();
      for (const row of versions) {
        of(row).versions.push({
          versionId: row.id,
          received: { at: row.received_at, run: row.run, address: row.address, dataCentre: row.data_centre },
          proved: { sha256: row.sha256, bytes: row.bytes },
          amended: row.amended === 1,
          delivered: await deliveriesOf(db, row.id),
          deliveredEverywhereAt: row.routed_at,
          told: await mailsOf(db, row.id),
          file: row.file,
          cleanedAt: row.cleaned_at,
          ...withFinding(row),
        });
      }
      // What never came, or is not trusted, is known by its path alone.
      const named = [
        byPath ? sql<boolean>`path = ${pathOrName}` : endsWith(pathOrName),
        ...(account === undefined ? [] : [sql<boolean>`account = ${account}`]),
      ];
      const asked = await db
        .selectFrom('intents')
        .selectAll()
        .where(({ and }) => and(named))
        .execute();
      for (const row of asked) of(row).asked = { at: row.intended_at, run: row.run };
      const seen = await db
        .selectFrom('outstanding')
        .selectAll()
        .where(({ and }) => and(named))
        .orderBy('first_seen')
        .orderBy('id')
        .execute();
      for (const row of seen) of(row).outstanding = outstandingReport(row);
      const held = await db
        .selectFrom('quarantine')
        .selectAll()
        .where(({ and }) => and(named))
        .orderBy('id')
        .execute();
      for (const { id, code, reason, decision, held_at, sha256, ...row } of held) {
        const one = of(row);
        one.quarantine = [
          ...(one.quarantine ?? []),
          { id, code, reason, sha256, heldAt: held_at, decision: decision || 'held' },
        ];
      }
      return [...found.values()];
    },
  };
}

/** A path whose last part is the name; letters count as they are, unlike with "like". */
function endsWith(name: string): RawBuilder<boolean> {
  const end = `/${name}`;
  const { length } = [...end];
  return sql<boolean>`substr(path, length(path) - ${sql.lit(length - 1)}) = ${end}`;
}

async function deliveriesOf(db: Database, versionId: number): Promise<VersionHistory['delivered']> {
  const delivered = await db
    .selectFrom('deliveries')
    .select(['share', 'file', 'outcome', 'run', 'delivered_at as at'])
    .where('version_id', '=', versionId)
    .orderBy('share')
    .execute();
  const failed = await db
    .selectFrom('delivery_failures')
    .select(['share', 'code', 'message', 'run', 'failed_at as at'])
    .where('version_id', '=', versionId)
    .where('resolved_run', 'is', null)
    .orderBy('failed_at')
    .execute();
  return [...delivered, ...failed];
}

async function mailsOf(db: Database, versionId: number): Promise<VersionHistory['told']> {
  return db
    .selectFrom('mail_told')
    .innerJoin('mails', 'mails.id', 'mail_told.mail_id')
    .innerJoin('mail_recipients', 'mail_recipients.mail_id', 'mails.id')
    .select(['mails.id as mail', 'mail_recipients.address', 'mail_recipients.state'])
    .select('mails.settled_at as at')
    .where('mail_told.version_id', '=', versionId)
    .orderBy('mails.id')
    .orderBy('mail_recipients.address')
    .execute();
}
