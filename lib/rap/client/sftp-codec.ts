/**
 * SFTP version 3 on the wire, as far as a reader needs it (draft-ietf-secsh-filexfer-02): requests are encoded,
 * replies decoded, and whatever the draft does not allow is refused. Nothing here waits or remembers requests.
 *
 * File names stay bytes: a name that is not UTF-8 must still be shown and refused for what it is.
 */
import { RapError } from '../../errors/rap-error.ts';
import { printable } from '../../net/far-text.ts';
import { giveBack, use } from '../../ssh/plain-memory.ts';
import { textInFront, textInstead } from './server-text.ts';

export const packet = {
  INIT: 1,
  VERSION: 2,
  OPEN: 3,
  CLOSE: 4,
  READ: 5,
  LSTAT: 7,
  OPENDIR: 11,
  READDIR: 12,
  STAT: 17,
  STATUS: 101,
  HANDLE: 102,
  DATA: 103,
  NAME: 104,
  ATTRS: 105,
  EXTENDED: 200,
  EXTENDED_REPLY: 201,
} as const;

export const status = {
  OK: 0,
  EOF: 1,
  NO_SUCH_FILE: 2,
  PERMISSION_DENIED: 3,
  FAILURE: 4,
  OP_UNSUPPORTED: 8,
} as const;

/** Largest reply accepted, bytes. OpenSSH never sends more than 256 KiB; a little is added for others' headers. */
export const MAX_REPLY = 256 * 1024 + 4096;

/**
 * Largest listing accepted in one reply, bytes and entries: some servers send the whole folder at once, however large.
 * About 100,000 names; ours, to bound the memory.
 */
export const MAX_NAMES_REPLY = 16 * 1024 * 1024;
const MAX_NAMES = 200_000;

/** What a reply says of a remote file. Fields the server did not send are undefined. */
export interface Attributes {
  size?: number;
  /** POSIX mode with the file type bits. */
  mode?: number;
  /** Milliseconds since 1970. */
  modifiedAt?: number;
}

export interface NameEntry {
  /** The raw bytes of the name, one character a byte ('latin1'): a tenth of the memory of a Buffer. */
  name: string;
  attributes: Attributes;
  /** First letter of the line that "ls -l" would print ('d', '-', 'l' ...); '' where the long form is none. */
  letter: string;
}

export type Reply =
  | { type: typeof packet.VERSION; version: number; extensions: Map<string, string> }
  | { type: typeof packet.STATUS; id: number; code: number; text: string }
  | { type: typeof packet.HANDLE; id: number; handle: Buffer }
  | { type: typeof packet.DATA; id: number; slices: Buffer[]; length: number }
  | { type: typeof packet.NAME; id: number; entries: NameEntry[]; bytes: number }
  | { type: typeof packet.ATTRS; id: number; attributes: Attributes }
  | { type: typeof packet.EXTENDED_REPLY; id: number; body: Buffer }
  /** A reply to this request whose content cannot be read; where it ends is known, so others go on. */
  | { type: typeof UNREADABLE; id: number; error: RapError };

/** Beyond all types of packets. */
export const UNREADABLE = 256;

function broken(what: string): RapError {
  return new RapError('SFTP_PROTOCOL', `The server broke the SFTP protocol: ${what}`);
}

// --- requests --------------------------------------------------------------------------------------------

function frame(type: number, id: number, ...fields: Buffer[]): Buffer {
  const body = Buffer.concat(fields);
  const out = Buffer.allocUnsafe(9 + body.length);
  out.writeUInt32BE(5 + body.length, 0);
  out[4] = type;
  out.writeUInt32BE(id, 5);
  body.copy(out, 9);
  return out;
}

function string(value: Buffer): Buffer {
  const out = Buffer.allocUnsafe(4 + value.length);
  out.writeUInt32BE(value.length, 0);
  value.copy(out, 4);
  return out;
}

export const encode = {
  init: (): Buffer => Buffer.from([0, 0, 0, 5, packet.INIT, 0, 0, 0, 3]),
  /** Opens for reading only. */
  open: (id: number, path: Buffer): Buffer =>
    frame(packet.OPEN, id, string(path), Buffer.from([0, 0, 0, 1, 0, 0, 0, 0])),
  close: (id: number, handle: Buffer): Buffer => frame(packet.CLOSE, id, string(handle)),
  stat: (id: number, path: Buffer): Buffer => frame(packet.STAT, id, string(path)),
  lstat: (id: number, path: Buffer): Buffer => frame(packet.LSTAT, id, string(path)),
  opendir: (id: number, path: Buffer): Buffer => frame(packet.OPENDIR, id, string(path)),
  readdir: (id: number, handle: Buffer): Buffer => frame(packet.READDIR, id, string(handle)),
  limits: (id: number): Buffer => frame(packet.EXTENDED, id, string(Buffer.from('limits@openssh.com'))),
  read(id: number, handle: Buffer, offset: number, length: number): Buffer {
    const out = Buffer.allocUnsafe(25 + handle.length);
    out.writeUInt32BE(21 + handle.length, 0);
    out[4] = packet.READ;
    out.writeUInt32BE(id, 5);
    out.writeUInt32BE(handle.length, 9);
    handle.copy(out, 13);
    const at = 13 + handle.length;
    out.writeUInt32BE(Math.floor(offset / 2 ** 32), at);
    out.writeUInt32BE(offset % 2 ** 32, at + 4);
    out.writeUInt32BE(length, at + 8);
    return out;
  },
};

// --- replies ---------------------------------------------------------------------------------------------

/** Reads fields off one reply; running past its end is a protocol error. */
class Fields {
  readonly #body: Buffer;
  #at: number;

  constructor(body: Buffer, at: number) {
    this.#body = body;
    this.#at = at;
  }

  get left(): number {
    return this.#body.length - this.#at;
  }

  uint32(): number {
    if (this.left < 4) throw broken('a reply ends too early');
    const value = this.#body.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  /** May be more than numbers hold exactly. */
  uint64(): number {
    return this.uint32() * 2 ** 32 + this.uint32();
  }

  string(): Buffer {
    const length = this.uint32();
    if (length > this.left) throw broken('a string is longer than its reply');
    const value = this.#body.subarray(this.#at, this.#at + length);
    this.#at += length;
    return value;
  }

  /** To be called where nothing may follow. */
  end(): void {
    if (this.left > 0) throw broken(`${this.left} bytes after the end of a reply`);
  }
}

const ATTRIBUTE = { SIZE: 1, UIDGID: 2, PERMISSIONS: 4, TIMES: 8, EXTENDED: 0x80000000 };

/** No file system has a file of this size: it is how -1 travels, where a server has none to give. */
const NO_SIZE = 2 ** 63;

function attributes(fields: Fields): Attributes {
  const flags = fields.uint32();
  const result: Attributes = {};
  if (flags & ATTRIBUTE.SIZE) {
    const size = fields.uint64();
    if (size < NO_SIZE) result.size = size;
  }
  if (flags & ATTRIBUTE.UIDGID) {
    fields.uint32();
    fields.uint32();
  }
  if (flags & ATTRIBUTE.PERMISSIONS) result.mode = fields.uint32();
  if (flags & ATTRIBUTE.TIMES) {
    fields.uint32();
    result.modifiedAt = fields.uint32() * 1000;
  }
  if ((flags & ATTRIBUTE.EXTENDED) !== 0) {
    const count = fields.uint32();
    for (let i = 0; i < count; i++) {
      fields.string();
      fields.string();
    }
  }
  return result;
}

/** The first letter of a line like "drwxr-xr-x 2 root ...": some servers tell only there what is a folder. */
function letterOf(longName: Buffer): string {
  const line = longName.toString('latin1', 0, 10);
  return /^[-dlpscb][-rwxsStTl]{8}/.test(line) ? line.charAt(0) : '';
}

function decode(type: number, body: Buffer): Reply {
  const fields = new Fields(body, 1);
  if (type === packet.VERSION) {
    const version = fields.uint32();
    const extensions = new Map<string, string>();
    while (fields.left > 0)
      extensions.set(fields.string().toString('latin1'), fields.string().toString('latin1'));
    return { type, version, extensions };
  }
  const id = fields.uint32();
  try {
    return decodeContent(type, id, fields, body);
  } catch (error) {
    if (!(error instanceof RapError) || !READABLE.has(type)) throw error;
    return { type: UNREADABLE, id, error };
  }
}

/** Replies that belong to one request and mean nothing beyond it. */
const READABLE: ReadonlySet<number> = new Set([packet.STATUS, packet.HANDLE, packet.NAME, packet.ATTRS]);

function decodeContent(type: number, id: number, fields: Fields, body: Buffer): Reply {
  switch (type) {
    case packet.STATUS: {
      const code = fields.uint32();
      // Some servers leave text and language tag out, against the draft; nothing depends on them, nor on what later
      // drafts put after them.
      const text = fields.left >= 4 ? printable(fields.string()) : '';
      return { type, id, code, text };
    }
    case packet.HANDLE: {
      const handle = fields.string();
      if (handle.length > 256) throw broken('a handle is longer than 256 bytes');
      fields.end();
      return { type, id, handle: Buffer.from(handle) };
    }
    case packet.NAME: {
      const entries = namesIn(fields);
      fields.end();
      return { type, id, entries, bytes: body.length };
    }
    case packet.ATTRS: {
      const found = attributes(fields);
      fields.end();
      return { type, id, attributes: found };
    }
    case packet.EXTENDED_REPLY:
      return { type, id, body: Buffer.from(body.subarray(5)) };
    default:
      throw broken(`unknown packet type ${type}`);
  }
}

function namesIn(fields: Fields): NameEntry[] {
  const count = fields.uint32();
  if (count > MAX_NAMES) throw tooLong(`${count} names`, `${MAX_NAMES}`);
  const entries: NameEntry[] = [];
  for (let i = 0; i < count; i++) {
    const name = fields.string().toString('latin1');
    const letter = letterOf(fields.string());
    entries.push({ name, letter, attributes: attributes(fields) });
  }
  return entries;
}

function tooLong(what: string, most: string): RapError {
  return new RapError(
    'LIST_LIMIT',
    `The server sent a listing of ${what} in one reply, and ${most} is the limit`,
  );
}

/**
 * Cuts the byte stream into replies. DATA is passed on as slices of the incoming chunks, so that file content
 * is never copied; whoever takes it gives it back (see lib/ssh/plain-memory.ts); everything else is small, or a listing, and assembled first.
 */
export class ReplyDecoder {
  readonly #onReply: (reply: Reply) => void;
  /** Bytes that arrived of a head, or of text that is still arriving. */
  #pending: Buffer = Buffer.alloc(0);
  /** The DATA reply whose content is still arriving. */
  #data: { id: number; slices: Buffer[]; length: number; missing: number } | undefined;
  /** Another reply that is still arriving, from its type on. */
  #body: { parts: Buffer[]; missing: number } | undefined;

  constructor(onReply: (reply: Reply) => void) {
    this.#onReply = onReply;
  }

  /** Text that has begun to arrive where a reply should be; '' as long as it looks like a reply. */
  get text(): string {
    return textInFront(this.#pending)?.text ?? '';
  }

  /**
   * @throws RapError SFTP_PROTOCOL, SFTP_TEXT, LIST_LIMIT for a listing too large to be taken; the stream is of no
   * use after that
   */
  push(chunk: Buffer): void {
    use(chunk);
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#data !== undefined) rest = this.#content(this.#data, rest);
      else if (this.#body !== undefined) rest = this.#assemble(this.#body, rest);
      else rest = this.#head(rest);
    }
    giveBack(chunk);
  }

  /** Bytes of a DATA reply: id and length are known, the slices are collected. */
  #content(data: { id: number; slices: Buffer[]; length: number; missing: number }, chunk: Buffer): Buffer {
    const slice = chunk.length > data.missing ? chunk.subarray(0, data.missing) : chunk;
    use(slice);
    data.slices.push(slice);
    data.missing -= slice.length;
    if (data.missing === 0) {
      this.#data = undefined;
      this.#onReply({ type: packet.DATA, id: data.id, slices: data.slices, length: data.length });
    }
    return chunk.subarray(slice.length);
  }

  /** Bytes of any other reply. They are joined once, when all are there. */
  #assemble(body: { parts: Buffer[]; missing: number }, chunk: Buffer): Buffer {
    const part = chunk.length > body.missing ? chunk.subarray(0, body.missing) : chunk;
    use(part);
    body.parts.push(part);
    body.missing -= part.length;
    if (body.missing === 0) {
      this.#body = undefined;
      const whole = body.parts.length === 1 ? part : Buffer.concat(body.parts);
      this.#onReply(decode(whole.readUInt8(0), whole));
      for (const one of body.parts) giveBack(one);
    }
    return chunk.subarray(part.length);
  }

  /** Takes the next head off the chunk and returns the remainder. */
  #head(chunk: Buffer): Buffer {
    const have = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    this.#pending = Buffer.alloc(0);
    if (have.length < 5) return this.#keep(have);
    const length = have.readUInt32BE(0);
    const type = have.readUInt8(4);
    if (length < 5 || length > (type === packet.NAME ? MAX_NAMES_REPLY : MAX_REPLY)) {
      return this.#noReply(have, length, type);
    }
    if (type !== packet.DATA) {
      this.#body = { parts: [], missing: length };
      return have.subarray(4);
    }
    if (have.length < 13) return this.#keep(have);
    const size = have.readUInt32BE(9);
    if (length !== size + 9) throw broken('a DATA reply whose lengths disagree');
    const id = have.readUInt32BE(5);
    if (size === 0) this.#onReply({ type: packet.DATA, id, slices: [], length: 0 });
    else this.#data = { id, slices: [], length: size, missing: size };
    return have.subarray(13);
  }

  /** What cannot be a reply: text that a login script prints into the channel is waited for up to the end of its line. */
  #noReply(have: Buffer, length: number, type: number): Buffer {
    const found = textInFront(have);
    if (found?.ends === true) throw textInstead(found.text);
    if (found !== undefined) return this.#keep(have);
    if (type === packet.NAME) throw tooLong(`${length} bytes`, `${MAX_NAMES_REPLY}`);
    throw broken(`a reply of ${length} bytes`);
  }

  #keep(bytes: Buffer): Buffer {
    this.#pending = Buffer.from(bytes);
    return Buffer.alloc(0);
  }
}
