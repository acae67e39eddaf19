import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { unlinkAll } from '../../support/system.ts';

/**
 * Gives each test of the calling suite an empty folder of its own. It is removed when all that the test ends with is
 * done, because Windows removes no file that is still open.
 */
export function temporaryFolder(): () => string {
  let folder = '';
  const remove = async () => {
    if (folder === '') return;
    unlinkAll();
    // There a file that a program has just closed may stay for a moment.
    await fs.rm(folder, { recursive: true, force: true, maxRetries: 4, retryDelay: 100 });
  };
  beforeEach(async () => {
    await remove();
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'rap-test-'));
  });
  after(remove);
  return () => folder;
}
