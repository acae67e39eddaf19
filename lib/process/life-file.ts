/**
 * On Windows: a file beside the ledger that the process in charge alone has open. Whichever way the process ends, Windows
 * closes and removes it; so it tells a process that lives from another one that has been given its number.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { systemCode } from '../errors/rap-error.ts';

const { O_RDWR, O_CREAT, O_EXCL } = constants;
/** Flags of libuv (uv/win.h) that Node.js has no names for: nobody else may open it, and what is closed is removed. */
const UV_FS_O_EXLOCK = 0x10000000;
const UV_FS_O_TEMPORARY = 0x40;

interface Held {
  handle: number;
  letGo?: NodeJS.Timeout;
}

const held = new Map<string, Held>();

/** Where the file of a process lies. @param mark which no other process has */
export function lifeFile(ledger: string, mark: string): string {
  return `${ledger}.alive-${mark}`;
}

/** Opens the file for as long as the process lives, or until it is let go. @throws the system's error */
export function holdLife(file: string): void {
  const known = held.get(file);
  clearTimeout(known?.letGo);
  const flags = O_RDWR | O_CREAT | O_EXCL | UV_FS_O_EXLOCK | UV_FS_O_TEMPORARY;
  held.set(file, { handle: known?.handle ?? openSync(file, flags, 0o600) });
}

/** Closes it. @param grace milliseconds for which the process still counts */
export function letGoOfLife(file: string, grace: number): void {
  const known = held.get(file);
  if (known === undefined) return;
  const close = () => {
    held.delete(file);
    closeSync(known.handle);
  };
  if (grace === 0) close();
  else known.letGo = setTimeout(close, grace).unref();
}

/** Has nobody it open? Then the process that made it is gone. */
export function isLetGo(file: string): boolean {
  try {
    // A power cut leaves it behind.
    closeSync(openSync(file, 'r'));
    return true;
  } catch (thrown) {
    return systemCode(thrown) === 'ENOENT';
  }
}
