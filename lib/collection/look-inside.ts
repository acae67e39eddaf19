/** Looks into a report that came whole: what keeps it in quarantine, and what is kept with it when it is delivered. */
import path from 'node:path';
import type { ErrorCode } from '../errors/codes.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ReportFinding } from '../model/findings.ts';
import type { Report } from '../model/types.ts';
import type { Catalogue } from '../reports/catalogue.ts';
import { keptFinding } from '../reports/integrity/finding.ts';
import { inspectFile } from '../reports/integrity/inspect.ts';
import { refusalOf } from '../reports/integrity/refuse.ts';
import { comparedWith, LAST_ARRIVALS } from '../reports/integrity/usual.ts';
import type { CalendarBook } from '../time/calendar-book.ts';

export interface LookOptions {
  account: string;
  participant: string;
  catalogue: Catalogue;
  /** Of the site; by default those that are shipped. */
  calendars?: CalendarBook | undefined;
  /** Rules that we infer keep a report in quarantine as well. */
  strict: boolean;
  /** Per cent beyond what is usual from which a number of rows is told; 0 for none. */
  rowJump: number;
}

/** One of the two. */
export interface Looked {
  refusal?: { code: ErrorCode; reason: string };
  finding?: ReportFinding;
}

/** @param file local path */
export async function lookInside(
  report: Report,
  file: string,
  ledger: Pick<Ledger, 'findings'>,
  { account, participant, catalogue, calendars, strict, rowJump }: LookOptions,
): Promise<Looked> {
  const found = await inspectFile(report, file, participant, catalogue, calendars);
  const refusal = refusalOf(found, strict);
  if (refusal !== undefined) return { refusal };
  const { system, code, sequence, name } = report;
  const row = catalogue.rowOf(report);
  const named = row?.sets.some(({ set }) => set === '*') !== true;
  const of = {
    account,
    system,
    code,
    ...(named ? { sequence } : {}),
    extension: path.extname(name).slice(1),
  };
  const earlier =
    code === '' || found.shape === undefined ? [] : await ledger.findings.shapesOf(of, LAST_ARRIVALS);
  return { finding: keptFinding(comparedWith(found, earlier, rowJump), row !== undefined) };
}

/** Of a report that nobody looks into. */
export const notLookedInto: Looked = { finding: { state: 'not-checked', why: 'off', warnings: [] } };
