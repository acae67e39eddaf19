/**
 * Why an alarm is over, and why an account may not log in, as a code and what its sentence fills in, JSON; '' for what an
 * older release wrote down as a sentence only.
 */
import type { Kysely } from 'kysely';
import { addWholeIndex, dropWholeIndex, type Migration } from '../migration.ts';

const added = [
  ['alarms', 'closed_code', 'closed_params'],
  ['login_locks', 'reason_code', 'reason_params'],
  ['login_holds', 'reason_code', 'reason_params'],
] as const;

/** Of a lock, as they were before. */
const LOCK = ['account', 'reason', 'address', 'locked_at'];

async function up(db: Kysely<unknown>): Promise<void> {
  for (const [table, ...columns] of added)
    for (const name of columns)
      await db.schema
        .alterTable(table)
        .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
        .execute();
  await dropWholeIndex(db, 'login_locks');
  await addWholeIndex(db, 'login_locks', [...LOCK, 'reason_code', 'reason_params']);
}

async function down(db: Kysely<unknown>): Promise<void> {
  await dropWholeIndex(db, 'login_locks');
  for (const [table, ...columns] of added)
    for (const name of columns) await db.schema.alterTable(table).dropColumn(name).execute();
  await addWholeIndex(db, 'login_locks', LOCK);
}

export const reasons: Migration = { number: 50, name: 'reasons', up, down };
