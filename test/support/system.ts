/** What systems call differently, so that a test says the same on each. */
import assert from 'node:assert/strict';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { othersWhoMay } from '../../lib/files/rights.ts';

export const onWindows = process.platform === 'win32';

/** Loaded where wine makes no link: it starts programs. */
let belowWine: typeof import('./below-wine.ts') | undefined;

/** How a process ends that was killed: Windows has no signals, and gives it the status 1. */
export const killed = onWindows ? { code: 1 } : { signal: 'SIGKILL' };

/**
 * Is a file or folder its owner's alone? By its mode; on Windows, where modes mean nothing, by its rights, as far as they
 * can be read there.
 */
export async function assertPrivate(place: string, kind: 'file' | 'folder' = 'file'): Promise<void> {
  if (onWindows) return assert.deepEqual(othersWhoMay(place) ?? [], [], place);
  const mode = kind === 'file' ? 0o600 : 0o700;
  assert.equal(((await stat(place)).mode & 0o777).toString(8), mode.toString(8), place);
}

/**
 * Makes a folder that leads to another: a symbolic link, on Windows a junction, which everybody may make there. Wine makes
 * an empty folder of either, and follows what the system below it has.
 * @param target absolute, or as seen from the folder that the link lies in
 */
export async function linkFolder(target: string, link: string): Promise<void> {
  if (!onWindows) return symlink(target, link);
  const whole = path.resolve(path.dirname(link), target);
  await symlink(whole, link, 'junction').catch(() => {});
  if ((await lstat(link).catch(() => undefined))?.isSymbolicLink()) return;
  await rm(link, { recursive: true, force: true });
  belowWine ??= await import('./below-wine.ts');
  belowWine.linkBelow(whole, link);
}

/** The same of a file, which on Windows takes the right to make links. */
export async function linkFile(target: string, link: string): Promise<void> {
  if (!onWindows) return symlink(target, link);
  await symlink(target, link, 'file').catch(() => {});
  if ((await lstat(link).catch(() => undefined))?.isSymbolicLink()) return;
  await rm(link, { force: true });
  belowWine ??= await import('./below-wine.ts');
  belowWine.linkBelow(target, link);
}

/** Takes away the links that lie below wine. */
export function unlinkAll(): void {
  belowWine?.unlinkAllBelow();
}

/** Takes such a link away, and nothing of what it leads to. */
export async function unlinkFolder(link: string): Promise<void> {
  if (!onWindows || (await lstat(link)).isSymbolicLink()) return rm(link);
  belowWine?.unlinkBelow(link);
}

/** Of Windows alone, and without a type in Node.js: nobody else may open the file meanwhile. */
const UV_FS_O_EXLOCK = 0x10000000;

/** Opens a file as a program of Windows does that lets nobody else have it; makes it where `content` is given. */
export async function openAlone(file: string, content?: string): Promise<FileHandle> {
  if (content !== undefined) await writeFile(file, content);
  return open(file, constants.O_RDWR | UV_FS_O_EXLOCK);
}

/** The same place of a disk of Windows as the share that each drive has on its own machine: "\\localhost\C$\x". */
export function asShare(place: string, server = '\\\\localhost'): string {
  const whole = path.win32.resolve(place);
  return `${server}\\${whole.charAt(0)}$${whole.slice(2)}`;
}
