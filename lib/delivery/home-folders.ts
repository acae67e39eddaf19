/**
 * The folders in which RAP_HOME keeps its own: reports as received, keys, flows, the ledger. No report is ever
 * delivered there, because what lies there would be taken for the copy on a share, and cleaned away as such.
 */
import path from 'node:path';
import { systemCode } from '../errors/rap-error.ts';
import { type Disk, realDisk } from '../files/disk.ts';
import { mountedPlace, mountTable } from '../files/mounts.ts';
import { collisionKey } from '../files/safe-name.ts';
import { isWithin, placeKey } from '../files/same-place.ts';
import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';

/** Everything this project writes in RAP_HOME by itself, but the shares of the demo. */
const OWN: readonly string[] = [
  'acknowledge',
  'alarms',
  'calendar',
  'evening',
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
const OWN_FILES = /^(ledger\.sqlite.*|names\.sqlite.*|catalogue\.yaml|credential-secret)$/;

/** Where upper and lower case are one in all paths. What a disk of its own ignores is found by `refuseSameFolder`. */
function folded(place: string, platform: NodeJS.Platform): string {
  const key = placeKey(place, platform);
  return platform === 'darwin' ? collisionKey(key) : key;
}

/**
 * Does a folder lie in one of RAP_HOME's own folders, or RAP_HOME in it? Told by the names alone.
 * @param folder absolute, as are all
 * @returns why no report may be brought there, or undefined
 */
export function refuseOfHome(
  folder: string,
  home: string,
  platform: NodeJS.Platform = process.platform,
  language: Language = 'en',
): string | undefined {
  const place = folded(folder, platform);
  const root = folded(home, platform);
  if (place === root) return t(language, 'delivery.fault.home');
  if (isWithin(root, place, platform)) return t(language, 'delivery.fault.aboveHome', { home });
  if (!isWithin(place, root, platform)) return undefined;
  const { relative, sep } = platform === 'win32' ? path.win32 : path.posix;
  const name = collisionKey(relative(root, place).split(sep)[0] ?? '');
  return OWN.includes(name) || OWN_FILES.test(name)
    ? t(language, 'delivery.fault.inHome', { name })
    : undefined;
}

/** What a disk and the table of mounts say while one path is looked at: a root and a folder below it have most in common. */
export interface Look {
  idOf(place: string): Promise<string | undefined>;
  mounts(): Promise<string>;
}

/** A look that asks the disk once for each place. It serves one moment: the next is another look. */
export function lookOnce(disk: Disk): Look {
  const ids = new Map<string, Promise<string | undefined>>();
  let table: Promise<string> | undefined;
  return {
    idOf(place) {
      const id = ids.get(place) ?? idOf(place, disk);
      ids.set(place, id);
      return id;
    },
    mounts() {
      table ??= mountTable();
      return table;
    },
  };
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
  look: Look,
): Promise<string | undefined> {
  const { own, places, above } = await homeOnDisk(home);
  for (const one of upwards(there)) {
    const name = own.get((await look.idOf(one)) ?? '');
    if (name !== undefined) return `is "${name}" of RAP_HOME, or lies in it`;
  }
  const table = await look.mounts();
  const [place, root] = [mountedPlace(real, table), mountedPlace(home, table)];
  if (place !== undefined && place.device === root?.device) {
    const why = refuseOfHome(place.inside, root.inside);
    if (why !== undefined) return why;
  }
  for (const [ownPlace, name] of places) {
    const at = mountedPlace(ownPlace, table);
    if (place === undefined || at?.device !== place.device || !isWithin(place.inside, at.inside)) continue;
    return `is "${name}" of RAP_HOME, or lies in it`;
  }
  const id = real === there ? await look.idOf(real) : undefined;
  return id !== undefined && above.has(id) ? 'is RAP_HOME, or lies above it' : undefined;
}

/** RAP_HOME as its disk has it. */
interface HomeOnDisk {
  /** Names of its own folders, by what no other folder has (see `sameness`). */
  own: ReadonlyMap<string, string>;
  /** The same names by where those folders really lie: each may be a link or a mount. */
  places: ReadonlyMap<string, string>;
  /** What no other folder has, of RAP_HOME and of all above it. */
  above: ReadonlySet<string>;
}

/**
 * So long one look at RAP_HOME serves the reports, milliseconds. Whoever may write to a share has no right here, and a
 * destination is looked at each time.
 */
const LOOK_MS = 100;
const looks = new Map<string, { at: number; look: Promise<HomeOnDisk> }>();

function homeOnDisk(home: string): Promise<HomeOnDisk> {
  const known = looks.get(home);
  if (known !== undefined && performance.now() - known.at < LOOK_MS) return known.look;
  const look = lookAtHome(home);
  looks.set(home, { at: performance.now(), look });
  look.catch(() => looks.delete(home));
  return look;
}

async function lookAtHome(home: string): Promise<HomeOnDisk> {
  const idOfOwn = async (place: string) => idOf(place, realDisk);
  const nameBy = async (look: (place: string) => Promise<string | undefined>) => {
    const all = OWN.map(async (name) => [await look(path.join(home, name)), name] as const);
    return new Map((await Promise.all(all)).flatMap(([by, name]) => (by === undefined ? [] : [[by, name]])));
  };
  const [own, places, above] = await Promise.all([
    nameBy(idOfOwn),
    nameBy((place) => realDisk.realpath(place).catch(() => undefined)),
    Promise.all(upwards(home).map(idOfOwn)),
  ]);
  return { own, places, above: new Set(above.filter((id) => id !== undefined)) };
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
