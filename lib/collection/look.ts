/** A look at the destinations of the rules before a report needs them: what is wrong is told at the deploy. */
import { constants } from 'node:fs/promises';
import { lookUp, realFolder } from '../delivery/real-folder.ts';
import { destinationsOf } from '../delivery/routes.ts';
import { expectedShare } from '../delivery/share.ts';
import type { Surroundings } from '../delivery/template.ts';
import { asRapError, diskError, RapError } from '../errors/rap-error.ts';
import type { Disk } from '../files/disk.ts';
import { kernelFileSystem } from '../files/mounts.ts';
import { type RouteOptions, shareDisk } from './route.ts';

export type LookOptions = Pick<
  RouteOptions,
  'ledger' | 'rules' | 'requireSentinel' | 'signal' | 'disk' | 'answerWithin' | 'calls'
> & { context: Surroundings };

/**
 * Nothing is made and nothing is written. A share that may not be mounted now, because it is marked or was met before,
 * is only looked at for where it lies; whether it is there is another matter (see probe.ts).
 * @returns the faults to tell, in the order of the rules
 */
export async function lookAtDestinations(options: LookOptions): Promise<RapError[]> {
  const { rules, context, ledger, requireSentinel = false } = options;
  const known = await ledger.knownShares();
  const folders = [...new Set(destinationsOf(rules, context))];
  const faults = await Promise.all(
    folders.map(async (folder) => {
      const disk = shareDisk(folder, options);
      try {
        await realFolder(folder, { root: folder, home: context.home }, disk);
        const mayBeAway = requireSentinel || expectedShare(folder, known) !== undefined;
        if (!mayBeAway) await demandUsable(folder, disk);
        return [];
      } catch (thrown) {
        return [asRapError(diskError(thrown, `share ${folder}`))];
      }
    }),
  );
  return faults.flat();
}

/** @throws the system's error when no folder could be made there, or no file */
async function demandUsable(folder: string, disk: Disk): Promise<void> {
  const { there } = await lookUp(folder, disk);
  const kernel = kernelFileSystem(await disk.statfs(there));
  if (kernel !== undefined) {
    throw new RapError(
      'ROUTE_INVALID',
      `share ${folder} lies in ${kernel} of the kernel, which keeps no files`,
    );
  }
  await disk.access(there, constants.W_OK | constants.X_OK);
  if ((await disk.stat(there)).isDirectory()) return;
  throw new RapError('NOT_WRITABLE', `Cannot write share ${folder}: ${there} is not a folder`, {
    details: { where: folder, system: 'ENOTDIR' },
  });
}
