/**
 * That delivered files are gone from a share, changed there or are there again is an event; whether the contacts know of it
 * stood in a column of each file. What they were not told becomes an event, and so does an alarm of files of which none
 * is lost any more.
 */
import { type Generated, type Kysely, sql } from 'kysely';
import { batches } from '../batches.ts';
import { fromColumn } from '../json-column.ts';
import type { Migration } from '../migration.ts';
import { placedFiles } from './0031-placed-files.ts';

interface Tables {
  versions: { id: number; account: string };
  deliveries: { version_id: number; share: string; file: string };
  placed_files: {
    version_id: number;
    share: string;
    state: string;
    since: number | null;
    told_at: number | null;
    closed_at: number | null;
  };
  alarms: {
    account: string;
    code: string;
    subject: string | null;
    message: string;
    raised_at: number;
    closed_at: number | null;
  };
  events: {
    id: Generated<number>;
    at: number;
    kind: string;
    subject: string;
    account: string;
    run: string;
    payload: string;
  };
  event_receipts: { event_id: number; consumer: string };
}

const KIND = 'copies';
/** So many files an alarm named, those first that were news. */
const NAMED = 20;

async function up(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  const lost = await db
    .selectFrom('placed_files as placed')
    .innerJoin('versions', 'versions.id', 'placed.version_id')
    .innerJoin('deliveries as delivery', (on) =>
      on.onRef('delivery.version_id', '=', 'placed.version_id').onRef('delivery.share', '=', 'placed.share'),
    )
    .select(['versions.id', 'versions.account', 'delivery.file'])
    .select(['placed.share', 'placed.since', 'placed.told_at'])
    .where('placed.state', 'in', ['gone', 'changed'])
    .where('placed.closed_at', 'is', null)
    .orderBy('versions.id')
    .execute();
  const open = await db
    .selectFrom('alarms')
    .select(['account', 'subject as share', 'message', 'raised_at'])
    .where('code', '=', 'COPY_LOST')
    .where('closed_at', 'is', null)
    .execute();
  const append = async (account: string, subject: string, at: number, versions: readonly number[]) => {
    const payload = JSON.stringify({ lost: versions });
    await db.insertInto('events').values({ at, kind: KIND, subject, account, run: '', payload }).execute();
  };
  const lotOf = ({ account, share }: { account: string; share: string | null }) =>
    JSON.stringify([account, share]);
  const lots = Map.groupBy(lost, lotOf);
  const alarms = Map.groupBy(open, lotOf);
  for (const [lot, files] of lots) {
    const [{ account, share }] = files as [(typeof files)[number]];
    const news = files.filter(({ told_at }) => told_at === null);
    const at = Math.max(...news.map(({ since }) => since ?? 0));
    // A process that was killed before it wrote down that it told.
    const isTold = (alarms.get(lot) ?? []).some(
      ({ message, raised_at }) =>
        raised_at >= at && news.slice(0, NAMED).every(({ file }) => names(message, file)),
    );
    if (news.length === 0 || isTold) continue;
    await append(
      account,
      share,
      at,
      news.map(({ id }) => id),
    );
  }
  for (const [lot, [alarm]] of alarms)
    if (!lots.has(lot) && alarm) await append(alarm.account, alarm.share ?? '', alarm.raised_at, []);
  await db.schema.alterTable('placed_files').dropColumn('told_at').execute();
}

/** Each line of an alarm but the first begins with the name of a file. */
function names(message: string, file: string): boolean {
  const name = file.split(/[/\\]/).at(-1) ?? '';
  return message.split('\n').some((line) => [':', '：'].some((colon) => line.startsWith(name + colon)));
}

async function down(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  // The column stood before others.
  await sql`create table placed_files_kept as select * from placed_files`.execute(db);
  await placedFiles.down(database);
  await placedFiles.up(database);
  const same = sql`version_id, share, destination, modified_at, state, why, looked_at, since, closed_at, closed_by, closed_why`;
  await sql`insert into placed_files (${same}, told_at)
    select ${same}, case when state in ('gone', 'changed') then since end from placed_files_kept`.execute(db);
  await db.schema.dropTable('placed_files_kept').execute();
  const mailed = db.selectFrom('event_receipts').select('event_id').where('consumer', '=', 'mail');
  const pending = await db
    .selectFrom('events')
    .select(['subject as share', 'payload'])
    .where('kind', '=', KIND)
    .where('id', 'not in', mailed)
    .execute();
  for (const { share, payload } of pending)
    for (const some of batches(fromColumn<{ lost: number[] }>(payload).lost))
      await db
        .updateTable('placed_files')
        .set({ told_at: null })
        .where('share', '=', share)
        .where('version_id', 'in', some)
        .execute();
  const ours = db.selectFrom('events').select('id').where('kind', '=', KIND);
  await db.deleteFrom('event_receipts').where('event_id', 'in', ours).execute();
  await db.deleteFrom('events').where('kind', '=', KIND).execute();
}

export const copiesAreEvents: Migration = { number: 65, name: 'copies are events', up, down };
