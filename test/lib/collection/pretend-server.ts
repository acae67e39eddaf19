/** A server as a list of files, to be listed and downloaded by the rules of collection without a line in between. */

import type { ErrorCode } from '../../../lib/errors/codes.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';
import type { Ledger } from '../../../lib/ledger/ledger.ts';
import type { GivenName, Listing, ListOptions } from '../../../lib/rap/listing.ts';
import type { RapSession } from '../../../lib/rap/session.ts';
import type { Job, Result } from '../../../lib/rap/transfer/download.ts';
import type { SimulatedClock } from '../../../lib/time/clock.ts';
import { diskAtRest } from '../../support/disk.ts';
import { aVersion } from '../ledger/samples.ts';

type How = Pick<ListOptions, 'givenName' | 'onCut'>;

export interface PretendFile {
  /** Changes with the content; also its size. */
  content: number;
  /** Looks different each time. */
  writing?: boolean;
  /** Downloads fail with it. */
  fault?: ErrorCode;
  /** It comes whole and is put into quarantine. */
  wrong?: boolean;
  /** The name is refused. */
  unsafe?: boolean;
}

export class PretendServer {
  readonly files = new Map<string, PretendFile>();
  /** Folders that cannot be listed. */
  readonly closed = new Set<string>();
  /** After so many results the process is gone. */
  killAfter = Number.POSITIVE_INFINITY;
  /** Called between the first look of a run and its second. */
  betweenLooks: () => void = () => {};
  /** The line is lost at this look of a run; 0 for never. */
  lostAtLook = 0;
  /** Was it, in the last run? */
  lost = false;
  /** Its folders lie in the login's own; by a path from the root they are not to be had. */
  relative = false;
  readonly account: string;
  readonly folders: string[];
  #looks = 0;

  constructor(account: string, folders: string[]) {
    this.account = account;
    this.folders = folders;
  }

  session(ledger: Ledger, run: string): RapSession {
    let looks = 0;
    this.lost = false;
    return {
      account: { name: this.account, folders: this.folders, participant: '' },
      keep: () => {},
      list: async (folders = this.folders, { givenName = () => undefined, onCut }: How = {}) => {
        looks++;
        if (looks === 2) this.betweenLooks();
        this.lost = looks === this.lostAtLook;
        const listing = this.#list(this.relative ? this.#ofLogin(folders) : folders, givenName);
        if (this.relative) for (const file of listing.files) file.relative = true;
        if (!this.lost) return listing;
        onCut?.(listing);
        throw new RapError('CONNECTION_LOST', 'The line dropped');
      },
      download: (jobs: readonly Job[], onResult: (result: Result) => Promise<void>) =>
        this.#download(ledger, run, jobs, onResult),
    } as unknown as RapSession;
  }

  #ofLogin(folders: readonly string[]): string[] {
    for (const one of folders)
      if (one.startsWith('/')) throw new RapError('REMOTE_FAILURE', `${one} is not there`);
    return folders.map((one) => `/${one}`);
  }

  #list(folders: readonly string[], givenName: GivenName): Listing {
    this.#looks++;
    const listing: Listing = { files: [], refused: [], problems: [], complete: true };
    for (const folder of this.closed) {
      if (!folders.some((one) => folder === one || folder.startsWith(`${one}/`))) continue;
      const error = new RapError('FOLDER_UNREADABLE', `Folder ${folder}: Permission denied`);
      listing.problems.push({ folder, error });
    }
    const isOpen = (path: string) => ![...this.closed].some((one) => path.startsWith(`${one}/`));
    for (const [path, { content, writing, unsafe }] of [...this.files].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const [folder, own] = split(path);
      if (!folders.some((one) => path.startsWith(`${one}/`)) || !isOpen(path)) continue;
      const nameHex = Buffer.from(own).toString('hex');
      const other = unsafe ? givenName(folder, nameHex) : undefined;
      if (unsafe && other === undefined) {
        listing.refused.push({ folder, nameHex, shown: own, code: 'NAME_REFUSED', reason: 'is not safe' });
        continue;
      }
      const name = other ?? own;
      const given = other === undefined ? {} : { nameHex };
      const modifiedAt = writing ? 1000 + this.#looks : 1;
      listing.files.push({ path: `${folder}/${name}`, name, folder, size: content, modifiedAt, ...given });
    }
    return listing;
  }

  async #download(
    ledger: Ledger,
    run: string,
    jobs: readonly Job[],
    onResult: (result: Result) => Promise<void>,
  ): Promise<void> {
    let left = this.killAfter;
    for (const job of jobs) {
      if (left-- <= 0) throw new Error('killed');
      const { path, nameHex } = job.file;
      const [folder, name] = split(path);
      const own = nameHex === undefined ? path : `${folder}/${Buffer.from(nameHex, 'hex')}`;
      const file = this.files.get(own);
      const fault = file === undefined ? 'REMOTE_MISSING' : file.fault;
      const sha256 = String(file?.content ?? 0).padStart(64, '0');
      if (fault !== undefined) {
        await onResult({ job, error: new RapError(fault, `${path} cannot be read`) });
      } else if (file?.wrong) {
        const at = { size: job.file.size, modifiedAt: job.file.modifiedAt };
        const version = aVersion({ ...at, account: this.account, run, path, name, folder, sha256 });
        await ledger.quarantine.quarantineReport(version, {
          code: 'CONTENT_WRONG',
          reason: 'the total does not fit',
        });
        await onResult({ job, error: new RapError('CONTENT_WRONG', `${path}, the total does not fit`) });
      } else {
        const bytes = file?.content ?? 0;
        await onResult({ job, local: job.target, bytes, sha256, outcome: 'published' });
      }
    }
  }
}

function split(path: string): [folder: string, name: string] {
  const at = path.lastIndexOf('/');
  return [path.slice(0, at), path.slice(at + 1)];
}

/** Lets a simulated clock go on as long as something waits for it. */
export async function letTimePass<T>(clock: SimulatedClock, work: Promise<T>): Promise<T> {
  let done = false;
  const end = () => {
    done = true;
  };
  work.then(end, end);
  while (!done) {
    await diskAtRest();
    if (clock.pending > 0) await clock.advance(20_000);
  }
  return work;
}
