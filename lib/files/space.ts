/** Room on a disk, asked for before it is needed: a disk that runs full takes the ledger and the log with it. */
import { statfs } from 'node:fs/promises';
import { RapError } from '../errors/rap-error.ts';

/** Bytes that an ordinary user may still write where the folder lies. */
export async function freeSpace(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Is a disk full of files, so that fewer than these can be made? Disks that number none beforehand never are. */
export async function isOutOfFiles(folder: string, needed: number): Promise<boolean> {
  const { files, ffree } = await statfs(folder);
  return files > 0 && ffree < needed;
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

/** How long a look at the disk is believed, milliseconds. */
const BELIEVED = 1_000;

/** Room for many files in one folder: the disk is looked at now and then, and what was granted since is counted. */
export class SpaceGuard {
  readonly #folder: string;
  readonly #reserve: number;
  readonly #now: () => number;
  #available = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds that never jump */
  constructor(folder: string, reserve: number, now: () => number) {
    this.#folder = folder;
    this.#reserve = reserve;
    this.#now = now;
  }

  /** @throws RapError DISK_FULL as demandSpace */
  async demand(bytes: number): Promise<void> {
    const fresh = this.#now() - this.#lookedAt < BELIEVED;
    if (!fresh || this.#available - bytes < this.#reserve) {
      this.#lookedAt = this.#now();
      this.#available = await freeSpace(this.#folder);
    }
    await demandSpace(this.#folder, bytes, this.#reserve, async () => this.#available);
    this.#available -= bytes;
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
}
