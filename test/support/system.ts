/** What systems call differently, so that a test says the same on each. */
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { othersWhoMay } from '../../lib/files/rights.ts';

export const onWindows = process.platform === 'win32';

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

/** The same place of a disk of Windows as the share that each drive has on its own machine: "\\localhost\C$\x". */
export function asShare(place: string, server = '\\\\localhost'): string {
  const whole = path.win32.resolve(place);
  return `${server}\\${whole.charAt(0)}$${whole.slice(2)}`;
}
