/** All entries of one remote folder, from a server that may end its listing in its own way, or not at all. */
import { RapError } from '../errors/rap-error.ts';
import type { NameEntry } from './client/sftp-codec.ts';
import type { SftpRequests } from './client/sftp-requests.ts';

/** Listing requests under way in one folder. */
const REQUESTS_PER_FOLDER = 4;

/** Answers in a row without a new name that end a listing: the requests of both may have been under way together. */
const EMPTY_ANSWERS = 2;

export interface FolderEntries {
  entries: NameEntry[];
  /** Why there may be more: the listing broke off, or did not come to an end. */
  cut?: RapError;
}

export interface ReadFolderOptions {
  /** One request at a time. */
  careful: boolean;
  /** Told of each answer; throws when it is enough. */
  onAnswer?: (entries: number, bytes: number) => void;
}

/**
 * Lists one folder.
 * @param path as the server knows it
 * @throws RapError when nothing could be listed, what ended the connection, and what `onAnswer` throws
 */
export async function folderEntries(
  requests: SftpRequests,
  path: Buffer,
  options: ReadFolderOptions,
): Promise<FolderEntries> {
  const handle = await requests.openFolder(path);
  const entries: NameEntry[] = [];
  try {
    return await readAll(requests, handle, entries, options);
  } catch (error) {
    const over =
      requests.failure !== undefined || !(error instanceof RapError) || error.code === 'LIST_LIMIT';
    if (over) throw error;
    if (await isEnd(requests, path, error)) return { entries };
    if (entries.length === 0) throw error;
    return { entries, cut: error };
  } finally {
    // The channel may be gone; there is nothing to do about a folder that will not close.
    requests.close(handle).catch(() => {});
  }
}

/** Several requests are under way; answers are taken in order until the end. */
async function readAll(
  requests: SftpRequests,
  handle: Buffer,
  entries: NameEntry[],
  { careful, onAnswer }: ReadFolderOptions,
): Promise<FolderEntries> {
  const seen = new Set<string>();
  const answers: ReturnType<SftpRequests['readFolder']>[] = [];
  const ask = () => {
    const answer = requests.readFolder(handle);
    answer.catch(() => {}); // looked at in order below; those after the end or an error never are
    answers.push(answer);
  };
  ask();
  for (let empty = 0; empty < EMPTY_ANSWERS; ) {
    const answer = await answers.shift();
    if (answer === undefined) return { entries };
    onAnswer?.(answer.entries.length, answer.bytes);
    const names = answer.entries.map(({ name }) => name).filter((name) => name !== '.' && name !== '..');
    if (names.length > 0 && names.every((name) => seen.has(name))) {
      return {
        entries,
        cut: new RapError('SFTP_PROTOCOL', 'The server lists the same names again and again'),
      };
    }
    // "." and ".." may be said by themselves, once, before the others come; some servers repeat them in every answer.
    const before = seen.size;
    for (const entry of answer.entries) {
      seen.add(entry.name);
      entries.push(entry);
    }
    empty = seen.size === before ? empty + 1 : 0;
    // Only a folder of more than one answer is worth asking ahead.
    while (answers.length < (careful ? 1 : REQUESTS_PER_FOLDER)) ask();
  }
  return { entries };
}

/** Some servers say "no such file" where a listing has no more entries, or none at all; the folder is there nevertheless. */
async function isEnd(requests: SftpRequests, path: Buffer, error: RapError): Promise<boolean> {
  if (error.code !== 'REMOTE_MISSING') return false;
  return (await requests.unlessRefused(requests.stat(path))) !== undefined;
}
