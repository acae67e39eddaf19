/**
 * Cleaning: removes local copies that have done their work, by business date. First it is said what would go, and
 * that is journalled; then it goes. The ledger goes on knowing every report, so nothing is downloaded again.
 */
import { lstat, realpath, rmdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { sameness } from '../delivery/home-folders.ts';
import { expectedShare, openShare } from '../delivery/share.ts';
import { asRapError, diskError, RapError, systemCode } from '../errors/rap-error.ts';
import { type Disk, realDisk } from '../files/disk.ts';
import { isInUse } from '../files/rename.ts';
import { type WatchdogOptions, watchdog } from '../files/watchdog.ts';
import type { CleanableCopy, KeptBack, KnownShare, Ledger, QuarantinedReport } from '../ledger/ledger.ts';
import { isBusinessDay, previousBusinessDay } from '../time/calendar.ts';
import { hongKongDate, type IsoDate } from '../time/hong-kong.ts';

export interface CleaningPlan {
  /** Copies of business dates before this one. */
  before: IsoDate;
  account?: string;
  copies: CleanableCopy[];
  /** Files of reports that were discarded from quarantine. */
  discarded: { file: string; account: string; businessDate: string; bytes: number }[];
  bytes: number;
  keptBack: KeptBack;
}

export interface Cleaned {
  removed: number;
  bytes: number;
  /** What was left where it is, and why. */
  left: { file: string; why: string }[];
}

/**
 * The first of the last `days` business days, today counted when it is one. Securities' calendar for everybody: it
 * has the fewer business days, so it keeps the longer.
 */
export function firstKeptDay(today: IsoDate, days: number): IsoDate {
  let day = isBusinessDay('securities', today) ? today : previousBusinessDay('securities', today);
  for (let kept = 1; kept < days; kept++) day = previousBusinessDay('securities', day);
  return day;
}

const DAY = 86_400_000;

/** Was the clock put forward by a day or more within the last one? Then nothing is old by its word alone. */
export async function isClockInDoubt(ledger: Pick<Ledger, 'clock'>, now: number): Promise<boolean> {
  return (await ledger.clock.jumps()).some(
    ({ jump, noticedAt }) => jump >= DAY && noticedAt <= now && now - noticedAt < DAY,
  );
}

/** What could go, and what must stay. Changes nothing. @param now milliseconds since 1970 */
export async function planCleaning(
  ledger: Pick<Ledger, 'quarantine' | 'retention'>,
  now: number,
  { keep, account }: { keep: number; account?: string },
): Promise<CleaningPlan> {
  const before = firstKeptDay(hongKongDate(now), keep);
  const of = { before, ...(account === undefined ? {} : { account }) };
  const copies = await ledger.retention.cleanable(of);
  const all = await ledger.quarantine.quarantinedReports(account);
  // A name that became free may have been given to a report about which nobody has decided yet.
  const waiting = new Set(all.filter(({ decision }) => decision === '').map(({ file }) => file));
  const discarded = all
    .filter((held) => held.decision === 'discarded' && dayOf(held) < before && !waiting.has(held.file))
    .map((held) => ({ ...held, businessDate: dayOf(held) }))
    .map(({ file, account, businessDate, bytes }) => ({ file, account, businessDate, bytes }));
  const there = [];
  for (const one of discarded) if (await isFile(one.file)) there.push(one);
  const bytes = [...copies, ...there].reduce((sum, one) => sum + one.bytes, 0);
  return { ...of, copies, discarded: there, bytes, keptBack: await ledger.retention.keptBack(of) };
}

function dayOf({ report, heldAt }: QuarantinedReport): IsoDate {
  return report.businessDate || hongKongDate(heldAt);
}

async function isFile(file: string): Promise<boolean> {
  return lstat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

/**
 * Removes what a plan names, journalled before and after. What is not the file it should be is left alone, and so is
 * a report whose copy on a share is this very file, or lies on a share that cannot be looked at now.
 * @param roots folders within which files may be removed: landing and quarantine
 * @param patience how long, and until when, an answer of a share is waited for; see watchdog.ts
 * @throws RapError NOT_WRITABLE, DISK_ERROR; what was removed until then is recorded
 */
export async function clean(
  ledger: Pick<Ledger, 'deliveries' | 'journal' | 'retention' | 'shares'>,
  plan: CleaningPlan,
  roots: readonly string[],
  act: { by: string; reason: string },
  patience: WatchdogOptions = {},
): Promise<Cleaned> {
  const cleaned: Cleaned = { removed: 0, bytes: 0, left: [] };
  const reports = plan.copies.length + plan.discarded.length;
  if (reports === 0) return cleaned;
  const of = { before: plan.before, ...(plan.account === undefined ? {} : { account: plan.account }) };
  const journal = (what: string, details: Record<string, number>) =>
    ledger.journal.append({ who: act.by, what, why: act.reason, details: { ...of, ...details } });
  await journal('cleaning begun', { reports, bytes: plan.bytes });
  const gone: number[] = [];
  const copies = new OtherCopies(ledger, patience);
  const all: (CleaningPlan['discarded'][number] & { versionId?: number })[] = [
    ...plan.copies,
    ...plan.discarded,
  ];
  try {
    for (const copy of all) {
      const why = (await copies.missing(copy)) ?? (await remove(copy, roots));
      if (why !== undefined) {
        cleaned.left.push({ file: copy.file, why });
        continue;
      }
      if (copy.versionId !== undefined) gone.push(copy.versionId);
      cleaned.removed++;
      cleaned.bytes += copy.bytes;
    }
  } finally {
    // Removed first, recorded after: a copy that is recorded as removed and still lies there would never go.
    await ledger.retention.markCleaned(gone);
    await journal('cleaning ended', { reports: cleaned.removed, bytes: cleaned.bytes });
  }
  return cleaned;
}

/** The copies on shares, looked at before the one here goes. */
class OtherCopies {
  readonly #ledger: Pick<Ledger, 'deliveries' | 'shares'>;
  readonly #patience: WatchdogOptions;
  #known: Promise<KnownShare[]> | undefined;

  constructor(ledger: Pick<Ledger, 'deliveries' | 'shares'>, patience: WatchdogOptions) {
    this.#ledger = ledger;
    this.#patience = patience;
  }

  /**
   * A copy that a person took from its share is no reason to keep this one; one on a share that is away is.
   * @returns why this file must stay, or undefined
   */
  async missing({ file, versionId }: { file: string; versionId?: number }): Promise<string | undefined> {
    if (versionId === undefined) return undefined;
    const landed = await numberOf(file, realDisk);
    for (const { share, file: placed } of await this.#ledger.deliveries.deliveriesOf(versionId)) {
      const disk = watchdog.disk(share, this.#patience);
      try {
        const there = await numberOf(placed, disk);
        if (there === undefined) await this.#demandShare(share, disk);
        else if (there === landed && landed !== '') return `the copy on ${share} is this very file`;
      } catch (thrown) {
        return `its copy on ${share} cannot be looked at (${asRapError(thrown).message})`;
      }
    }
    return undefined;
  }

  /** @throws RapError SHARE_MISSING, SHARE_CHANGED when the share that was met there is away */
  async #demandShare(folder: string, disk: Disk): Promise<void> {
    this.#known ??= this.#ledger.shares.knownShares();
    const expected = expectedShare(folder, await this.#known);
    if (expected !== undefined) await (await openShare(folder, { expected, disk })).held.close();
  }
}

/** What no other file has (see `sameness`), '' where the disk numbers no files, undefined when there is no file. */
async function numberOf(file: string, disk: Disk): Promise<string | undefined> {
  try {
    return sameness(await disk.stat(file, { bigint: true })) ?? '';
  } catch (thrown) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(thrown))) return undefined;
    throw thrown;
  }
}

/** @returns why the file was left alone, or undefined when it is gone */
async function remove(
  { file, bytes }: { file: string; bytes: number },
  roots: readonly string[],
): Promise<string | undefined> {
  const root = roots.find((one) => inside(one, file));
  if (root === undefined) return 'it lies elsewhere';
  try {
    const found = await lstat(file);
    if (!found.isFile()) return 'it is not a file';
    if (found.size !== bytes) return 'it was changed';
    const folder = await realpath(path.dirname(file));
    const real = await realpath(root);
    if (folder !== real && !inside(real, folder)) return 'a link leads elsewhere';
    await unlink(file);
    await removeEmpty(path.dirname(file), root);
    return undefined;
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    // On Windows: somebody reads it in a program that lets nobody remove it. The others can go, and this one the next time.
    if (isInUse(thrown)) return `another program has it open (${systemCode(thrown)})`;
    throw thrown instanceof RapError ? thrown : diskError(thrown, file).about(root);
  }
}

function inside(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}

/** Daily folders that have become empty go, too. */
async function removeEmpty(folder: string, root: string): Promise<void> {
  for (let one = folder; inside(root, one); one = path.dirname(one)) {
    try {
      await rmdir(one);
    } catch {
      return; // something else lies in it
    }
  }
}

/** Files and bytes by account and business date, in that order. */
export function byDay(
  plan: CleaningPlan,
): { account: string; businessDate: string; files: number; bytes: number }[] {
  const days = new Map<string, { account: string; businessDate: string; files: number; bytes: number }>();
  for (const { account, businessDate, bytes } of [...plan.copies, ...plan.discarded]) {
    const key = JSON.stringify([account, businessDate]);
    const day = days.get(key) ?? { account, businessDate, files: 0, bytes: 0 };
    day.files++;
    day.bytes += bytes;
    days.set(key, day);
  }
  return [...days.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, day]) => day);
}
