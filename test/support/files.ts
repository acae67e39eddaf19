/** What lies in a folder. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Relative path -> content of every file below a folder; an absent folder holds nothing. */
export async function filesIn(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files.set(relative(folder, file).replaceAll(sep, '/'), await readFile(file));
  }
  return files;
}

/** The SHA-256 of each file, in hexadecimal and sorted, whatever the files are called. */
export function contentHashes(files: ReadonlyMap<string, Buffer>): string[] {
  return [...files.values()].map((content) => createHash('sha256').update(content).digest('hex')).sort();
}
