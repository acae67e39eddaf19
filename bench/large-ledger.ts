/**
 * How long a start takes with a ledger of many years, in a process of its own:
 *
 *   node bench/large-ledger.ts [rows, default 1000000]
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeLargeLedger } from '../test/support/large-ledger.ts';

const START = fileURLToPath(new URL('../test/support/first-request.ts', import.meta.url));
const run = promisify(execFile);

const rows = Number(process.argv[2] ?? 1_000_000);
const folder = await mkdtemp(path.join(tmpdir(), 'rap-large-'));
try {
  const file = path.join(folder, 'ledger.sqlite');
  const begun = performance.now();
  await makeLargeLedger(file, rows);
  const { size } = await stat(file);
  console.log(`${rows} rows, ${Math.round(size / 1e6)} MB, made in ${seconds(performance.now() - begun)}`);
  for (let round = 1; round <= 3; round++) {
    const start = performance.now();
    const { stdout } = await run(process.execPath, [START, file, String(rows)]);
    console.log(
      `start ${round}: ${seconds(performance.now() - start)} to the first answer; ${stdout.trim()}`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
