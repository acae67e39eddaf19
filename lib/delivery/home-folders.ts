/**
 * The folders in which RAP_HOME keeps its own: reports as received, keys, flows, the ledger. No report is ever
 * delivered there, because what lies there would be taken for the copy on a share, and cleaned away as such.
 */
import path from 'node:path';
import { systemCode } from '../errors/rap-error.ts';
import { type Disk, realDisk } from '../files/disk.ts';
import { mountedPlace, mountTable } from '../files/mounts.ts';
import { collisionKey } from '../files/safe-name.ts';
import { isWithin } from '../files/same-place.ts';

/** Everything this project writes in RAP_HOME by itself, but the shares of the demo. */
const OWN: readonly string[] = [
  'acknowledge',
  'alarms',
  'calendar',
  'keys',
  'landing',
  'mailbox',
  'node-red',
  'practice',
  'quarantine',
  'rehearsal',
  'secrets',
  'simulator',
];
/** Files beside them, with all that SQLite puts next to a database. */
const OWN_FILES = /^(ledger\.sqlite.*|catalogue\.yaml|credential-secret)$/;

/** Where upper and lower case are one in all paths. What a disk of its own ignores is found by `refuseSameFolder`. */
const folded = process.platform === 'win32' || process.platform === 'darwin' ? collisionKey : path.resolve;

/**
 * Does a folder lie in one of RAP_HOME's own folders, or RAP_HOME in it? Told by the names alone.
 * @param folder absolute, as are all
 * @returns why no report may be brought there, or undefined
 */
export function refuseOfHome(folder: string, home: string): string | undefined {
  const place = folded(path.resolve(folder));
  const root = folded(path.resolve(home));
  if (place === root) return 'is RAP_HOME itself';
  if (isWithin(root, place)) return `lies above RAP_HOME (${home})`;
  if (!isWithin(place, root)) return undefined;
  const name = collisionKey(path.relative(root, place).split(path.sep)[0] ?? '');
  return OWN.includes(name) || OWN_FILES.test(name) ? `lies in RAP_HOME, in "${name}"` : undefined;
}

/**
 * The same by what the disk says: a mount or a link may show one of those folders under any name.
 * @param real without links; it need not be there
 * @param there the part of it that is there
 * @returns why no report may be brought there, or undefined
 */
export async function refuseSameFolder(
  { real, there }: { real: string; there: string },
  home: string,
  disk: Disk,
): Promise<string | undefined> {
  const own = new Map<string, string>();
  for (const name of OWN) {
    const id = await idOf(path.join(home, name), realDisk);
    if (id !== undefined) own.set(id, `is "${name}" of RAP_HOME, or lies in it`);
  }
  for (const above of upwards(there)) {
    const why = own.get((await idOf(above, disk)) ?? '');
    if (why !== undefined) return why;
  }
  const table = await mountTable();
  const [place, root] = [mountedPlace(real, table), mountedPlace(home, table)];
  if (place !== undefined && place.device === root?.device) {
    const why = refuseOfHome(place.inside, root.inside);
    if (why !== undefined) return why;
  }
  const id = real === there ? await idOf(real, disk) : undefined;
  for (const above of id === undefined ? [] : upwards(home)) {
    if (id === (await idOf(above, realDisk))) return 'is RAP_HOME, or lies above it';
  }
  return undefined;
}

function upwards(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...upwards(parent)];
}

/** Device and number of what lies at a place, which no other has; undefined where nothing does. */
async function idOf(place: string, disk: Disk): Promise<string | undefined> {
  try {
    return sameness(await disk.stat(place, { bigint: true }));
  } catch (thrown) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCode(thrown))) return undefined;
    throw thrown;
  }
}

/** Two files with the same text are one; undefined where the disk numbers no files. */
export function sameness({ dev, ino }: { dev: bigint; ino: bigint }): string | undefined {
  return ino === 0n ? undefined : `${dev}:${ino}`;
}
