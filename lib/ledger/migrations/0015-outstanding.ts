/**
 * Outstanding reports: what was seen at the server and did not come, until it came or a person closed it. Before,
 * only a report that was asked for and gone was written down ("lost reports"), and told of once. A refused name gets
 * the time at which its entry came after all.
 */
import { type CreateTableBuilder, type Kysely, sql } from 'kysely';
import { isPostgres } from '../engine.ts';
import { addWholeIndex, dropWholeIndex, type Migration } from '../migration.ts';

/** What an older release wrote of reports that did not come, so far back. */
const LOOK_BACK = 31 * 24 * 3600_000;

/** Faults of one report at the server; those of this machine only where the subject is a path the server listed. */
const OF_REPORTS = [
  ...['STILL_WRITING', 'PAIR_INCOMPLETE', 'SIZE_UNKNOWN', 'SHORT_FILE', 'EXCESS_DATA', 'FILE_CHANGED'],
  ...['REMOTE_DENIED', 'REMOTE_MISSING', 'REMOTE_FAILURE', 'REQUEST_TIMEOUT', 'STALLED', 'CONNECTION_LOST'],
  'SFTP_PROTOCOL',
];

const texts = [
  ...['account', 'path', 'kind', 'state', 'data_centre', 'first_run', 'last_run', 'counted_run'],
  ...['code', 'message', 'cure', 'closed_by', 'closed_why'],
];
const numbers = ['size', 'modified_at', 'first_seen', 'last_seen', 'runs', 'left_out'];
const times = ['gone_since', 'overdue_at', 'closed_at'];

const REFUSALS = [
  'id',
  ...['account', 'folder', 'name_hex', 'shown', 'code', 'reason', 'first_run', 'first_seen_at'],
  ...['decision', 'released_as'],
];

async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  // First of all, so that their pages are used again: a free page is the one a check of the file passes over.
  await schema.dropTable('mail_lost').execute();
  await schema.dropTable('lost_reports').execute();
  await dropWholeIndex(db, 'refusals');
  let table: CreateTableBuilder<string, string> = schema
    .createTable('outstanding')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement());
  for (const name of texts) table = table.addColumn(name, 'text', (column) => column.notNull());
  for (const name of numbers) table = table.addColumn(name, 'bigint', (column) => column.notNull());
  for (const name of times) table = table.addColumn(name, 'bigint');
  await table.addUniqueConstraint('outstanding_once', ['account', 'path']).execute();
  await addWholeIndex(db, 'outstanding', ['id', ...texts, ...numbers, ...times]);
  await schema.alterTable('refusals').addColumn('came_at', 'bigint').execute();
  await addWholeIndex(db, 'refusals', [...REFUSALS, 'came_at']);
  // None of an older release has lain on PostgreSQL.
  if (!isPostgres(db)) await takeOver(db);
}

/** What an older release left: reports asked for, reports that failed, refused entries that came since. */
async function takeOver(db: Kysely<unknown>): Promise<void> {
  const asked =
    await sql<Asked>`select account, path, run, size, modified_at, intended_at from intents`.execute(db);
  for (const { account, path, run, size, modified_at, intended_at } of asked.rows) {
    await insert(db, {
      account,
      path,
      run,
      at: intended_at,
      size,
      modified_at,
      code: '',
      message: '',
      cure: '',
    });
  }
  const failed = await sql<Failed>`
    select account, subject as path, run, code, message, cure, max(failed_at) as at from failures
    where subject like '/%'
      and failed_at > (select max(started_at) from runs) - ${LOOK_BACK}
      and (code in (${sql.join([...OF_REPORTS, 'FOLDER_UNREADABLE'])})
        or exists (select 1 from observations as seen
          where seen.account = failures.account and seen.path = failures.subject))
      and not exists (select 1 from versions
        where versions.account = failures.account and versions.path = failures.subject
          and versions.seen_at >= failures.failed_at)
      and not exists (select 1 from quarantine
        where quarantine.account = failures.account and quarantine.path = failures.subject)
    group by account, subject`.execute(db);
  for (const { account, path, run, code, message, cure, at } of failed.rows) {
    await insert(db, { account, path, run, at, size: -1, modified_at: 0, code, message, cure });
  }
  await sql`update refusals set came_at = (select max(versions.seen_at) from versions
    where versions.account = refusals.account and versions.folder = refusals.folder
      and hex(versions.name) = upper(refusals.name_hex) and versions.seen_at >= refusals.first_seen_at)`.execute(
    db,
  );
}

interface Asked {
  account: string;
  path: string;
  run: string;
  size: number;
  modified_at: number;
  intended_at: number;
}

interface Failed {
  account: string;
  path: string;
  run: string;
  code: string;
  message: string;
  cure: string;
  at: number;
}

type Taken = Omit<Asked, 'intended_at'> & Failed;

async function insert(db: Kysely<unknown>, taken: Taken): Promise<void> {
  const { account, path, run, at, size, modified_at, code, message, cure } = taken;
  const kind = code === 'FOLDER_UNREADABLE' ? 'folder' : 'report';
  const state = code === 'PAIR_INCOMPLETE' ? 'awaited' : 'listed';
  const row = {
    ...{ account, path, kind, state, data_centre: '', first_run: run, last_run: run, counted_run: run },
    ...{ code, message, cure, closed_by: '', closed_why: '' },
    ...{ size, modified_at, first_seen: at, last_seen: at, runs: 1, left_out: 0 },
  };
  const said = { code, message, cure, last_run: run, last_seen: at };
  await (db as unknown as Kysely<{ outstanding: typeof row }>)
    .insertInto('outstanding')
    .values(row)
    .onConflict((on) => on.columns(['account', 'path']).doUpdateSet(said))
    .execute();
}

async function down(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  // What is open now is told in every digest; the release before tells of it no more.
  await schema
    .createTable('lost_reports')
    .addColumn('failure_id', 'bigint', (column) => column.primaryKey())
    .addForeignKeyConstraint('lost_reports_failure', ['failure_id'], 'failures', ['id'])
    .execute();
  await schema
    .createTable('mail_lost')
    .addColumn('mail_id', 'bigint', (column) => column.notNull())
    .addColumn('failure_id', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('mail_lost_key', ['failure_id', 'mail_id'])
    .addForeignKeyConstraint('mail_lost_mail', ['mail_id'], 'mails', ['id'])
    .addForeignKeyConstraint('mail_lost_failure', ['failure_id'], 'lost_reports', ['failure_id'])
    .execute();
  await dropWholeIndex(db, 'refusals');
  await schema.alterTable('refusals').dropColumn('came_at').execute();
  await addWholeIndex(db, 'refusals', REFUSALS);
  await schema.dropTable('outstanding').execute();
}

export const outstanding: Migration = { number: 15, name: 'outstanding', up, down };
