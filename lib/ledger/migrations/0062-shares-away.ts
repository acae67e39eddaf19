/**
 * Which destinations cannot be written is a row: it was in the memory of the process alone, and in the alarms that told
 * of it. Those that are open become rows, so that whoever is told of the share hears that it serves again.
 */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';

interface Tables {
  alarms: {
    code: string;
    subject: string | null;
    message: string;
    raised_at: number;
    closed_at: number | null;
  };
  versions: { id: number; file: string };
  shares_away: { host: string; destination: string; code: string; message: string; at: number };
  events: { id: number; kind: string };
  event_receipts: { event_id: number };
}

/** Codes that say something of a destination, as this release knows them. */
const OF_DESTINATIONS = [
  ...['DISK_FULL', 'DISK_ERROR', 'NOT_WRITABLE', 'SHARE_MISSING', 'SHARE_CHANGED', 'SHARE_SILENT'],
];

async function up(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  await db.schema
    .createTable('shares_away')
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('destination', 'text', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('shares_away_key', ['host', 'destination', 'code'])
    .execute();
  const open = await db
    .selectFrom('alarms')
    .select(['code', 'subject', 'message', 'raised_at as at'])
    .where('closed_at', 'is', null)
    .where('code', 'in', OF_DESTINATIONS)
    .execute();
  const received = await db
    .selectFrom('versions')
    .select('file')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  for (const { subject: destination, ...of } of open) {
    // Where reports are received is no destination of theirs.
    if (!destination || isWithin(received?.file ?? '', destination)) continue;
    await db
      .insertInto('shares_away')
      .values({ host: '', destination, ...of })
      .onConflict((on) => on.columns(['host', 'destination', 'code']).doNothing())
      .execute();
  }
}

function isWithin(file: string, folder: string): boolean {
  return file.startsWith(folder) && /^[/\\]/.test(file.slice(folder.length));
}

async function down(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  const ours = db.selectFrom('events').select('id').where('kind', 'in', ['share away', 'share back']);
  await db.deleteFrom('event_receipts').where('event_id', 'in', ours).execute();
  await db.deleteFrom('events').where('kind', 'in', ['share away', 'share back']).execute();
  await db.schema.dropTable('shares_away').execute();
}

export const sharesAway: Migration = { number: 62, name: 'shares away', up, down };
