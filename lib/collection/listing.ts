/**
 * The listing of a run: what is new, what changed, what is known, and what is still being written. A file is
 * only taken once it was seen twice the same, some time apart; sizes and times are compared with themselves,
 * never with our clock.
 */
import { RapError } from '../errors/rap-error.ts';
import { showName } from '../files/safe-name.ts';
import type { HeldReport, KnownVersion, Ledger } from '../ledger/ledger.ts';
import type { FolderProblem, GivenName, ListedFile } from '../rap/listing.ts';
import type { RapSession } from '../rap/session.ts';
import { recognise } from '../reports/catalogue.ts';
import { type Clock, sleep } from '../time/clock.ts';
import type { RefusedEntry, Report, ReportState, RunContext } from '../words/types.ts';
import { recordMissed, recordTrouble } from './trouble.ts';

/** How long a file must have stood still before it is taken, milliseconds; ours, not HKEX's. */
export const DEFAULT_SETTLE = 20_000;

export interface ReportListing {
  reports: Report[];
  refused: RefusedEntry[];
  /** Refused entries that no earlier run has met. */
  newlyRefused: RefusedEntry[];
  /** Folders that could not be listed. */
  problems: { folder: string; code: string; message: string }[];
  counts: Record<ReportState | 'refused', number>;
  /** True when no name was refused, nothing that was asked for has gone, and every folder could be listed. */
  complete: boolean;
}

export interface ListingOptions {
  clock: Clock;
  ledger: Ledger;
  /** Milliseconds; 0 takes files as they are. */
  settle: number;
  signal?: AbortSignal;
  /** Told how many files are being watched, and for how long. */
  onSettling?: (files: number, ms: number) => void;
}

function isKnown(file: ListedFile, known: KnownVersion | undefined): boolean {
  return known !== undefined && known.size === file.size && known.modifiedAt === file.modifiedAt;
}

/** Waits until unknown files have stood still long enough. @returns the paths that have not */
async function watch(
  session: RapSession,
  files: ListedFile[],
  options: ListingOptions,
  givenName: GivenName,
): Promise<{ gone: Set<string>; writing: Set<string> }> {
  const { clock, ledger, settle } = options;
  const account = session.account.name;
  const nothing = { gone: new Set<string>(), writing: new Set<string>() };
  if (settle === 0 || files.length === 0) return nothing;
  const seen = await ledger.observe(account, files);
  const restless = files.filter((file) => clock.now() - (seen.get(file.path)?.firstSeenSame ?? 0) < settle);
  if (restless.length === 0) return nothing;
  options.onSettling?.(restless.length, settle);
  await sleep(clock, settle, options.signal);
  const again = await session.list([...new Set(restless.map((file) => file.folder))], givenName);
  const now = new Map(again.files.map((file) => [file.path, file]));
  await ledger.observe(account, again.files);
  const gone = restless.filter((file) => !now.has(file.path));
  const writing = restless.filter((file) => {
    const later = now.get(file.path);
    return later !== undefined && (later.size !== file.size || later.modifiedAt !== file.modifiedAt);
  });
  return { gone: new Set(gone.map((file) => file.path)), writing: new Set(writing.map((file) => file.path)) };
}

/**
 * Lists the account's folders and says of each report what to do with it.
 * @throws RapError what ended the connection, LIST_LIMIT, ABORTED; recorded for the run's digest
 */
export async function takeListing(
  session: RapSession,
  context: RunContext,
  options: ListingOptions,
): Promise<ReportListing> {
  const { ledger } = options;
  const of = { run: context.run, account: context.account };
  try {
    const decided = await decisions(ledger, context.account);
    const listing = await session.list(undefined, decided.givenName);
    const known = await ledger.versionsOf(
      context.account,
      listing.files.map((file) => file.path),
    );
    const held = new Set(listing.files.filter((file) => decided.of(file) === 'held'));
    const discarded = new Set(listing.files.filter((file) => decided.of(file) === 'discarded'));
    const settled = (file: ListedFile) => isKnown(file, known.get(file.path)) || discarded.has(file);
    const taken = listing.files.filter((file) => !held.has(file));
    const unknown = taken.filter((file) => !settled(file));
    const { gone, writing } = await watch(session, unknown, options, decided.givenName);
    const reports = taken
      .filter((file) => !gone.has(file.path))
      .map((file) => ({
        ...file,
        ...recognise(file.path, file.name),
        state: settled(file) ? 'known' : stateOf(known.get(file.path), writing.has(file.path)),
      }));
    const open = listing.refused.filter((entry) => !decided.discardedName(entry));
    const newlyRefused = await ledger.refuse(context.account, context.run, open);
    const refused = [...open, ...[...held].map((file) => decided.asRefused(file))];
    for (const problem of listing.problems) {
      await recordTrouble(ledger, { ...of, subject: problem.folder }, problem.error);
    }
    const lost = listing.problems.length === 0 ? await closeLostIntents(ledger, of, listing.files) : [];
    const counts = countStates(reports, refused.length);
    // What lies in quarantine was listed; that it is not to be had is said by the run, not by its listing.
    const complete = open.length + lost.length + listing.problems.length === 0;
    const { installation, address, dataCentre } = context;
    await ledger.recordListing({
      ...of,
      installation,
      address,
      dataCentre,
      counts,
      complete,
    });
    return {
      reports,
      refused,
      newlyRefused,
      problems: [...listing.problems.map(plain), ...lost],
      counts,
      complete,
    };
  } catch (thrown) {
    const error = options.signal?.aborted
      ? new RapError('ABORTED', 'Stopped while listing', { cause: thrown })
      : thrown;
    throw await recordTrouble(ledger, { ...of, subject: '' }, error);
  }
}

function plain(problem: FolderProblem) {
  return { folder: problem.folder, code: problem.error.code, message: problem.error.message };
}

function stateOf(known: KnownVersion | undefined, writing: boolean): ReportState {
  if (writing) return 'writing';
  return known === undefined ? 'new' : 'changed';
}

/** What people decided about this account's files and names. */
async function decisions(ledger: Ledger, account: string) {
  const names = new Map<string, { decision: string; releasedAs: string }>();
  for (const { folder, nameHex, decision, releasedAs } of await ledger.judgedNames(account)) {
    if (decision !== '') names.set(JSON.stringify([folder, nameHex]), { decision, releasedAs });
  }
  const held = new Map<string, HeldReport>();
  for (const report of await ledger.heldReports(account)) held.set(report.path, report);
  const nameOf = (folder: string, nameHex: string) => names.get(JSON.stringify([folder, nameHex]));
  const heldAs = (file: ListedFile) => {
    const report = held.get(file.path);
    return report?.size === file.size && report.modifiedAt === file.modifiedAt ? report : undefined;
  };
  return {
    givenName: (folder: string, nameHex: string) => nameOf(folder, nameHex)?.releasedAs || undefined,
    discardedName: ({ folder, nameHex }: RefusedEntry) => nameOf(folder, nameHex)?.decision === 'discarded',
    /** A file that is there as it was when it was put into quarantine; one that has changed gets another chance. */
    of: (file: ListedFile): 'held' | 'discarded' | undefined => {
      const decision = heldAs(file)?.decision;
      return decision === '' ? 'held' : decision === 'discarded' ? 'discarded' : undefined;
    },
    asRefused: (file: ListedFile): RefusedEntry => ({
      folder: file.folder,
      nameHex: Buffer.from(file.name).toString('hex'),
      shown: showName(file.name),
      code: heldAs(file)?.code === 'FOREIGN_REPORT' ? 'FOREIGN_REPORT' : 'CONTENT_WRONG',
      reason: heldAs(file)?.reason ?? '',
    }),
  };
}

/**
 * Reports that an interrupted run had asked for and that the server does not show any more: they are lost to us
 * and must be told of once, for no later listing would ever name them: by this run, or by the next one when this
 * one is cut off.
 */
async function closeLostIntents(
  ledger: Ledger,
  of: { run: string; account: string },
  files: readonly ListedFile[],
): Promise<ReportListing['problems']> {
  const there = new Set(files.map((file) => file.path));
  const lost = (await ledger.openIntents(of.account)).filter((intent) => !there.has(intent.path));
  const problems: ReportListing['problems'] = [];
  for (const { path, run } of lost) {
    const error = new RapError(
      'REMOTE_MISSING',
      `${path} was asked for by run ${run}, did not come and is gone`,
    );
    await recordMissed(ledger, { ...of, subject: path }, error);
    problems.push({ folder: path, code: error.code, message: error.message });
  }
  return problems;
}

function countStates(reports: Report[], refused: number): ReportListing['counts'] {
  const counts = { new: 0, changed: 0, known: 0, writing: 0, refused };
  for (const report of reports) counts[report.state]++;
  return counts;
}
