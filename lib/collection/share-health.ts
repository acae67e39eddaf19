/**
 * Tries the shares that are known before a report needs one: people hear of a missing share when they start in the
 * morning, and not from the first report of the night.
 */

import { realFolder } from '../delivery/real-folder.ts';
import { destinationsOf } from '../delivery/routes.ts';
import { expectedShare, openShare, type Share } from '../delivery/share.ts';
import type { Surroundings } from '../delivery/template.ts';
import { asRapError, diskError, type RapError } from '../errors/rap-error.ts';
import type { Disk } from '../files/disk.ts';
import { sweepOwn } from '../files/durable.ts';
import { isWithin } from '../files/same-place.ts';
import { describeTrial, type Trial, tryFolder } from '../files/trial.ts';
import { isOfDestination } from './circuit-breaker.ts';
import { type RouteOptions, shareDisk } from './route.ts';

export type ShareHealthOptions = Omit<RouteOptions, 'run' | 'context' | 'requireSentinel'> & {
  context: Surroundings;
};

/**
 * Tries, all at once, the known shares that the rules may lead to, and writes down what each can do. One that cannot
 * take a report is paused, when a rule leads there whatever comes; one that can is not paused for that any longer.
 * @param only these roots; by default all that no report has tried yet
 * @returns the faults to tell
 */
export async function checkShares(
  options: ShareHealthOptions,
  only?: ReadonlySet<string>,
): Promise<RapError[]> {
  const { ledger, rules, context, memory, pauses } = options;
  const known = await ledger.shares.knownShares();
  const destinations = destinationsOf(rules, context);
  const needed = new Set(destinations.map((folder) => expectedShare(folder, known)?.root));
  const asked = known.filter(({ root }) => {
    if (only !== undefined) return only.has(root);
    if (memory?.tried.has(root) || pauses?.isBroken(root)) return false;
    return needed.has(root) || destinations.some((folder) => isWithin(root, folder));
  });
  const faults = await Promise.all(
    asked.map(async (share) => {
      const error = await checkShare(share, options);
      if (error === undefined) {
        pauses?.passTrial(share.root);
        return [];
      }
      if (!needed.has(share.root)) return [];
      await options.noteAway?.(share.root, error);
      return pauses?.failTrial(share.root, error) ? [error] : [];
    }),
  );
  return faults.flat();
}

/** @returns what keeps all reports away */
async function checkShare(share: Share, options: ShareHealthOptions): Promise<RapError | undefined> {
  const { ledger, memory, context } = options;
  let trial: Trial | undefined;
  try {
    const disk = shareDisk(share.root, options);
    const { home } = context;
    await realFolder(share.root, { root: share.root, home }, disk);
    trial = await tryRoot(share, ledger.name, disk);
  } catch (thrown) {
    const error = asRapError(thrown);
    return isOfDestination(error) ? error.about(share.root) : undefined;
  }
  if (trial === undefined) return undefined;
  memory?.tried.add(share.root);
  await ledger.shares.noteAbilities(share.root, describeTrial(trial));
  return undefined;
}

/** @returns undefined where nothing may be written into the root */
async function tryRoot(share: Share, owner: string, disk: Disk): Promise<Trial | undefined> {
  const { root } = share;
  // Held open until the end: nothing is written below a share that is not mounted.
  const { held } = await openShare(root, { expected: share, disk });
  try {
    await sweepOwn(root, owner, { disk });
    return await tryFolder(root, { owner, disk });
  } catch (thrown) {
    const error = diskError(thrown, `share ${root}`);
    // The folders below may well take reports; the first one tells.
    if (['EACCES', 'EPERM'].includes(String(error.details.system))) return undefined;
    throw error;
  } finally {
    await held.close().catch(() => undefined);
  }
}
