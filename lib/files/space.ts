/** Room on a disk, asked for before it is needed: a disk that runs full takes the ledger and the log with it. */
import { statfs } from 'node:fs/promises';
import { RapError } from '../errors/rap-error.ts';

/** Bytes that an ordinary user may still write where the folder lies. */
export async function freeSpace(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/**
 * Makes sure that so many bytes fit and the reserve stays free.
 * @throws RapError DISK_FULL naming the folder and the amounts
 */
export async function demandSpace(
  folder: string,
  bytes: number,
  reserve: number,
  free: (folder: string) => Promise<number> = freeSpace,
): Promise<void> {
  const available = await free(folder);
  if (available - bytes >= reserve) return;
  throw new RapError(
    'DISK_FULL',
    `${megabytes(bytes)} are needed in ${folder} and ${megabytes(reserve)} must stay free, but only ${megabytes(available)} are left`,
    { details: { where: folder, available, needed: bytes, reserve } },
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
}
