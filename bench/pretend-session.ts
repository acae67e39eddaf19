/** Very many reports without a server: what is measured is what becomes of them here. */
import { RapError } from '../lib/errors/rap-error.ts';
import type { ListedFile } from '../lib/rap/listing.ts';
import type { RapSession } from '../lib/rap/session.ts';
import type { Job, Result } from '../lib/rap/transfer/download.ts';

/** A session without a line: it lists these files, and each of them comes, or fails. */
export function sessionOf(
  account: string,
  files: readonly ListedFile[],
  onBegin: () => void = () => {},
  fails = false,
): RapSession {
  return {
    account: { name: account, folders: ['/INBOX'], participant: '' },
    keep: () => {},
    list: async () => ({ files: [...files], refused: [], problems: [], complete: true }),
    async download(jobs: readonly Job[], onResult: (result: Result) => Promise<void>) {
      onBegin();
      const active = new Set<Promise<void>>();
      for (const job of jobs) {
        while (active.size >= 64) await Promise.race(active);
        const sha256 = job.file.path.length.toString(16).padStart(64, 'a');
        const result: Result = fails
          ? { job, error: new RapError('REMOTE_FAILURE', 'no') }
          : { job, local: job.target, bytes: job.file.size, sha256, outcome: 'published' };
        await new Promise((resolve) => setImmediate(resolve));
        const done = onResult(result).then(() => void active.delete(done));
        active.add(done);
      }
      await Promise.all(active);
    },
  } as unknown as RapSession;
}

/** So many reports of a day (YYYYMMDD) as a listing shows them. */
export function filesOf(count: number, day: string): ListedFile[] {
  const folder = `/INBOX/${day}`;
  return Array.from({ length: count }, (_, number) => {
    const name = `CSEMA08_SIM001_${day}_${String(number).padStart(6, '0')}.txt`;
    return { path: `${folder}/${name}`, name, folder, size: 100, modifiedAt: 1_750_000_000 };
  });
}
