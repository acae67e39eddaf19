/**
 * One SFTP session on one channel: requests are worked on at the same time and answered in their order,
 * as OpenSSH does. Everything that would write is refused.
 */
import path from 'node:path';
import type { Duplex } from 'node:stream';
import type { ConnectionHandle } from '../connection-handle.ts';
import type { Counters } from '../counters.ts';
import { type FileTree, type OpenFile, refusalOf } from './tree.ts';
import {
  type Answer,
  type Entry,
  encodeAnswer,
  FrameCutter,
  MESSAGE,
  OPEN_READ,
  parseRequest,
  type Request,
  STATUS,
  status,
} from './wire.ts';

/** Longest request accepted and longest READ answered, bytes; the same as OpenSSH's server. */
const MAX_REQUEST = 256 * 1024;
const MAX_READ = 255 * 1024;
const MAX_HANDLES = 1000;
/** Names per READDIR reply, as OpenSSH sends them. */
const NAMES_PER_REPLY = 100;
/** Requests in work before the channel is paused: a client that never reads answers must not fill memory. */
const MAX_IN_WORK = 128;

/** How a fault stands between the client and an honest session. All parts are optional. */
export interface SftpFault {
  /** Makes the tree lie. Called once per session. */
  tree?(honest: FileTree): FileTree;
  /** Makes an answer lie; `undefined` withholds it for ever. */
  answer?(
    request: Request,
    honest: () => Promise<Answer>,
    session: SftpSession,
  ): Promise<Answer | undefined> | Answer | undefined;
  /** Makes the wire lie: is given each frame and sends what it likes. */
  frame?(request: Request, frame: Buffer, send: (bytes: Buffer) => void, session: SftpSession): void;
}

export interface SftpSessionOptions {
  tree: FileTree;
  counters: Counters;
  /** The connection under the session, for faults that reach below SFTP. */
  connection: ConnectionHandle;
  fault?: SftpFault;
  /** Announce limits@openssh.com, so that clients may read 255 KiB at a time. Default true. */
  announceLimits?: boolean;
}

interface Handle {
  file?: OpenFile;
  entries?: AsyncIterator<Entry> | Iterator<Entry>;
  /** The folder's last step, so that steps never overlap. */
  turn: Promise<unknown>;
  /** Requests that use this handle now; the file is closed when the last of them is done. */
  users: number;
  onIdle?: () => void;
}

export class SftpSession {
  readonly channel: Duplex;
  readonly connection: ConnectionHandle;
  readonly #options: SftpSessionOptions;
  readonly #tree: FileTree;
  readonly #cutter = new FrameCutter(MAX_REQUEST);
  readonly #handles = new Map<string, Handle>();
  #nextHandle = 0;
  #sending: Promise<void> = Promise.resolve();
  #inWork = 0;
  #closed = false;

  constructor(channel: Duplex, options: SftpSessionOptions) {
    this.channel = channel;
    this.connection = options.connection;
    this.#options = options;
    this.#tree = options.fault?.tree?.(options.tree) ?? options.tree;
    channel.on('data', (chunk: Buffer) => this.#onData(chunk));
    channel.on('error', () => this.close());
    channel.on('end', () => void this.#sending.then(() => channel.end()));
    channel.on('close', () => this.#release());
  }

  /** Closes the channel; the connection under it stays. */
  close(): void {
    this.channel.destroy();
    this.#release();
  }

  #onData(chunk: Buffer): void {
    try {
      for (const body of this.#cutter.push(chunk)) this.#take(parseRequest(body));
    } catch {
      this.close();
    }
  }

  #take(request: Request): void {
    this.#inWork++;
    if (this.#inWork > MAX_IN_WORK) this.channel.pause();
    const working = this.#work(request).catch(() => undefined);
    this.#sending = this.#sending.then(async () => {
      const answer = await working;
      if (answer !== undefined && !this.#closed) await this.#send(request, answer);
      this.#inWork--;
      if (this.#inWork <= MAX_IN_WORK && this.channel.isPaused()) this.channel.resume();
    });
  }

  async #work(request: Request): Promise<Answer | undefined> {
    const honest = () => this.#answer(request).catch(refusalOf);
    const lie = this.#options.fault?.answer;
    return lie === undefined ? honest() : lie(request, honest, this);
  }

  async #send(request: Request, answer: Answer): Promise<void> {
    if (answer.kind === 'data') this.#options.counters.bytes += answer.bytes.length;
    const bytes = encodeAnswer(request.id, answer);
    const lie = this.#options.fault?.frame;
    if (lie === undefined) await this.#write(bytes);
    else lie(request, bytes, (any) => void this.#write(any), this);
  }

  #write(bytes: Buffer): Promise<void> | undefined {
    if (this.#closed || !this.channel.writable || this.channel.write(bytes)) return undefined;
    return new Promise((resolve) => {
      const done = () => {
        this.channel.off('drain', done);
        this.channel.off('close', done);
        resolve();
      };
      this.channel.on('drain', done);
      this.channel.on('close', done);
    });
  }

  async #answer(request: Request): Promise<Answer> {
    const { counters } = this.#options;
    switch (request.type) {
      case MESSAGE.INIT:
        return {
          kind: 'version',
          version: 3,
          extensions: this.#options.announceLimits === false ? {} : { 'limits@openssh.com': '1' },
        };
      case MESSAGE.REALPATH:
        return {
          kind: 'names',
          entries: [{ name: Buffer.from(absolute(request.path)), attributes: unknownAttributes }],
        };
      case MESSAGE.STAT:
      case MESSAGE.LSTAT:
        return { kind: 'attributes', attributes: await this.#tree.attributes(absolute(request.path)) };
      case MESSAGE.OPEN: {
        counters.opens++;
        if (request.flags !== OPEN_READ) return this.#refuseWrite();
        if (this.#handles.size >= MAX_HANDLES) return status(STATUS.FAILURE, 'Too many open handles');
        return this.#keep({ file: await this.#tree.open(absolute(request.path)) });
      }
      case MESSAGE.OPENDIR: {
        counters.listings++;
        if (this.#handles.size >= MAX_HANDLES) return status(STATUS.FAILURE, 'Too many open handles');
        return this.#keep({ entries: iterate(await this.#tree.list(absolute(request.path))) });
      }
      case MESSAGE.READ:
        counters.reads++;
        return this.#use(request.handle, ({ file }) =>
          file === undefined || request.length === 0
            ? status(STATUS.FAILURE)
            : file.read(request.offset, Math.min(request.length, MAX_READ)),
        );
      case MESSAGE.FSTAT:
        return this.#use(request.handle, async ({ file }) =>
          file === undefined
            ? status(STATUS.FAILURE)
            : { kind: 'attributes', attributes: await file.attributes() },
        );
      case MESSAGE.READDIR:
        return this.#use(request.handle, ({ entries }) =>
          entries === undefined ? status(STATUS.FAILURE) : nextNames(entries),
        );
      case MESSAGE.CLOSE: {
        const handle = this.#handles.get(request.handle);
        if (handle === undefined) return status(STATUS.FAILURE, 'Invalid handle');
        this.#handles.delete(request.handle);
        await whenIdle(handle);
        await handle.file?.close();
        return status(STATUS.OK);
      }
      case MESSAGE.EXTENDED:
        return request.extension === 'limits@openssh.com'
          ? { kind: 'limits', numbers: [MAX_REQUEST, MAX_READ, MAX_READ, MAX_HANDLES] }
          : status(STATUS.OP_UNSUPPORTED);
      case MESSAGE.WRITE:
      case MESSAGE.SETSTAT:
      case MESSAGE.FSETSTAT:
      case MESSAGE.REMOVE:
      case MESSAGE.MKDIR:
      case MESSAGE.RMDIR:
      case MESSAGE.RENAME:
      case MESSAGE.SYMLINK:
        return this.#refuseWrite();
      default:
        return status(STATUS.OP_UNSUPPORTED);
    }
  }

  #refuseWrite(): Answer {
    this.#options.counters.writesRefused++;
    return status(STATUS.PERMISSION_DENIED, 'This server is read only');
  }

  async #keep(opened: Pick<Handle, 'file' | 'entries'>): Promise<Answer> {
    const handle: Handle = { ...opened, turn: Promise.resolve(), users: 0 };
    if (this.#closed) {
      await handle.file?.close();
      return status(STATUS.CONNECTION_LOST);
    }
    const id = `h${this.#nextHandle++}`;
    this.#handles.set(id, handle);
    return { kind: 'handle', handle: id };
  }

  /** Reads of one file overlap; steps through one folder must not. */
  async #use(id: string, fn: (handle: Handle) => Promise<Answer> | Answer): Promise<Answer> {
    const handle = this.#handles.get(id);
    if (handle === undefined) return status(STATUS.FAILURE, 'Invalid handle');
    handle.users++;
    try {
      if (handle.entries === undefined) return await fn(handle);
      const step = handle.turn.then(() => fn(handle));
      handle.turn = step.catch(() => {});
      return await step;
    } finally {
      handle.users--;
      if (handle.users === 0) handle.onIdle?.();
    }
  }

  #release(): void {
    this.#closed = true;
    for (const handle of this.#handles.values()) {
      void whenIdle(handle)
        .then(() => handle.file?.close())
        .catch(() => {});
    }
    this.#handles.clear();
  }
}

function whenIdle(handle: Handle): Promise<void> {
  if (handle.users === 0) return Promise.resolve();
  return new Promise((resolve) => {
    handle.onIdle = resolve;
  });
}

const unknownAttributes = { mode: 0, accessed: 0, modified: 0 };

/** An absolute, normalised path; relative ones start at the root, '..' stops there. */
function absolute(remote: string): string {
  const normal = path.posix.resolve('/', remote);
  return normal.includes('\0') ? '/\ufffd' : normal;
}

function iterate(entries: AsyncIterable<Entry> | Iterable<Entry>): AsyncIterator<Entry> | Iterator<Entry> {
  return Symbol.asyncIterator in entries ? entries[Symbol.asyncIterator]() : entries[Symbol.iterator]();
}

async function nextNames(from: AsyncIterator<Entry> | Iterator<Entry>): Promise<Answer> {
  const entries: Entry[] = [];
  while (entries.length < NAMES_PER_REPLY) {
    const next = await from.next();
    if (next.done) break;
    entries.push(next.value);
  }
  return entries.length === 0 ? status(STATUS.EOF) : { kind: 'names', entries };
}
