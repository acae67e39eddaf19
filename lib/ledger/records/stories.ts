/** What is known of single reports beside their versions: where they were listed, what people did, alarms about them. */
import { type RawBuilder, sql } from 'kysely';
import { holdsText } from '../engine.ts';
import { fromColumn } from '../json-column.ts';
import { reasonOf } from '../reason-columns.ts';
import type { Database, OutstandingState } from '../tables.ts';
import type { AlarmRecord } from './alarm-sightings.ts';

/** A sight of a report in a listing. */
export interface ListedSight {
  at: number;
  dataCentre: string;
  size: number;
  modifiedAt: number;
}

/** What a person did, as the journal has it. */
export interface PersonsAct {
  at: number;
  who: string;
  what: string;
  why: string;
  details: Readonly<Record<string, string | number | boolean>>;
}

export type StoryAlarm = Pick<
  AlarmRecord,
  | 'id'
  | 'code'
  | 'message'
  | 'raisedAt'
  | 'acknowledgedAt'
  | 'acknowledgedBy'
  | 'acknowledgedWhy'
  | 'closedAt'
  | 'closedWhy'
  | 'closedFor'
>;

export interface StoryRefusal {
  id: number;
  at: number;
  code: string;
  reason: string;
  cameAt: number | null;
}

/** A report that is not here, or was not trusted. */
export interface StrangeReport {
  account: string;
  path: string;
  kind: 'outstanding' | 'closed' | 'asked' | 'quarantine' | 'refused';
  /** Of an outstanding one. */
  state: OutstandingState | '';
  /** Of the row in its table. */
  id: number;
  at: number;
}

export interface StrangersAsked {
  /** See wordsIn. */
  words: readonly string[];
  account?: string;
  asked?: boolean;
  most: number;
}

export interface Stories {
  /** The first sight of each content of a path at each data centre, in order. Kept for as long as expectations need it. */
  sightsOf(account: string, path: string): Promise<ListedSight[]>;
  /** Since when it has stood still, as far as anybody watches. */
  observedOf(account: string, path: string): Promise<{ sameSince: number; seenAt: number } | undefined>;
  /** An entry that must not be touched, as it is shown. */
  refusalsOf(account: string, path: string): Promise<StoryRefusal[]>;
  /** What people did about a report, in order. */
  actsOn(account: string, path: string): Promise<PersonsAct[]>;
  /** What people did last, the newest first. @param before only what was written before this record of the journal */
  peoplesActs(ask: { most: number; before?: number }): Promise<(PersonsAct & { sequence: number })[]>;
  /** Alarms of an account that name the report ('' for none), or have one of the subjects; in order. */
  alarmsAbout(account: string, path: string, subjects: readonly string[]): Promise<StoryAlarm[]>;
  /** What a number of a stranger names; undefined where there is none. */
  strangerAt(kind: StrangeReport['kind'], id: number): Promise<{ account: string; path: string } | undefined>;
  /**
   * Reports whose paths hold all words and that never came, or are not trusted; at most so many, the newest first. Of
   * one account or of all; of the kind 'asked' only where that is wanted.
   */
  strangers(query: StrangersAsked): Promise<StrangeReport[]>;
}

export function stories(db: Database): Stories {
  return {
    sightsOf: (account, path) =>
      db
        .selectFrom('listed_files')
        .select(['at', 'data_centre as dataCentre', 'size', 'modified_at as modifiedAt'])
        .where('account', '=', account)
        .where('path', '=', path)
        .orderBy('at')
        .execute(),

    observedOf: (account, path) =>
      db
        .selectFrom('observations')
        .select(['same_since as sameSince', 'seen_at as seenAt'])
        .where('account', '=', account)
        .where('path', '=', path)
        .executeTakeFirst(),

    refusalsOf(account, path) {
      const cut = path.lastIndexOf('/');
      return db
        .selectFrom('refusals')
        .select(['id', 'first_seen_at as at', 'code', 'reason', 'came_at as cameAt'])
        .where('account', '=', account)
        .where('folder', '=', cut <= 0 ? '/' : path.slice(0, cut))
        .where('shown', '=', path.slice(cut + 1))
        .orderBy('id')
        .execute();
    },

    async actsOn(account, path) {
      const named = `"path":${JSON.stringify(path)}`;
      const rows = await db
        .selectFrom('journal')
        .select(['at', 'who', 'what', 'why', 'details'])
        // As the index of what people did has it, see migration 30.
        .where(sql<boolean>`"who" <> 'rap'`)
        .where(holdsText(db, sql.ref('details'), named))
        .orderBy('sequence')
        .execute();
      return rows
        .map(({ details, ...row }) => {
          const { rows: _, ...told } = fromColumn<PersonsAct['details'] & { rows?: never }>(details);
          return { ...row, details: told };
        })
        .filter((act) => act.details.account === undefined || act.details.account === account);
    },

    async peoplesActs({ most, before }) {
      let query = db
        .selectFrom('journal')
        .select(['sequence', 'at', 'who', 'what', 'why', 'details'])
        // As the index of what people did has it, see migration 30.
        .where(sql<boolean>`"who" <> 'rap'`)
        .orderBy('sequence', 'desc')
        .limit(most);
      if (before !== undefined) query = query.where('sequence', '<', before);
      return (await query.execute()).map(({ details, ...row }) => {
        const { rows: _, ...told } = fromColumn<PersonsAct['details'] & { rows?: never }>(details);
        return { ...row, details: told };
      });
    },

    async alarmsAbout(account, path, subjects) {
      const rows = await db
        .selectFrom('alarms')
        .select(['id', 'code', 'message', 'raised_at as raisedAt', 'acknowledged_at as acknowledgedAt'])
        .select(['acknowledged_by as acknowledgedBy', 'acknowledged_why as acknowledgedWhy'])
        .select(['closed_at as closedAt', 'closed_why as closedWhy', 'closed_code', 'closed_params'])
        .where('account', '=', account)
        .where(({ or, eb, exists, selectFrom }) =>
          or([
            eb('subject', 'in', [...(path === '' ? [] : [path]), ...subjects]),
            exists(
              selectFrom('alarm_reports')
                .select('alarm_reports.path')
                .whereRef('alarm_reports.alarm_id', '=', 'alarms.id')
                .where('alarm_reports.path', '=', path),
            ),
          ]),
        )
        .orderBy('id')
        .execute();
      return rows.map(({ closed_code, closed_params, ...row }) => {
        const closedFor = reasonOf(closed_code, closed_params);
        return { ...row, ...(closedFor === undefined ? {} : { closedFor }) };
      });
    },

    async strangerAt(kind, id) {
      if (kind === 'asked') return undefined;
      if (kind === 'refused') {
        const found = await db
          .selectFrom('refusals')
          .select(['account', 'folder', 'shown'])
          .where('id', '=', id)
          .executeTakeFirst();
        return found && { account: found.account, path: pathOf(found) };
      }
      return db
        .selectFrom(kind === 'quarantine' ? 'quarantine' : 'outstanding')
        .select(['account', 'path'])
        .where('id', '=', id)
        .executeTakeFirst();
    },

    async strangers({ words, account, asked: withAsked = false, most }) {
      const refusedPath = sql<string>`case folder when '/' then '/' || shown else folder || '/' || shown end`;
      const holdAll = (path: RawBuilder<string>) => [
        ...words.map((word) => holdsText(db, sql`lower(${path})`, word)),
        ...(account === undefined ? [] : [sql<boolean>`account = ${account}`]),
      ];
      const fit = holdAll(sql.ref<string>('path'));
      const seen = await db
        .selectFrom('outstanding')
        .select(['id', 'account', 'path', 'state', 'closed_at', 'first_seen as at'])
        .where('kind', '=', 'report')
        .where(({ and }) => and(fit))
        .orderBy('first_seen', 'desc')
        .orderBy('id', 'desc')
        .limit(most)
        .execute();
      const held = await db
        .selectFrom('quarantine')
        .select(['id', 'account', 'path', 'held_at as at'])
        .where(({ and }) => and(fit))
        .orderBy('held_at', 'desc')
        .orderBy('id', 'desc')
        .limit(most)
        .execute();
      const asked = await db
        .selectFrom('intents')
        .select(['account', 'path', 'intended_at as at'])
        .where(({ and }) => and(fit))
        .orderBy('intended_at', 'desc')
        .limit(withAsked ? most : 0)
        .execute();
      const refused = await db
        .selectFrom('refusals')
        .select(['id', 'account', 'folder', 'shown', 'first_seen_at as at'])
        .where(({ and }) => and(holdAll(refusedPath)))
        .orderBy('first_seen_at', 'desc')
        .orderBy('id', 'desc')
        .limit(most)
        .execute();
      const found: StrangeReport[] = [
        ...seen.map(({ closed_at, ...row }) => ({
          ...row,
          kind: closed_at === null ? ('outstanding' as const) : ('closed' as const),
        })),
        ...held.map((row) => ({ ...row, kind: 'quarantine' as const, state: '' as const })),
        ...asked.map((row) => ({ ...row, id: 0, kind: 'asked' as const, state: '' as const })),
        ...refused.map(({ folder, shown, ...row }) => ({
          ...{ ...row, path: pathOf({ folder, shown }) },
          ...{ kind: 'refused' as const, state: '' as const },
        })),
      ];
      return found.sort((one, other) => other.at - one.at).slice(0, most);
    },
  };
}

function pathOf({ folder, shown }: { folder: string; shown: string }): string {
  return folder === '/' ? `/${shown}` : `${folder}/${shown}`;
}
