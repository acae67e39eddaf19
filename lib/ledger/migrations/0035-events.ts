/**
 * One stream of events takes the place of the tables of what was still to be told: amended reports, what became of
 * switches, runs of which a digest is being queued, jumps of the clock. What an older release has not told goes on as an event, under the
 * same number where it had one: alarms and mails of before know it by that.
 */
import type { Kysely } from 'kysely';
import type { Migration } from '../migration.ts';
import { amendments } from './0010-amendments.ts';
import { switchNews } from './0012-switch-news.ts';

interface Before {
  untold_amendments: { version_id: number; share: string; mailed_at: number | null };
  switch_news: {
    id?: number;
    node: string;
    request: number | null;
    account: string;
    until: number | null;
    chosen_by: string;
    switched: string | null;
    mailed_at: number | null;
  };
  switch_requests: { id: number; state: string };
  versions: { id: number; account: string; path: string };
  deliveries: { version_id: number; share: string; run: string; delivered_at: number };
  runs: { run: string; started_at: number; telling: number };
  clock_jumps: { id: number; jump: number; noticed_at: number; told_at: number | null };
}

interface After {
  events: {
    id?: number;
    at: number;
    kind: string;
    subject: string;
    account: string;
    run: string;
    payload: string;
  };
  event_receipts: { event_id: number; consumer: string; at: number };
}

type Both = Kysely<Before & After>;

async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  await schema
    .createTable('events')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('run', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('events_kind').on('events').columns(['kind', 'run']).execute();
  await schema
    .createTable('event_receipts')
    .addColumn('event_id', 'bigint', (column) => column.notNull())
    .addColumn('consumer', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('event_receipts_key', ['event_id', 'consumer'])
    .addForeignKeyConstraint('event_receipts_event', ['event_id'], 'events', ['id'])
    .execute();
  const db = database as Both;
  await takeSwitchNews(db);
  await takeAmendments(db);
  await takeDigests(db);
  await takeJumps(db);
  await schema.dropTable('switch_news').execute();
  await schema.dropTable('untold_amendments').execute();
  await schema.alterTable('runs').dropColumn('telling').execute();
  await schema.alterTable('clock_jumps').dropColumn('told_at').execute();
}

async function takeSwitchNews(db: Both): Promise<void> {
  const rows = await db
    .selectFrom('switch_news as news')
    .leftJoin('switch_requests as request', 'request.id', 'news.request')
    .selectAll('news')
    .select('request.state')
    .orderBy('news.id')
    .execute();
  for (const { id, node, request, account, until, chosen_by: by, switched, mailed_at, state } of rows) {
    const [kind, subject, payload] =
      switched !== null
        ? (['switched', '', { node, switched: JSON.parse(switched) as unknown }] as const)
        : request === null
          ? (['switch ended', account, { node, until: until ?? 0, by }] as const)
          : ([state === 'open' ? 'switch asked' : 'switch settled', String(request), { node }] as const);
    // When it happened was not written down.
    const event = { at: mailed_at ?? 0, kind, subject, account, run: '', payload: JSON.stringify(payload) };
    await insert(db, { id, ...event }, mailed_at);
  }
  await goOnNumbering(db);
}

/** No event has the number of news of before, told or untold: alarms know which news they told of. */
async function goOnNumbering(db: Both): Promise<void> {
  const probe = { node: '', request: null, account: '', until: null, chosen_by: '', switched: null };
  const { id: next = 1 } = await db
    .insertInto('switch_news')
    .values({ ...probe, mailed_at: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (next === 1) return;
  await insert(db, { id: next, at: 0, kind: '', subject: '', account: '', run: '', payload: '{}' }, null);
  await db.deleteFrom('events').where('id', '=', next).execute();
}

async function takeAmendments(db: Both): Promise<void> {
  const rows = await db
    .selectFrom('untold_amendments as untold')
    .innerJoin('versions', 'versions.id', 'untold.version_id')
    .leftJoin('deliveries as delivery', (on) =>
      on.onRef('delivery.version_id', '=', 'untold.version_id').onRef('delivery.share', '=', 'untold.share'),
    )
    .select(['untold.version_id as versionId', 'untold.share', 'untold.mailed_at', 'account', 'path'])
    .select(['delivery.run', 'delivered_at'])
    .orderBy('untold.version_id')
    .orderBy('untold.share')
    .execute();
  for (const { versionId, share, mailed_at, account, path: subject, run, delivered_at } of rows) {
    const payload = JSON.stringify({ versionId, share });
    const of = { kind: 'amended', subject, account, run: run ?? '', payload };
    await insert(db, { at: delivered_at ?? 0, ...of }, mailed_at);
  }
}

async function takeDigests(db: Both): Promise<void> {
  const rows = await db
    .selectFrom('runs')
    .select(['run', 'started_at as at'])
    .where('telling', '=', 1)
    .execute();
  for (const one of rows) {
    await insert(db, { ...one, kind: 'digest', subject: '', account: '', payload: '{}' }, null);
  }
}

async function takeJumps(db: Both): Promise<void> {
  const rows = await db
    .selectFrom('clock_jumps')
    .selectAll()
    .where('told_at', 'is', null)
    .orderBy('id')
    .execute();
  for (const { jump, noticed_at: at } of rows) {
    const of = { kind: 'clock jumped', subject: '', account: '', run: '' };
    await insert(db, { at, ...of, payload: JSON.stringify({ jump }) }, null);
  }
}

async function insert(db: Both, event: After['events'], mailedAt: number | null): Promise<void> {
  const { id = 0 } = await db.insertInto('events').values(event).returning('id').executeTakeFirstOrThrow();
  if (mailedAt === null) return;
  await db.insertInto('event_receipts').values({ event_id: id, consumer: 'mail', at: mailedAt }).execute();
}

async function down(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  const db = database as Both;
  await amendments.up(database);
  await switchNews.up(database);
  await schema.alterTable('untold_amendments').addColumn('mailed_at', 'bigint').execute();
  await schema.alterTable('switch_news').addColumn('mailed_at', 'bigint').execute();
  await schema.alterTable('switch_news').addColumn('switched', 'text').execute();
  await schema
    .alterTable('runs')
    .addColumn('telling', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await schema.alterTable('clock_jumps').addColumn('told_at', 'bigint').execute();
  await db
    .updateTable('clock_jumps')
    .set((row) => ({ told_at: row.ref('noticed_at') }))
    .execute();
  const pending = await db
    .selectFrom('events')
    .leftJoin('event_receipts as mail', (on) =>
      on.onRef('mail.event_id', '=', 'events.id').on('mail.consumer', '=', 'mail'),
    )
    .selectAll('events')
    .select('mail.at as mailed_at')
    .where('events.id', 'not in', (query) =>
      query.selectFrom('event_receipts').select('event_id').where('consumer', '=', 'flow'),
    )
    .orderBy('events.id')
    .execute();
  for (const { id, at, kind, subject, account, run, payload, mailed_at } of pending) {
    const { versionId, share, node, until = null, by = '', switched, jump } = JSON.parse(payload);
    // The release before mails what it decides at once.
    if (kind === 'alarm') continue;
    if (kind === 'clock jumped') {
      if (mailed_at !== null) continue;
      await db
        .updateTable('clock_jumps')
        .set({ told_at: null })
        .where('jump', '=', jump)
        .where('noticed_at', '=', at)
        .execute();
    } else if (kind === 'amended') {
      await db.insertInto('untold_amendments').values({ version_id: versionId, share, mailed_at }).execute();
    } else if (kind === 'digest') {
      await db.updateTable('runs').set({ telling: 1 }).where('run', '=', run).execute();
    } else {
      const request = kind === 'switch asked' || kind === 'switch settled' ? Number(subject) : null;
      const news = { id, node, request, account, until, chosen_by: by, mailed_at };
      const done = switched === undefined ? null : JSON.stringify(switched);
      await db
        .insertInto('switch_news')
        .values({ ...news, switched: done })
        .execute();
    }
  }
  // The next upgrade goes on numbering where this one was.
  const probe = { kind: '', subject: '', account: '', run: '', payload: '{}' };
  const { id: next = 1 } = await db
    .insertInto('events')
    .values({ at: 0, ...probe })
    .returning('id')
    .executeTakeFirstOrThrow();
  const news = { node: '', request: null, account: '', until: null, chosen_by: '', switched: null };
  await db
    .insertInto('switch_news')
    .values({ id: next - 1, ...news, mailed_at: null })
    .onConflict((on) => on.column('id').doNothing())
    .execute();
  await db
    .deleteFrom('switch_news')
    .where('id', '=', next - 1)
    .where('node', '=', '')
    .execute();
  await schema.dropTable('event_receipts').execute();
  await schema.dropTable('events').execute();
}

export const events: Migration = { number: 35, name: 'events', up, down };
