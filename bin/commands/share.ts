/** `rap share`: marks shares, shows what they can do, and accepts another one in the place of a known one. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { refusePlace, thisHost } from '../../lib/delivery/path-policy.ts';
import { realFolder } from '../../lib/delivery/real-folder.ts';
import { initShare, knownAt, openedShare, SHARE_FILE, type Share } from '../../lib/delivery/share.ts';
import { asRapError, RapError } from '../../lib/errors/rap-error.ts';
import type { Disk } from '../../lib/files/disk.ts';
import { folderNamed } from '../../lib/files/named-path.ts';
import { freeSpace } from '../../lib/files/space.ts';
import { type Trial, tryFolder } from '../../lib/files/trial.ts';
import { type WatchdogOptions, watchdog } from '../../lib/files/watchdog.ts';
import type { KnownShare, Ledger } from '../../lib/ledger/ledger.ts';
import { hasLedger } from '../../lib/ledger/place.ts';
import { realClock } from '../../lib/time/clock.ts';
import { parseArguments, required } from '../connection-options.ts';
import {
  decisionOptions,
  homeFromOptions,
  homeHelp,
  homeNamed,
  personFromOptions,
  withLedger,
} from '../home-options.ts';
import { leaveLost, listLost, lookAtFiles } from '../share-files.ts';

export const help = `Usage: rap share init FOLDER [--home DIR] [--json]
       rap share check [FOLDER ...] [--home DIR] [--json]
       rap share accept FOLDER --reason TEXT [--by NAME] [--home DIR] [--json]
       rap share look [--days N] [--content] [--account A] [--home DIR] [--json]
       rap share lost [--account A] [--home DIR] [--json]
       rap share leave NAME ... --reason TEXT [--by NAME] [--account A] [--home DIR] [--json]

init    puts the id file ${SHARE_FILE} into a mounted share. Where a routing node asks for marked shares, a report is only
        delivered while that file is there: when the share is not mounted, not one byte goes into the empty folder below it.
check   tries folders, or all shares that were ever met, and shows what each can do: hard links, syncing folders, telling
        upper from lower case, replacing by renaming. Ends with 0 when every one of them can take reports.
accept  says that another share lies in FOLDER from now on, and writes down who said so and why. Until then nothing is
        written there.
look    looks at the files that were delivered in the last N business days (default 5): is each there, with the size and
        the time it had when it was proved? --content reads each and compares its content. Ends with 0 when all are there.
lost    lists the files that were found gone or changed, and that nobody has left so.
leave   says of those whose names hold all the words that it is meant to be so: they are not looked at any more, and their
        alarm ends. "rap deliver" delivers them again instead.

A share that does not answer is given up after a minute.
${homeHelp}`;

const options = {
  days: { type: 'string' },
  content: { type: 'boolean' },
  account: { type: 'string' },
  ...decisionOptions,
} as const;

interface Options {
  reason?: string | undefined;
  by?: string | undefined;
  home?: string | undefined;
  json?: boolean | undefined;
}

/** How long a share is waited for; see watchdog.ts. */
type Patience = Pick<WatchdogOptions, 'answerWithin'>;

export default async function share(argv: string[], patience: Patience = {}): Promise<number> {
  const { values, positionals } = parseArguments(argv, options, true);
  const [what, ...folders] = positionals;
  if (what === 'look') return lookAtFiles(values, patience);
  if (what === 'lost') return listLost(values);
  if (what === 'leave') return leaveLost(folders, values);
  const asked = folders.map(folderOf);
  if (what === 'init') return init(required(asked[0], 'FOLDER'), values, patience);
  if (what === 'check') return check(asked, values, patience);
  if (what === 'accept') return accept(required(asked[0], 'FOLDER'), values, patience);
  throw new RapError('USAGE', 'rap share takes init, check, accept, look, lost or leave');
}

/** What was named, from the present folder on. A path of Windows stays as it is elsewhere, and is refused as one. */
function folderOf(word: string): string {
  const foreign = process.platform !== 'win32' && refusePlace(word, thisHost('')) !== undefined;
  return foreign ? word : folderNamed(word, 'FOLDER');
}

async function init(folder: string, values: Options, patience: Patience): Promise<number> {
  const disk = watchdog.disk(folder, patience);
  await mustBeFolder(folder, disk, homeNamed(values));
  const { root, id } = await initShare(folder, realClock, { disk });
  print(values.json, { root, id }, `${root} is share ${id}`);
  if (await isOfSystem(folder, disk)) {
    process.stderr.write(
      `${folder} lies on the disk of the system. If a share belongs there, it is not mounted: remove ${path.join(folder, SHARE_FILE)}, mount the share, and mark it then.\n`,
    );
  }
  return 0;
}

/** Does a folder lie on the disk this system was started from, as an empty mount point does? */
async function isOfSystem(folder: string, disk: Disk): Promise<boolean> {
  if (process.platform === 'win32') return false;
  return (await disk.stat(folder)).dev === (await stat('/')).dev;
}

async function accept(folder: string, values: Options, patience: Patience): Promise<number> {
  const reason = required(values.reason?.trim(), '--reason');
  const by = personFromOptions(values);
  const disk = watchdog.disk(folder, patience);
  await mustBeFolder(folder, disk, homeNamed(values));
  const found = await openedShare(folder, { disk });
  const before = await withLedger(homeFromOptions(values), async (ledger: Pick<Ledger, 'shares'>) => {
    const known = knownAt(folder, await ledger.shares.knownShares())?.id ?? '';
    if (known !== found.id) await ledger.shares.acceptShare(found, { by, reason });
    return known;
  });
  const said =
    before === found.id ? 'is the share that was there before' : `is share ${found.id} from now on`;
  print(values.json, { ...found, before, by, reason }, `${folder} ${said}.`);
  return 0;
}

/** What is known of one folder. */
interface Row extends Partial<Trial> {
  folder: string;
  id: string;
  free?: number;
  /** What keeps reports away, or ''. */
  trouble: string;
}

async function check(asked: readonly string[], values: Options, patience: Patience): Promise<number> {
  const home = homeFromOptions(values);
  const known = (await hasLedger(home))
    ? await withLedger(home, (ledger: Pick<Ledger, 'shares'>) => ledger.shares.knownShares())
    : [];
  const folders = asked.length > 0 ? asked : known.map(({ root }) => root);
  if (folders.length === 0) throw new RapError('USAGE', 'No share was met yet: name the folders to check');
  // All at once: those that hang are waited for only once.
  const rows = await Promise.all(
    folders.map((folder) => look(folder, known, home, watchdog.disk(folder, patience))),
  );
  if (values.json === true) for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  else process.stdout.write(`${table(rows)}\n`);
  return rows.every(({ trouble }) => trouble === '') ? 0 : 5;
}

async function look(folder: string, known: readonly KnownShare[], home: string, disk: Disk): Promise<Row> {
  const expected = knownAt(folder, known);
  const place = refusePlace(folder, thisHost(home));
  if (place !== undefined) return { folder, id: '', trouble: place };
  try {
    await mustBeFolder(folder, disk, home);
    const marked: Share =
      expected !== undefined || (await statIfThere(path.join(folder, SHARE_FILE), disk)) !== undefined
        ? await openedShare(folder, { disk })
        : { root: folder, id: '' };
    const other = expected !== undefined && expected.id !== marked.id;
    // Another share is looked at, but not written to.
    if (other) return { folder, id: marked.id, trouble: `another share: ${expected.id} was there before` };
    const trial = await tryFolder(folder, { disk });
    return { folder, id: marked.id, trouble: '', free: await freeSpace(folder), ...trial };
  } catch (thrown) {
    return { folder, id: '', trouble: asRapError(thrown).message };
  }
}

function table(rows: readonly Row[]): string {
  const yes = (is: boolean | undefined) => (is === undefined ? '-' : is ? 'yes' : 'no');
  const cells = rows.map((row) => [
    row.folder,
    row.id === '' ? 'not marked' : row.id,
    yes(row.hardLinks),
    yes(row.folderSync),
    yes(row.caseSensitive),
    yes(row.renameReplaces),
    row.free === undefined || row.free === 0 ? '-' : `${Math.floor(row.free / 1e9)} GB`,
    row.trouble === '' ? 'ready' : row.trouble,
  ]);
  const head = ['Folder', 'Id', 'Links', 'Sync', 'Case', 'Replace', 'Free', ''];
  const widths = head.map((_, at) => Math.max(...[head, ...cells].map((line) => line[at]?.length ?? 0)));
  const lines = [head, ...cells].map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

/** @throws RapError SHARE_SILENT when the disk does not answer */
async function statIfThere(file: string, disk: Disk): Promise<Stats | undefined> {
  return disk.stat(file).catch((thrown) => {
    if (thrown instanceof RapError) throw thrown;
    return undefined;
  });
}

/** @throws RapError CONFIG_INVALID; FOLDER_REFUSED for a folder of RAP_HOME's own */
async function mustBeFolder(folder: string, disk: Disk, home: string): Promise<void> {
  const why = refusePlace(folder, thisHost(''));
  if (why !== undefined) throw new RapError('CONFIG_INVALID', `${folder} ${why}`);
  const found = await statIfThere(folder, disk);
  if (found?.isDirectory() !== true) {
    throw new RapError('CONFIG_INVALID', `${folder} is not a folder`, {
      cure: 'Mount the share, then try again.',
    });
  }
  await realFolder(folder, { root: folder, home }, disk);
}

function print(json: boolean | undefined, facts: object, text: string): void {
  process.stdout.write(json === true ? `${JSON.stringify(facts)}\n` : `${text}\n`);
}
