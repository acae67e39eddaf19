/**
 * What an alarm is about stands in columns. It was read out of its subject ("settings of NODE (HOST)", "RMAMR03 4
 * 2026-11-20") and of the beginning of its key. Subject and key stay as they are: by them a fault that is met again finds
 * its alarm. Likewise the business dates of what the checks of reports have told, and alarms whose mail is still to be
 * made.
 */
import { type Kysely, sql } from 'kysely';
import { fromColumn } from '../json-column.ts';
import type { Migration } from '../migration.ts';

interface Tables {
  alarms: {
    id: number;
    account: string;
    code: string;
    subject: string | null;
    host: string;
    closed_at: number | null;
    ahead: number;
    report: string;
    report_set: string;
    business_date: string;
  };
  events: { id: number; kind: string; payload: string };
  event_receipts: { event_id: number; consumer: string };
  hosts: { host: string };
  known_hosts: { host: string };
  completeness: { account: string; standing: string };
}

const ADDED = ['shared', 'ahead'] as const;
const OF_REPORT = ['report', 'report_set', 'business_date'] as const;
const OF_REPORTS = ['REPORT_AT_RISK', 'REPORT_LATE', 'REPORT_MISSING'];
const AHEAD = 'settings of ';

function reportIn(subject: string): { report: string; set: string; businessDate: string } | undefined {
  const [, report, set = '', businessDate] = /^(\S+)(?: (.+))? (\d{4}-\d{2}-\d{2})$/.exec(subject) ?? [];
  return report === undefined || businessDate === undefined ? undefined : { report, set, businessDate };
}

async function up(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  for (const name of ADDED)
    await db.schema
      .alterTable('alarms')
      .addColumn(name, 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  for (const name of OF_REPORT)
    await db.schema
      .alterTable('alarms')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
      .execute();
  // Also of those that are over: the journal vouches for them without the account.
  await sql`update alarms set shared = 1 where substr(key, 1, 4) = '["",'`.execute(db);
  await aheadOfRuns(db);
  await ofReports(db);
  await pendingMails(db);
  await standing(db, (stage, subject) => ({ stage, businessDate: reportIn(subject)?.businessDate ?? '' }));
}

/** Alarms of before they had a host bear it in the subject alone; a name in brackets that is no host's is the node's. */
async function aheadOfRuns(db: Kysely<Tables>): Promise<void> {
  const hosts = new Set<string>();
  for (const table of ['hosts', 'known_hosts'] as const)
    for (const { host } of await db.selectFrom(table).select('host').execute()) hosts.add(host);
  const open = await db
    .selectFrom('alarms')
    .select(['id', 'subject', 'host'])
    .where('closed_at', 'is', null)
    .where('account', '=', '')
    .where('subject', 'like', `${AHEAD}%`)
    .execute();
  for (const { id, subject, host } of open) {
    const of = host || [...hosts].find((name) => subject?.endsWith(`(${name})`)) || '';
    await db.updateTable('alarms').set({ ahead: 1, host: of }).where('id', '=', id).execute();
  }
}

async function ofReports(db: Kysely<Tables>): Promise<void> {
  const open = await db
    .selectFrom('alarms')
    .select(['id', 'subject'])
    .where('closed_at', 'is', null)
    .where('code', 'in', OF_REPORTS)
    .execute();
  for (const { id, subject } of open) {
    const of = reportIn(subject ?? '');
    if (of === undefined) continue;
    const { report, set: report_set, businessDate: business_date } = of;
    await db.updateTable('alarms').set({ report, report_set, business_date }).where('id', '=', id).execute();
  }
}

/** An alarm whose mail is decided and not made yet, as it was decided upon. */
async function pendingMails(db: Kysely<Tables>): Promise<void> {
  const pending = await db
    .selectFrom('events')
    .select(['id', 'payload'])
    .where('kind', '=', 'alarm')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('event_receipts')
            .select('event_id')
            .whereRef('event_id', '=', 'events.id')
            .where('consumer', '=', 'mail'),
        ),
      ),
    )
    .execute();
  for (const { id, payload } of pending) {
    const notice = fromColumn<{ alarm: { code: string; subject: string | null } }>(payload);
    const ofReport = OF_REPORTS.includes(notice.alarm.code)
      ? reportIn(notice.alarm.subject ?? '')
      : undefined;
    if (ofReport === undefined) continue;
    const told = { ...notice, alarm: { ...notice.alarm, ofReport } };
    await db
      .updateTable('events')
      .set({ payload: JSON.stringify(told) })
      .where('id', '=', id)
      .execute();
  }
}

/** Writes each stage of what stands anew. */
async function standing<From, To>(
  db: Kysely<Tables>,
  change: (stage: From, subject: string) => To,
): Promise<void> {
  for (const row of await db.selectFrom('completeness').select(['account', 'standing']).execute()) {
    const before = fromColumn<{ stages?: Record<string, From> }>(row.standing);
    const stages = Object.fromEntries(
      Object.entries(before.stages ?? {}).map(([subject, stage]) => [subject, change(stage, subject)]),
    );
    await db
      .updateTable('completeness')
      .set({ standing: JSON.stringify({ ...before, stages }) })
      .where('account', '=', row.account)
      .execute();
  }
}

async function down(database: Kysely<unknown>): Promise<void> {
  const db = database as Kysely<Tables>;
  await standing(db, ({ stage }: { stage: string }) => stage);
  for (const name of [...OF_REPORT, ...ADDED])
    await db.schema.alterTable('alarms').dropColumn(name).execute();
}

export const alarmsAbout: Migration = { number: 69, name: 'alarms about', up, down };
