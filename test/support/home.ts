/** A home folder for one test, gone afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function makeHome(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'rap-home-'));
}

export async function removeHome(home: string): Promise<void> {
  await rm(home, { recursive: true, force: true, maxRetries: 4, retryDelay: 100 });
}
