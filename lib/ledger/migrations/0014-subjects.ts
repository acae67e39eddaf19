/**
 * An alarm is the same one while account, code and subject are the same. Before, its key held the step and, for some
 * codes, the sentence, so that one fault with changing figures was many alarms. Alarms that are open go on: where an
 * old sentence says what they are about they get that subject, and those about one thing become one; the others take
 * the subject of the next sight of their fault. Failures of a run say in the same way what they are about.
 */
import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migration.ts';

interface Open {
  id: number;
  key: string;
  level: string;
  account: string;
  code: string;
  place: string;
  message: string;
  groups: string;
  raised_at: number;
  seen_at: number;
  seen: number;
  runs: number;
  mailed_at: number | null;
  acknowledged_at: number | null;
  acknowledged_by: string;
  acknowledged_why: string;
  next_at: number | null;
  rest_until: number | null;
  switch_news: number | null;
  subject: string | null;
  closed_at: number | null;
  closed_why: string;
}

interface Old {
  alarms: Open;
  alarm_mails: { alarm_id: number; mail_id: number };
  properties: { name: string; value: string };
}

const tables = (db: Kysely<unknown>): Kysely<Old> => db as Kysely<Old>;

/** As they stood when this migration was written; a later table of codes must not change what it did. */
const OF_DESTINATIONS = [
  'DISK_FULL',
  'DISK_ERROR',
  'NOT_WRITABLE',
  'SHARE_MISSING',
  'SHARE_CHANGED',
  'SHARE_SILENT',
];
const OF_SWITCHES = ['SWITCH_EXPIRED', 'SWITCH_UNCONFIRMED'];
/** Their subject was never written down, and no sentence names it in one way. */
const UNKNOWN = [
  ...['CONFIG_INVALID', 'USAGE', 'ROUTE_INVALID', 'UNEXPECTED', 'HOST_KEY_MISMATCH', 'HOST_KEY_MISSING'],
  ...['CONNECT_REFUSED', 'CONNECT_TIMEOUT', 'HANDSHAKE_TIMEOUT', 'HANDSHAKE_FAILED', 'FOLDER_UNREADABLE'],
  ...['KEY_FROZEN', 'WEATHER_HOLD', 'LEDGER_UNUSABLE', 'LEDGER_TOO_NEW', 'NOT_IN_CHARGE'],
  ...['MAIL_CONFIG', 'MAIL_REFUSED', 'MAIL_UNREACHABLE', 'MAIL_UNKNOWN'],
];
/** Those whose key held the sentence. */
const OF_ONE_THING = [
  ...[
    'WEATHER_HOLD',
    'SWITCH_EXPIRED',
    'SWITCH_UNCONFIRMED',
    'KEY_FROZEN',
    'FOREIGN_REPORT',
    'CONTENT_WRONG',
  ],
  ...['NAME_REFUSED', 'NOT_A_FILE', 'FILE_TOO_LARGE', ...OF_DESTINATIONS, 'UNROUTED', 'PAIR_INCOMPLETE'],
];

/** What an old alarm is about; null where only the next sight of its fault can say. */
function subjectOf(alarm: Open, shares: readonly string[]): string | null {
  const { code, message, switch_news } = alarm;
  if (OF_SWITCHES.includes(code)) return switch_news === null ? null : `switch ${switch_news}`;
  if (code === 'UNROUTED') return /^No routing rule matches (.+)$/s.exec(message)?.[1] ?? null;
  if (OF_DESTINATIONS.includes(code)) {
    const landing = / are needed in (.+) and [\d,]+ MB must stay free, but only /s.exec(message)?.[1];
    const named = shares.filter((root) => names(message, root));
    return landing ?? named.toSorted((one, two) => two.length - one.length)[0] ?? null;
  }
  return UNKNOWN.includes(code) ? null : '';
}

/** Does a sentence name this folder, or something in it? */
function names(message: string, folder: string): boolean {
  return message
    .split(folder)
    .slice(1)
    .some((rest) => /^([/\\\s",:;)]|$)/.test(rest));
}

/** The groups of an old key, which holds account, code, step, sentence and groups. */
function groupsOf(key: string): string {
  try {
    const parts: unknown = JSON.parse(key);
    return Array.isArray(parts) ? String(parts.at(-1) ?? '') : '';
  } catch {
    return '';
  }
}

function keyOf({ account, code, key }: Open, subject: string): string {
  const shared = OF_DESTINATIONS.includes(code) && subject !== '';
  return JSON.stringify([shared ? '' : account, code, subject, groupsOf(key)]);
}

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('alarms').addColumn('subject', 'text').execute();
  await db.schema
    .createTable('alarm_reports')
    .addColumn('alarm_id', 'bigint', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('alarm_reports_key', ['alarm_id', 'path'])
    .execute();
  for (const table of ['failures', 'delivery_failures']) {
    await db.schema
      .alterTable(table)
      .addColumn('about', 'text', (column) => column.notNull().defaultTo(''))
      .execute();
  }
  const shares = await tables(db)
    .selectFrom('properties')
    .select('name')
    .where('name', 'like', 'share %')
    .execute();
  const roots = shares.map(({ name }) => name.slice('share '.length));
  const open = await tables(db)
    .selectFrom('alarms')
    .selectAll()
    .where('closed_at', 'is', null)
    .orderBy('id')
    .execute();
  const same = new Map<string, Open[]>();
  for (const alarm of open) {
    const subject = subjectOf(alarm, roots);
    if (subject === null) continue;
    const key = keyOf(alarm, subject);
    await tables(db).updateTable('alarms').set({ key, subject }).where('id', '=', alarm.id).execute();
    same.set(key, [...(same.get(key) ?? []), alarm]);
  }
  for (const alarms of same.values()) if (alarms.length > 1) await join(db, alarms);
}

/** One fault that was many alarms goes on as the last of them: with its reminders, and for all who were told. */
async function join(db: Kysely<unknown>, alarms: readonly Open[]): Promise<void> {
  const last = alarms.at(-1) as Open;
  const word = alarms
    .toSorted((one, two) => (one.acknowledged_at ?? 0) - (two.acknowledged_at ?? 0))
    .at(-1) as Open;
  const known = word.acknowledged_at !== null && word.acknowledged_at >= (last.mailed_at ?? 0);
  const sum = (of: 'seen' | 'runs') => alarms.reduce((total, alarm) => total + alarm[of], 0);
  const { acknowledged_at, acknowledged_by, acknowledged_why, rest_until } = word;
  await tables(db)
    .updateTable('alarms')
    .set({
      raised_at: Math.min(...alarms.map((alarm) => alarm.raised_at)),
      seen_at: Math.max(...alarms.map((alarm) => alarm.seen_at)),
      ...{ seen: sum('seen'), runs: sum('runs') },
      ...(known ? { acknowledged_at, acknowledged_by, acknowledged_why, rest_until, next_at: null } : {}),
    })
    .where('id', '=', last.id)
    .execute();
  for (const { id } of alarms.slice(0, -1)) {
    await tables(db)
      .updateTable('alarms')
      .set({ closed_at: last.raised_at, closed_why: `the same fault as alarm ${last.id}`, next_at: null })
      .where('id', '=', id)
      .execute();
    await sql`insert into alarm_mails (alarm_id, mail_id)
      select ${last.id}, mail_id from alarm_mails as former where alarm_id = ${id} and not exists
      (select 1 from alarm_mails where alarm_id = ${last.id} and mail_id = former.mail_id)`.execute(db);
  }
}

async function down(db: Kysely<unknown>): Promise<void> {
  const open = await tables(db)
    .selectFrom('alarms')
    .selectAll()
    .where('closed_at', 'is', null)
    .where('subject', 'is not', null)
    .execute();
  for (const { id, key, account, code, place, message } of open) {
    const about = OF_ONE_THING.includes(code) ? message : '';
    const former = JSON.stringify([account, code, place, about, groupsOf(key)]);
    await tables(db).updateTable('alarms').set({ key: former }).where('id', '=', id).execute();
  }
  for (const table of ['delivery_failures', 'failures']) {
    await db.schema.alterTable(table).dropColumn('about').execute();
  }
  await db.schema.dropTable('alarm_reports').execute();
  await db.schema.alterTable('alarms').dropColumn('subject').execute();
}

export const subjects: Migration = { number: 14, name: 'subjects of alarms', up, down };
