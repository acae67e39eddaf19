import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const MEMORY = '/dev/shm';
/** Bytes; containers often have 64 MB there. */
const ENOUGH = 2 * 1024 ** 3;

/** For what is written often: in memory where there is room, because that a program ends loses nothing there. */
export function roomyFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ENOUGH ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
