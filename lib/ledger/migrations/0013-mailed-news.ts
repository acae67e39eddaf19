/**
 * News with a mail in the outbox stays for a moment, until every mail that hangs on it is there: so do the digests of
 * a run, and more than one of them tells of a lost report. An alarm remembers the news it came from. A switch that
 * nobody had to confirm is news, too.
 */
import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migration.ts';
import { lostReports } from './0011-lost-reports.ts';

interface Lost {
  lost_reports: { failure_id: number; mail_id?: number | null };
  mail_lost: { mail_id: number; failure_id: number };
}

const added = [
  ['untold_amendments', 'mailed_at', 'bigint'],
  ['switch_news', 'mailed_at', 'bigint'],
  ['switch_news', 'switched', 'text'],
  ['alarms', 'switch_news', 'bigint'],
] as const;

async function up(db: Kysely<unknown>): Promise<void> {
  for (const [table, name, type] of added) await db.schema.alterTable(table).addColumn(name, type).execute();
  await db.schema
    .alterTable('runs')
    .addColumn('telling', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  const lost = await takeLost(db);
  await db.schema
    .createTable('lost_reports')
    .addColumn('failure_id', 'bigint', (column) => column.primaryKey())
    .addForeignKeyConstraint('lost_reports_failure', ['failure_id'], 'failures', ['id'])
    .execute();
  await db.schema
    .createTable('mail_lost')
    .addColumn('mail_id', 'bigint', (column) => column.notNull())
    .addColumn('failure_id', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('mail_lost_key', ['failure_id', 'mail_id'])
    .addForeignKeyConstraint('mail_lost_mail', ['mail_id'], 'mails', ['id'])
    .addForeignKeyConstraint('mail_lost_failure', ['failure_id'], 'lost_reports', ['failure_id'])
    .execute();
  for (const { failure_id, mail_id = null } of lost) {
    await tables(db).insertInto('lost_reports').values({ failure_id }).execute();
    if (mail_id !== null) await tables(db).insertInto('mail_lost').values({ failure_id, mail_id }).execute();
  }
}

async function down(db: Kysely<unknown>): Promise<void> {
  const told = await tables(db)
    .selectFrom('mail_lost')
    .select((row) => ['failure_id', row.fn.min('mail_id').as('mail_id')])
    .groupBy('failure_id')
    .execute();
  const mails = new Map(told.map(({ failure_id, mail_id }) => [failure_id, mail_id]));
  await db.schema.dropTable('mail_lost').execute();
  const lost = await takeLost(db);
  await lostReports.up(db);
  for (const { failure_id } of lost) {
    const row = { failure_id, mail_id: mails.get(failure_id) ?? null };
    await tables(db).insertInto('lost_reports').values(row).execute();
  }
  // What was told already, or is of a kind that was not news before, would be taken for something else.
  await sql`delete from untold_amendments where mailed_at is not null`.execute(db);
  await sql`delete from switch_news where mailed_at is not null or switched is not null
    or request in (select id from switch_requests where state = 'open')`.execute(db);
  await db.schema.alterTable('runs').dropColumn('telling').execute();
  for (const [table, name] of added.toReversed())
    await db.schema.alterTable(table).dropColumn(name).execute();
}

/** The few rows there are, and the table out of the way: SQLite cannot drop a column that points elsewhere. */
async function takeLost(db: Kysely<unknown>): Promise<Lost['lost_reports'][]> {
  const rows = await tables(db).selectFrom('lost_reports').selectAll().orderBy('failure_id').execute();
  await db.schema.dropTable('lost_reports').execute();
  return rows;
}

function tables(db: Kysely<unknown>): Kysely<Lost> {
  return db as Kysely<Lost>;
}

export const mailedNews: Migration = { number: 13, name: 'mailed news', up, down };
