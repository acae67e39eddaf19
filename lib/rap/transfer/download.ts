/**
 * Many files over one session: small files overlap so that none pays its round trips alone, large ones share
 * the flight limit. Reading and making durable overlap too; a file counts as received only when it is proved,
 * synced and has its final name.
 */

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { asRapError, diskError, RapError } from '../../errors/rap-error.ts';
import { makeFolder, openTemporary, type PublishOutcome, publish } from '../../files/durable.ts';
import { whileInUse } from '../../files/rename.ts';
import { placeKey } from '../../files/same-place.ts';
import { SpaceGuard } from '../../files/space.ts';
import type { NotLookedAgain } from '../../model/types.ts';
import type { Clock } from '../../time/clock.ts';
import type { SftpRequests } from '../client/sftp-requests.ts';
import { defaultListingLimits, type ListedFile, type ListingLimits } from '../listing.ts';
import { Bandwidth, type BandwidthWindow } from './bandwidth.ts';
import { ListedAgain } from './listed-again.ts';
import { OrderedWriter } from './ordered-writer.ts';
import { Pace } from './pace.ts';
import { type ReadFile, readVerified } from './reader.ts';
import { keepBeginning, LEAST_TO_RESUME, takeBeginning } from './resume.ts';
import { TransferWindow, WindowShare } from './transfer-window.ts';

/** Files read at the same time, where the server says how many it bears; handles are cheap, round trips are not. */
const FILES_AT_ONCE = 128;
/** Where it does not say. */
const FILES_AT_ONCE_UNANNOUNCED = 64;
/** Files being made durable at the same time, after they were read. */
const FINISHING_AT_ONCE = 64;

export interface Job {
  file: ListedFile;
  /** Final local path. Must be made of checked names under a folder of ours. */
  target: string;
}

export interface Received {
  job: Job;
  error?: undefined;
  local: string;
  bytes: number;
  sha256: string;
  outcome: PublishOutcome;
  /** Left out when it was looked at again and found unchanged. */
  notLookedAgain?: NotLookedAgain;
}

export type Result = Received | { job: Job; error: RapError };

export interface DownloadOptions {
  /** The folder all targets lie under. A link below it that leads elsewhere is not followed. */
  root: string;
  clock: Clock;
  careful: boolean;
  /** Largest file taken, bytes. */
  fileSize: number;
  /** Of a folder that is listed again, because the server's answers differ from its listing. */
  limits?: ListingLimits;
  /** Bytes that must stay free on the disk of the root. */
  reserve: number;
  /** How fast, by the time of day. */
  bandwidth?: readonly BandwidthWindow[];
  /** Bytes a second that must come while a file is read. Default: none. */
  slowest?: number;
  filesAtOnce?: number;
  /** Go on where a broken transfer of a large file stopped. Default false. */
  resume?: boolean;
  signal?: AbortSignal;
  /** Looks into a file that was read and proved, before it gets its final name; throws to refuse it. */
  inspect?: (job: Job, temporary: string, notLookedAgain?: NotLookedAgain) => Promise<void>;
  /** Told as soon as a file is durable, or has failed. Awaited before the file's place is given to another. */
  onResult: (result: Result) => void | Promise<void>;
  /** Told when the server does not bear several open files and we step down to one. */
  onStepDown?: (reason: RapError) => void;
  /** Told of bytes that were written, or taken over from an earlier attempt, once for each. */
  onBytes?: (job: Job, bytes: number) => void;
  /** Told about the receive window the line needs. */
  onWindow?: (bytes: number) => void;
}

/** Would this failure go away if nothing else were open? */
function mayBeCrowding(error: RapError): boolean {
  return error.code === 'REMOTE_FAILURE';
}

/** What all downloads of this process have under way. */
const underWay = new WindowShare();

class Downloads {
  readonly #requests: SftpRequests;
  readonly #options: DownloadOptions;
  readonly #flight: TransferWindow;
  readonly #bandwidth: Bandwidth;
  readonly #pace: Pace;
  readonly #space: SpaceGuard;
  readonly #listedAgain: ListedAgain;
  readonly #queue: { job: Job; again: boolean }[];
  readonly #folders = new Map<string, Promise<void>>();
  readonly #finishing = new Set<Promise<void>>();
  #filesAtOnce: number;
  #steppedDown = false;
  #reading = 0;

  constructor(requests: SftpRequests, jobs: readonly Job[], options: DownloadOptions) {
    this.#requests = requests;
    this.#options = options;
    this.#queue = jobs.map((job) => ({ job, again: false }));
    this.#flight = new TransferWindow(options.clock, requests.readLength, options.onWindow, underWay);
    this.#bandwidth = new Bandwidth(options.bandwidth ?? [], options.clock);
    // Where we ask slowly ourselves, half of that is enough.
    this.#pace = new Pace(options.clock, () => Math.min(options.slowest ?? 0, this.#bandwidth.rate() / 2));
    this.#space = new SpaceGuard(options.root, options.reserve, () => options.clock.monotonic());
    this.#listedAgain = new ListedAgain(requests, { limits: defaultListingLimits, ...options });
    const usual = Number.isFinite(requests.handleLimit) ? FILES_AT_ONCE : FILES_AT_ONCE_UNANNOUNCED;
    const wanted = options.careful ? 1 : (options.filesAtOnce ?? usual);
    this.#filesAtOnce = Math.max(1, Math.min(wanted, Math.floor(requests.handleLimit / 2)));
  }

  /** @throws what `onResult` throws, once nothing is under way any more */
  async run(): Promise<void> {
    const active = new Set<Promise<void>>();
    const leave = underWay.join();
    try {
      while (this.#queue.length > 0 || active.size > 0) {
        const next = active.size < this.#filesAtOnce ? this.#queue.shift() : undefined;
        if (next === undefined) {
          await Promise.race(active);
          continue;
        }
        keep(active, this.#one(next.job, next.again));
        while (this.#finishing.size >= FINISHING_AT_ONCE) await Promise.race(this.#finishing);
      }
      await Promise.all(this.#finishing);
    } finally {
      await Promise.allSettled([...active, ...this.#finishing]);
      await Promise.allSettled(this.#finishing);
      leave();
    }
  }

  async #one(job: Job, again: boolean): Promise<void> {
    let temporary = '';
    const before = this.#reading;
    this.#reading++;
    try {
      this.#options.signal?.throwIfAborted();
      if (this.#requests.failure !== undefined) throw this.#requests.failure;
      // Before it is opened: a server may let a file be opened once.
      await this.#makeRoom(job);
      const read = await readVerified(this.#requests, job.file, {
        flight: this.#flight,
        bandwidth: this.#bandwidth,
        pace: this.#pace,
        careful: this.#options.careful,
        fileSize: this.#options.fileSize,
        ...(this.#options.signal === undefined ? {} : { signal: this.#options.signal }),
        intake: async (onWritten) => {
          const file = await this.#temporary(job);
          temporary = file.path;
          const { onBytes } = this.#options;
          if (onBytes === undefined) return new OrderedWriter(file.path, file.handle, onWritten, file.bytes);
          onBytes(job, file.bytes);
          const written = (bytes: number) => {
            onWritten(bytes);
            onBytes(job, bytes);
          };
          return new OrderedWriter(file.path, file.handle, written, file.bytes);
        },
        giveUp: (writer) => this.#giveUp(job, temporary, writer),
        isListedSo: (file) => this.#listedAgain.isListedSo(file),
      });
      keep(this.#finishing, this.#finish(job, temporary, read));
    } catch (thrown) {
      const error = this.#coded(thrown, job);
      // Once it was opened it is not opened again: a server may let a file be opened once.
      const opened = temporary !== '';
      // Also one that began alone: on a slow disk another's opening may have come before its own.
      // Once one was crowded out, one that begins alone may meet what the others left behind.
      const crowded = before > 0 || this.#reading > 1 || this.#steppedDown;
      if (crowded && !again && !opened && mayBeCrowding(error) && this.#requests.failure === undefined) {
        this.#stepDown(error);
        this.#queue.push({ job, again: true });
      } else {
        await this.#options.onResult({ job, error });
      }
    } finally {
      this.#reading--;
    }
  }

  #stepDown(reason: RapError): void {
    this.#steppedDown = true;
    if (this.#filesAtOnce === 1) return;
    this.#filesAtOnce = 1;
    this.#options.onStepDown?.(reason);
  }

  async #makeRoom({ file, target }: Job): Promise<void> {
    const folder = path.dirname(target);
    try {
      let made = this.#folders.get(folder);
      if (made === undefined) {
        made = plainFolder(this.#options.root, folder);
        this.#folders.set(folder, made);
      }
      await made;
      await this.#space.demand(Math.min(file.size, this.#options.fileSize));
    } catch (error) {
      throw diskError(error, target);
    }
  }

  async #temporary({ file, target }: Job) {
    try {
      const kept = this.#resumes(file) ? await takeBeginning(target, file) : undefined;
      return kept ?? { ...(await openTemporary(target)), bytes: 0 };
    } catch (error) {
      throw diskError(error, target);
    }
  }

  #resumes(file: ListedFile): boolean {
    return this.#options.resume === true && file.size >= LEAST_TO_RESUME;
  }

  /** The beginning of a large file is kept if the line broke, and only then: after any other fault it is suspect. */
  async #giveUp(job: Job, temporary: string, writer: OrderedWriter): Promise<void> {
    const broken =
      this.#requests.failure?.code === 'CONNECTION_LOST' || this.#options.signal?.aborted === true;
    if (!broken || !this.#resumes(job.file)) return writer.abandon();
    try {
      await keepBeginning(temporary, job.target, job.file, await writer.keep());
    } catch {
      await writer.abandon();
    }
  }

  async #finish(job: Job, temporary: string, read: ReadFile): Promise<void> {
    const { intake, size, notLookedAgain } = read;
    try {
      const { bytes, sha256 } = await intake.finish();
      if (bytes !== size) {
        throw new RapError('UNEXPECTED', `${job.file.path}: ${bytes} bytes on disk, ${size} expected`);
      }
      await this.#options.inspect?.(job, temporary, notLookedAgain);
      const named = whileInUse(() => publish(temporary, job.target, sha256));
      const published = await named.catch((error) => {
        throw diskError(error, job.target);
      });
      await this.#options.onResult({
        ...{ job, local: published.file, bytes, sha256, outcome: published.outcome },
        ...(notLookedAgain === undefined ? {} : { notLookedAgain }),
      });
    } catch (thrown) {
      await intake.abandon();
      await this.#options.onResult({ job, error: this.#coded(thrown, job) });
    }
  }

  #coded(thrown: unknown, job: Job): RapError {
    if (this.#options.signal?.aborted) {
      return new RapError('ABORTED', `Stopped before ${job.file.path} was received`, { cause: thrown });
    }
    return asRapError(thrown, 'UNEXPECTED', job.file.path);
  }
}

/** Keeps a task in the set until it ends. One that fails while nobody waits for it must not end the process. */
function keep(tasks: Set<Promise<void>>, work: Promise<void>): void {
  const task = work.finally(() => tasks.delete(task));
  task.catch(() => {});
  tasks.add(task);
}

/** Makes a folder and makes sure that no link on the way leads out of the root. */
async function plainFolder(root: string, folder: string): Promise<void> {
  await makeFolder(folder);
  const real = path.join(await realpath(root), path.relative(root, folder));
  if (placeKey(await realpath(folder)) !== placeKey(real)) {
    throw new RapError('NOT_WRITABLE', `${folder} leads elsewhere through a symbolic link`);
  }
}

/**
 * Downloads all jobs; each gets exactly one result, whatever happens. When the connection is lost the rest of
 * the jobs fail with its error.
 */
export async function download(
  requests: SftpRequests,
  jobs: readonly Job[],
  options: DownloadOptions,
): Promise<void> {
  await new Downloads(requests, jobs, options).run();
}
