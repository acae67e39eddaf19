/** What the SFTP server serves: a tree of files and folders, read only. */
import fs from 'node:fs';
import { lstat, open as openFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  type Answer,
  type Attributes,
  DATA_HEADROOM,
  dataInRoom,
  type Entry,
  STATUS,
  status,
} from './wire.ts';

export interface OpenFile {
  /** A data answer with 1 to `length` bytes from `offset`, or EOF. */
  read(offset: number, length: number): Promise<Answer>;
  attributes(): Promise<Attributes>;
  close(): Promise<void>;
}

/**
 * Paths are absolute, normalised and start with '/'. Faults wrap a tree to make it lie.
 * Methods throw a `Refusal`, or a system error with a `code`, for what cannot be had.
 */
export interface FileTree {
  attributes(path: string): Promise<Attributes>;
  /** The entries of a folder, without '.' and '..'. */
  list(path: string): Promise<AsyncIterable<Entry> | Iterable<Entry>>;
  open(path: string): Promise<OpenFile>;
}

/** Thrown by a tree to answer with a status of its choice. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(code: number, text?: string) {
    super(text ?? `status ${code}`);
    this.answer = status(code, text);
  }
}

/** The status that tells the client of an error of the disk. */
export function refusalOf(thrown: unknown): Answer {
  if (thrown instanceof Refusal) return thrown.answer;
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return status(STATUS.NO_SUCH_FILE);
  if (code === 'EACCES' || code === 'EPERM') return status(STATUS.PERMISSION_DENIED);
  return status(STATUS.FAILURE);
}

/** The folder `root` of this machine's disk as the server's '/'. Symbolic links are not followed. */
export function diskTree(root: string): FileTree {
  const local = (remote: string) => path.join(root, ...remote.split('/').filter((part) => part !== ''));
  return {
    attributes: async (remote) => attributesOf(await lstat(local(remote))),
    async list(remote) {
      const folder = local(remote);
      const names = (await readdir(folder)).sort();
      const entries: Entry[] = [];
      for (const name of names) {
        const found = await lstat(path.join(folder, name)).catch(() => undefined);
        if (found !== undefined) entries.push({ name: Buffer.from(name), attributes: attributesOf(found) });
      }
      return entries;
    },
    async open(remote) {
      const file = await openFile(local(remote), fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0));
      if (!(await file.stat()).isFile()) {
        await file.close();
        throw new Refusal(STATUS.FAILURE, 'Not a file');
      }
      return {
        read: (offset, length) => readAt(file.fd, offset, length),
        attributes: async () => attributesOf(await file.stat()),
        close: () => file.close(),
      };
    },
  };
}

/** The descriptor's callback API: a promise per read of a large file would cost twice the time. */
function readAt(fd: number, offset: number, length: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const room = Buffer.allocUnsafeSlow(DATA_HEADROOM + length);
    fs.read(fd, room, DATA_HEADROOM, length, offset, (error, bytes) => {
      if (error) reject(error);
      else resolve(bytes === 0 ? status(STATUS.EOF) : dataInRoom(room, bytes));
    });
  });
}

/** Files are shown readable only, folders searchable: nobody may write here. */
function attributesOf(of: fs.Stats): Attributes {
  const kind = of.mode & 0o170000;
  return {
    size: of.size,
    mode: kind | (of.isDirectory() ? 0o555 : 0o444),
    accessed: Math.floor(of.mtimeMs / 1000),
    modified: Math.floor(of.mtimeMs / 1000),
  };
}
