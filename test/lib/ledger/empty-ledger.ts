import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openLedger } from '../../../lib/ledger/ledger.ts';
import { SimulatedClock } from '../../../lib/time/clock.ts';

/** What a ledger that was made at a moment consists of: the ends of the names, and the contents. */
const made = new Map<number, Promise<[string, Buffer][]>>();

/** Puts an SQLite ledger there that was made at a moment and never used: a copy, because making one takes ten times as long. */
export async function emptyLedger(file: string, at: number): Promise<void> {
  const files = made.get(at) ?? make(at);
  made.set(at, files);
  for (const [end, content] of await files) await writeFile(`${file}${end}`, content, { mode: 0o600 });
}

async function make(at: number): Promise<[string, Buffer][]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rap-empty-'));
  try {
    const ledger = await openLedger(path.join(folder, 'ledger'), new SimulatedClock(at));
    await ledger.close();
    const names = await readdir(folder);
    return await Promise.all(
      names.map(
        async (name): Promise<[string, Buffer]> => [
          name.slice('ledger'.length),
          await readFile(path.join(folder, name)),
        ],
      ),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
