/** What a part brought for one account: every report with time, site, address, size and hash, or why not. */
import type { Ledger } from '../ledger/ledger.ts';
import type { DataCentre, FailedReport, Installation, ReceivedReport } from '../model/types.ts';
import type { PracticePart, PracticePlan } from './plan.ts';

export interface ObtainedReport {
  path: string;
  name: string;
  system: string;
  code: string;
  businessDate: string;
  size: number;
  sha256: string;
  /** Local file. */
  file: string;
  receivedAt: number;
}

export interface PartResult {
  part: string;
  account: string;
  installation: Installation;
  /** RAP user. */
  user: string;
  dataCentre: DataCentre;
  /** 'host:port' that answered, '' when none did. */
  address: string;
  startedAt: number;
  finishedAt: number;
  /** `stopped` by a termination or the end of the part; `not-done` was never begun. */
  outcome: 'complete' | 'incomplete' | 'stopped' | 'not-done';
  loggedIn: boolean;
  loggedOut: boolean;
  /** Whether the part downloads at all. */
  downloads: boolean;
  reports: ObtainedReport[];
  failed: { path: string; code: string; message: string }[];
  /** Paths of reports with another business date than the plan promises. */
  unexpected: string[];
  trouble?: { code: string; message: string; cure: string };
  /** Of the part, when the account was set to work (see DayOrder); absent in what an older release began. */
  occurrence?: number;
}

/** Reports of a part, as obtained, and which of them the plan does not promise. */
export function obtained(
  plan: PracticePlan,
  received: readonly ReceivedReport[],
  failed: readonly FailedReport[],
): Pick<PartResult, 'reports' | 'failed' | 'unexpected'> {
  return {
    reports: received
      .map(({ path, name, system, code, businessDate, size, sha256, file, receivedAt }) => ({
        path,
        name,
        system,
        code,
        businessDate,
        size,
        sha256,
        file,
        receivedAt,
      }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    failed: failed.map(({ path, code, message }) => ({ path, code, message })),
    unexpected: received
      .filter(({ businessDate }) => businessDate !== '' && businessDate !== plan.reportsOf)
      .map(({ path }) => path),
  };
}

/** A result before anything was done. */
export function emptyResult(
  { accounts }: PracticePlan,
  part: PracticePart,
  account: string,
  at: number,
): PartResult {
  return {
    part: part.name,
    account,
    installation: accounts.find((one) => one.account === account)?.installation ?? 'hkscc',
    user: '',
    dataCentre: part.dataCentre,
    address: '',
    startedAt: at,
    finishedAt: at,
    outcome: 'not-done',
    loggedIn: false,
    loggedOut: false,
    downloads: part.tasks.includes('download'),
    reports: [],
    failed: [],
    unexpected: [],
  };
}

/** Keeps what an account has got in a part, and writes down that it has got through. */
export async function recordPartResult(
  ledger: Pick<Ledger, 'practice'>,
  plan: PracticePlan,
  result: PartResult,
): Promise<void> {
  const { part, account, downloads, reports, address, finishedAt: at, occurrence } = result;
  await ledger.practice.savePracticeResult({
    date: plan.date,
    part,
    account,
    result: JSON.stringify(result),
  });
  if (result.outcome !== 'complete') return;
  const got = downloads ? `${reports.length} reports` : 'logged in and out';
  await ledger.practice.recordPracticeEvent({
    date: plan.date,
    key: `result:${part}:${account}${occurrence === undefined ? '' : `#${occurrence}`}`,
    at,
    what: 'result',
    title: `${part}, ${account}: complete, ${got}`,
    details: { account, part, reports: reports.length, address },
  });
}

export async function partResults(ledger: Pick<Ledger, 'practice'>, date: string): Promise<PartResult[]> {
  return (await ledger.practice.practiceResults(date)).map(({ result }) => JSON.parse(result));
}
