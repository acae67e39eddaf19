/**
 * Shares are rows of their own. They were properties named 'share ROOT' with JSON; by that the journal goes on to vouch
 * for them (see vouched.ts), so that records of before hold.
 */
import type { Kysely } from 'kysely';
import { fromColumn } from '../json-column.ts';
import type { Migration } from '../migration.ts';

interface Tables {
  properties: { name: string; value: string };
  shares: { root: string; id: string; abilities: string };
}

const SHARE = 'share ';

async function up(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  await db.schema
    .createTable('shares')
    .addColumn('root', 'text', (column) => column.primaryKey())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('abilities', 'text', (column) => column.notNull())
    .execute();
  for (const { name, value } of await db.selectFrom('properties').selectAll().execute()) {
    if (!name.startsWith(SHARE)) continue;
    const { id, abilities } = fromColumn<Tables['shares']>(value);
    // The name is what was asked for; a value that names another root is found by the journal.
    await db
      .insertInto('shares')
      .values({ root: name.slice(SHARE.length), id, abilities })
      .execute();
    await db.deleteFrom('properties').where('name', '=', name).execute();
  }
}

async function down(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  for (const { root, id, abilities } of await db.selectFrom('shares').selectAll().execute()) {
    await db
      .insertInto('properties')
      .values({ name: SHARE + root, value: JSON.stringify({ root, id, abilities }) })
      .execute();
  }
  await db.schema.dropTable('shares').execute();
}

export const shares: Migration = { number: 51, name: 'shares', up, down };
