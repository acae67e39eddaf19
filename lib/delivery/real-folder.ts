/**
 * Where a folder really lies. What stands on a share may be changed by many people, so each part of a path there may
 * have become a link: it is looked at each time, and a report is not carried off through one.
 */
import path from 'node:path';
import { RapError, systemCode } from '../errors/rap-error.ts';
import { type Disk, realDisk } from '../files/disk.ts';
import { kernelFileSystem } from '../files/mounts.ts';
import { isWithin } from '../files/same-place.ts';
import { type Look, lookOnce, refuseOfHome, refuseSameFolder } from './home-folders.ts';

export interface Bounds {
  /** What the folder must not leave: the root of its share, or the operator's own folder. */
  root: string;
  /** RAP_HOME, whose own folders are no destinations. */
  home?: string;
}

/**
 * @param folder need not be there; what lies above it is looked at then
 * @returns the folder without links
 * @throws RapError FOLDER_REFUSED when it or its root lies in RAP_HOME's own folders or where no files are kept, or
 * when it lies outside of its root
 */
export async function realFolder(
  folder: string,
  { root, home }: Bounds,
  disk: Disk = realDisk,
): Promise<string> {
  const realHome = home === undefined ? undefined : (await lookUp(home, realDisk)).real;
  const look = lookOnce(disk);
  const top = await fitFolder(root, realHome, disk, look);
  const real = folder === root ? top : await fitFolder(folder, realHome, disk, look);
  if (isWithin(real, top)) return real;
  throw refused(folder, `leads through a link to ${real}, out of ${root}`);
}

async function fitFolder(folder: string, home: string | undefined, disk: Disk, look: Look): Promise<string> {
  const place = await lookUp(folder, disk);
  const { real, there } = place;
  const own =
    home === undefined
      ? undefined
      : (refuseOfHome(real, home) ?? (await refuseSameFolder(place, home, look)));
  if (own !== undefined) throw refused(folder, real === folder ? own : `is really ${real}, which ${own}`);
  if (real !== there) await demandKept(folder, there, disk);
  return real;
}

/**
 * @param there what of the folder is there
 * @throws RapError FOLDER_REFUSED for what the kernel shows as files, where no folder can be made
 */
export async function demandKept(folder: string, there: string, disk: Disk): Promise<void> {
  const kernel = kernelFileSystem(await disk.statfs(there));
  if (kernel !== undefined) throw refused(folder, `lies in ${kernel} of the kernel, which keeps no files`);
}

function refused(folder: string, why: string): RapError {
  return new RapError('FOLDER_REFUSED', `${folder} ${why}`, { details: { where: folder } });
}

/** A folder without links, and what of it is there. @throws the system's error */
export async function lookUp(folder: string, disk: Disk): Promise<{ real: string; there: string }> {
  const missing: string[] = [];
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    try {
      const there = await disk.realpath(at);
      return { real: path.join(there, ...missing), there };
    } catch (thrown) {
      const nothing = ['ENOENT', 'ENOTDIR'].includes(systemCode(thrown));
      if (!nothing || at === path.dirname(at)) throw thrown;
      missing.unshift(path.basename(at));
    }
  }
}
