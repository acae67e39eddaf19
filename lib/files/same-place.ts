/**
 * When two texts name one place. Windows takes no notice of case and of the kind of slash, and "\\?\C:\x" and
 * "\\?\UNC\server\share" are long forms of the same folders (Microsoft, "Maximum Path Length Limitation").
 */
import path from 'node:path';
import { collisionKey } from './safe-name.ts';

/** A Windows path without the mark of its long form: "\\?\C:\x" is "C:\x", "\\?\UNC\server\share" "\\server\share". */
export function shortForm(place: string): string {
  return place.replace(/^[\\/]{2}[?.][\\/]UNC[\\/]+/i, '\\\\').replace(/^[\\/]{2}[?.][\\/](?=[a-z]:)/i, '');
}

/** The same for all texts of one place. @param place absolute */
export function placeKey(place: string, platform: NodeJS.Platform = process.platform): string {
  if (platform !== 'win32') return path.posix.resolve(place);
  return collisionKey(path.win32.resolve(shortForm(place))).replace(/(?<=[^:])\\+$/, '');
}

/** Is a folder below another one, or the same? Both absolute. */
export function isWithin(
  folder: string,
  root: string,
  platform: NodeJS.Platform = process.platform,
): boolean {
  const separator = platform === 'win32' ? '\\' : '/';
  const [below, above] = [placeKey(folder, platform), placeKey(root, platform)];
  return below === above || below.startsWith(above.endsWith(separator) ? above : above + separator);
}
