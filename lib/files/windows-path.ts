/** Paths of Windows as people write them, in either kind of slash (Microsoft, "Naming Files, Paths, and Namespaces"). */
import type { Language } from '../i18n/languages.ts';
import { t } from '../i18n/translate.ts';
import { isDeviceName } from './safe-name.ts';

/** The longest path its programs can be relied on to open (MAX_PATH without its end mark). */
export const LONGEST_ON_WINDOWS = 259;

/** "C:" of "c:\\ops", "c:ops" and "\\\\?\\C:\\ops"; '' of a path without a drive. */
export function driveOf(place: string): string {
  return /^(?:[\\/]{2}[?.][\\/])?([a-z]:)/i.exec(place)?.[1]?.toUpperCase() ?? '';
}

/** "\\server\share\..." in either kind of slash, also in its long form "\\?\UNC\server\share\...". */
export function isUnc(place: string): boolean {
  return /^[\\/]{2}(?:\?[\\/]UNC[\\/])?[^\\/?.]+[^\\/]*[\\/]+[^\\/]+/i.test(place);
}

/** "D:ops" and "D:", which are folders of wherever that drive was left. @returns why it is refused, or undefined */
export function refuseDriveRelative(place: string, language: Language = 'en'): string | undefined {
  const drive = driveOf(place);
  if (drive === '' || /^(?:[\\/]{2}[?.][\\/])?[a-z]:[\\/]/i.test(place)) return undefined;
  return t(language, 'delivery.fault.drive', { drive });
}

/** What no name in a path may be, because Windows takes it for something else. @returns why, or undefined */
export function refuseNamesOnWindows(place: string, language: Language = 'en'): string | undefined {
  const below = place.replace(/^(?:[\\/]{2}[?.][\\/])?(?:[a-z]:)?/i, '');
  if (below.includes(':')) return t(language, 'delivery.fault.colon');
  const device = below.split(/[\\/]/).find(isDeviceName);
  return device === undefined ? undefined : t(language, 'delivery.fault.device', { name: device });
}

/**
 * Why Windows would understand a path otherwise than it looks, or could not keep it; undefined where it would not. It may
 * begin at the present folder.
 */
export function refuseOnWindows(place: string): string | undefined {
  if (/^[\\/]{2}/.test(place) && driveOf(place) === '' && !isUnc(place))
    return 'begins with a server without a share: write \\\\server\\share\\folder';
  const why = refuseDriveRelative(place) ?? refuseNamesOnWindows(place);
  if (why !== undefined) return why;
  const [odd] = /[<>"|?*]/.exec(place.replace(/^[\\/]{2}\?[\\/]/, '')) ?? [];
  if (odd !== undefined) return `holds ${odd}, which no name has on Windows`;
  const bad = place.split(/[\\/]/).find((name) => /[\s.]$/.test(name) && name !== '.' && name !== '..');
  if (bad !== undefined)
    return `has the name "${bad}", and Windows drops blanks and dots at the end of a name`;
  if (place.length <= LONGEST_ON_WINDOWS) return undefined;
  return t('en', 'delivery.fault.length', { n: place.length, most: LONGEST_ON_WINDOWS });
}
