/**
 * Who asked for a switch stands in columns: the name, and the login behind it. The rule of the second person read both out
 * of `requested_by`, "A. Chan (login ops1)", which is only shown from now on. This is the last that reads it.
 */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

interface Tables {
  switch_requests: { id: number; requested_by: string; requested_name: string; requested_login: string };
}

const ADDED = ['requested_name', 'requested_login'] as const;

async function up(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  for (const name of ADDED)
    await db.schema
      .alterTable('switch_requests')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
      .execute();
  for (const { id, requested_by } of await db
    .selectFrom('switch_requests')
    .select(['id', 'requested_by'])
    .execute()) {
    const [, name = '', login = ''] = /^(.*\S)\s*\(login (.*)\)$/su.exec(requested_by) ?? [];
    const who = login === '' ? { name: requested_by, login } : { name, login };
    await db
      .updateTable('switch_requests')
      .set({ requested_name: who.name, requested_login: who.login })
      .where('id', '=', id)
      .execute();
  }
}

async function down({ schema }: Kysely<unknown>): Promise<void> {
  for (const name of ADDED.toReversed())
    await schema.alterTable('switch_requests').dropColumn(name).execute();
}

export const whoAsked: Migration = { number: 72, name: 'who asked', up, down };
