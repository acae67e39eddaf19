/**
 * Requests and their replies over one SFTP channel. Every request has a deadline, every reply must belong to a
 * request and be of the kind it asked for; the first thing that is wrong ends the channel, and all that was
 * under way fails with the same coded error. Nothing ever waits for a polite goodbye.
 */
import { RapError } from '../../errors/rap-error.ts';
import { printable } from '../../net/far-text.ts';
import { type Clock, onDeadline } from '../../time/clock.ts';
import { textInstead } from './server-text.ts';
import {
  type Attributes,
  encode,
  type NameEntry,
  packet,
  type Reply,
  ReplyDecoder,
  status,
  UNREADABLE,
} from './sftp-codec.ts';

/** The bare byte channel below SFTP. */
export interface ByteChannel {
  write(bytes: Buffer): void;
  /** Ends the connection at once, without waiting for the far end. */
  destroy(): void;
}

/** Milliseconds; ours, not HKEX's. */
export interface RequestDeadlines {
  /** A request must be answered in this time, counted from the last byte that arrived. */
  request: number;
  /** In this time at least `STALL_BYTES` must arrive while requests are open. */
  stall: number;
}

/** Less than this in a stall period is no progress: about 1 kbit/s. */
const STALL_BYTES = 4096;

export interface Content {
  /** The bytes, in order, as slices of what came off the wire. */
  slices: Buffer[];
  length: number;
}

interface Pending {
  sentAt: number;
  what: string;
  expects: readonly number[];
  settle: (reply: Reply) => void;
  fail: (error: RapError) => void;
}

/** Read length where a server announces no limits: what the draft asks every server to support. */
const SAFE_READ = 32 * 1024;
/** No read is larger than this, whatever the server announces. */
const LARGEST_READ = 255 * 1024;

function statusError(reply: { code: number; text: string }, what: string): RapError {
  const said = reply.text === '' ? '' : ` ("${reply.text}")`;
  const details = { status: reply.code, what };
  switch (reply.code) {
    case status.NO_SUCH_FILE:
      return new RapError('REMOTE_MISSING', `Not found: ${what}${said}`, { details });
    case status.PERMISSION_DENIED:
      return new RapError('REMOTE_DENIED', `Access denied: ${what}${said}`, { details });
    default:
      return new RapError('REMOTE_FAILURE', `The server answered ${what} with status ${reply.code}${said}`, {
        details,
      });
  }
}

export class SftpRequests {
  readonly #channel: ByteChannel;
  readonly #clock: Clock;
  readonly #deadlines: RequestDeadlines;
  readonly #decoder: ReplyDecoder;
  readonly #pending = new Map<number, Pending>();
  /** Handles that were given and not given back yet, one character a byte. */
  readonly #handles = new Set<string>();
  #nextId = 1;
  #outbox: Buffer[] = [];
  #failure: RapError | undefined;
  #lastByteAt = 0;
  #bytes = 0;
  #stallStart = { at: 0, bytes: 0 };
  #cancelWatch: (() => void) | undefined;
  #greeting: { settle: (extensions: Map<string, string>) => void; sentAt: number } | undefined;
  /** Shortest answer time seen, milliseconds. */
  roundTrip = Number.POSITIVE_INFINITY;
  /** Largest READ this server serves whole. */
  readLength = SAFE_READ;
  /** How many handles the server lets one session hold, when it says. */
  handleLimit = Number.POSITIVE_INFINITY;
  /** Called once, when the channel is of no more use. */
  onEnd: () => void = () => {};

  constructor(channel: ByteChannel, clock: Clock, deadlines: RequestDeadlines) {
    this.#channel = channel;
    this.#clock = clock;
    this.#deadlines = deadlines;
    this.#decoder = new ReplyDecoder((reply) => this.#onReply(reply));
  }

  /** Why the channel is of no more use, if so. */
  get failure(): RapError | undefined {
    return this.#failure;
  }

  /** All bytes that came off the channel so far. */
  get bytesReceived(): number {
    return this.#bytes;
  }

  /** Is an answer waited for? */
  get waits(): boolean {
    return this.#pending.size > 0;
  }

  // --- what arrives --------------------------------------------------------------------------------------

  /** Feed bytes from the channel. */
  receive(chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    this.#lastByteAt = this.#clock.monotonic();
    this.#bytes += chunk.length;
    try {
      this.#decoder.push(chunk);
    } catch (error) {
      this.fail(
        error instanceof RapError ? error : new RapError('SFTP_PROTOCOL', String(error), { cause: error }),
      );
    }
  }

  /**
   * Ends everything with this error, or with the text that the server has begun to send instead of an answer. The
   * first error wins; later ones are of no interest.
   */
  fail(reason: RapError): void {
    if (this.#failure !== undefined) return;
    const { text } = this.#decoder;
    const error = text === '' || reason.code === 'SFTP_TEXT' ? reason : textInstead(text);
    this.#failure = error;
    this.#cancelWatch?.();
    this.#cancelWatch = undefined;
    this.#outbox = [];
    this.#channel.destroy();
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const one of waiting) one.fail(error);
    this.onEnd();
  }

  #onReply(reply: Reply): void {
    if (reply.type === packet.VERSION) {
      this.#onVersion(reply);
      return;
    }
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) {
      throw new RapError('SFTP_PROTOCOL', `The server answered a request that was never made (${reply.id})`);
    }
    if (reply.type === UNREADABLE) {
      this.#pending.delete(reply.id);
      pending.fail(reply.error);
      return;
    }
    if (!pending.expects.includes(reply.type)) {
      throw new RapError(
        'SFTP_PROTOCOL',
        `The server answered ${pending.what} with packet type ${reply.type}`,
      );
    }
    this.#pending.delete(reply.id);
    if (reply.type !== packet.DATA) {
      this.roundTrip = Math.min(this.roundTrip, this.#clock.monotonic() - pending.sentAt);
    }
    pending.settle(reply);
    this.#checkOvertaken(pending);
  }

  #onVersion(reply: Extract<Reply, { type: 2 }>): void {
    const greeting = this.#greeting;
    if (greeting === undefined) throw new RapError('SFTP_PROTOCOL', 'The server announced its version twice');
    this.#greeting = undefined;
    if (reply.version !== 3) {
      throw new RapError('SFTP_UNSUPPORTED', `The server speaks SFTP version ${reply.version}, not 3`);
    }
    this.roundTrip = this.#clock.monotonic() - greeting.sentAt;
    this.#pending.delete(0);
    greeting.settle(reply.extensions);
  }

  // --- deadlines -----------------------------------------------------------------------------------------

  /** A request sent a whole deadline before one that was answered has been forgotten by the server. */
  #checkOvertaken(answered: Pending): void {
    const oldest = this.#pending.values().next().value;
    if (oldest !== undefined && answered.sentAt - oldest.sentAt >= this.#deadlines.request) {
      throw this.#timeout(oldest);
    }
  }

  #timeout(pending: Pending): RapError {
    const seconds = Math.round(this.#deadlines.request / 1000);
    return new RapError('REQUEST_TIMEOUT', `No answer to ${pending.what} within ${seconds} s`);
  }

  /** One timer watches all requests; it is only set while some are open. */
  #watch(): void {
    if (this.#cancelWatch !== undefined || this.#failure !== undefined) return;
    const oldest = this.#pending.values().next().value;
    if (oldest === undefined) return;
    const now = this.#clock.monotonic();
    const quietAt = Math.max(oldest.sentAt, this.#lastByteAt) + this.#deadlines.request;
    const stallAt = this.#stallStart.at + this.#deadlines.stall;
    this.#cancelWatch = onDeadline(this.#clock, Math.max(1, Math.min(quietAt, stallAt) - now), () => {
      this.#cancelWatch = undefined;
      this.#onWatch();
    });
  }

  #onWatch(): void {
    const oldest = this.#pending.values().next().value;
    if (oldest === undefined) return;
    const now = this.#clock.monotonic();
    if (now - Math.max(oldest.sentAt, this.#lastByteAt) >= this.#deadlines.request) {
      this.fail(this.#timeout(oldest));
      return;
    }
    if (now - this.#stallStart.at >= this.#deadlines.stall) {
      if (this.#bytes - this.#stallStart.bytes < STALL_BYTES) {
        const seconds = Math.round(this.#deadlines.stall / 1000);
        this.fail(new RapError('STALLED', `Fewer than ${STALL_BYTES} bytes arrived in ${seconds} s`));
        return;
      }
      this.#stallStart = { at: now, bytes: this.#bytes };
    }
    this.#watch();
  }

  // --- what is asked -------------------------------------------------------------------------------------

  /** Requests made in one turn of the event loop leave in one packet. */
  #send(bytes: Buffer): void {
    this.#outbox.push(bytes);
    if (this.#outbox.length > 1) return;
    setImmediate(() => {
      const batch = this.#outbox;
      this.#outbox = [];
      if (batch.length > 0 && this.#failure === undefined) this.#channel.write(Buffer.concat(batch));
    });
  }

  #ask<T>(
    what: string,
    expects: readonly number[],
    request: (id: number) => Buffer,
    read: (reply: Reply) => T,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      const id = this.#nextId;
      this.#nextId = id === 0xffffffff ? 1 : id + 1;
      this.#open(id, {
        sentAt: this.#clock.monotonic(),
        what,
        expects,
        settle(reply) {
          try {
            resolve(read(reply));
          } catch (error) {
            reject(error);
          }
        },
        fail: reject,
      });
      this.#send(request(id));
    });
  }

  #open(id: number, pending: Pending): void {
    if (this.#pending.size === 0) this.#stallStart = { at: pending.sentAt, bytes: this.#bytes };
    this.#pending.set(id, pending);
    this.#watch();
  }

  /**
   * Says hello and learns the server's limits.
   * @throws RapError SFTP_UNSUPPORTED, SFTP_PROTOCOL, REQUEST_TIMEOUT
   */
  async start(): Promise<void> {
    const extensions = await new Promise<Map<string, string>>((resolve, reject) => {
      const sentAt = this.#clock.monotonic();
      this.#greeting = { settle: resolve, sentAt };
      this.#open(0, { sentAt, what: 'the SFTP greeting', expects: [], settle: () => {}, fail: reject });
      this.#send(encode.init());
    });
    if (extensions.get('limits@openssh.com') !== '1') return;
    const body = await this.#ask(
      'the question for limits',
      [packet.EXTENDED_REPLY, packet.STATUS],
      encode.limits,
      (reply) => (reply.type === packet.EXTENDED_REPLY ? reply.body : undefined),
    );
    if (body === undefined || body.length < 32) return;
    const readLimit = Number(body.readBigUInt64BE(8));
    const handles = Number(body.readBigUInt64BE(24));
    if (readLimit > 0) this.readLength = Math.max(1024, Math.min(readLimit, LARGEST_READ));
    if (handles > 0) this.handleLimit = handles;
  }

  /** An answer, or undefined where the server refused it. @throws RapError what ended the connection */
  unlessRefused<T>(asked: Promise<T>): Promise<T | undefined> {
    return asked.catch((error) => {
      if (this.#failure !== undefined) throw error;
      return undefined;
    });
  }

  /** Attributes of what the path leads to. */
  stat(path: Buffer): Promise<Attributes> {
    return this.#attributes(path, encode.stat);
  }

  /** Attributes of the path itself, a symbolic link as such. */
  lstat(path: Buffer): Promise<Attributes> {
    return this.#attributes(path, encode.lstat);
  }

  #attributes(path: Buffer, request: (id: number, path: Buffer) => Buffer): Promise<Attributes> {
    const what = `a look at ${printable(path)}`;
    return this.#ask(
      what,
      [packet.ATTRS, packet.STATUS],
      (id) => request(id, path),
      (reply) => {
        if (reply.type === packet.ATTRS) return reply.attributes;
        throw refusal(reply, what);
      },
    );
  }

  open(path: Buffer): Promise<Buffer> {
    return this.#handle(`the opening of ${printable(path)}`, (id) => encode.open(id, path));
  }

  openFolder(path: Buffer): Promise<Buffer> {
    return this.#handle(`the listing of ${printable(path)}`, (id) => encode.opendir(id, path));
  }

  #handle(what: string, request: (id: number) => Buffer): Promise<Buffer> {
    return this.#ask(what, [packet.HANDLE, packet.STATUS], request, (reply) => {
      if (reply.type === packet.HANDLE) return this.#ours(reply.handle);
      throw refusal(reply, what);
    });
  }

  /**
   * One handle for two that are open leads to one of the files: the content of the other would come under its name.
   * @throws RapError SFTP_PROTOCOL; that ends the whole channel
   */
  #ours(handle: Buffer): Buffer {
    const text = handle.toString('latin1');
    if (this.#handles.has(text)) {
      const error = new RapError('SFTP_PROTOCOL', 'The server gave one handle for two files that are open');
      this.fail(error);
      throw error;
    }
    this.#handles.add(text);
    return handle;
  }

  async close(handle: Buffer): Promise<void> {
    // From now on the server may give it again.
    this.#handles.delete(handle.toString('latin1'));
    await this.#ask(
      'the closing of a file',
      [packet.STATUS],
      (id) => encode.close(id, handle),
      (reply) => {
        if (reply.type === packet.STATUS && reply.code !== status.OK)
          throw refusal(reply, 'the closing of a file');
      },
    );
  }

  /**
   * Content at an offset, or undefined at the end of the file. May be shorter than asked, never longer or empty.
   * @throws RapError SFTP_PROTOCOL for an empty or too long answer; that ends the whole channel
   */
  read(handle: Buffer, offset: number, length: number): Promise<Content | undefined> {
    return this.#ask(
      'a read',
      [packet.DATA, packet.STATUS],
      (id) => encode.read(id, handle, offset, length),
      (reply) => {
        if (reply.type === packet.DATA) return this.#content(reply, length);
        if (reply.type === packet.STATUS && reply.code === status.EOF) return undefined;
        throw refusal(reply, 'a read');
      },
    );
  }

  #content(reply: Content, asked: number): Content {
    if (reply.length > 0 && reply.length <= asked) return { slices: reply.slices, length: reply.length };
    const error =
      reply.length === 0
        ? new RapError('SFTP_PROTOCOL', 'The server answered a read with no bytes and no end of file')
        : new RapError(
            'SFTP_PROTOCOL',
            `The server sent ${reply.length} bytes where ${asked} were asked for`,
          );
    this.fail(error);
    throw error;
  }

  /** The next entries of a folder, or undefined at its end, with the size of the reply in bytes. */
  readFolder(handle: Buffer): Promise<{ entries: NameEntry[]; bytes: number } | undefined> {
    return this.#ask(
      'a listing',
      [packet.NAME, packet.STATUS],
      (id) => encode.readdir(id, handle),
      (reply) => {
        if (reply.type === packet.NAME) return { entries: reply.entries, bytes: reply.bytes };
        if (reply.type === packet.STATUS && reply.code === status.EOF) return undefined;
        throw refusal(reply, 'a listing');
      },
    );
  }
}

function refusal(reply: Reply, what: string): RapError {
  if (reply.type === packet.STATUS && reply.code !== status.OK) return statusError(reply, what);
  return new RapError('SFTP_PROTOCOL', `The server answered ${what} with a bare OK`);
}
