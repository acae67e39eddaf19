/** Folders and files as people name them behind a command and in RAP_HOME: from the present folder on. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { unquoted } from '../cells/index.ts';
import { RapError } from '../errors/rap-error.ts';
import { visible } from '../errors/visible.ts';
import { allSeen } from '../model/expand-env.ts';
import { refuseOnWindows } from './windows-path.ts';

/**
 * A folder as a person names it, absolute.
 * @param what begins the sentence of the error: '--home'
 * @throws RapError CONFIG_INVALID when it has characters that cannot be seen; on Windows when it has a quotation mark, or
 * would be understood otherwise than it looks, such as a server without its share
 */
export function folderNamed(
  text: string,
  what: string,
  platform: NodeJS.Platform = process.platform,
): string {
  const folder = allSeen(text, `${what} "${visible(text)}"`);
  if (platform !== 'win32') return path.resolve(folder);
  if (folder.includes('"')) {
    throw new RapError(
      'CONFIG_INVALID',
      `${what} is ${visible(folder)}, and no folder has a quotation mark`,
      {
        cure: 'Write no backslash before the closing quote: cmd.exe takes the two for a quote that belongs to the name.',
      },
    );
  }
  const why = refuseOnWindows(folder) ?? refuseLostStroke(folder);
  if (why === undefined) return path.resolve(folder);
  throw new RapError('CONFIG_INVALID', `${what} "${visible(folder)}" ${why}`, {
    cure: 'Write the whole path: C:\\rap, or \\\\server\\share\\folder.',
    details: { field: what },
  });
}

/**
 * "\\fileserver\\ops" that a shell has taken a stroke from would be made on the drive one is on. Where its first folder is
 * there, it is meant.
 */
function refuseLostStroke(folder: string): string | undefined {
  const [first] = /^[\\/][^\\/]+/.exec(folder) ?? [];
  if (first === undefined || existsSync(first)) return undefined;
  return `begins at no drive and with one stroke, and there is no folder ${path.resolve(first)}`;
}

/**
 * A file as a person names it, absolute.
 * @throws RapError as folderNamed, and where it names a folder
 */
export function fileNamed(text: string, what: string, platform: NodeJS.Platform = process.platform): string {
  const file = folderNamed(text, what, platform);
  const isFolder = (platform === 'win32' ? /[\\/]$/ : /\/$/).test(text);
  if (!isFolder && !statSync(file, { throwIfNoEntry: false })?.isDirectory()) return file;
  throw new RapError('CONFIG_INVALID', `${what} "${visible(text)}" is a folder`, {
    cure: 'Give the path of a file, with its name at the end.',
    details: { field: what },
  });
}

/**
 * The file that a variable names, without the blanks and, on Windows, the quotes that cmd.exe leaves in it.
 * @param name of the variable
 * @throws RapError CONFIG_INVALID elsewhere for a file in quotes, unless one of such a name is there
 */
export function fileOfVariable(
  text: string,
  name: string,
  platform: NodeJS.Platform = process.platform,
): string {
  const file = text.trim();
  const inner = unquoted(file);
  if (inner === file || platform === 'win32') return inner;
  if (existsSync(file)) return file;
  throw new RapError('CONFIG_INVALID', `${name} is ${visible(file)}`, {
    cure: `Take the quotes out where it is set; there is no file ${visible(path.resolve(file))}.`,
    details: { field: name },
  });
}

/**
 * RAP_HOME as it is meant: without blanks around it, and on Windows without the quotes that cmd.exe leaves in it.
 * @returns '' where it is not set, else absolute
 * @throws RapError as folderNamed; CONFIG_INVALID for quotes elsewhere
 */
export function homeOfEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const text = env.RAP_HOME?.replace(/^ +| +$/g, '') ?? '';
  const inner = unquoted(text);
  if (inner !== text && platform !== 'win32') {
    throw new RapError('CONFIG_INVALID', `RAP_HOME is ${visible(text)}`, { cure: cureOfQuotes(text, inner) });
  }
  return inner === '' ? '' : folderNamed(inner, 'RAP_HOME', platform);
}

/** Earlier releases took the quotes for a part of the name, and may have worked in such a folder. */
function cureOfQuotes(text: string, inner: string): string {
  const out = 'Take the quotes out where it is set';
  if (inner === '') return `${out}.`;
  const [former, meant] = [text, inner].map((one) => path.resolve(one)) as [string, string];
  const home = `${out}: the home is then ${visible(meant)}.`;
  if (!existsSync(former)) return home;
  const lies = `An earlier release took them for a part of the name and has worked in ${visible(former)}`;
  return existsSync(meant)
    ? `${home} ${lies}; both are there, so see which of them holds your ledger.sqlite, and let it be the only one.`
    : `${home} ${lies}: move that folder there first.`;
}
