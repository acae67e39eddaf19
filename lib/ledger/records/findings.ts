/** What a look into each received report said, and the shapes of the last arrivals of a report. */
import { type Selectable, sql } from 'kysely';
import {
  type NotChecked,
  notCheckedReasons,
  type ReportFinding,
  type ReportShape,
  type ReportWarning,
} from '../../model/findings.ts';
import { fromColumn } from '../json-column.ts';
import type { Database, VersionTable } from '../tables.ts';
import { accountsWithReports } from './report-accounts.ts';

/** A report whatever its day. */
export interface SameReport {
  account: string;
  system: string;
  code: string;
  /** undefined where the sets have names of any kind. */
  sequence?: string;
  /** Of the file, without the dot; '' for none. */
  extension: string;
}

export interface FindingRecords {
  /** Shapes of the last arrivals, the newest first. Those that a person released are no measure. */
  shapesOf(report: SameReport, most: number): Promise<ReportShape[]>;
  /** Everything received since then (milliseconds since 1970), or of a business date, in order. */
  lookedAt(of: { account?: string; since?: number; businessDate?: string }): Promise<LookedReport[]>;
  /**
   * Of what was received since then and looked at: those with warnings, or in no catalogue, the newest first.
   * @param page.before only lower numbers
   */
  toldSince(
    since: number,
    page: { limit: number; before?: number },
  ): Promise<(Required<LookedReport> & { id: number })[]>;
  /** How many were looked at since then, how many of them are told of, and how many were not checked for which reason. */
  countsSince(since: number): Promise<FindingCounts>;
}

export interface FindingCounts {
  looked: number;
  told: number;
  unchecked: { reason: NotChecked; n: number }[];
}

export interface LookedReport {
  account: string;
  path: string;
  receivedAt: number;
  /** Left out for what was received before findings were kept. */
  finding?: ReportFinding;
}

export function findingRecords(db: Database): FindingRecords {
  const since = (at: number, accounts: readonly string[]) =>
    db
      .selectFrom('versions')
      .where('account', 'in', [...accounts, ''])
      .where('received_at', '>=', at)
      .where('inside', '!=', '');
  const isTold = sql<boolean>`(warnings <> '' or inside_why = 'unrecognised')`;

  return {
    async shapesOf({ account, system, code, sequence, extension }, most) {
      const rows = await db
        .selectFrom('versions')
        .select('shape')
        .where('account', '=', account)
        .where('code', '=', code)
        .where('system', '=', system)
        .where('shape', '!=', '')
        .$if(sequence !== undefined, (query) => query.where('sequence', '=', sequence ?? ''))
        .$if(extension !== '', (query) =>
          query.where(sql<string>`lower(name)`, 'like', `%.${extension.toLowerCase()}`),
        )
        .orderBy('received_at', 'desc')
        .orderBy('id', 'desc')
        .limit(most)
        .execute();
      return rows.map(({ shape }) => fromColumn<ReportShape>(shape));
    },

    async lookedAt({ account, since, businessDate }) {
      const accounts = account === undefined ? await accountsWithReports(db) : [account];
      if (accounts.length === 0) return [];
      const rows = await db
        .selectFrom('versions')
        .select(['account', 'path', 'received_at', 'inside', 'inside_why', 'warnings', 'shape'])
        .where('account', 'in', accounts)
        .$if(since !== undefined, (query) => query.where('received_at', '>=', since ?? 0))
        .$if(businessDate !== undefined, (query) => query.where('business_date', '=', businessDate ?? ''))
        .orderBy('account')
        .orderBy('path')
        .orderBy('id')
        .execute();
      return rows.map((row) => ({
        ...{ account: row.account, path: row.path, receivedAt: row.received_at },
        ...withFinding(row),
      }));
    },

    async toldSince(at, { limit, before = Number.MAX_SAFE_INTEGER }) {
      const rows = await since(at, await accountsWithReports(db))
        .select(['id', 'account', 'path', 'received_at', 'inside', 'inside_why', 'warnings'])
        .where(isTold)
        .where('id', '<', before)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.flatMap((row) => {
        const { finding } = withFinding({ ...row, shape: '' });
        const { id, account, path, received_at: receivedAt } = row;
        return finding === undefined ? [] : [{ id, account, path, receivedAt, finding }];
      });
    },

    async countsSince(at) {
      const rows = await since(at, await accountsWithReports(db))
        .select('inside_why')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .select(sql<number>`sum(case when ${isTold} then 1 else 0 end)`.as('told'))
        .groupBy('inside_why')
        .execute();
      const sum = (key: 'n' | 'told') => rows.reduce((total, row) => total + Number(row[key]), 0);
      const unchecked = notCheckedReasons.map((reason) => ({
        reason,
        n: Number(rows.find(({ inside_why }) => inside_why === reason)?.n ?? 0),
      }));
      return { looked: sum('n'), told: sum('told'), unchecked: unchecked.filter(({ n }) => n > 0) };
    },
  };
}

type FindingColumns = Pick<Selectable<VersionTable>, 'inside' | 'inside_why' | 'warnings' | 'shape'>;

/** @param finding undefined where nobody looked */
export function findingColumns(finding: ReportFinding | undefined): FindingColumns {
  return {
    inside: finding?.state ?? '',
    inside_why: finding?.why ?? '',
    warnings: finding === undefined || finding.warnings.length === 0 ? '' : JSON.stringify(finding.warnings),
    shape: finding?.shape === undefined ? '' : JSON.stringify(finding.shape),
  };
}

/** Of a row as a part of its report; nothing for what was received before findings were kept. */
export function withFinding({ inside, inside_why, warnings, shape }: FindingColumns): {
  finding?: ReportFinding;
} {
  if (inside === '') return {};
  const finding = {
    state: inside,
    ...(inside_why === '' ? {} : { why: inside_why }),
    warnings: warnings === '' ? [] : fromColumn<ReportWarning[]>(warnings),
    ...(shape === '' ? {} : { shape: fromColumn<ReportShape>(shape) }),
  };
  return { finding };
}
