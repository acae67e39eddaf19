/** The words that name the home folder and the person; shared by the commands that work on the ledger. */
import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { RapError } from '../lib/errors/rap-error.ts';
import { folderNamed, homeOfEnvironment } from '../lib/files/named-path.ts';
import { isOfOlderRelease, openHome } from '../lib/ledger/home-ledger.ts';
import { WRITER, WRITER_MS } from '../lib/ledger/lease/keep-lease.ts';
import { peekLease } from '../lib/ledger/lease/peek.ts';
import type { Ledger } from '../lib/ledger/ledger.ts';
import { isThere, type LedgerPlace, ledgerPlace, sealedBeside, shownPlace } from '../lib/ledger/place.ts';
import { ledgerIn } from '../lib/ledger/sqlite/ledger-file.ts';
import { describeProcess, isProcessGone } from '../lib/process/process-id.ts';
import { realClock } from '../lib/time/clock.ts';

/** Words of every command that works on a home. */
export const homeOptions = {
  home: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Words of those with which a person decides something. */
export const decisionOptions = {
  reason: { type: 'string' },
  by: { type: 'string' },
  ...homeOptions,
} as const;

export const homeHelp = '  --home DIR    the home folder (default RAP_HOME, else ./data)';

/**
 * The home folder named on the command line, by RAP_HOME, or ./data; absolute.
 * @param env RAP_HOME may have blanks around it, and on Windows the quotes that cmd.exe leaves in it
 * @throws RapError as folderNamed and homeOfEnvironment
 */
export function homeNamed(
  values: { home?: string | undefined },
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (values.home !== undefined) return folderNamed(values.home, '--home', platform);
  return homeOfEnvironment(env, platform) || path.resolve('data');
}

/**
 * The home folder a command works on, see homeNamed.
 * @param user number of the user this process runs as; undefined on Windows
 * @throws RapError USAGE when root would work on somebody else's home
 */
export function homeFromOptions(values: { home?: string | undefined }, user = process.geteuid?.()): string {
  const home = homeNamed(values);
  if (user === 0) refuseAsRoot(home);
  return home;
}

/** Root may write everywhere; what it leaves in the home, the service could then neither read nor write. */
function refuseAsRoot(home: string): void {
  // The ledger says whose the home is: in a container root may well serve a folder that belongs to somebody else.
  const [found] = [ledgerIn(home), home].flatMap((place) => statSync(place, { throwIfNoEntry: false }) ?? []);
  if (found === undefined || found.uid === 0) return;
  const name = userName(found.uid);
  const who = name ?? found.uid;
  throw new RapError(
    'USAGE',
    `${home} belongs to the user ${who}, who could not use what root writes there; nothing was done`,
    { cure: `Do it as that user: "sudo -u ${name ?? `'#${found.uid}'`} rap ... --home ${home}".` },
  );
}

/** The name of a user of this machine; undefined when only a directory service knows it. */
function userName(id: number): string | undefined {
  try {
    const rows = readFileSync('/etc/passwd', 'utf8').split('\n');
    return rows.map((row) => row.split(':')).find(([, , number]) => number === String(id))?.[0];
  } catch {
    return undefined;
  }
}

/** Where the ledger of a home lies. @throws RapError CONFIG_INVALID when there is none */
export async function ledgerOfHome(home: string): Promise<LedgerPlace> {
  const place = ledgerPlace(home);
  if (await isThere(place)) return place;
  throw new RapError('CONFIG_INVALID', `There is no ledger at ${shownPlace(place)}`, {
    cure:
      typeof place === 'string'
        ? 'Name the home folder with --home or RAP_HOME.'
        : 'See that RAP_LEDGER names the database of the ledger.',
  });
}

/**
 * Does something with the ledger of a home, beside the Node-RED that may be at work on it (decision 11).
 * @param work names in the type of its parameter which records it uses; it gets no others
 * @throws RapError CONFIG_INVALID when there is no ledger, or the key of its journal is another; NOT_IN_CHARGE when
 * that Node-RED is of an older release, whose tables must not change under it
 */
export async function withLedger<T, K extends keyof Ledger = never>(
  home: string,
  work: (ledger: Pick<Ledger, K>) => Promise<T>,
): Promise<T> {
  await ledgerOfHome(home);
  if (await isOfOlderRelease(home)) await refuseWhileAtWork(home);
  const ledger = await openHome(home, realClock);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

/** @throws RapError NOT_IN_CHARGE when a Node-RED is at work on the home, or was a moment ago */
export async function refuseWhileAtWork(home: string, place: LedgerPlace = ledgerPlace(home)): Promise<void> {
  const holder = await peekLease(place, WRITER, realClock, WRITER_MS);
  if (holder === undefined || isProcessGone(holder.owner, sealedBeside(place))) return;
  throw new RapError('NOT_IN_CHARGE', `${describeProcess(holder.owner)} is at work on this home`, {
    cure: 'Stop Node-RED first, then do this again; a Node-RED that was killed on another machine counts for one more minute.',
  });
}

/** Who does this: --by, else the user of the system. */
export function personFromOptions(
  values: { by?: string | undefined },
  user: () => { username: string } = userInfo,
): string {
  return values.by?.trim() || systemUser(user);
}

/** The name of the user, or the number: in a container a process may run as a user that no list of users has. */
function systemUser(user: () => { username: string }): string {
  try {
    return user().username;
  } catch {
    return `user ${process.geteuid?.() ?? 'without a name'}`;
  }
}
