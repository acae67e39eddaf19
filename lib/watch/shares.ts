/**
 * Do the shares answer, and how much room have they? Asked now and then beside everything else, through the same patient
 * door as reports: a share that hangs keeps one call, and nobody waits for it here.
 */

import { openedShare } from '../delivery/share.ts';
import type { Disk } from '../files/disk.ts';
import { watchdog } from '../files/watchdog.ts';
import type { KnownShare } from '../ledger/ledger.ts';

export interface ShareFigures {
  root: string;
  /** Does the share that was met there answer? undefined as long as nobody knows. */
  answers: boolean | undefined;
  /** Bytes an ordinary user may still write; undefined where it is not known. */
  free: number | undefined;
}

/** How long an answer is waited for before the share counts as silent, milliseconds. */
const ANSWER_MS = 20_000;

type Disks = (root: string, answerWithin: number) => Disk;
const patient: Disks = (root, answerWithin) => watchdog.disk(root, { answerWithin });

export class ShareLooks {
  readonly #seen = new Map<string, ShareFigures>();
  readonly #asking = new Map<string, Promise<void>>();
  readonly #disks: Disks;

  constructor(disks: Disks = patient) {
    this.#disks = disks;
  }

  /** Asks each share that is not being asked. Resolves when those that answer in time have. */
  async look(shares: readonly Pick<KnownShare, 'root' | 'id'>[]): Promise<void> {
    const roots = new Set(shares.map(({ root }) => root));
    for (const root of this.#seen.keys()) if (!roots.has(root)) this.#seen.delete(root);
    for (const share of shares) {
      if (this.#asking.has(share.root)) continue;
      const asked = this.#ask(share).finally(() => this.#asking.delete(share.root));
      this.#asking.set(share.root, asked);
    }
    await Promise.allSettled(this.#asking.values());
  }

  /** What is known of each share; one that was never asked to the end is not known. */
  figures(shares: readonly Pick<KnownShare, 'root'>[]): ShareFigures[] {
    return shares.map(({ root }) => this.#seen.get(root) ?? { root, answers: undefined, free: undefined });
  }

  async #ask({ root, id }: Pick<KnownShare, 'root' | 'id'>): Promise<void> {
    try {
      const disk = this.#disks(root, ANSWER_MS);
      // Where it is not mounted, the room is that of another disk.
      const found = await openedShare(root, { disk });
      const { bavail, bsize } = await disk.statfs(root);
      this.#seen.set(root, {
        root,
        answers: found.id === id,
        free: found.id === id ? bavail * bsize : undefined,
      });
    } catch {
      // What is wrong with it, whoever files there says.
      this.#seen.set(root, { root, answers: false, free: undefined });
    }
  }
}
