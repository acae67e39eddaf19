import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Gives each test of the calling suite an empty folder of its own, and removes it afterwards. */
export function temporaryFolder(): () => string {
  let folder = '';
  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'rap-test-'));
  });
  afterEach(async () => {
    await fs.rm(folder, { recursive: true, force: true });
  });
  return () => folder;
}
