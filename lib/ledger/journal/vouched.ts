/**
 * What the journal vouches for: of each table either the columns whose content a record of the journal carries, or the
 * reason why none needs to. A record is written in the transaction of the fact and carries the whole row as it is then;
 * so the last record of a row says what must be in the table, whoever looks and whenever.
 */
import { hash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

type Table = keyof Tables;
type Of<T extends Table> = Selectable<Tables[T]>;
type Column<T extends Table> = keyof Of<T> & string;

export interface Description<T extends Table = Table> {
  /** What tells one row from another. */
  key: readonly Column<T>[];
  /** What is vouched for besides the key. */
  columns: readonly Column<T>[];
  /** Rows that are vouched for; by default all. */
  only?(row: Of<T>): boolean;
  /** Columns that move without a record while something is going on: what of them is vouched for. */
  shown?: { [C in Column<T>]?: (row: Of<T>) => Value };
  /** Columns that change with records that hold digests, so that the last one that holds the row says nothing of them. */
  moves?: readonly Column<T>[];
}

/**
 * Of a table whose rows an older release kept in another form: its records go on in that form, so that those of before
 * hold. Key and columns are of the form. Such rows are not counted.
 */
interface Reshaped<T extends Table> {
  key: readonly string[];
  columns: readonly string[];
  form(row: Of<T>): Row;
  /** The table that held them in that form, beside others. */
  former: { table: string; holds(row: Row): boolean };
  /** Where in the table the row of a key lies. */
  place(key: readonly Value[]): Row;
}

/** Every table has its entry; the compiler sees to it. */
type Descriptions = { readonly [T in Table]: Description<T> | Reshaped<T> | string };

/** Of properties nothing but shares was ever vouched for. */
export const SHARES_OF_BEFORE = 'properties';

const FINAL = ['accepted', 'refused', 'unconfirmed'];

const descriptions: Descriptions = {
  properties: "what this process was at; the ledger's own name stands in its seal",
  // Once they were properties with JSON; see SHARES_OF_BEFORE.
  shares: {
    key: ['name'],
    columns: ['value'],
    form: ({ root, id, abilities }) => ({
      name: `share ${root}`,
      value: JSON.stringify({ root, id, abilities }),
    }),
    former: { table: SHARES_OF_BEFORE, holds: ({ name }) => String(name).startsWith('share ') },
    place: ([name]) => ({ root: String(name).slice('share '.length) }),
  },
  practice_accounts: 'whose rows those of a practice are; each log-in says it anew',
  shares_away: 'which destinations cannot be written just now; the alarms that tell of it are vouched for',
  login_locks: {
    key: ['account'],
    columns: ['reason', 'address', 'locked_at', 'reason_code', 'reason_params'],
  },
  login_counts: 'how many log-ins a day had: a person decides nothing by it, and a new day begins anew',
  login_log: 'when an account logged in where: shown to people, and nothing is decided by it',
  login_holds: 'a wait of an hour at most, which ends by itself',
  data_centres: {
    key: ['account'],
    columns: ['data_centre', 'reason', 'chosen_by', 'chosen_at', 'seconded_by', 'until'],
  },
  switch_requests: {
    key: ['id'],
    columns: [
      ...(['node', 'accounts', 'data_centre', 'reason', 'requested_by', 'requested_at', 'until'] as const),
      ...(['state', 'settled_by', 'settled_why', 'settled_at'] as const),
      ...(['requested_name', 'requested_login'] as const),
    ],
  },
  events: 'what people must hear of; each is about a fact that is vouched for',
  event_receipts: 'who has heard of it',
  account_keys: { key: ['account'], columns: ['fingerprint', 'since'] },
  key_uses: { key: ['account', 'fingerprint'], columns: ['first_login_at'] },
  key_terms: { key: ['account'], columns: ['until'] },
  runs: { key: ['run'], columns: ['trigger', 'started_at', 'schedule'] },
  sessions: 'who is logged in just now',
  routed_accounts: 'the last run of an account at a routing node; the next one writes it anew',
  listings: 'what a listing showed; the digest that tells of it is vouched for',
  failures: 'what a run met; the digest and the alarm that tell of it are vouched for',
  outstanding: {
    key: ['account', 'path'],
    columns: ['kind', 'first_seen', 'size', 'modified_at', 'closed_at', 'closed_by', 'closed_why'],
    shown: {
      // The content that a person closed; of what is open each listing says it anew.
      size: ({ closed_at, size }) => (closed_at === null ? -1 : size),
      modified_at: ({ closed_at, modified_at }) => (closed_at === null ? -1 : modified_at),
    },
  },
  observations: 'since when a file has stood still; it is watched again',
  intents: 'what is being fetched; what did not come is fetched again',
  versions: {
    key: ['id'],
    columns: [
      ...(['account', 'installation', 'run', 'path', 'name', 'folder', 'system', 'code'] as const),
      ...(['business_date', 'sequence', 'size', 'modified_at', 'sha256', 'bytes', 'file'] as const),
      ...(['data_centre', 'address', 'amended', 'received_at', 'seen_at'] as const),
      ...(['routed_at', 'cleaned_at', 'not_looked_again'] as const),
      ...(['inside', 'inside_why', 'warnings', 'shape'] as const),
    ],
    moves: ['routed_at', 'cleaned_at'],
  },
  comparisons: {
    key: ['account', 'date'],
    columns: ['compared_at', 'equal', 'different', 'form', 'only_rap', 'only_terminal', 'unread'],
  },
  refusals: {
    key: ['id'],
    columns: [
      ...(['account', 'folder', 'name_hex', 'shown', 'code', 'reason', 'first_run'] as const),
      ...(['first_seen_at', 'decision', 'released_as', 'came_at'] as const),
    ],
  },
  quarantine: {
    key: ['id'],
    columns: [
      ...(['account', 'path', 'sha256', 'report', 'file', 'code', 'reason', 'run'] as const),
      ...(['size', 'modified_at', 'bytes', 'held_at', 'decision'] as const),
    ],
  },
  deliveries: {
    key: ['version_id', 'share'],
    columns: ['file', 'sha256', 'outcome', 'run', 'delivered_at'],
  },
  placed_files: {
    key: ['version_id', 'share'],
    columns: ['closed_at', 'closed_by', 'closed_why'],
    // What a look found is found again by the next one; what a person closed is not looked at any more.
    only: ({ closed_at }) => closed_at !== null,
  },
  delivery_failures: 'why a copy was not delivered; it stays open in "versions" until it is',
  mails: {
    key: ['id'],
    columns: [
      ...(['event_key', 'kind', 'run', 'domain', 'subject', 'text', 'html', 'state', 'error'] as const),
      ...(['created_at', 'next_attempt', 'settled_at', 'level', 'topic', 'collected_into'] as const),
      ...(['readers', 'practice'] as const),
    ],
    moves: ['collected_into'],
    shown: {
      state: ({ settled_at, state }) => (settled_at !== null || state === 'collected' ? state : 'open'),
      error: ({ settled_at, error }) => (settled_at === null ? '' : error),
      next_attempt: ({ next_attempt }) => (next_attempt === null ? null : 'planned'),
    },
  },
  mail_recipients: {
    key: ['mail_id', 'address'],
    columns: ['state', 'message_id', 'response'],
    shown: {
      state: ({ state }) => (FINAL.includes(state) ? state : 'open'),
      message_id: ({ state, message_id }) => (FINAL.includes(state) ? message_id : ''),
      response: ({ state, response }) => (FINAL.includes(state) ? response : ''),
    },
  },
  mail_told: { key: ['mail_id', 'version_id'], columns: [] },
  alarms: {
    key: ['id'],
    columns: [
      ...(['key', 'level', 'account', 'code', 'groups', 'raised_at', 'switch_news', 'subject'] as const),
      ...(['muted', 'next_at', 'rest_until'] as const),
      ...(['acknowledged_at', 'acknowledged_by', 'acknowledged_why', 'closed_at', 'closed_why'] as const),
      ...(['closed_code', 'closed_params'] as const),
      ...(['shared', 'ahead', 'report', 'report_set', 'business_date'] as const),
    ],
    shown: {
      // One about what all accounts share bears the account that met it last.
      account: ({ shared, account }) => (shared === 1 ? '' : account),
      next_at: ({ next_at }) => (next_at === null ? null : 'planned'),
      rest_until: ({ rest_until }) => (rest_until === null ? null : 'planned'),
      acknowledged_at: ({ acknowledged_at }) => (acknowledged_at === null ? null : 'known'),
    },
  },
  alarm_reports: { key: ['alarm_id', 'path'], columns: [] },
  alarm_mails: 'joins alarms to their mails; both are vouched for',
  second_tellings: { key: ['mail_id', 'channel'], columns: ['told_at', 'response'] },
  maintenance_windows: { key: ['key'], columns: ['begins_at', 'ends_at', 'what', 'reason', 'set_by'] },
  leases: 'who is at work; it ends by itself',
  known_hosts: 'when hosts were heard of last',
  hosts: 'which hosts are there; that ends by itself, too',
  duties: 'which host does what; that ends by itself, too',
  ticks: { key: ['schedule', 'due'], columns: ['claimed_at', 'run', 'jump'] },
  clock_jumps: { key: ['id'], columns: ['jump', 'noticed_at'] },
  looks: 'which folders were listed when; the digest that tells of it is vouched for',
  listed_files: 'what those listings showed, for as long',
  expectation_entries: {
    key: ['id'],
    columns: ['account', 'at', 'business_date', 'entry', 'entered_by', 'reason'],
  },
  completeness: 'what was found last of an account; it is found again from the rows',
  weather_records: 'answers of the weather feeds; what was decided by them has its own record',
  practice_days: 'how far a day has come; what happened in it is vouched for',
  practice_events: { key: ['sequence'], columns: ['date', 'key', 'at', 'what', 'title', 'details'] },
  practice_results: { key: ['date', 'part', 'account'], columns: ['result', 'recorded_at'] },
  practice_drills: {
    key: ['date', 'email'],
    columns: ['name', 'sent_at', 'answered_at', 'how', 'entered_by'],
  },
  journal: 'the records themselves; the chain and the seal prove them',
};

/** As read from a column of text: tables of a ledger that a release of this house did not write have no description. */
export function descriptionOf(table: string): Description | undefined {
  const found = Object.hasOwn(descriptions, table) ? descriptions[table as Table] : undefined;
  return typeof found === 'object' ? (found as Description) : undefined;
}

/** As descriptionOf; undefined where rows are vouched for as they lie in their table. */
function reshapedOf(table: string): Reshaped<Table> | undefined {
  const found = descriptionOf(table);
  return found !== undefined && 'form' in found ? (found as unknown as Reshaped<Table>) : undefined;
}

/** Where the rows of a table lie in a ledger that has no such table yet; undefined where there were none. */
export function formerOf(table: string): Reshaped<Table>['former'] | undefined {
  return reshapedOf(table)?.former;
}

/** Is each row of a table vouched for, and its first record marked as such? Then the rows are counted. */
export function isCounted(table: string): boolean {
  const description = descriptionOf(table);
  return description !== undefined && description.only === undefined && reshapedOf(table) === undefined;
}

/** Which columns of its table hold which values where the row of a key lies. */
export function placeOf(table: string, key: readonly Value[]): Row {
  const names: readonly string[] = descriptionOf(table)?.key ?? [];
  return (
    reshapedOf(table)?.place(key) ??
    Object.fromEntries(names.map((name, index) => [name, key[index] ?? null]))
  );
}

/** The tables that are vouched for. */
export const vouchedTables = (Object.keys(descriptions) as Table[]).filter(
  (table) => descriptionOf(table) !== undefined,
);

/** What was decided about log-ins: older releases wrote records of it, too, and without one it is not followed. */
export const decidedTables = ['data_centres', 'login_locks'] as const;

/** The tables that are not, each with its reason. */
export const notVouched: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(descriptions).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
);

/** What a record says of a row: what is in it now, that it is gone, or the digests of many at once. */
export type Vouch =
  /** `fresh`: there was no such row before. */
  | { of: string; row: Row; fresh?: true }
  | { of: string; gone: readonly Value[] }
  /** Digests by key (see keyOf), over the columns in this order. */
  | { of: string; columns: readonly string[]; digests: Readonly<Record<string, string>>; fresh?: true }
  /** Of many rows that are nothing but their key. */
  | { of: string; keys: readonly (readonly Value[])[]; fresh?: true };

/**
 * A row as it is vouched for: key and columns, long texts as their hash. Undefined when it need not be.
 * @param isFormer it lies where formerOf says
 */
export function vouchedRow(table: string, row: Row, isFormer = false): Row | undefined {
  const description = descriptionOf(table);
  if (description?.only?.(row as never) === false || description === undefined) return undefined;
  const shown = (description.shown ?? {}) as Record<string, ((row: Row) => Value) | undefined>;
  const form = isFormer ? row : (reshapedOf(table)?.form(row as never) ?? row);
  const vouched: Record<string, Value> = {};
  for (const name of columnsOf(table)) vouched[name] = brief(shown[name]?.(row) ?? form[name] ?? null);
  return vouched;
}

/** Key of a row as text. */
export function keyOf(table: string, row: Row): string {
  const key: readonly string[] = descriptionOf(table)?.key ?? [];
  return JSON.stringify(key.map((name) => row[name] ?? null));
}

/** Longer texts are vouched for by their hash: a mail need not stand in the journal. */
const LONGEST = 200;

function brief(value: Value): Value {
  if (typeof value !== 'string' || value.length <= LONGEST) return value;
  return `sha256:${hash('sha256', value)}`;
}

const BRIEF = /^sha256:[0-9a-f]{64}$/;

/** Does a key hold the hash of a longer text? Then its row cannot be asked for by it. */
export function isBriefKey(key: readonly Value[]): boolean {
  return key.some((value) => typeof value === 'string' && BRIEF.test(value));
}

/** 96 bits over the columns in this order: enough that nobody finds another content with the same. */
export function digestOf(columns: readonly string[], row: Row): string {
  const text = JSON.stringify(columns.map((name) => row[name] ?? null));
  return hash('sha256', text, 'base64url').slice(0, 16);
}

/** The keys of the rows that a record speaks of, as text (see keyOf). @param most of the last ones so many */
export function keysOf(vouch: Vouch, most = Number.POSITIVE_INFINITY): string[] {
  if ('keys' in vouch) return vouch.keys.slice(-most).map((key) => JSON.stringify(key));
  if ('digests' in vouch) return Object.keys(vouch.digests).slice(-most);
  return ['gone' in vouch ? JSON.stringify(vouch.gone) : keyOf(vouch.of, vouch.row)];
}

/** How many rows it speaks of. */
export function rowCountOf(vouch: Vouch): number {
  if ('keys' in vouch) return vouch.keys.length;
  return 'digests' in vouch ? Object.keys(vouch.digests).length : 1;
}

/** Are two rows the same as far as a record vouches for them? */
export function isSame<T extends Table>(of: T, one: Of<T>, other: Of<T>): boolean {
  const [first, second] = [one, other].map((row) => JSON.stringify(vouchedRow(of, row as Row)));
  return first === second;
}

/** Of rows as they are now; those that need no record are left out. @param fresh there were no such rows before */
export function rowsOf<T extends Table>(of: T, rows: readonly Of<T>[], fresh: boolean): Vouch[] {
  return rows.flatMap((row) => {
    const vouched = vouchedRow(of, row as Row);
    return vouched === undefined ? [] : [{ of, row: vouched, ...news(fresh) }];
  });
}

/** Of one row as it is now. @param fresh there was no such row before */
export function rowOf<T extends Table>(of: T, row: Of<T>, fresh: boolean): Vouch[] {
  return rowsOf(of, [row], fresh);
}

/** Of a row that is gone. */
export function goneOf<T extends Table>(of: T, row: Of<T>): Vouch[] {
  const vouched = vouchedRow(of, row as Row);
  return vouched === undefined ? [] : [{ of, gone: JSON.parse(keyOf(of, vouched)) }];
}

/** Of many rows as they are now: by digest, or by key where nothing else is vouched for. */
export function digestsOf(of: string, rows: readonly Row[], fresh: boolean): Vouch[] {
  const { key, columns: besides, only } = descriptionOf(of) ?? { key: [] as readonly string[], columns: [] };
  // A digest would say the key again, and of very many rows it is what takes the time.
  if (rows.length > 0 && key.length > 0 && besides.length === 0 && only === undefined) {
    return [{ of, keys: rows.map((row) => key.map((name) => brief(row[name] ?? null))), ...news(fresh) }];
  }
  const vouched = rows.map((row) => vouchedRow(of, row)).filter((row) => row !== undefined);
  if (vouched.length === 0) return [];
  const columns = columnsOf(of);
  const digests = vouched.map((row) => [keyOf(of, row), digestOf(columns, row)]);
  return [{ of, columns, digests: Object.fromEntries(digests), ...news(fresh) }];
}

const news = (fresh: boolean): { fresh?: true } => (fresh ? { fresh } : {});

const columnsByTable = new Map(
  vouchedTables.map((table) => {
    const { key, columns } = descriptionOf(table) as Description;
    return [table as string, [...key, ...columns] as readonly string[]];
  }),
);

/** Key and columns of a table, in order. */
export function columnsOf(table: string): readonly string[] {
  return columnsByTable.get(table) ?? [];
}
