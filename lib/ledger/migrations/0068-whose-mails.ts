/**
 * Whom a digest or a mail about arrivals tells, and of which practice session a mail is, stands in columns. It was read
 * out of the mail's key ('digest:RUN:READERS', 'arrivals:RUN:READERS:LAST', 'practice:DATE:...'), which says from now on
 * only which event it is.
 */
import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migration.ts';

interface Tables {
  mails: {
    id: number;
    event_key: string;
    kind: string;
    run: string;
    readers: string | null;
    practice: string;
  };
}

const ARRIVALS = 'arrivals:';

async function up(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  await db.schema.alterTable('mails').addColumn('readers', 'text').execute();
  await db.schema
    .alterTable('mails')
    .addColumn('practice', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
  const begin = sql`'digest:' || run || ':'`;
  await sql`update mails set readers = substr(event_key, length(${begin}) + 1)
    where kind = 'digest' and substr(event_key, 1, length(${begin})) = ${begin}`.execute(db);
  await sql`update mails set practice = substr(event_key, 10, 10)
    where event_key like 'practice:____-__-__:%'`.execute(db);
  const notices = await db
    .selectFrom('mails')
    .select(['id', 'event_key', 'run'])
    .where('kind', '=', 'notice')
    .where('event_key', 'like', `${ARRIVALS}%`)
    .execute();
  for (const { id, event_key, run } of notices) {
    // The name of a group may hold any character; what follows the last colon is a number.
    const readers = event_key.slice(`${ARRIVALS}${run}:`.length, event_key.lastIndexOf(':'));
    await db.updateTable('mails').set({ readers }).where('id', '=', id).execute();
  }
}

async function down({ schema }: Kysely<unknown>): Promise<void> {
  for (const column of ['practice', 'readers']) await schema.alterTable('mails').dropColumn(column).execute();
}

export const whoseMails: Migration = { number: 68, name: 'whose mails', up, down };
