/** Puts received reports on the shares their rules name, and writes down where they lie. */
import path from 'node:path';
import { type DeliverOptions, deliver } from '../delivery/deliver.ts';
import { type RouteContext, type Target, targetsFor } from '../delivery/routes.ts';
import type { RouteRule } from '../delivery/rules.ts';
import { expectedShare, type Share } from '../delivery/share.ts';
import { codes } from '../errors/codes.ts';
import { asRapError, RapError } from '../errors/rap-error.ts';
import { type Disk, realDisk } from '../files/disk.ts';
import { placeKey } from '../files/same-place.ts';
import { describeTrial, type Trial, tryFolder } from '../files/trial.ts';
import { type Watchdog, watchdog } from '../files/watchdog.ts';
import type { Delivery, KnownShare, Ledger } from '../ledger/ledger.ts';
import type { ReceivedReport } from '../model/types.ts';
import type { Clock } from '../time/clock.ts';
import { type CircuitBreakers, isOfDestination } from './circuit-breaker.ts';

export interface RouteOptions {
  ledger: Pick<Ledger, 'deliveries' | 'name' | 'shares'>;
  run: string;
  rules: RouteRule[];
  context: RouteContext;
  signal?: AbortSignal;
  /** Write only on marked shares ("rap share init"). A share that was met once must be there in any case. */
  requireSentinel?: boolean;
  /** Destinations that cannot be written now. Without it, each report tries for itself. */
  pauses?: CircuitBreakers;
  /** Writes down that a destination cannot be written, before anybody is told; called with each attempt. */
  noteAway?: (destination: string, error: RapError) => Promise<void>;
  /** Spares asking the ledger for the shares with each report. */
  memory?: ShareMemory;
  clock?: Clock;
  disk?: Disk;
  /** How long each call to a share is waited for, milliseconds; see watchdog.ts. */
  answerWithin?: number;
  /** Where it is known which shares do not answer; by default what this process knows. */
  calls?: Watchdog;
}

/** What is remembered of shares from one report to the next. */
export interface ShareMemory {
  /** As the ledger has them; read anew for each round, so that what a person accepted is seen. */
  known?: KnownShare[] | undefined;
  /** Roots that were tried since the start: what each can do is found out anew once per start. */
  tried: Set<string>;
}

export interface Routed {
  report: ReceivedReport;
  deliveries: Delivery[];
  /** Faults to tell: one for each share that could not be served and was not told of before, or UNROUTED. */
  errors: RapError[];
  /** Destinations this report waits for. */
  waits: string[];
  /** Deliveries that were made now and lie beside other content of the same name; see amendments.ts. */
  beside: Delivery[];
}

/**
 * Delivers one report to all its shares; a share that fails does not keep the others waiting.
 * @param done deliveries of earlier attempts, which are not repeated
 */
export async function routeReport(
  report: ReceivedReport,
  options: RouteOptions,
  done: readonly Delivery[] = [],
): Promise<Routed> {
  const { ledger, run, rules, context } = options;
  const routed: Routed = { report, deliveries: [...done], errors: [], waits: [], beside: [] };
  let targets: Target[];
  try {
    targets = targetsFor(report, rules, context);
    if (targets.length === 0) throw new RapError('UNROUTED', `No routing rule matches ${report.path}`);
  } catch (thrown) {
    const error = asRapError(thrown, 'ROUTE_INVALID');
    // A rule that is wrong is wrong for all reports.
    if (codes[error.code].scope === 'report') error.about(report.path);
    const { code, message, cure, subject: about } = error;
    const { versionId } = report;
    await ledger.deliveries.recordDeliveryFailure({ versionId, share: '', run, code, message, cure, about });
    routed.errors.push(error);
    return routed;
  }
  const known = options.memory?.known ?? (await ledger.shares.knownShares());
  if (options.memory !== undefined) options.memory.known = known;
  const lies = new Set(done.map(({ share }) => placeKey(share)));
  const open = targets.filter(({ folder }) => !lies.has(placeKey(folder)));
  let isMarked = false;
  for (const target of open) isMarked = await bring(target, routed, known, options, target === open.at(-1));
  if (!isMarked && routed.errors.length === 0 && routed.waits.length === 0)
    await ledger.deliveries.markRouted(report.versionId);
  return routed;
}

/**
 * Brings a report to one of its targets, or notes why not.
 * @param isLast of those that it is to be brought to
 * @returns whether it is written down that the report is everywhere
 */
async function bring(
  { folder, destination: own }: Target,
  routed: Routed,
  known: readonly KnownShare[],
  options: RouteOptions,
  isLast: boolean,
): Promise<boolean> {
  const { ledger, run, pauses } = options;
  const { report } = routed;
  const { versionId } = report;
  const expected = expectedShare(folder, known);
  const destination = expected?.root ?? own;
  const note = async ({ code, message, cure, subject: about }: RapError) =>
    ledger.deliveries.recordDeliveryFailure({ versionId, share: folder, code, message, cure, about, run });

  const resting = pauses?.openError(destination);
  if (resting !== undefined) {
    routed.waits.push(destination);
    if (pauses?.wait(destination, versionId, run)) await note(resting);
    return false;
  }
  let share: Share | undefined = expected;
  const onShare = async (found: Share) => {
    share = found;
    if (expected !== undefined && placeKey(found.root) === placeKey(expected.root)) return;
    await ledger.shares.rememberShare(found);
    if (options.memory !== undefined) options.memory.known = undefined;
  };
  const disk = shareDisk(destination, options);
  const isEverywhere = isLast && routed.errors.length === 0 && routed.waits.length === 0;
  let isMarked = false;
  try {
    const { home } = options.context;
    let placedAt: number | undefined;
    const onPlaced = (at: number) => {
      placedAt = at;
    };
    const how = { ...deliverOptions(destination, options), disk, onShare, onPlaced, home, destination: own };
    const delivery = await deliver(report, folder, expected === undefined ? how : { ...how, expected });
    const beside = path.basename(delivery.file) !== report.name;
    const made = {
      ...{ ...delivery, versionId, run, beside, destination: own },
      ...(placedAt === undefined ? {} : { placedAt }),
    };
    const fresh = isEverywhere
      ? await ledger.deliveries.recordLastDelivery(made)
      : await ledger.deliveries.recordDelivery(made);
    isMarked = isEverywhere;
    pauses?.served(destination, versionId);
    routed.deliveries.push(delivery);
    if (fresh && beside) routed.beside.push(delivery);
    if (share !== undefined) await tryOnce(share, folder, disk, options);
  } catch (thrown) {
    const error = asRapError(thrown, 'DISK_ERROR', folder);
    error.about(isOfDestination(error) ? destination : report.path);
    await note(error);
    if (pauses === undefined || error.code === 'ABORTED' || !isOfDestination(error)) {
      routed.errors.push(error);
      return isMarked;
    }
    routed.waits.push(destination);
    // First, so that a ledger that cannot be written keeps nobody from being told by the next attempt.
    await options.noteAway?.(destination, error);
    if (pauses.fail(destination, versionId, run, error)) routed.errors.push(error);
  }
  return isMarked;
}

/** The disk of a destination, with a limit to the waiting. */
export function shareDisk(
  destination: string,
  options: Pick<RouteOptions, 'disk' | 'signal' | 'answerWithin' | 'calls'>,
): Disk {
  const { disk, signal, answerWithin, calls = watchdog } = options;
  return calls.disk(destination, {
    ...(disk === undefined ? {} : { disk }),
    ...(signal === undefined ? {} : { signal }),
    ...(answerWithin === undefined ? {} : { answerWithin }),
  });
}

function deliverOptions(destination: string, options: RouteOptions): DeliverOptions {
  const { ledger, signal, clock, disk, requireSentinel = false, pauses } = options;
  return {
    // Only one process at a time is at work on a ledger.
    owner: ledger.name,
    requireSentinel,
    ...(signal === undefined ? {} : { signal }),
    ...(clock === undefined ? {} : { clock }),
    landing: disk ?? realDisk,
    // The attempts of a paused destination are patience enough; the others must not wait for them.
    ...(pauses?.isBroken(destination) ? { patience: 0 } : {}),
  };
}

/** Writes down what a share can do, in a folder of it that has just taken a report. */
async function tryOnce({ root }: Share, folder: string, disk: Disk, options: RouteOptions): Promise<void> {
  const { ledger, memory } = options;
  if (memory?.tried.has(root)) return;
  let trial: Trial;
  try {
    trial = await tryFolder(folder, { owner: ledger.name, disk });
  } catch {
    // The report is delivered. If the share has just failed, the next one tells; then this is tried again, too.
    return;
  }
  memory?.tried.add(root);
  await ledger.shares.noteAbilities(root, describeTrial(trial));
}

/**
 * Delivers what was received but lies not yet everywhere; destinations that are paused are tried again.
 * @param tried versions this run has tried already; paused destinations are tried again for them, too
 * @param only nothing but these
 */
export async function routeOpen(
  options: RouteOptions,
  tried: ReadonlySet<number>,
  only?: ReadonlySet<number>,
): Promise<Routed[]> {
  if (options.memory !== undefined) options.memory.known = undefined;
  const waiting = options.pauses?.waiting() ?? [];
  const place = new Map(waiting.map((version, index) => [version, index]));
  const open = (await options.ledger.deliveries.openVersions(options.context.account))
    .filter(({ versionId }) => only?.has(versionId) ?? (place.has(versionId) || !tried.has(versionId)))
    .toSorted((one, two) => (place.get(one.versionId) ?? 0) - (place.get(two.versionId) ?? 0));
  const routed: Routed[] = [];
  for (const report of open) {
    options.signal?.throwIfAborted();
    const done = await options.ledger.deliveries.deliveriesOf(report.versionId);
    routed.push(await routeReport(report, options, done));
  }
  return routed;
}
