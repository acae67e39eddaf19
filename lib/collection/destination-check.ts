/** A look at the destinations of the rules before a report needs them: what is wrong is told at the deploy. */

import { constants } from 'node:fs/promises';
import { demandKept, lookUp, realFolder } from '../delivery/real-folder.ts';
import { destinationsOf } from '../delivery/routes.ts';
import { expectedShare } from '../delivery/share.ts';
import type { Surroundings } from '../delivery/template.ts';
import { asRapError, diskError, RapError } from '../errors/rap-error.ts';
import type { Disk } from '../files/disk.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type RouteOptions, shareDisk } from './route.ts';

export type DestinationCheckOptions = Pick<
  RouteOptions,
  'rules' | 'requireSentinel' | 'signal' | 'disk' | 'answerWithin' | 'calls'
> & { ledger: Pick<Ledger, 'shares'>; context: Surroundings };

/**
 * Nothing is made and nothing is written. Shares that were met before are tried otherwise (see share-health.ts); one that is to
 * be marked may not be mounted now, and is only looked at for where it lies.
 * @returns the folders that were looked at, and the faults in the order of the rules: FOLDER_REFUSED is one of the rule, others are of the moment and about
 *   their folder
 */
export async function checkDestinations(
  options: DestinationCheckOptions,
): Promise<{ looked: string[]; faults: RapError[] }> {
  const { rules, context, ledger, requireSentinel = false } = options;
  const known = await ledger.shares.knownShares();
  const folders = [...new Set(destinationsOf(rules, context))].filter(
    (folder) => expectedShare(folder, known) === undefined,
  );
  const faults = await Promise.all(
    folders.map(async (folder) => {
      const disk = shareDisk(folder, options);
      try {
        await realFolder(folder, { root: folder, home: context.home }, disk);
        if (!requireSentinel) await demandUsable(folder, disk);
        return [];
      } catch (thrown) {
        const fault = asRapError(diskError(thrown, `share ${folder}`));
        if (fault.code === 'ABORTED') return [];
        return [fault.code === 'FOLDER_REFUSED' ? fault : fault.about(folder)];
      }
    }),
  );
  return { looked: folders, faults: faults.flat() };
}

/** @throws the system's error when no folder could be made there, or no file */
async function demandUsable(folder: string, disk: Disk): Promise<void> {
  const { there } = await lookUp(folder, disk);
  await demandKept(folder, there, disk);
  await disk.access(there, constants.W_OK | constants.X_OK);
  if ((await disk.stat(there)).isDirectory()) return;
  throw new RapError('NOT_WRITABLE', `Cannot write share ${folder}: ${there} is not a folder`, {
    details: { where: folder, system: 'ENOTDIR' },
  });
}
