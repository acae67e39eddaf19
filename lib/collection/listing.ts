/**
 * The listing of a run: what is new, what changed, what is known, and what is still being written. A file is
 * only taken once it was seen twice the same, some time apart; sizes and times are compared with themselves,
 * never with our clock.
 */

import { recordFailure, recordMissed } from '../accounts/record-failure.ts';
import { RapError } from '../errors/rap-error.ts';
import { showName } from '../files/safe-name.ts';
import type { KnownVersion, Ledger, OutstandingReport } from '../ledger/ledger.ts';
import { LOOKS_KEPT_MS } from '../ledger/records/looks.ts';
import type { RefusedEntry, Report, ReportState, RunContext } from '../model/types.ts';
import { atServer, isRelative, remoteFolders } from '../rap/folders.ts';
import type { FolderProblem, ListedFile, Listing } from '../rap/listing.ts';
import type { RapSession } from '../rap/session.ts';
import { type Catalogue, shippedCatalogue } from '../reports/catalogue.ts';
import { type Clock, sleep } from '../time/clock.ts';
import { hongKongDate } from '../time/hong-kong.ts';
import { inTurns } from '../time/turns.ts';
import {
  type AlarmBound,
  defaultBound,
  foldersOf,
  isIn,
  outcomeOf,
  overdueErrors,
  overdueOf,
  type Shown,
} from './outstanding.ts';

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
  /** True when every folder could be listed, no name is refused, and all that is outstanding can be asked for now. */
  complete: boolean;
  /** Alarms of reports that are gone before they came, or never stand still. */
  overdue: RapError[];
}

export interface ListingOptions {
  clock: Clock;
  ledger: Pick<
    Ledger,
    'fileStability' | 'looks' | 'openItems' | 'outstanding' | 'quarantine' | 'reports' | 'runs'
  >;
  /** By which reports are recognised; the shipped one by default. */
  catalogue?: Catalogue;
  /** Milliseconds; 0 takes files as they are. */
  settle: number;
  /** Paths that were received before and are to be fetched once more, see not-on-this-host.ts. */
  again?: ReadonlySet<string>;
  /** When a report that does not settle, or is gone, becomes an alarm. */
  alarmAfter?: AlarmBound;
  signal?: AbortSignal;
  /** Told how many files are being watched, and for how long. */
  onSettling?: (files: number, ms: number) => void;
}

function isKnown(file: ListedFile, known: KnownVersion | undefined): boolean {
  return known !== undefined && known.size === file.size && known.modifiedAt === file.modifiedAt;
}

/** What a second look at unknown files showed. */
interface Look {
  gone: ReadonlySet<string>;
  /** Not seen twice the same. */
  writing: ReadonlySet<string>;
  /** Files that were not there at the first look. */
  others: ListedFile[];
  problems: FolderProblem[];
}

/** The names that people gave, and what becomes of a look that is cut short. */
type HowToLook = NonNullable<Parameters<RapSession['list']>[1]>;

/** Waits until unknown files have stood still long enough, and looks again. */
async function watch(
  session: RapSession,
  all: ReadonlySet<string>,
  files: ListedFile[],
  options: ListingOptions,
  how: HowToLook,
): Promise<Look> {
  const { clock, ledger, settle } = options;
  const account = session.account.name;
  const nothing = { gone: new Set<string>(), writing: new Set<string>(), others: [], problems: [] };
  if (settle === 0 || files.length === 0) return nothing;
  const seen = await ledger.fileStability.observe(account, files);
  const restless = files.filter((file) => clock.now() - (seen.get(file.path)?.firstSeenSame ?? 0) < settle);
  if (restless.length === 0) return nothing;
  options.onSettling?.(restless.length, settle);
  // Settings may let files stand still for longer than a session that nobody uses is kept.
  session.keep(settle + session.account.idle);
  await sleep(clock, settle, options.signal);
  const folders = new Set(restless.map(({ folder, relative = false }) => atServer(folder, relative)));
  const again = await session.list([...folders], how);
  const now = new Map(again.files.map((file) => [file.path, file]));
  await ledger.fileStability.observe(account, again.files);
  const look = { gone: new Set<string>(), writing: new Set<string>() };
  for (const { path, size, modifiedAt } of restless) {
    const later = now.get(path);
    // In a folder that could not be listed again, nothing was seen to stand still.
    if (later === undefined && !again.problems.some(({ folder }) => isIn(path, folder))) look.gone.add(path);
    else if (later?.size !== size || later.modifiedAt !== modifiedAt) look.writing.add(path);
  }
  const others = again.files.filter((file) => !all.has(file.path));
  return { ...look, others, problems: again.problems };
}

/**
 * Lists the account's folders and says of each report what to do with it. What is seen and not here is written down
 * at once, and stays outstanding until it came or a person closed it.
 * @throws RapError what ended the connection, LIST_LIMIT, ABORTED; recorded for the run's digest
 */
export async function takeListing(
  session: RapSession,
  context: RunContext,
  options: ListingOptions,
): Promise<ReportListing> {
  const { ledger, catalogue = shippedCatalogue() } = options;
  const { account, run, installation, address, dataCentre } = context;
  const of = { run, account };
  let partly: Listing | undefined;
  const onCut = (cut: Listing) => {
    partly = cut;
  };
  try {
    const names = await namesOf(ledger, account);
    const how = { givenName: names.given, onCut, ...stopping(options) };
    const begun = options.clock.now();
    const listing = await listAll(session, context, options, how);
    const [decided, known] = await Promise.all([
      decisions(ledger, account, listing.files),
      versionsOf(ledger, account, listing.files),
    ]);
    for (const path of options.again ?? []) known.delete(path);
    const taken = listing.files.filter((file) => decided.of(file) !== 'held');
    const held = listing.files.filter((file) => decided.of(file) === 'held');
    const isHere = (file: ListedFile) =>
      isKnown(file, known.get(file.path)) || decided.of(file) !== undefined;
    const unknown = taken.filter((file) => !isHere(file));
    await noteLook(session, context, options, { at: begun, listing, unknown });
    await ledger.outstanding.noteSeen(
      context,
      unknown.filter((file) => !decided.wasClosed(file)),
    );
    const open = listing.refused.filter((entry) => !names.isDiscarded(entry));
    const newlyRefused = await ledger.reports.refuse(account, run, open);
    await noteProblems(context, ledger, listing.problems);
    const all = new Set(listing.files.map(({ path }) => path));
    const look = await watch(session, all, unknown, options, how);
    const stateNow = (file: ListedFile): ReportState => {
      // What a person closed stays closed as long as it is not seen standing still.
      if (isHere(file) || (look.writing.has(file.path) && decided.wasClosed(file))) return 'known';
      return stateOf(known.get(file.path), look.writing.has(file.path));
    };
    const there = taken.filter((file) => !look.gone.has(file.path));
    const reports = await inTurns(there, (file) => ({
      ...file,
      ...catalogue.recognise(file.path, file.name, installation),
      state: stateNow(file),
    }));
    await ledger.outstanding.noteSeen(context, [
      ...reports.filter((report) => decided.wasClosed(report) && report.state !== 'known'),
      ...(await newAmong(ledger, account, look.others)),
    ]);
    const refused = [...open, ...held.map((file) => decided.asRefused(file))];
    const problems = [...listing.problems, ...look.problems];
    await noteProblems(context, ledger, look.problems);
    const files = new Map([
      ...held.map(({ path }) => [path, 'here'] as const),
      ...look.others.map(({ path }) => [path, 'writing'] as const),
      ...reports.map(({ path, state }) => [path, shownAs(state)] as const),
    ]);
    await ledger.quarantine.namesCame(names.amongst(files, listing.refused));
    const before = await ledger.openItems.openItems(account);
    const { outstanding } = before;
    const changed = await endFolders(session, context, options, { problems, files, outstanding });
    const shown = {
      files,
      refused: new Set(listing.refused.map(pathOf)),
      blind: problems.map(({ folder }) => folder),
    };
    await noteOutcome(context, options, shown, changed ? undefined : outstanding);
    const counts = countStates(reports, refused.length);
    // What lies in quarantine was listed; that it is not to be had is said by the run, not by its listing.
    const whole = open.length + problems.length === 0;
    await ledger.runs.recordListing({ ...of, installation, address, dataCentre, counts, complete: whole });
    // Where nothing was outstanding, nothing was said of it.
    const same = !changed && outstanding.length === 0;
    const left = same ? before : await ledger.openItems.openItems(account);
    const overdue = overdueOf(left.outstanding, options.alarmAfter ?? defaultBound, options.clock.now());
    await ledger.outstanding.markOverdue(overdue.map(({ id }) => id));
    return {
      reports,
      refused,
      newlyRefused,
      problems: problems.map(plain),
      counts,
      complete:
        whole &&
        left.refused.length === 0 &&
        left.outstanding.every(({ path }) => files.get(path) === 'wanted'),
      overdue: overdueErrors(overdue),
    };
  } catch (thrown) {
    if (partly !== undefined) await noteCut(context, ledger, partly);
    const error = options.signal?.aborted
      ? new RapError('ABORTED', 'Stopped while listing', { cause: thrown })
      : thrown;
    throw await recordFailure(ledger, { ...of, subject: '' }, error);
  }
}

/** Lists all folders of the account; a look that failed as a whole is written down as one. */
async function listAll(
  session: RapSession,
  { account, dataCentre }: RunContext,
  { ledger, clock, signal }: ListingOptions,
  how: HowToLook,
): Promise<Listing> {
  const at = clock.now();
  try {
    return await session.list(undefined, how);
  } catch (thrown) {
    const failed = topFolders(session);
    if (!signal?.aborted) await ledger.looks.noteLook({ account, at, dataCentre, good: [], failed });
    throw thrown;
  }
}

/** Writes down which folders were looked at, and the files that are not here and may be awaited. */
async function noteLook(
  session: RapSession,
  { account, dataCentre, installation }: RunContext,
  { ledger, catalogue = shippedCatalogue() }: ListingOptions,
  { at, listing, unknown }: { at: number; listing: Listing; unknown: readonly ListedFile[] },
): Promise<void> {
  const all = topFolders(session);
  const failed = all.filter((top) =>
    listing.problems.some(({ folder }) => folder === top || isIn(folder, top) || isIn(top, folder)),
  );
  const good = all.filter((top) => !failed.includes(top));
  const oldest = hongKongDate(at - LOOKS_KEPT_MS);
  const awaited = await inTurns(unknown, (file) => {
    const { code, businessDate } = catalogue.recognise(file.path, file.name, installation);
    return code !== '' && businessDate >= oldest ? [file] : [];
  });
  await ledger.looks.noteLook({ account, at, dataCentre, good, failed }, awaited.flat());
}

function topFolders({ account }: RapSession): string[] {
  return remoteFolders(account.folders).map((folder) => folder.path);
}

/** What a listing showed before it failed: the next one may not show it any more. */
async function noteCut(
  context: RunContext,
  ledger: Pick<Ledger, 'outstanding' | 'quarantine' | 'reports' | 'runs'>,
  { files, refused, problems }: Listing,
): Promise<void> {
  const names = await namesOf(ledger, context.account);
  await ledger.outstanding.noteSeen(context, await newAmong(ledger, context.account, files));
  const open = refused.filter((entry) => !names.isDiscarded(entry));
  await ledger.reports.refuse(context.account, context.run, open);
  await noteProblems(context, ledger, problems);
}

function stopping({ signal }: { signal?: AbortSignal | undefined }): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function versionsOf(ledger: Pick<Ledger, 'reports'>, account: string, files: readonly ListedFile[]) {
  return ledger.reports.versionsOf(
    account,
    files.map((file) => file.path),
  );
}

function plain(problem: FolderProblem) {
  return { folder: problem.folder, code: problem.error.code, message: problem.error.message };
}

function stateOf(known: KnownVersion | undefined, writing: boolean): ReportState {
  if (writing) return 'writing';
  return known === undefined ? 'new' : 'changed';
}

function shownAs(state: ReportState): 'here' | 'writing' | 'wanted' {
  if (state === 'known') return 'here';
  return state === 'writing' ? 'writing' : 'wanted';
}

/** Where an entry of a folder lies. */
function pathOf({ folder, nameHex }: { folder: string; nameHex: string }): string {
  const name = Buffer.from(nameHex, 'hex').toString();
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

/** What people decided about names of this account that must not be used as they are. */
async function namesOf(ledger: Pick<Ledger, 'quarantine'>, account: string) {
  const all = await ledger.quarantine.judgedNames(account);
  const names = new Map<string, { decision: string; releasedAs: string }>();
  for (const { folder, nameHex, decision, releasedAs } of all) {
    if (decision !== '') names.set(JSON.stringify([folder, nameHex]), { decision, releasedAs });
  }
  const nameOf = (folder: string, nameHex: string) => names.get(JSON.stringify([folder, nameHex]));
  return {
    given: (folder: string, nameHex: string) => nameOf(folder, nameHex)?.releasedAs || undefined,
    isDiscarded: ({ folder, nameHex }: RefusedEntry) => nameOf(folder, nameHex)?.decision === 'discarded',
    /** Refused entries that are now files, or folders with files in them; those refused again are not. */
    amongst: (files: ReadonlyMap<string, unknown>, refusedNow: readonly RefusedEntry[]) => {
      const waiting = all.filter(({ decision, cameAt }) => decision === '' && cameAt === null);
      if (waiting.length === 0) return [];
      const again = new Set(refusedNow.map(pathOf));
      const folders = foldersOf(files.keys());
      return waiting
        .map((name) => ({ id: name.id, path: pathOf(name) }))
        .filter(({ path }) => !again.has(path) && (files.has(path) || folders.has(path)))
        .map(({ id }) => id);
    },
  };
}

/** What people decided about these files of the account. */
async function decisions(
  ledger: Pick<Ledger, 'outstanding' | 'quarantine'>,
  account: string,
  files: readonly ListedFile[],
) {
  const paths = files.map((file) => file.path);
  const [allHeld, allClosed] = await Promise.all([
    ledger.quarantine.quarantinedReports(account, paths),
    ledger.outstanding.closedReports(account, paths),
  ]);
  const held = new Map(allHeld.map((report) => [report.path, report]));
  const closed = new Map(allClosed.map((report) => [report.path, report]));
  const asItWas = <T extends { size: number; modifiedAt: number }>(file: ListedFile, then: T | undefined) =>
    then?.size === file.size && then.modifiedAt === file.modifiedAt ? then : undefined;
  const heldAs = (file: ListedFile) => asItWas(file, held.get(file.path));
  return {
    /** Did a person close a report of this path? What it holds now may be other content. */
    wasClosed: ({ path }: { path: string }) => closed.has(path),
    /** A file that is there as it was when it was held, or decided about; one that has changed gets another chance. */
    of: (file: ListedFile): 'held' | 'done' | undefined => {
      const decision = heldAs(file)?.decision;
      if (decision === '') return 'held';
      return decision === 'discarded' || asItWas(file, closed.get(file.path)) ? 'done' : undefined;
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

/** Files of a second look that are not here: they are the next run's, which may not find them any more. */
async function newAmong(
  ledger: Pick<Ledger, 'outstanding' | 'quarantine' | 'reports'>,
  account: string,
  files: readonly ListedFile[],
) {
  if (files.length === 0) return [];
  const [decided, known] = await Promise.all([
    decisions(ledger, account, files),
    versionsOf(ledger, account, files),
  ]);
  return files.filter(
    (file) =>
      !isKnown(file, known.get(file.path)) && decided.of(file) === undefined && !decided.wasClosed(file),
  );
}

/** Folders that could not be listed are outstanding, with whatever is in them, until they are listed. */
async function noteProblems(
  context: RunContext,
  ledger: Pick<Ledger, 'outstanding' | 'runs'>,
  problems: readonly FolderProblem[],
  state: OutstandingReport['state'] = 'listed',
): Promise<void> {
  const { run, account } = context;
  for (const { folder, error } of problems) {
    const { code, message, cure } = error;
    await ledger.outstanding.noteMissing(context, {
      path: folder,
      kind: 'folder',
      state,
      code,
      message,
      cure,
    });
    await recordFailure(ledger, { run, account, subject: folder }, error);
  }
}

/**
 * Ends folders that can be listed again. One that is not shown and is none of the account is asked for by itself.
 * @returns may something else be outstanding now?
 */
async function endFolders(
  session: RapSession,
  context: RunContext,
  { ledger, signal }: ListingOptions,
  {
    problems,
    files,
    outstanding,
  }: {
    problems: readonly FolderProblem[];
    files: ReadonlyMap<string, unknown>;
    outstanding: readonly OutstandingReport[];
  },
): Promise<boolean> {
  const listed = foldersOf(files.keys());
  const folders = remoteFolders(session.account.folders);
  const over: string[] = [];
  let changed = false;
  for (const { path, kind } of outstanding) {
    if (kind !== 'folder' || problems.some(({ folder }) => folder === path)) continue;
    const own = folders.some((folder) => folder.path === path) || listed.has(path);
    const [problem] = own
      ? []
      : (await session.list([atServer(path, isRelative(path, folders))], stopping({ signal }))).problems;
    changed = true;
    if (problem === undefined) over.push(path);
    else await noteProblems(context, ledger, [{ ...problem, folder: path }], 'gone');
  }
  if (over.length > 0) await ledger.outstanding.noteOutcome(context, { over, writing: [], gone: [] });
  return changed;
}

/** Says of what was outstanding before what the listing says of it. */
async function noteOutcome(
  context: RunContext,
  { ledger }: ListingOptions,
  shown: Shown,
  known: readonly OutstandingReport[] | undefined,
): Promise<void> {
  const { account, run } = context;
  const outstanding = known ?? (await ledger.openItems.openItems(account)).outstanding;
  const outcome = outcomeOf(outstanding, shown);
  await ledger.outstanding.noteOutcome(context, outcome);
  if (outcome.gone.length === 0) return;
  const gone = new Set(outcome.gone);
  for (const { path, run: asker } of await ledger.reports.openIntents(account)) {
    if (!gone.has(path)) continue;
    const message = `${path} was asked for by run ${asker}, did not come and is gone`;
    await recordMissed(ledger, { run, account, subject: path }, new RapError('REMOTE_MISSING', message));
  }
}

function countStates(reports: Report[], refused: number): ReportListing['counts'] {
  const counts = { new: 0, changed: 0, known: 0, writing: 0, refused };
  for (const report of reports) counts[report.state]++;
  return counts;
}
