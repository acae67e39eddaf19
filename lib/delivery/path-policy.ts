/**
 * Which folders a person may name as a destination, by the system this runs on. What would work at the desk and
 * fail at night is refused at once, with the reason.
 */
import {
  driveOf,
  isUnc,
  LONGEST_ON_WINDOWS,
  refuseDriveRelative,
  refuseNamesOnWindows,
} from '../files/windows-path.ts';

export interface Host {
  platform: NodeJS.Platform;
  /** Runs without anybody logged in, as Windows services do. */
  service: boolean;
  /** Drives that are there for a service, too: those of the system and of RAP_HOME. */
  drives: readonly string[];
}

/** This machine, as far as destinations are concerned. */
export function thisHost(home: string, env: NodeJS.ProcessEnv = process.env): Host {
  const drives = [env.SystemDrive ?? 'C:', home].map(driveOf).filter((drive) => drive !== '');
  // Windows gives a session a name only when somebody is logged in.
  return { platform: process.platform, service: env.SESSIONNAME === undefined, drives };
}

/**
 * Can reports be brought to this folder?
 * @param folder absolute
 * @returns why not, or undefined when they can
 */
export function refusePlace(folder: string, { platform, service, drives }: Host): string | undefined {
  if (platform !== 'win32') {
    return isOfWindows(folder)
      ? 'is a path of Windows: mount the share on this machine and name the folder it is mounted on'
      : undefined;
  }
  const drive = driveOf(folder);
  if (drive === '') {
    return isUnc(folder) ? undefined : `must begin with a server (\\\\server\\share) or a drive (C:\\)`;
  }
  const relative = refuseDriveRelative(folder);
  if (relative !== undefined || !service || drives.includes(drive)) return relative;
  return `is on drive ${drive}, which a service does not see when it is a mapped one: name the server (\\\\server\\share\\folder)`;
}

/** Is a whole path too long to be opened? @returns why, or undefined */
export function refuseLength(file: string, { platform }: Host): string | undefined {
  if (platform !== 'win32' || file.length <= LONGEST_ON_WINDOWS) return undefined;
  return `has ${file.length} characters, and programs on Windows open paths of up to ${LONGEST_ON_WINDOWS}`;
}

/** "\\\\server", "//server", "C:\\". What begins with three slashes or more is a path of this system. */
function isOfWindows(folder: string): boolean {
  return /^(\\\\|\/\/(?!\/))/.test(folder) || /^[a-z]:[\\/]/i.test(folder);
}

/** What a shell, a batch file or another program would fill in, and this one would not. */
const FOREIGN: readonly [RegExp, string][] = [
  [/\$\(|`/, 'holds a command of a shell, which is not run here'],
  [/%[^%\\/]+%/, 'holds a %NAME% of Windows or WinSCP'],
  [/(^|\/)\$[A-Za-z_]/, 'holds a $NAME of a shell'],
  [/[｛｝＄]/, 'holds braces or a dollar sign of a Chinese keyboard'],
];

/** "/mnt/ops; /mnt/risk", "C:\\ops,D:\\ops": what follows the mark begins like a path. */
const SEVERAL = /[;,；，、]\s*([\\/]|[a-z]:[\\/])/i;

/**
 * Does a path as it was typed hold what people carry over from elsewhere and what no folder is named?
 * @returns what and what to write instead, or undefined
 */
export function refuseTyped(folder: string, { platform }: Host): string | undefined {
  const foreign = FOREIGN.find(([pattern]) => pattern.test(folder))?.[1];
  if (foreign !== undefined) return `${foreign}: write words in braces such as {yyyy}, variables as \${NAME}`;
  if (SEVERAL.test(folder)) return 'names more than one folder: give each of them a rule of its own';
  if (platform !== 'win32' && folder.includes('\\')) {
    return 'holds a backslash, which parts no folders on this system: write slashes';
  }
  const odd = /[<>"|?*]/.exec(folder.replace(/^\\\\[?.]\\/, ''))?.[0];
  if (odd !== undefined) return `holds ${odd}, which file servers of Windows do not allow in a name`;
  const windows = platform === 'win32';
  const taken = windows ? refuseNamesOnWindows(folder) : undefined;
  if (taken !== undefined) return taken;
  const names = folder.split(windows ? /[\\/]/ : '/');
  const bad = names.find((name) => /^\s|[\s.]$/.test(name) && name !== '.' && name !== '..');
  return bad === undefined
    ? undefined
    : `has the folder name "${bad}", and names do not begin with a blank or end with a blank or a dot`;
}
