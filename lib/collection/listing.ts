/**
 * The listing of a run: what is new, what changed, what is known, and what is still being written. A file is
 * only taken once it was seen twice the same, some time apart; sizes and times are compared with themselves,
 * never with our clock.
 */
import { RapError } from '../errors/rap-error.ts';
import type { KnownVersion, Ledger } from '../ledger/ledger.ts';
import type { FolderProblem, ListedFile } from '../rap/listing.ts';
import type { RapSession } from '../rap/session.ts';
import { recognise } from '../reports/catalogue.ts';
import { type Clock, sleep } from '../time/clock.ts';
import type { RefusedEntry, Report, ReportState, RunContext } from '../words/types.ts';
import { recordTrouble } from './trouble.ts';

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
  /** True when nothing was refused and every folder could be listed. */
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
  const again = await session.list([...new Set(restless.map((file) => file.folder))]);
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
    const listing = await session.list();
    const known = await ledger.versionsOf(
      context.account,
      listing.files.map((file) => file.path),
    );
    const unknown = listing.files.filter((file) => !isKnown(file, known.get(file.path)));
    const { gone, writing } = await watch(session, unknown, options);
    const reports = listing.files
      .filter((file) => !gone.has(file.path))
      .map((file) => describe(file, known.get(file.path), writing.has(file.path)));
    const newlyRefused = await ledger.refuse(context.account, context.run, listing.refused);
    for (const problem of listing.problems) {
      await recordTrouble(ledger, { ...of, subject: problem.folder }, problem.error);
    }
    const counts = countStates(reports, listing.refused.length);
    const { installation, address, dataCentre } = context;
    await ledger.recordListing({
      ...of,
      installation,
      address,
      dataCentre,
      counts,
      complete: listing.complete,
    });
    return {
      reports,
      refused: listing.refused,
      newlyRefused,
      problems: listing.problems.map(plain),
      counts,
      complete: listing.complete,
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

function describe(file: ListedFile, known: KnownVersion | undefined, writing: boolean): Report {
  const state: ReportState = isKnown(file, known)
    ? 'known'
    : writing
      ? 'writing'
      : known === undefined
        ? 'new'
        : 'changed';
  return { ...file, ...recognise(file.path, file.name), state };
}

function countStates(reports: Report[], refused: number): ReportListing['counts'] {
  const counts = { new: 0, changed: 0, known: 0, writing: 0, refused };
  for (const report of reports) counts[report.state]++;
  return counts;
}
