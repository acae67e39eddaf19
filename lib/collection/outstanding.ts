/**
 * What a run does about reports that were seen at the server and did not come. Rules on plain data; the listing and
 * the ledger are elsewhere.
 */
import path from 'node:path/posix';
import { type ErrorCode, isErrorCode } from '../errors/codes.ts';
import { RapError } from '../errors/rap-error.ts';
import type { OpenItems, OutstandingReport } from '../ledger/ledger.ts';
import { hongKongStamp } from '../time/hong-kong.ts';

/** When something outstanding becomes an alarm of its own, whichever comes first. */
export interface AlarmBound {
  /** Runs that have looked for it. */
  runs: number;
  /** Milliseconds since it was seen first. */
  age: number;
}

/** Ours, not HKEX's: a report is hardly ever written for so long. */
export const defaultBound: AlarmBound = { runs: 3, age: 3600_000 };

/** What a listing shows, as far as it matters to what was outstanding before. */
export interface Shown {
  /** Paths of files, and what is known of each. */
  files: ReadonlyMap<string, 'here' | 'writing' | 'wanted'>;
  /** Paths of entries that were refused. */
  refused: ReadonlySet<string>;
  /** Folders that could not be listed: what is in them is not known. */
  blind: readonly string[];
}

/** What a listing says of reports that were outstanding before it. */
export function outcomeOf(
  open: readonly OutstandingReport[],
  { files, refused, blind }: Shown,
): { over: string[]; writing: string[]; gone: string[] } {
  const outcome = { over: [] as string[], writing: [] as string[], gone: [] as string[] };
  const unseen = [...blind, ...refused];
  for (const { path, kind, state } of open) {
    if (kind !== 'report') continue;
    const shown = files.get(path);
    if (shown === 'here' || (shown === undefined && refused.has(path))) outcome.over.push(path);
    else if (shown === 'writing') outcome.writing.push(path);
    else if (shown === undefined && state !== 'awaited' && !unseen.some((folder) => isIn(path, folder)))
      outcome.gone.push(path);
  }
  return outcome;
}

/** Does a path lie in a folder, at whatever depth? */
export function isIn(path: string, folder: string): boolean {
  return folder === '/' || path.startsWith(`${folder}/`);
}

/** The folders of these paths, and the folders those lie in. */
export function foldersOf(paths: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const one of paths) {
    for (let folder = path.dirname(one); !folders.has(folder); folder = path.dirname(folder))
      folders.add(folder);
  }
  return folders;
}

/** Is nothing of an account outstanding, in quarantine or refused? */
export function isClear({ outstanding, quarantine, refused }: OpenItems): boolean {
  return outstanding.length + quarantine.length + refused.length === 0;
}

/**
 * Reports that will not come by themselves any more, or do not look like it: gone before they came, or never seen
 * standing still. What a run asked for, or failed at, is lost when it is gone; the rest may have been a name in
 * passing, and has the time of the bound.
 */
export function overdueOf(
  open: readonly OutstandingReport[],
  bound: AlarmBound,
  now: number,
): OutstandingReport[] {
  return open.filter(({ kind, state, code, runs, firstSeenAt, overdueAt }) => {
    if (kind !== 'report' || (state !== 'gone' && state !== 'writing')) return false;
    const lost = state === 'gone' && code !== '';
    return lost || overdueAt !== null || runs >= bound.runs || now - firstSeenAt >= bound.age;
  });
}

/** More of a folder than this are one alarm. Ours. */
const ALONE = 3;

/** The alarms of overdue reports: one for each report, or one for a folder in which there are many. */
export function overdueErrors(overdue: readonly OutstandingReport[]): RapError[] {
  return [
    ...errorsOf(
      'REPORT_GONE',
      overdue.filter(({ state }) => state === 'gone'),
      goneText,
    ),
    ...errorsOf(
      'NEVER_SETTLES',
      overdue.filter(({ state }) => state === 'writing'),
      writingText,
    ),
  ];
}

function errorsOf(
  code: ErrorCode,
  reports: readonly OutstandingReport[],
  textOf: (report: OutstandingReport) => string,
): RapError[] {
  const folders = Map.groupBy(reports, (report) => path.dirname(report.path));
  return [...folders].flatMap(([folder, inFolder]) => {
    const [first] = inFolder;
    if (first === undefined || inFolder.length <= ALONE) {
      return inFolder.map(
        (one) => new RapError(code, textOf(one), { subject: one.path, reports: [one.path] }),
      );
    }
    const message = `${inFolder.length} reports in ${folder}, the first of them: ${textOf(first)}`;
    return [new RapError(code, message, { subject: folder, reports: inFolder.map(({ path: one }) => one) })];
  });
}

/** Why something outstanding is not here, as a fault. */
export function whyOutstanding(report: OutstandingReport): RapError {
  const { path: subject, state, code, message, cure } = report;
  if (state === 'gone') return new RapError('REPORT_GONE', goneText(report));
  if (state === 'writing') return new RapError('STILL_WRITING', `${subject} is still being written`);
  if (isErrorCode(code)) return new RapError(code, message, { cure });
  return new RapError('INCOMPLETE', `${subject} was seen and has not been received yet`);
}

function goneText({ path, dataCentre, lastSeenAt, message }: OutstandingReport): string {
  const where = dataCentre === '' ? '' : ` at the ${dataCentre} data centre`;
  const why = message === '' || message.includes(path) ? message : `${path}: ${message}`;
  const seen = `${path} was seen last at ${stamp(lastSeenAt)}${where}, did not come and is not listed any more`;
  return why === '' ? seen : `${seen} (${why})`;
}

function writingText({ path, runs, firstSeenAt }: OutstandingReport): string {
  return `${path} has not been seen standing still since ${stamp(firstSeenAt)}, in ${runs} runs`;
}

function stamp(at: number): string {
  return hongKongStamp(at).slice(0, 16);
}
