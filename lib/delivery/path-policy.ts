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
import type { Language } from '../i18n/languages.ts';
import { type Params, t, type Under } from '../i18n/translate.ts';

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
export function refusePlace(
  folder: string,
  { platform, service, drives }: Host,
  language: Language = 'en',
): string | undefined {
  const why = (kind: Under<'delivery.fault'>, params?: Params) =>
    t(language, `delivery.fault.${kind}`, params);
  if (platform !== 'win32') return isOfWindows(folder) ? why('ofWindows') : undefined;
  const drive = driveOf(folder);
  if (drive === '') return isUnc(folder) ? undefined : why('server');
  const relative = refuseDriveRelative(folder, language);
  return relative !== undefined || !service || drives.includes(drive) ? relative : why('mapped', { drive });
}

/** Is a whole path too long to be opened? @returns why, or undefined */
export function refuseLength(
  file: string,
  { platform }: Host,
  language: Language = 'en',
): string | undefined {
  if (platform !== 'win32' || file.length <= LONGEST_ON_WINDOWS) return undefined;
  return t(language, 'delivery.fault.length', { n: file.length, most: LONGEST_ON_WINDOWS });
}

/** "\\\\server", "//server", "C:\\". What begins with three slashes or more is a path of this system. */
function isOfWindows(folder: string): boolean {
  return /^(\\\\|\/\/(?!\/))/.test(folder) || /^[a-z]:[\\/]/i.test(folder);
}

/** What a shell, a batch file or another program would fill in, and this one would not. */
const FOREIGN: readonly [RegExp, Under<'delivery.fault'>][] = [
  [/\$\(|`/, 'shellCommand'],
  [/%[^%\\/]+%/, 'windowsName'],
  [/(^|\/)\$[A-Za-z_]/, 'shellName'],
  [/[｛｝＄]/, 'wideBraces'],
];

/** "/mnt/ops; /mnt/risk", "C:\\ops,D:\\ops": what follows the mark begins like a path. */
const SEVERAL = /[;,；，、]\s*([\\/]|[a-z]:[\\/])/i;

/**
 * Does a path as it was typed hold what people carry over from elsewhere and what no folder is named?
 * @returns what and what to write instead, or undefined
 */
export function refuseTyped(
  folder: string,
  { platform }: Host,
  language: Language = 'en',
): string | undefined {
  const why = (kind: Under<'delivery.fault'>, params?: Params) =>
    t(language, `delivery.fault.${kind}`, params);
  const foreign = FOREIGN.find(([pattern]) => pattern.test(folder))?.[1];
  if (foreign !== undefined) return why(foreign);
  if (SEVERAL.test(folder)) return why('several');
  if (platform !== 'win32' && folder.includes('\\')) return why('backslash');
  const letter = /[<>"|?*]/.exec(folder.replace(/^\\\\[?.]\\/, ''))?.[0];
  if (letter !== undefined) return why('letter', { letter });
  const windows = platform === 'win32';
  const taken = windows ? refuseNamesOnWindows(folder, language) : undefined;
  if (taken !== undefined) return taken;
  const names = folder.split(windows ? /[\\/]/ : '/');
  const bad = names.find((name) => /^\s|[\s.]$/.test(name) && name !== '.' && name !== '..');
  return bad === undefined ? undefined : why('ends', { name: bad });
}
