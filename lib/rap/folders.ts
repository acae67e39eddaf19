/** Remote folders as people configure them. */
import { RapError } from '../errors/rap-error.ts';
import { refuseName } from '../files/safe-name.ts';

export interface RemoteFolder {
  /** The one form used in paths of reports: leading slash, none at the end. */
  path: string;
  /** Does it lie in the login's own folder, and not in the server's root? Written without a leading slash. */
  relative: boolean;
  /** Its absence is no fault: some servers show a folder only while something lies in it. Written with "?" behind it. */
  mayBeAbsent: boolean;
}

/**
 * Reads a remote folder: "/INBOX" lies in the server's root, "INBOX", "./INBOX" and "~/INBOX" in the login's own
 * folder, and "/INBOX?" may be absent.
 * @throws RapError CONFIG_INVALID
 */
export function remoteFolder(text: string): RemoteFolder {
  const mayBeAbsent = text.endsWith('?');
  const name = (mayBeAbsent ? text.slice(0, -1) : text).trim().replace(/^~(?=\/|$)/, '.');
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  for (const part of parts) {
    const reason = refuseName(part);
    if (reason !== undefined) throw new RapError('CONFIG_INVALID', `Folder "${text}": ${reason}`);
  }
  return { path: `/${parts.join('/')}`, relative: !name.startsWith('/'), mayBeAbsent };
}

/** The folder in one form of writing. */
export function folderText({ path, relative, mayBeAbsent }: RemoteFolder): string {
  return atServer(path, relative) + (mayBeAbsent ? '?' : '');
}

/**
 * Reads all folders of an account, each once. One that is named with and without "?" must be there.
 * @throws RapError CONFIG_INVALID, also where two folders of the server would be one folder here, or one in the other
 */
export function remoteFolders(texts: readonly string[]): RemoteFolder[] {
  const all = new Map<string, RemoteFolder>();
  for (const folder of texts.map(remoteFolder)) {
    for (const other of all.values()) {
      if (other.relative === folder.relative) continue;
      if (!isIn(folder.path, other.path) && !isIn(other.path, folder.path)) continue;
      const both = `"${folderText(other)}" and "${folderText(folder)}"`;
      const meeting = other.path === folder.path ? 'be one' : 'lie one in the other';
      throw new RapError('CONFIG_INVALID', `Folders ${both} are two at the server and would ${meeting} here`);
    }
    const mayBeAbsent = folder.mayBeAbsent && (all.get(folder.path)?.mayBeAbsent ?? true);
    all.set(folder.path, { ...folder, mayBeAbsent });
  }
  return [...all.values()];
}

/** Is a path that of a folder, or does it lie in it? */
function isIn(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}

/** The name by which the server knows a path of ours. */
export function atServer(path: string, relative: boolean | undefined): string {
  if (relative !== true) return path;
  return path === '/' ? '.' : path.slice(1);
}

/** Does a path lie in a folder that is relative to the login's own? */
export function isRelative(path: string, folders: readonly RemoteFolder[]): boolean {
  return folders.some(
    (folder) => folder.relative && (folder.path === '/' || path.startsWith(`${folder.path}/`)),
  );
}
