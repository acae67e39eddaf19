/**
 * The verified reader: one remote file, read once, proved whole. Look, open once, read all of it, make sure it
 * ends there, close, look again. Anything that does not add up is an error, and nothing of the file is kept.
 */
import { RapError } from '../errors/rap-error.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { Flight } from './flight.ts';
import type { Intake } from './intake.ts';
import { type ListedFile, remotePath } from './listing.ts';
import { beginningAgrees } from './partial.ts';
import type { Attributes } from './sftp-codec.ts';
import type { SftpRequests } from './sftp-requests.ts';

export interface ReadOptions {
  flight: Flight;
  bandwidth: Bandwidth;
  /** One request at a time, in the order that makes least demands on a server. */
  careful: boolean;
  /** Largest file taken, bytes. */
  fileSize: number;
  /** Makes the place where the content goes; called once the file is known to be wanted. */
  intake: (onWritten: (bytes: number) => void) => Promise<Intake>;
  /** Disposes of the intake of a file that could not be read. */
  giveUp: (intake: Intake) => Promise<void>;
  signal?: AbortSignal;
}

/** A file that was read to its end and found unchanged. Its intake still has to be finished. */
export interface ReadFile {
  intake: Intake;
  size: number;
  modifiedAt: number;
}

/** Does a look at the file agree with the listing that made us want it? */
function checkAgainstListing(file: ListedFile, seen: Attributes, fileSize: number): number {
  const size = seen.size;
  if (size === undefined) {
    throw new RapError('SIZE_UNKNOWN', `The server does not say how large ${file.path} is`);
  }
  if (size > fileSize) {
    throw new RapError(
      'FILE_TOO_LARGE',
      `${file.path} has ${size} bytes, more than the limit of ${fileSize}`,
    );
  }
  const listed = file.size >= 0 && file.size !== size ? `${file.size} bytes` : undefined;
  if (listed !== undefined) {
    throw new RapError('FILE_CHANGED', `${file.path} was listed with ${listed} and now has ${size}`);
  }
  if (seen.modifiedAt !== undefined && file.modifiedAt !== 0 && seen.modifiedAt !== file.modifiedAt) {
    throw new RapError('FILE_CHANGED', `${file.path} was modified after it was listed`);
  }
  return size;
}

/** Opens the file after, or together with, a first look at it. The handle is closed if the look says no. */
async function lookAndOpen(
  requests: SftpRequests,
  path: Buffer,
  careful: boolean,
  check: (seen: Attributes) => void,
) {
  const looking = requests.stat(path);
  if (careful) check(await looking);
  const opening = requests.open(path);
  opening.catch(() => {}); // looked at below, after the first look
  try {
    const seen = await looking;
    check(seen);
    return { seen, handle: await opening };
  } catch (error) {
    const handle = await opening.catch(() => undefined);
    if (handle !== undefined) await requests.close(handle).catch(() => {});
    throw error;
  }
}

/**
 * Reads and proves one file.
 * @throws RapError SIZE_UNKNOWN, FILE_TOO_LARGE, FILE_CHANGED, SHORT_FILE, EXCESS_DATA, REMOTE_*, disk errors, or
 * what ended the connection. The intake is given up then.
 */
export async function readVerified(
  requests: SftpRequests,
  file: ListedFile,
  options: ReadOptions,
): Promise<ReadFile> {
  const path = remotePath(file);
  const { careful, flight } = options;
  const { seen, handle } = await lookAndOpen(requests, path, careful, (attributes) =>
    checkAgainstListing(file, attributes, options.fileSize),
  );
  const size = seen.size ?? 0;
  let held = 0;
  let intake: Intake | undefined;
  try {
    intake = await options.intake((bytes) => {
      held -= bytes;
      flight.give(bytes);
      flight.measure(requests.roundTrip);
    });
    await intake.goOnIf((local, bytes) => beginningAgrees(requests, handle, local, bytes));
    await readAll(requests, handle, size, file.path, intake, options, (bytes) => {
      held += bytes;
    });
    const closing = requests.close(handle);
    if (careful) await closing;
    const [again] = await Promise.all([requests.stat(path), closing]);
    if (again.size !== seen.size || again.modifiedAt !== seen.modifiedAt) {
      throw new RapError('FILE_CHANGED', `${file.path} changed while it was read`);
    }
    return { intake, size, modifiedAt: seen.modifiedAt ?? 0 };
  } catch (error) {
    // Not waited for: what broke the read may never answer a close either.
    requests.close(handle).catch(() => {});
    if (intake !== undefined) await options.giveUp(intake);
    flight.give(held, false);
    held = 0;
    throw error;
  }
}

async function readAll(
  requests: SftpRequests,
  handle: Buffer,
  size: number,
  name: string,
  intake: Intake,
  options: ReadOptions,
  onTaken: (bytes: number) => void,
): Promise<void> {
  let failure: unknown;
  const parts = new Set<Promise<void>>();
  const start = (part: Promise<void>) => {
    const task = part
      .catch((error) => {
        failure ??= error;
      })
      .finally(() => parts.delete(task));
    parts.add(task);
    return task;
  };
  for (let offset = intake.start; offset < size && failure === undefined; ) {
    const length = Math.min(requests.readLength, size - offset);
    await options.bandwidth.take(length, options.signal).catch((error) => {
      failure ??= error;
    });
    await options.flight.take(length);
    onTaken(length);
    failure ??= options.signal?.aborted
      ? new RapError('ABORTED', `Stopped while reading ${name}`)
      : intake.failure;
    if (failure !== undefined) break;
    // What a failed part was to bring is given back at once: this very loop may be waiting for it.
    const onLost = (bytes: number) => {
      onTaken(-bytes);
      options.flight.give(bytes, false);
    };
    const part = start(readPart(requests, handle, offset, length, name, intake, onLost));
    if (options.careful) await part;
    offset += length;
  }
  // The end must be where the look said: not before (a short part says so), not after.
  if (failure === undefined) await start(expectEnd(requests, handle, size, name));
  while (parts.size > 0) await Promise.all(parts);
  failure ??= intake.failure;
  if (failure !== undefined) throw failure;
}

/** Reads one part; a server may answer with less than asked, so it may take several requests. */
async function readPart(
  requests: SftpRequests,
  handle: Buffer,
  start: number,
  length: number,
  name: string,
  intake: Intake,
  onLost: (bytes: number) => void,
): Promise<void> {
  const end = start + length;
  let offset = start;
  try {
    while (offset < end) {
      const content = await requests.read(handle, offset, end - offset);
      if (content === undefined) {
        throw new RapError('SHORT_FILE', `${name} ends before the size that the server announced`);
      }
      intake.accept(offset, content);
      offset += content.length;
    }
  } catch (error) {
    onLost(end - offset);
    throw error;
  }
}

async function expectEnd(requests: SftpRequests, handle: Buffer, size: number, name: string): Promise<void> {
  const content = await requests.read(handle, size, 1);
  if (content !== undefined) {
    throw new RapError('EXCESS_DATA', `${name} goes on after the ${size} bytes that the server announced`);
  }
}
