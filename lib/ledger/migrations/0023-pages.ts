/**
 * Indexes by which a run finds its rows however long the ledger has been kept: without them the tables that grow for
 * years - reports, mails, alarms, failures - were walked through, or what is read in pages was sorted for each page.
 */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

const INDEXES: readonly [name: string, table: string, columns: string[]][] = [
  ['outstanding_open', 'outstanding', ['account', 'closed_at']],
  ['quarantine_of_account', 'quarantine', ['account', 'decision']],
  ['refusals_of_account', 'refusals', ['account']],
  ['observations_seen', 'observations', ['account', 'seen_at']],
  ['versions_named', 'versions', ['name']],
  ['versions_arrived', 'versions', ['account', 'received_at', 'business_date', 'amended']],
  ['runs_started', 'runs', ['started_at']],
  ['failures_of_run', 'failures', ['run']],
  ['failures_of_account', 'failures', ['account', 'failed_at']],
  ['delivery_failures_open', 'delivery_failures', ['resolved_run']],
  ['mails_of_run', 'mails', ['run', 'kind']],
  ['mails_since', 'mails', ['created_at']],
  ['mails_settled', 'mails', ['state', 'next_attempt', 'created_at']],
  ['alarms_standing', 'alarms', ['closed_at']],
  ['alarm_reports_of_path', 'alarm_reports', ['path']],
];

async function up({ schema }: Kysely<unknown>): Promise<void> {
  for (const [name, table, columns] of INDEXES) {
    await schema.createIndex(name).on(table).columns(columns).execute();
  }
}

async function down({ schema }: Kysely<unknown>): Promise<void> {
  for (const [name] of INDEXES) await schema.dropIndex(name).execute();
}

export const pages: Migration = { number: 23, name: 'pages', up, down };
