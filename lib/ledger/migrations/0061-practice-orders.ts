/** Orders of a practice day that nobody has acted on are events; they stood in the JSON of the day. */
import type { Generated, Kysely } from 'kysely';
import { fromColumn } from '../json-column.ts';
import type { Migration } from '../migration.ts';

interface Order {
  kind: string;
  key: string;
  at: number;
}

interface Tables {
  practice_days: { date: string; day: string };
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

const RUN = 'practice-';

async function up(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  for (const { date, day } of await db.selectFrom('practice_days').selectAll().execute()) {
    if (day === '') continue;
    const { open = [], ...kept } = fromColumn<{ open?: Order[] }>(day);
    for (const order of open) {
      const { at, kind, key: subject } = order;
      const of = { at, kind: `practice ${kind}`, subject, account: '', run: RUN + date };
      await db
        .insertInto('events')
        .values({ ...of, payload: JSON.stringify({ order }) })
        .execute();
    }
    await db
      .updateTable('practice_days')
      .set({ day: JSON.stringify(kept) })
      .where('date', '=', date)
      .execute();
  }
}

async function down(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  const ours = (kind: string) => kind.startsWith('practice ') || kind === 'verdict';
  const receipts = await db
    .selectFrom('event_receipts')
    .select('event_id')
    .where('consumer', '=', 'flow')
    .execute();
  const acted = new Set(receipts.map(({ event_id }) => event_id));
  const events = (await db.selectFrom('events').selectAll().orderBy('id').execute()).filter(({ kind }) =>
    ours(kind),
  );
  for (const { date, day } of await db.selectFrom('practice_days').selectAll().execute()) {
    if (day === '') continue;
    const open = events
      .filter(({ id, run, kind }) => run === RUN + date && kind !== 'verdict' && !acted.has(id))
      .map(({ payload }) => fromColumn<{ order: Order }>(payload).order);
    await db
      .updateTable('practice_days')
      .set({ day: JSON.stringify({ ...fromColumn<object>(day), open }) })
      .where('date', '=', date)
      .execute();
  }
  for (const { id } of events) {
    await db.deleteFrom('event_receipts').where('event_id', '=', id).execute();
    await db.deleteFrom('events').where('id', '=', id).execute();
  }
}

export const practiceOrders: Migration = { number: 61, name: 'practice orders', up, down };
