/**
 * What a check of reports found reaches the contacts as events: `standing` of an account says what people have heard of
 * and what has not ended, in place of a time at which they were told of the last check.
 */
import type { Generated, Kysely } from 'kysely';
import { fromColumn } from '../json-column.ts';
import type { Migration } from '../migration.ts';

interface Tables {
  completeness: {
    account: string;
    at: number;
    found: string;
    told_at: number | null;
    standing: string;
  };
  alarms: { account: string; code: string; subject: string | null; closed_at: number | null };
  events: {
    id: Generated<number>;
    at: number;
    kind: string;
    subject: string;
    account: string;
    run: string;
    payload: string;
  };
  event_receipts: { event_id: number };
}

const STAGES: Readonly<Record<string, string>> = {
  REPORT_AT_RISK: 'at-risk',
  REPORT_LATE: 'late',
  REPORT_MISSING: 'missing',
};
const ORDER = Object.values(STAGES);
const CHECKED = 'reports checked';

async function up(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  await db.schema
    .alterTable('completeness')
    .addColumn('standing', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute();
  for (const { account, at, found, told_at } of await db.selectFrom('completeness').selectAll().execute()) {
    const open = await db
      .selectFrom('alarms')
      .select(['code', 'subject'])
      .where('account', '=', account)
      .where('closed_at', 'is', null)
      .execute();
    const stages: Record<string, string> = {};
    for (const { code, subject } of open) {
      const stage = STAGES[code];
      if (stage === undefined || subject === null) continue;
      if (ORDER.indexOf(stage) > ORDER.indexOf(stages[subject] ?? '')) stages[subject] = stage;
    }
    const standing = {
      stages,
      came: cameOf(found),
      unknown: open.some(({ code }) => code === 'REPORTS_UNKNOWN'),
    };
    await db
      .updateTable('completeness')
      .set({ standing: JSON.stringify(standing) })
      .where('account', '=', account)
      .execute();
    if (told_at !== null) continue;
    // Whatever it found, the contacts look at it once.
    const event = { at, kind: CHECKED, subject: '', account, run: '', payload: '{}' };
    await db.insertInto('events').values(event).execute();
  }
  await db.schema.alterTable('completeness').dropColumn('told_at').execute();
}

/** Reports of which the last check said that they came without being awaited. */
function cameOf(found: string): string[] {
  const { messages = [] } = fromColumn<{
    messages?: { kind: string; report?: string; set?: string; businessDate?: string }[];
  }>(found);
  return messages
    .filter(({ kind }) => kind === 'event')
    .map(({ report, set, businessDate }) => [report, ...(set ? [set] : []), businessDate].join(' '));
}

async function down(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  await db.schema.alterTable('completeness').addColumn('told_at', 'bigint').execute();
  // The release before looks at each check once more, and tells what no alarm tells of.
  await db.schema.alterTable('completeness').dropColumn('standing').execute();
  const ours = db.selectFrom('events').select('id').where('kind', 'like', 'report%');
  await db.deleteFrom('event_receipts').where('event_id', 'in', ours).execute();
  await db.deleteFrom('events').where('kind', 'like', 'report%').execute();
}

export const reportEvents: Migration = { number: 60, name: 'report events', up, down };
