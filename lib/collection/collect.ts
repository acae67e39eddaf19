/** Downloads what a listing asks for into the landing folder and writes down what was received. */
import path from 'node:path';
import { recordFailure, recordMissed } from '../accounts/record-failure.ts';
import { codes, severities } from '../errors/codes.ts';
import { RapError } from '../errors/rap-error.ts';
import { sweepTemporary } from '../files/durable.ts';
import type { Ledger, OpenItems } from '../ledger/ledger.ts';
import type { ReportFinding } from '../model/findings.ts';
import type {
  FailedReport,
  NotLookedAgain,
  ReceivedReport,
  RefusedEntry,
  Report,
  RunContext,
} from '../model/types.ts';
import type { RapSession } from '../rap/session.ts';
import type { Result } from '../rap/transfer/download.ts';
import { type Catalogue, shippedCatalogue } from '../reports/catalogue.ts';
import { unfinished } from '../reports/finished.ts';
import { missingHalves } from '../reports/pairs.ts';
import type { CalendarBook } from '../time/calendar-book.ts';
import { inTurns } from '../time/turns.ts';
import { type Looked, lookInside, notLookedInto } from './look-inside.ts';
import { isClear, whyOutstanding } from './outstanding.ts';
import { isParticipantDoubted } from './participant.ts';
import { copyAside, quarantineBeside } from './quarantine.ts';

/** What a run brought, as sent on by rap-download. */
export interface CollectionSummary {
  summary: true;
  /** False when anything the account's server has shown is not here, or not trusted, and nobody has closed it. */
  complete: boolean;
  received: ReceivedReport[];
  failed: FailedReport[];
  /** What else was seen, in this run or before it, and is not here. */
  outstanding: FailedReport[];
  /** How many reports were here already. */
  known: number;
  /** How many are still being written and left for the next run. */
  writing: number;
  /** Every data file of a day is another participant's: the account may name the wrong one. */
  participantDoubted?: boolean;
}

export interface CollectOptions {
  ledger: Pick<
    Ledger,
    'findings' | 'journal' | 'openItems' | 'outstanding' | 'quarantine' | 'reports' | 'runs'
  >;
  /** The landing folder; each account has a folder of its own in it. */
  landing: string;
  /** Look into data files: whose they are, and whether they agree with themselves. Default true; ours, not HKEX's. */
  lookInside?: boolean;
  /** Also what breaks a rule that we infer lies in quarantine. Default false. */
  strict?: boolean;
  /** Per cent beyond what is usual from which a number of rows is told, 0 for none. Default 20; ours. */
  rowJump?: number;
  /** Tells how reports are laid out; the shipped one by default. */
  catalogue?: Catalogue;
  /** By default those that are shipped. */
  calendars?: CalendarBook | undefined;
  signal?: AbortSignal;
  /** Told of each report once it is proved, durable and in the ledger. */
  onReceived?: (report: ReceivedReport, count: number, of: number) => void;
  /** Told of bytes of a report that are here now, before they are proved. */
  onBytes?: (report: Report, bytes: number) => void;
  /** Told when a report is settled, well or not. */
  onSettled?: (path: string) => void;
}

function failedReport(where: string, error: RapError): FailedReport {
  const { code, message, cure, retryable } = error;
  return { path: where, code, message, cure, retryable };
}

/** A refused entry as a failure of the run: what we do not take is never passed over in silence. */
function refusal(entry: RefusedEntry): FailedReport {
  const where = `${entry.folder}/${entry.shown}`;
  return failedReport(where, new RapError(entry.code, `${where}: ${entry.reason}`));
}

/**
 * Downloads the reports that are new or changed. Every one ends up in `received` or `failed`.
 * @param listing reports and refusals of this run's listing
 * @throws RapError only when the ledger cannot be written
 */
export async function collect(
  session: RapSession,
  context: RunContext,
  listing: { reports: readonly Report[]; refused?: readonly RefusedEntry[]; complete?: boolean },
  options: CollectOptions,
): Promise<CollectionSummary> {
  const { ledger, catalogue = shippedCatalogue() } = options;
  const wanted = listing.reports.filter((report) => report.state === 'new' || report.state === 'changed');
  const root = path.join(options.landing, context.account);
  const jobs = await inTurns(wanted, (report) => ({
    file: report,
    report,
    target: path.join(root, ...report.path.split('/')),
  }));
  const reports = new Map(jobs.map((job) => [job.file.path, job.report]));
  const received: ReceivedReport[] = [];
  const findings = new Map<string, ReportFinding>();
  const failed: FailedReport[] = (listing.refused ?? []).map(refusal);
  const before = await leaveOut(context, new Set(reports.keys()), ledger);
  const { account, run } = context;
  await ledger.reports.recordIntents(
    wanted.map(({ path, size, modifiedAt }) => ({ account, run, path, size, modifiedAt })),
    options.signal,
  );

  const onResult = async (result: Result) => {
    const report = reports.get(result.job.file.path);
    if (report === undefined) return;
    options.onSettled?.(report.path);
    if (result.error?.code === 'ABORTED') {
      // Stopping must not wait for a record of each report: its intent stays open, and the next start settles it.
      failed.push(failedReport(report.path, result.error));
      return;
    }
    if (result.error !== undefined) {
      const ours = codes[result.error.code].scope === 'destination';
      const of = { run: context.run, account: context.account, subject: report.path };
      const about = ours ? options.landing : report.path;
      const failure = failedReport(report.path, await recordMissed(ledger, { ...of, about }, result.error));
      failed.push(ours ? { ...failure, subject: about } : failure);
      return;
    }
    const { local, sha256, bytes } = result;
    const finding = findings.get(report.path);
    findings.delete(report.path);
    const facts = {
      ...{ file: local, sha256, bytes },
      ...ifNotLooked(result.notLookedAgain),
      ...(finding === undefined ? {} : { finding }),
    };
    const recorded = await ledger.reports.recordReceived({ ...factsOf(report, context), ...facts });
    const one = { ...report, ...facts, ...pick(recorded) };
    received.push(one);
    options.onReceived?.(one, received.length, jobs.length);
  };
  /** What a report that came whole says, and why it is not trusted. @throws RapError STILL_WRITING */
  const lookAt = async (report: Report, temporary: string, isOnlyCopy: boolean): Promise<Looked> => {
    const reason = await unfinished(report, temporary, catalogue);
    if (reason === undefined) {
      if (options.lookInside === false) return notLookedInto;
      const { strict = false, rowJump = 20 } = options;
      const { participant } = session.account;
      const { calendars } = options;
      const of = { account: context.account, participant, catalogue, calendars, strict, rowJump };
      return lookInside(report, temporary, ledger, of);
    }
    if (!isOnlyCopy) throw new RapError('STILL_WRITING', `${report.path} is not finished: ${reason}`);
    const refusal = {
      code: 'CONTENT_WRONG',
      reason: `not finished, and the server has removed it: ${reason}`,
    } as const;
    return { refusal };
  };
  await sweepFolders(jobs.map(({ target }) => path.dirname(target)));
  let noting: Promise<unknown> | undefined;
  await session.download(jobs, onResult, {
    root: options.landing,
    inspect: async (job, temporary, notLookedAgain) => {
      const report = reports.get(job.file.path);
      if (report === undefined) return;
      const { refusal, finding } = await lookAt(report, temporary, notLookedAgain === 'removed');
      if (refusal === undefined) {
        if (finding !== undefined) findings.set(report.path, finding);
        return;
      }
      const aside = path.join(quarantineBeside(options.landing), path.relative(options.landing, job.target));
      const facts = { ...factsOf(report, context), ...ifNotLooked(notLookedAgain) };
      await ledger.quarantine.quarantineReport({ ...facts, ...(await copyAside(temporary, aside)) }, refusal);
      throw new RapError(refusal.code, `${report.path}, ${refusal.reason}`);
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onBytes: ({ file }, bytes) => {
      const report = reports.get(file.path);
      if (report !== undefined) options.onBytes?.(report, bytes);
    },
    onStepDown: (reason) => {
      noting = ledger.journal.append({
        who: 'rap',
        what: 'one file at a time from now on in this run',
        why: reason.message,
        details: { account: context.account, run: context.run, address: context.address },
      });
      // Waited for below, unless the download itself fails first.
      noting.catch(() => {});
    },
  });
  await noting;
  const halves = await halvesToCome(listing.reports, context.account, ledger);
  for (const missing of halves) {
    const error = new RapError('PAIR_INCOMPLETE', `${missing} is missing: its other half is there`);
    const { code, message, cure } = error;
    await ledger.outstanding.noteMissing(context, {
      path: missing,
      kind: 'report',
      state: 'awaited',
      code,
      message,
      cure,
    });
    const of = { run: context.run, account: context.account, subject: missing };
    failed.push(failedReport(missing, await recordFailure(ledger, of, error)));
  }
  const same = wanted.length + halves.length === 0 ? before : undefined;
  const open = same ?? (await ledger.openItems.openItems(context.account));
  const told = new Set(failed.map((failure) => failure.path));
  const count = (state: Report['state']) => listing.reports.filter((report) => report.state === state).length;
  return {
    summary: true,
    complete: failed.length === 0 && listing.complete !== false && isClear(open),
    received,
    failed,
    outstanding: open.outstanding
      .filter((one) => !told.has(one.path))
      .map((one) => failedReport(one.path, whyOutstanding(one))),
    known: count('known'),
    writing: count('writing'),
    ...(isParticipantDoubted(failed, listing.reports, catalogue) ? { participantDoubted: true } : {}),
  };
}

/**
 * Removes temporary files that an earlier run could not remove, because the disk failed just then. Nobody else writes
 * to these folders: an account has one session at a time.
 */
async function sweepFolders(folders: readonly string[]): Promise<void> {
  // What is wrong with a folder, writing to it will say.
  for (const folder of new Set(folders)) await sweepTemporary(folder, false).catch(() => 0);
}

/**
 * What this run's listing shows and the flow does not ask for: a node between has left it out.
 * @returns what is open; undefined where that is other now
 */
async function leaveOut(
  { account, run }: RunContext,
  asked: ReadonlySet<string>,
  ledger: Pick<Ledger, 'openItems' | 'outstanding'>,
): Promise<OpenItems | undefined> {
  const open = await ledger.openItems.openItems(account);
  const left = open.outstanding.filter(
    ({ path: remote, kind, state, lastRun }) =>
      kind === 'report' && state === 'listed' && lastRun === run && !asked.has(remote),
  );
  await ledger.outstanding.noteLeftOut(
    account,
    left.map((report) => report.path),
  );
  return left.length === 0 ? open : undefined;
}

/** Other halves that are neither listed nor came before; what lies in quarantine or was refused did come. */
async function halvesToCome(
  reports: readonly Report[],
  account: string,
  ledger: Pick<Ledger, 'openItems' | 'quarantine' | 'reports'>,
): Promise<string[]> {
  const missing = missingHalves(reports);
  if (missing.length === 0) return [];
  const known = await ledger.reports.versionsOf(account, missing);
  const held = await ledger.quarantine.quarantinedReports(account, missing);
  const { refused } = await ledger.openItems.openItems(account);
  const came = new Set([
    ...held.map((one) => one.path),
    ...refused.map(({ folder, shown }) => `${folder}/${shown}`),
  ]);
  return missing.filter((path) => !known.has(path) && !came.has(path));
}

function factsOf(report: Report, { account, installation, run, dataCentre, address }: RunContext) {
  return { ...withoutState(report), account, installation, run, dataCentre, address };
}

function ifNotLooked(why: NotLookedAgain | undefined): { notLookedAgain?: NotLookedAgain } {
  return why === undefined ? {} : { notLookedAgain: why };
}

function withoutState({ state: _, ...facts }: Report): Omit<Report, 'state'> {
  return facts;
}

function pick(recorded: { versionId: number; receivedAt: number }) {
  return { versionId: recorded.versionId, receivedAt: recorded.receivedAt };
}

/**
 * The errors that a run with failures raises, besides its summary, the gravest first. What comes by itself with a later
 * run is one of them: with its own code when all of it has the same, so that a Catch can tell. What a person must see
 * to - a disk of ours, each kind of what lies in quarantine or was refused - has one of its own, however many reports
 * it touches.
 */
export function incompleteErrors(summary: CollectionSummary): RapError[] {
  const { received, failed, known, writing, participantDoubted } = summary;
  const total = received.length + failed.length + known + writing;
  const kinds = Map.groupBy(failed, ({ code, subject }) => {
    const { retryable, scope } = codes[code];
    return retryable && scope !== 'destination' ? '' : JSON.stringify([code, subject]);
  });
  const errors = [...kinds.values()].map((failures) => errorOf(failures, total, participantDoubted));
  const rank = ({ code }: RapError) => severities.indexOf(codes[code].severity);
  return errors.toSorted((one, two) => rank(one) - rank(two));
}

/** The error of failures that are one fault. @param total how many reports the account has */
function errorOf(failures: readonly FailedReport[], total: number, participantDoubted = false): RapError {
  const [first] = failures as [FailedReport];
  const code = failures.every((failure) => failure.code === first.code) ? first.code : 'INCOMPLETE';
  // A path may have been held with more than one content.
  const reports = [...new Set(failures.map((failure) => failure.path))];
  const held = code === 'FOREIGN_REPORT' || code === 'CONTENT_WRONG';
  const what = held ? 'in quarantine' : 'did not arrive';
  const doubt =
    code === 'FOREIGN_REPORT' && participantDoubted
      ? '. Every data file is for another participant: is the participant of the account right?'
      : '';
  const message = `${reports.length} of ${total} reports ${what}: ${first.message}${doubt}`;
  const only = reports.length === 1 ? first.path : undefined;
  return new RapError(code, message, {
    ...{ subject: first.subject ?? '', reports },
    retryable: failures.some((failure) => failure.retryable),
    details: { failed: reports.length, firstCode: first.code, path: only },
  });
}
