/**
 * Who may read a file or folder on Windows, where rights are lists of accounts and no bits. They are asked of and set
 * by icacls, which comes with every Windows, and are read as SDDL, which has the same words in every language
 * (Microsoft, "Security Descriptor String Format"). Where icacls says nothing that can be read, nothing is claimed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Runs a program of Windows and returns what it writes. @throws when it fails or is not there */
export type RunProgram = (command: string, args: readonly string[]) => string;

const run: RunProgram = (command, args) =>
  execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 20_000,
    windowsHide: true,
  });

export interface RightsOptions {
  run?: RunProgram;
  /** What icacls has saved. */
  readSaved?: (file: string) => Buffer;
}

/** Accounts that may read what belongs to somebody else: the system, its administrators, the owner under other names. */
const EXPECTED: ReadonlySet<string> = new Set([
  'SY',
  'BA',
  'LA',
  'OW',
  'CO',
  'S-1-5-18',
  'S-1-5-32-544',
  'S-1-3-0',
  'S-1-3-4',
]);

/** Groups by the letters that SDDL has for them. */
const GROUPS: Readonly<Record<string, string>> = {
  WD: 'Everyone',
  AU: 'Authenticated Users',
  BU: 'Users',
  BG: 'Guests',
  IU: 'INTERACTIVE',
  NU: 'NETWORK',
  AN: 'ANONYMOUS LOGON',
  DU: 'Domain Users',
  DG: 'Domain Guests',
  DC: 'Domain Computers',
};

/** Rights, two letters each, with which somebody may read or write what is in a file, or take that right. */
const LET_IN: ReadonlySet<string> = new Set([
  'FA',
  'FR',
  'FW',
  'GA',
  'GR',
  'GW',
  'CC',
  'DC',
  'LC',
  'WD',
  'WO',
]);

/** The same as bits (Microsoft, "Access Mask"); the four general rights are the topmost. */
const LET_IN_BITS = 0x0001 | 0x0002 | 0x0004 | 0x00040000 | 0x00080000;
const GENERAL = 0x10000000;

function letsIn(rights: string): boolean {
  if (/^0x/i.test(rights)) return (Number(rights) & LET_IN_BITS) !== 0 || Number(rights) >= GENERAL;
  return (rights.match(/../g) ?? []).some((right) => LET_IN.has(right));
}

/** Entries that allow; those that deny, and those of other kinds, let nobody in. */
const ALLOWS: ReadonlySet<string | undefined> = new Set(['A', 'OA', 'XA', 'ZA']);

/**
 * Who else is let in.
 * @param saved what icacls saves: the name, and in the next line the rights, 'D:AI(A;ID;FA;;;SY)(A;ID;0x1200a9;;;BU)'
 * @param owner SID of the one to whom it shall belong alone
 * @returns their names, or SIDs where SDDL has no name; undefined when the text is none that can be read
 */
export function othersIn(saved: string, owner: string): string[] | undefined {
  const list = saved.split(/\r?\n/).findLast((line) => line.startsWith('D:'));
  // A list that is missing lets everybody in; one without entries nobody.
  if (list?.startsWith('D:NO_ACCESS_CONTROL')) return ['Everyone'];
  if (list === undefined || !/^D:[A-Z]*(\([^()]*\))*(S:.*)?$/.test(list)) return undefined;
  const entries = [...list.replace(/S:.*$/, '').matchAll(/\(([^)]*)\)/g)].map(([, text = '']) =>
    text.split(';'),
  );
  const others = entries
    .filter(([kind, , rights = '']) => ALLOWS.has(kind) && letsIn(rights))
    .map(([, , , , , account = '']) => account)
    .filter((account) => !EXPECTED.has(account) && account !== owner);
  return [...new Set(others)].map((account) => GROUPS[account] ?? account);
}

/** SID of the user of this process. @throws when it cannot be found out */
function ownSid({ run: ask = run }: RightsOptions): string {
  const [sid] = /S-1-[\d-]+/.exec(ask('whoami', ['/user', '/fo', 'csv', '/nh'])) ?? [];
  if (sid === undefined) throw new Error('whoami named no SID');
  return sid;
}

/** Two bytes a letter, as icacls saves them. */
function sddlOf(place: string, { run: ask = run, readSaved = readFileSync }: RightsOptions): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'rap-rights-'));
  try {
    const saved = path.join(folder, 'saved');
    ask('icacls', [place, '/save', saved, '/q']);
    return readSaved(saved).toString('utf16le');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Who besides this user, the system and its administrators may read or change a file or folder of Windows.
 * @returns names; undefined when that cannot be found out
 */
export function othersWhoMay(place: string, options: RightsOptions = {}): string[] | undefined {
  try {
    return othersIn(sddlOf(place, options), ownSid(options));
  } catch {
    return undefined;
  }
}

/** Every right; to a folder also to what is in it, and will be. */
const ALL = { file: 'F', folder: '(OI)(CI)F' } as const;

/** The command that does by hand what closeToOthers does. */
export function closingCommand(place: string, kind: 'file' | 'folder'): string {
  const accounts = ['%USERDOMAIN%\\%USERNAME%', '*S-1-5-18', '*S-1-5-32-544'];
  const grants = accounts.map((one) => `/grant:r "${one}:${ALL[kind]}"`);
  return `icacls "${place}" /inheritance:r ${grants.join(' ')}`;
}

/**
 * Leaves a file or folder of Windows to this user, the system and its administrators; what is in a folder, and what is
 * made there later, has the same rights. Looks afterwards.
 * @returns '' when nobody else may read it, else a sentence that says what is not so
 */
export function closeToOthers(place: string, kind: 'file' | 'folder', options: RightsOptions = {}): string {
  const cure = `Run in cmd.exe, and look at it with "icacls": ${closingCommand(place, kind)}`;
  try {
    const sid = ownSid(options);
    const grants = [sid, 'S-1-5-18', 'S-1-5-32-544'].flatMap((one) => ['/grant:r', `*${one}:${ALL[kind]}`]);
    (options.run ?? run)('icacls', [place, '/inheritance:r', ...grants, '/q']);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return `The rights of ${place} could not be set (${why}): others on this machine may be able to read it. ${cure}`;
  }
  const others = othersWhoMay(place, options);
  if (others === undefined) {
    return `The rights of ${place} were set, but could not be looked at: others on this machine may be able to read it. ${cure}`;
  }
  return others.length === 0 ? '' : `${others.join(', ')} may still read ${place}. ${cure}`;
}
