/** Reports that are gone before they were fetched, and the digest that tells of each. */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('lost_reports')
    .addColumn('failure_id', 'bigint', (column) => column.primaryKey())
    .addColumn('mail_id', 'bigint')
    .addForeignKeyConstraint('lost_reports_failure', ['failure_id'], 'failures', ['id'])
    .addForeignKeyConstraint('lost_reports_mail', ['mail_id'], 'mails', ['id'])
    .execute();
}

async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('lost_reports').execute();
}

export const lostReports: Migration = { number: 11, name: 'lost reports', up, down };
