/** What a look into each received report said, and the shapes of the last arrivals of a report. */
import { type Selectable, sql } from 'kysely';
import type { ReportFinding, ReportShape, ReportWarning } from '../../model/findings.ts';
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
}

export interface LookedReport {
  account: string;
  path: string;
  receivedAt: number;
  /** Left out for what was received before findings were kept. */
  finding?: ReportFinding;
}

export function findingRecords(db: Database): FindingRecords {
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
