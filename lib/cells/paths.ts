/** Paths on this machine, and folders at the server. */
import { entriesOf, fault, type Reader, readEach, tidy, unquoted } from './cell.ts';
import type { FaultKind } from './texts.ts';

/**
 * A path of this machine: without the quotes that Windows puts around a copied one, and from "file:///". The shape of
 * the path is for its user to judge.
 */
export const readPath: Reader<string> = (text) => {
  const cell = withoutQuotes(tidy(text));
  if (/[\x00-\x1f\x7f]/.test(cell)) return fault('control', text);
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]+):\/\/(.*)$/is.exec(cell) ?? [];
  if (scheme === undefined) return /^~/.test(cell) ? fault('tilde', text) : { value: cell };
  // Only a path of this machine without escapes has one meaning.
  if (scheme.toLowerCase() !== 'file' || !rest.startsWith('/') || rest.includes('%'))
    return fault('urlPath', text, scheme);
  return { value: rest.replace(/^\/(?=[a-z]:)/i, '') };
};

/** Where a path begins that nobody fills in, and that leads elsewhere than it looks or to no one place. */
const ODD_STARTS: readonly [RegExp, FaultKind][] = [
  // "$HOME/key" and "%USERPROFILE%\\key" would be folders of that name.
  [/^(\$[A-Za-z_]\w*|%\w+%)([\\/]|$)/, 'shellVariable'],
  // Windows makes a folder of the present drive of each of these.
  [/^\\\\(\?\\UNC\\)?[^\\/?]*[\\/]*$/i, 'serverAlone'],
  [/^[a-z]:(?![\\/])/i, 'driveRelative'],
  [/^\\(?!\\)/, 'oneStroke'],
];

/** The same for a file or folder whose path is as it stands. */
export const readFilePath: Reader<string> = (text) => {
  const cell = withoutQuotes(tidy(text));
  const odd = ODD_STARTS.find(([start]) => start.test(cell))?.[1];
  return odd === undefined ? readPath(text) : fault(odd, text);
};

/** Without one pair of quotes around the whole, also where a text program has made them round. */
function withoutQuotes(text: string): string {
  return unquoted(text.replace(/^[“„＂](.*)[”‟＂]$/s, '"$1"').replace(/^[‘‚＇](.*)[’‛＇]$/s, "'$1'"));
}

/** One folder at the server: "/INBOX", "INBOX\\", "/COMMON?" that may be absent. It is no pattern and no address. */
const readFolder: Reader<string> = (text) => {
  const folder = withoutQuotes(text)
    .replace(/[\\／]/g, '/')
    .replace(/^～(?=\/|$)/, '~')
    .replace(/[?？]\/*$/, '?');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(folder)) return fault('folderUrl', text);
  if (/^[a-z]:(\/|$)/i.test(folder)) return fault('folderOfWindows', text);
  if (/[*?[\]{}]/.test(folder.replace(/\?$/, ''))) return fault('folderPattern', text);
  return { value: folder };
};

/** The folders that a cell names, at least one. */
export const readFolders: Reader<string[]> = (text) => {
  const entries = entriesOf(text);
  return entries.length === 0 ? fault('noFolder', text) : readEach(entries, readFolder);
};
