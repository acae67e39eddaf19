/**
 * SFTP version 3 on the wire, as far as a reader needs it (draft-ietf-secsh-filexfer-02): requests are encoded,
 * replies decoded, and whatever the draft does not allow is refused. Nothing here waits or remembers requests.
 *
 * File names stay bytes: a name that is not UTF-8 must still be shown and refused for what it is.
 */
import { RapError } from '../errors/rap-error.ts';
import { printable } from '../net/far-text.ts';

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
}

export type Reply =
  | { type: typeof packet.VERSION; version: number; extensions: Map<string, string> }
  | { type: typeof packet.STATUS; id: number; code: number; text: string }
  | { type: typeof packet.HANDLE; id: number; handle: Buffer }
  | { type: typeof packet.DATA; id: number; slices: Buffer[]; length: number }
  | { type: typeof packet.NAME; id: number; entries: NameEntry[]; bytes: number }
  | { type: typeof packet.ATTRS; id: number; attributes: Attributes }
  | { type: typeof packet.EXTENDED_REPLY; id: number; body: Buffer };

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

  uint64(): number {
    const value = this.uint32() * 2 ** 32 + this.uint32();
    if (!Number.isSafeInteger(value)) throw broken('a size is larger than any file');
    return value;
  }

  string(): Buffer {
    const length = this.uint32();
    if (length > this.left) throw broken('a string is longer than its reply');
    const value = this.#body.subarray(this.#at, this.#at + length);
    this.#at += length;
    return value;
  }
}

const ATTRIBUTE = { SIZE: 1, UIDGID: 2, PERMISSIONS: 4, TIMES: 8, EXTENDED: 0x80000000 };

function attributes(fields: Fields): Attributes {
  const flags = fields.uint32();
  const result: Attributes = {};
  if (flags & ATTRIBUTE.SIZE) result.size = fields.uint64();
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
  switch (type) {
    case packet.STATUS: {
      const code = fields.uint32();
      // Some servers leave text and language tag out, against the draft; nothing depends on them.
      const text = fields.left >= 4 ? printable(fields.string()) : '';
      return { type, id, code, text };
    }
    case packet.HANDLE: {
      const handle = fields.string();
      if (handle.length > 256) throw broken('a handle is longer than 256 bytes');
      return { type, id, handle: Buffer.from(handle) };
    }
    case packet.NAME: {
      const count = fields.uint32();
      const entries: NameEntry[] = [];
      for (let i = 0; i < count; i++) {
        const name = fields.string().toString('latin1');
        fields.string(); // the long form, meant for people
        entries.push({ name, attributes: attributes(fields) });
      }
      return { type, id, entries, bytes: body.length };
    }
    case packet.ATTRS:
      return { type, id, attributes: attributes(fields) };
    case packet.EXTENDED_REPLY:
      return { type, id, body: Buffer.from(body.subarray(5)) };
    default:
      throw broken(`unknown packet type ${type}`);
  }
}

/**
 * Cuts the byte stream into replies. DATA is passed on as slices of the incoming chunks, so that file content
 * is never copied; everything else is small and assembled first.
 */
export class ReplyDecoder {
  readonly #onReply: (reply: Reply) => void;
  /** Bytes of the head, or of a whole small reply, that arrived so far. */
  #pending: Buffer = Buffer.alloc(0);
  /** The DATA reply whose content is still arriving. */
  #data: { id: number; slices: Buffer[]; length: number; missing: number } | undefined;

  constructor(onReply: (reply: Reply) => void) {
    this.#onReply = onReply;
  }

  /** @throws RapError SFTP_PROTOCOL; the stream is of no use after that */
  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      rest = this.#data === undefined ? this.#head(rest) : this.#content(rest);
    }
  }

  /** Bytes of a DATA reply: id and length are known, the slices are collected. */
  #content(chunk: Buffer): Buffer {
    const data = this.#data;
    if (data === undefined) return chunk;
    const slice = chunk.length > data.missing ? chunk.subarray(0, data.missing) : chunk;
    data.slices.push(slice);
    data.missing -= slice.length;
    if (data.missing === 0) {
      this.#data = undefined;
      this.#onReply({ type: packet.DATA, id: data.id, slices: data.slices, length: data.length });
    }
    return chunk.subarray(slice.length);
  }

  /** Takes what is needed for the next head or small reply off the chunk and returns the remainder. */
  #head(chunk: Buffer): Buffer {
    const have = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    this.#pending = Buffer.alloc(0);
    if (have.length < 5) return this.#keep(have);
    const length = have.readUInt32BE(0);
    if (length < 5 || length > MAX_REPLY) throw broken(`a reply of ${length} bytes`);
    const type = have.readUInt8(4);
    if (type === packet.DATA) {
      if (have.length < 13) return this.#keep(have);
      const size = have.readUInt32BE(9);
      if (length !== size + 9) throw broken('a DATA reply whose lengths disagree');
      const id = have.readUInt32BE(5);
      if (size === 0) this.#onReply({ type: packet.DATA, id, slices: [], length: 0 });
      else this.#data = { id, slices: [], length: size, missing: size };
      return have.subarray(13);
    }
    if (have.length < 4 + length) return this.#keep(have);
    this.#onReply(decode(type, have.subarray(4, 4 + length)));
    return have.subarray(4 + length);
  }

  #keep(bytes: Buffer): Buffer {
    this.#pending = bytes;
    return Buffer.alloc(0);
  }
}
