/** Numbered changes of the tables. Each release knows all of them up to its own; older ledgers are brought up. */
import type { Kysely } from 'kysely';
import { RapError } from '../errors/rap-error.ts';
import type { Migration } from './migration.ts';
import { first } from './migrations/0001-first.ts';
import { logins } from './migrations/0002-logins.ts';
import { leases } from './migrations/0003-leases.ts';
import { practice } from './migrations/0004-practice.ts';
import { alarms } from './migrations/0005-alarms.ts';
import { sessions } from './migrations/0006-sessions.ts';
import { keeping } from './migrations/0008-keeping.ts';
import { secondPerson } from './migrations/0009-second-person.ts';
import { amendments } from './migrations/0010-amendments.ts';
import { lostReports } from './migrations/0011-lost-reports.ts';
import { switchNews } from './migrations/0012-switch-news.ts';
import { mailedNews } from './migrations/0013-mailed-news.ts';
import { subjects } from './migrations/0014-subjects.ts';
import { outstanding } from './migrations/0015-outstanding.ts';
import { notLookedAgain } from './migrations/0017-not-looked-again.ts';
import { clock } from './migrations/0018-clock.ts';
import { records } from './migrations/0019-records.ts';
import { findings } from './migrations/0021-findings.ts';
import { comparisons } from './migrations/0022-comparisons.ts';
import { pages } from './migrations/0023-pages.ts';
import { looks } from './migrations/0024-looks.ts';
import { completeness } from './migrations/0025-completeness.ts';
import { pastFailures } from './migrations/0026-past-failures.ts';
import { reportSearch } from './migrations/0030-report-search.ts';
import { placedFiles } from './migrations/0031-placed-files.ts';
import { loginLog } from './migrations/0032-login-log.ts';
import { keyLife } from './migrations/0033-key-life.ts';
import { events } from './migrations/0035-events.ts';
import { namesAsColumns } from './migrations/0036-names-as-columns.ts';
import { duties } from './migrations/0043-duties.ts';
import { reasons } from './migrations/0050-reasons.ts';
import { shares } from './migrations/0051-shares.ts';
import { retiredHosts } from './migrations/0052-retired-hosts.ts';
import { reportEvents } from './migrations/0060-report-events.ts';
import { practiceOrders } from './migrations/0061-practice-orders.ts';
import { sharesAway } from './migrations/0062-shares-away.ts';
import { practiceAccounts } from './migrations/0063-practice-accounts.ts';
import { copiesAreEvents } from './migrations/0065-copies-are-events.ts';
import { whoseMails } from './migrations/0068-whose-mails.ts';
import { alarmsAbout } from './migrations/0069-alarms-about.ts';
import { whoAsked } from './migrations/0072-who-asked.ts';

export const migrations: readonly Migration[] = [
  first,
  logins,
  leases,
  practice,
  alarms,
  sessions,
  keeping,
  secondPerson,
  amendments,
  lostReports,
  switchNews,
  mailedNews,
  subjects,
  outstanding,
  notLookedAgain,
  clock,
  records,
  findings,
  comparisons,
  pages,
  looks,
  completeness,
  pastFailures,
  reportSearch,
  placedFiles,
  loginLog,
  keyLife,
  events,
  namesAsColumns,
  duties,
  reasons,
  shares,
  retiredHosts,
  reportEvents,
  practiceOrders,
  sharesAway,
  practiceAccounts,
  copiesAreEvents,
  whoseMails,
  alarmsAbout,
  whoAsked,
];

/** The newest number this release knows. */
export const latest = Math.max(...migrations.map(({ number }) => number));

interface MigrationTable {
  migrations: { number: number; name: string; applied_at: number };
}

/**
 * Brings the tables to migration `target`, up or down, in one transaction: all of it or nothing.
 * @param now milliseconds since 1970, for the record
 * @throws RapError LEDGER_TOO_NEW when the ledger knows a migration this release does not, LEDGER_UNUSABLE when its
 * tables are not those it says it has
 */
export async function migrate(database: Kysely<unknown>, now: number, target = latest): Promise<void> {
  await database.transaction().execute((work) => migrateWithin(work, now, target));
}

/** As migrate, within a transaction that does more. */
export async function migrateWithin(work: Kysely<unknown>, now: number, target = latest): Promise<void> {
  const record = work as Kysely<MigrationTable>;
  const applied = await appliedNumbers(record);
  const newest = Math.max(0, ...applied);
  if (newest > latest) {
    throw new RapError('LEDGER_TOO_NEW', `The ledger has migration ${newest}; this release knows ${latest}`);
  }
  for (const { number, name, up } of migrations) {
    if (applied.has(number) || number > target) continue;
    await up(work);
    await record.insertInto('migrations').values({ number, name, applied_at: now }).execute();
  }
  for (const { number, down } of migrations.toReversed()) {
    if (!applied.has(number) || number <= target) continue;
    await down(work);
    await record.deleteFrom('migrations').where('number', '=', number).execute();
  }
}

async function appliedNumbers(work: Kysely<MigrationTable>): Promise<ReadonlySet<number>> {
  await work.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('number', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('applied_at', 'bigint', (column) => column.notNull())
    .execute();
  const rows = await work.selectFrom('migrations').select('number').execute();
  return new Set(rows.map((row) => row.number));
}
