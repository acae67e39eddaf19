/**
 * Delivering again on a person's word: to where a report was delivered before, or to a further share. Only a landing
 * copy that still proves goes out, nothing on a share is ever written over, and what was done is journalled with who
 * and why.
 */
import { lstat } from 'node:fs/promises';
import { deliver } from '../delivery/deliver.ts';
import { type Target, targetsFor } from '../delivery/routes.ts';
import type { RouteRule } from '../delivery/rules.ts';
import { expectedShare, type Share } from '../delivery/share.ts';
import { asRapError, RapError, systemCode } from '../errors/rap-error.ts';
import { type Disk, realDisk } from '../files/disk.ts';
import { isWithin, placeKey } from '../files/same-place.ts';
import { type Watchdog, watchdog } from '../files/watchdog.ts';
import type { KnownShare, Ledger, ListedReport } from '../ledger/ledger.ts';
import type { DeliveryOutcome } from '../ledger/tables.ts';
import type { Clock } from '../time/clock.ts';

export interface AgainOptions {
  ledger: Pick<Ledger, 'name' | 'placedFiles' | 'reports' | 'shares'>;
  /** RAP_HOME. */
  home: string;
  /** Marks temporary files; another mark than that of a process that is at work on the same shares. */
  owner: string;
  /** Where it is to go: to the shares of a rule instead of those where it was delivered, or only below this folder. */
  to?: RouteRule;
  share?: string;
  clock?: Clock;
  signal?: AbortSignal;
  disk?: Disk;
  /** How long each call to a share is waited for, milliseconds. */
  answerWithin?: number;
  calls?: Watchdog;
}

/** What became of one report on one share. */
export interface DeliveredAgain {
  versionId: number;
  account: string;
  path: string;
  share: string;
  /**
   * `published`: it was not there and is now; `identical`: it lay there, and was read back equal; `version`: other
   * content has its name, so it lies beside it; `failed`.
   */
  outcome: DeliveryOutcome | 'failed';
  /** Where it lies; '' when it failed. */
  file: string;
  error?: RapError;
}

/**
 * Delivers one report again. A share that fails does not keep the others waiting.
 * @returns one for each share; one with an error and no share where nothing could be tried
 * @throws RapError ABORTED; whatever of the ledger cannot be written
 */
export async function deliverAgain(
  report: ListedReport,
  options: AgainOptions,
  act: { by: string; reason: string },
): Promise<DeliveredAgain[]> {
  const { versionId, account, path } = report;
  const of = { versionId, account, path };
  const failed = (error: RapError, share = ''): DeliveredAgain => ({
    ...{ ...of, share, outcome: 'failed', file: '', error },
  });
  let targets: Target[];
  try {
    await demandLanded(report, options);
    targets = await targetsOf(report, options);
  } catch (thrown) {
    return [failed(asRapError(thrown))];
  }
  const done: DeliveredAgain[] = [];
  for (const target of targets) {
    try {
      done.push({ ...of, ...(await bring(report, target, options, act)) });
    } catch (thrown) {
      const error = asRapError(thrown, 'DISK_ERROR', target.folder);
      if (error.code === 'ABORTED' || error.subject === 'ledger') throw error;
      done.push(failed(error, target.folder));
    }
  }
  return done;
}

/** @throws RapError LANDING_GONE */
async function demandLanded(
  { versionId, path, cleanedAt, places }: ListedReport,
  { ledger }: AgainOptions,
): Promise<void> {
  const file = (await ledger.reports.version(versionId))?.file ?? '';
  const there = await lstat(file).then(
    (found) => found.isFile(),
    (thrown) => {
      if (['ENOENT', 'ENOTDIR'].includes(systemCode(thrown))) return false;
      throw thrown;
    },
  );
  if (there && cleanedAt === null) return;
  const how = cleanedAt === null ? 'is not there any more' : 'was removed when copies were cleaned';
  const elsewhere = places.filter(({ state }) => state === 'there' || state === '').map((one) => one.file);
  throw new RapError('LANDING_GONE', `The landing copy of ${path} ${how}`, {
    ...(elsewhere.length === 0 ? {} : { cure: `Copy it by hand from ${elsewhere.join(' or ')}. ${FETCH}` }),
    subject: path,
    details: { where: file },
  });
}

const FETCH = 'As long as RAP keeps it, "rap fetch" brings it into a folder of its own.';

/** @throws RapError NOT_DELIVERED, ROUTE_INVALID, NAME_REFUSED */
async function targetsOf(report: ListedReport, options: AgainOptions): Promise<Target[]> {
  const { ledger, home, to, share } = options;
  const { versionId, account, installation, path } = report;
  if (to !== undefined) {
    const received = await ledger.reports.version(versionId);
    return received === undefined ? [] : targetsFor(received, [to], { home, account, installation });
  }
  const placed = await ledger.placedFiles.placedOf(versionId);
  const meant = placed.filter((one) => share === undefined || isWithin(one.share, share));
  if (meant.length > 0)
    return meant.map((one) => ({ folder: one.share, destination: one.destination || one.share }));
  const where = share === undefined ? 'to any share' : `below ${share}`;
  throw new RapError('NOT_DELIVERED', `${path} was not delivered ${where} before`, { subject: path });
}

async function bring(
  { versionId }: ListedReport,
  { folder, destination: own }: Target,
  options: AgainOptions,
  act: { by: string; reason: string },
): Promise<Pick<DeliveredAgain, 'share' | 'outcome' | 'file'>> {
  const { ledger, home, owner, clock, signal, disk, answerWithin, calls = watchdog } = options;
  const report = await ledger.reports.version(versionId);
  if (report === undefined) throw new RapError('USAGE', `There is no report ${versionId}`);
  const known: KnownShare[] = await ledger.shares.knownShares();
  const expected = expectedShare(folder, known);
  const destination = expected?.root ?? own;
  let placedAt: number | undefined;
  const delivery = await deliver(report, folder, {
    ...{ owner, home, destination: own, landing: disk ?? realDisk },
    ...(expected === undefined ? {} : { expected }),
    ...(clock === undefined ? {} : { clock }),
    ...(signal === undefined ? {} : { signal }),
    disk: calls.disk(destination, {
      ...(disk === undefined ? {} : { disk }),
      ...(signal === undefined ? {} : { signal }),
      ...(answerWithin === undefined ? {} : { answerWithin }),
    }),
    onShare: async (found: Share) => {
      if (expected !== undefined && placeKey(found.root) === placeKey(expected.root)) return;
      await ledger.shares.rememberShare(found);
    },
    onPlaced: (at) => {
      placedAt = at;
    },
  });
  await ledger.placedFiles.recordRedelivery(
    { ...delivery, versionId, destination: own, ...(placedAt === undefined ? {} : { placedAt }) },
    act,
  );
  const { share, outcome, file } = delivery;
  return { share, outcome, file };
}
