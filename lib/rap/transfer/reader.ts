/**
 * The verified reader: one remote file, read once, proved whole. Look, open once, read all of it, make sure it
 * ends there, close, look again. Anything that does not add up is an error, and nothing of the file is kept. Content
 * that is whole is kept also when there is nothing left to look at: servers exist that let a file be read once.
 */
import { RapError } from '../../errors/rap-error.ts';
import type { NotLookedAgain } from '../../model/types.ts';
import type { Attributes } from '../client/sftp-codec.ts';
import type { SftpRequests } from '../client/sftp-requests.ts';
import { kindOf } from '../entry-kind.ts';
import { type ListedFile, remotePath } from '../listing.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { OrderedWriter } from './ordered-writer.ts';
import type { Pace } from './pace.ts';
import { beginningAgrees } from './resume.ts';
import type { TransferWindow } from './transfer-window.ts';

export interface ReadOptions {
  flight: TransferWindow;
  bandwidth: Bandwidth;
  pace: Pace;
  /** One request at a time, in the order that makes least demands on a server. */
  careful: boolean;
  /** Largest file taken, bytes. */
  fileSize: number;
  /** Makes the place where the content goes; called once the file is known to be wanted. */
  intake: (onWritten: (bytes: number) => void) => Promise<OrderedWriter>;
  /** Disposes of the intake of a file that could not be read. */
  giveUp: (writer: OrderedWriter) => Promise<void>;
  /** Does the server still list the file as it did? Asked where its other answers differ from the listing. */
  isListedSo: (file: ListedFile) => Promise<boolean>;
  signal?: AbortSignal;
}

/** A file that was read to its end. Its intake still has to be finished. */
export interface ReadFile {
  intake: OrderedWriter;
  size: number;
  /** Left out when it was looked at again and found unchanged. */
  notLookedAgain?: NotLookedAgain;
}

/** A look at the file before it is read. */
interface FirstLook {
  seen: Attributes;
  /** How many bytes there must be. */
  size: number;
  /** How to look again. */
  look: (path: Buffer) => Promise<Attributes>;
  /** The server's answer differs from its listing, which it repeats: only the content can tell which one is right. */
  differs: boolean;
}

/** In what a look at the file differs from the listing that made us want it; undefined when they agree. */
function differenceOf(file: ListedFile, seen: Attributes): string | undefined {
  if (file.size >= 0 && seen.size !== undefined && file.size !== seen.size) {
    return `was listed with ${file.size} bytes and now has ${seen.size}`;
  }
  const other = seen.modifiedAt !== undefined && file.modifiedAt !== 0 && seen.modifiedAt !== file.modifiedAt;
  return other ? 'was modified after it was listed' : undefined;
}

/**
 * Looks at the file. A server may answer differently from its listing, always, or give no size, or let nobody ask: then
 * the look that agrees with the listing counts, and where none does, the content has to.
 * @throws RapError SIZE_UNKNOWN, FILE_TOO_LARGE, FILE_CHANGED, REMOTE_*
 */
async function firstLook(
  requests: SftpRequests,
  file: ListedFile,
  looking: Promise<Attributes>,
  options: ReadOptions,
): Promise<FirstLook> {
  const path = remotePath(file);
  const stat = (of: Buffer) => requests.stat(of);
  let refusal: RapError | undefined;
  const seen = await looking.catch((error): Attributes => {
    if (!(error instanceof RapError) || !MAY_NOT_ASK.has(error.code)) throw error;
    refusal = error;
    return {};
  });
  const { size } = seen;
  const difference = differenceOf(file, seen);
  const differs = difference !== undefined;
  if (size === undefined || differs) {
    const lstat = (of: Buffer) => requests.lstat(of);
    const other = await requests.unlessRefused(lstat(path));
    const listed = file.size < 0 ? other?.size : file.size;
    const agrees = other !== undefined && other.size === listed && differenceOf(file, other) === undefined;
    if (listed !== undefined && agrees && (kindOf(other) ?? 'file') === 'file') {
      return { seen: other, size: within(options.fileSize, listed, file), look: lstat, differs };
    }
    if (file.size >= 0 && (await options.isListedSo(file))) {
      return { seen, size: file.size, look: stat, differs };
    }
  }
  if (size === undefined) {
    throw refusal ?? new RapError('SIZE_UNKNOWN', `The server does not say how large ${file.path} is`);
  }
  within(options.fileSize, size, file);
  if (differs) throw new RapError('FILE_CHANGED', `${file.path} ${difference}`);
  return { seen, size, look: stat, differs: false };
}

/** Refusals of a look that say nothing of the file: of "not found" it is gone. */
const MAY_NOT_ASK: ReadonlySet<string> = new Set(['REMOTE_DENIED', 'REMOTE_FAILURE']);

/** @throws RapError FILE_TOO_LARGE */
function within(limit: number, size: number, { path }: ListedFile): number {
  if (size <= limit) return size;
  throw new RapError('FILE_TOO_LARGE', `${path} has ${size} bytes, more than the limit of ${limit}`);
}

/** Opens the file after, or together with, a first look at it. The handle is closed if the look says no. */
async function lookAndOpen(requests: SftpRequests, file: ListedFile, options: ReadOptions) {
  const path = remotePath(file);
  const looking = requests.stat(path);
  if (options.careful) {
    const first = await firstLook(requests, file, looking, options);
    return { first, handle: await requests.open(path) };
  }
  const opening = requests.open(path);
  opening.catch(() => {}); // looked at below, after the first look
  try {
    const first = await firstLook(requests, file, looking, options);
    return { first, handle: await opening };
  } catch (error) {
    const handle = await opening.catch(() => undefined);
    if (handle !== undefined) await requests.close(handle).catch(() => {});
    throw error;
  }
}

/** Refusals of one request, after which the connection goes on. */
const REFUSED: ReadonlySet<string> = new Set(['REMOTE_MISSING', 'REMOTE_DENIED', 'REMOTE_FAILURE']);
/** Ends of a connection that say nothing against what came before. */
const UNANSWERED: ReadonlySet<string> = new Set([
  'CONNECTION_LOST',
  'REQUEST_TIMEOUT',
  'STALLED',
  'SFTP_TEXT',
]);

/** Why there is no answer about a file that was read to its end. @throws every other error */
function withoutAnswer(error: unknown): NotLookedAgain {
  if (error instanceof RapError && REFUSED.has(error.code)) return 'removed';
  if (error instanceof RapError && UNANSWERED.has(error.code)) return 'unanswered';
  throw error;
}

/**
 * Closes a file that was read to its end and looks at it again. Only a look that contradicts the first one takes the
 * content back.
 * @throws RapError FILE_CHANGED, SFTP_PROTOCOL, and what takes the trust from the connection
 */
async function closeAndLook(
  requests: SftpRequests,
  handle: Buffer,
  file: ListedFile,
  first: FirstLook,
  careful: boolean,
): Promise<NotLookedAgain | undefined> {
  // A refused close says nothing of the content.
  const closing = requests.close(handle).catch(withoutAnswer);
  closing.catch(() => {}); // waited for below
  if (careful) await closing;
  const looking = first.look(remotePath(file)).catch((error) => {
    const answer = withoutAnswer(error);
    return first.seen.size === undefined ? 'unanswered' : answer;
  });
  const [again] = await Promise.all([looking, closing]);
  if (typeof again === 'string') return again;
  const { size, modifiedAt } = first.seen;
  const changed = (before: number | undefined, now: number | undefined) =>
    now !== undefined && now !== before;
  if (changed(size, again.size) || changed(modifiedAt, again.modifiedAt)) {
    throw new RapError('FILE_CHANGED', `${file.path} changed while it was read`);
  }
  if (again.size !== undefined) return undefined;
  // A server that never says a size says nothing by it.
  return size === undefined ? 'unanswered' : 'removed';
}

/**
 * Reads and proves one file.
 * @throws RapError SIZE_UNKNOWN, FILE_TOO_LARGE, FILE_CHANGED, ANSWERS_DIFFER, SHORT_FILE, EXCESS_DATA, REMOTE_*, disk
 * errors, or what ended the connection. The intake is given up then.
 */
export async function readVerified(
  requests: SftpRequests,
  file: ListedFile,
  options: ReadOptions,
): Promise<ReadFile> {
  const unguard = options.pace.guard(file.path, requests);
  try {
    return await readLooked(requests, file, options);
  } finally {
    unguard();
  }
}

async function readLooked(requests: SftpRequests, file: ListedFile, options: ReadOptions): Promise<ReadFile> {
  const { careful, flight } = options;
  const { first, handle } = await lookAndOpen(requests, file, options);
  const { size } = first;
  let held = 0;
  let writer: OrderedWriter | undefined;
  try {
    writer = await options.intake((bytes) => {
      held -= bytes;
      flight.give(bytes);
      flight.measure(requests.roundTrip);
    });
    await writer.goOnIf((local, bytes) => beginningAgrees(requests, handle, local, bytes));
    await readAll(requests, handle, size, file.path, writer, options, (bytes) => {
      held += bytes;
    });
    const notLookedAgain = await closeAndLook(requests, handle, file, first, careful);
    return { intake: writer, size, ...(notLookedAgain === undefined ? {} : { notLookedAgain }) };
  } catch (thrown) {
    // Not waited for: what broke the read may never answer a close either.
    requests.close(handle).catch(() => {});
    if (writer !== undefined) await options.giveUp(writer);
    flight.give(held, false);
    held = 0;
    throw first.differs ? neverAgree(file, first, thrown) : thrown;
  }
}

/** Content of another size than the listing's, where the server's answers do not agree on it: nothing proves it. */
function neverAgree(file: ListedFile, { seen }: FirstLook, thrown: unknown): unknown {
  if (!(thrown instanceof RapError) || !['SHORT_FILE', 'EXCESS_DATA'].includes(thrown.code)) return thrown;
  const content = thrown.code === 'SHORT_FILE' ? 'shorter' : 'longer';
  return new RapError(
    'ANSWERS_DIFFER',
    `${file.path} is listed with ${file.size} bytes, has ${seen.size} when asked about, and its content is ${content} than listed`,
    { cause: thrown },
  );
}

async function readAll(
  requests: SftpRequests,
  handle: Buffer,
  size: number,
  name: string,
  writer: OrderedWriter,
  options: ReadOptions,
  onTaken: (bytes: number) => void,
): Promise<void> {
  let failure: unknown;
  let refusedEnd: unknown;
  /** Requests that the last part took, and whether any part took several: then short answers say nothing of an end. */
  let forLast = 0;
  let short = false;
  const parts = new Set<Promise<void>>();
  const onPiece = options.pace.watch(name);
  const start = (part: Promise<void>) => {
    const task = part
      .catch((error) => {
        failure ??= error;
      })
      .finally(() => parts.delete(task));
    parts.add(task);
    return task;
  };
  for (let offset = writer.start; offset < size && failure === undefined; ) {
    const length = partLength(size - offset, requests.readLength);
    await options.bandwidth.take(length, options.signal).catch((error) => {
      failure ??= error;
    });
    await options.flight.take(length);
    onTaken(length);
    failure ??= options.signal?.aborted
      ? new RapError('ABORTED', `Stopped while reading ${name}`)
      : writer.failure;
    if (failure !== undefined) break;
    // What a failed part was to bring is given back at once: this very loop may be waiting for it.
    const onLost = (bytes: number) => {
      onTaken(-bytes);
      options.flight.give(bytes, false);
    };
    const last = offset + length === size;
    const part = start(
      readPart(requests, handle, { offset, length, size, name }, writer, onLost, onPiece).then((count) => {
        short ||= count > 1;
        if (last) forLast = count;
      }),
    );
    if (options.careful) await part;
    offset += length;
  }
  // The end must be where the look said: not before (a short part says so), not after.
  if (failure === undefined) {
    const end = expectEnd(requests, handle, size, name).catch((error) => {
      withoutAnswer(error);
      refusedEnd = error;
    });
    await start(end);
  }
  while (parts.size > 0) await Promise.all(parts);
  // Asked for one byte more than there should be, a server that answers in full showed the end with its last answer.
  const endShown = forLast === 1 && !short;
  failure ??= writer.failure ?? (endShown ? undefined : refusedEnd);
  if (failure !== undefined) throw failure;
}

/** The last part leaves room for a byte that must not come. */
function partLength(left: number, readLength: number): number {
  return left === readLength ? left - 1 : Math.min(left, readLength);
}

/**
 * Reads one part; a server may answer with less than asked, so it may take several requests. Of the last part one byte
 * more than there should be is asked for.
 * @returns how many requests it took
 */
async function readPart(
  requests: SftpRequests,
  handle: Buffer,
  part: { offset: number; length: number; size: number; name: string },
  writer: OrderedWriter,
  onLost: (bytes: number) => void,
  onPiece: (bytes: number) => void,
): Promise<number> {
  const { size, name } = part;
  const end = part.offset + part.length;
  const beyond = end === size ? 1 : 0;
  let { offset } = part;
  let count = 0;
  try {
    for (; offset < end; count++) {
      const content = await requests.read(handle, offset, end - offset + beyond);
      if (content === undefined) {
        throw new RapError('SHORT_FILE', `${name} ends before the size that the server announced`);
      }
      if (content.length > end - offset) throw tooMuch(name, size);
      writer.accept(offset, content);
      offset += content.length;
      onPiece(content.length);
    }
    return count;
  } catch (error) {
    onLost(end - offset);
    throw error;
  }
}

async function expectEnd(requests: SftpRequests, handle: Buffer, size: number, name: string): Promise<void> {
  const content = await requests.read(handle, size, 1);
  if (content !== undefined) throw tooMuch(name, size);
}

function tooMuch(name: string, size: number): RapError {
  return new RapError('EXCESS_DATA', `${name} goes on after the ${size} bytes that the server announced`);
}
