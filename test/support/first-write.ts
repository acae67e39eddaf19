import fs from 'node:fs/promises';
import path from 'node:path';
import { TEMPORARY_PREFIX } from '../../lib/files/temporary.ts';

/** Acts once, as soon as a copy lies open in a folder and before anything is written to it: this process waits for that. */
export function beforeFirstWrite(folder: string, act: () => unknown): void {
  const { open } = fs;
  fs.open = async (file, ...how) => {
    const handle = await open(file, ...how);
    const isCopy = path.basename(String(file)).startsWith(TEMPORARY_PREFIX);
    if (isCopy && path.dirname(String(file)) === folder) {
      fs.open = open;
      await act();
    }
    return handle;
  };
}
