/**
 * SFTP version 3 on the wire, the server's half: requests in, frames out
 * (draft-ietf-secsh-filexfer-02). A frame is a 4-byte length, a type byte and the body.
 */

export const MESSAGE = {
  INIT: 1,
  VERSION: 2,
  OPEN: 3,
  CLOSE: 4,
  READ: 5,
  WRITE: 6,
  LSTAT: 7,
  FSTAT: 8,
  SETSTAT: 9,
  FSETSTAT: 10,
  OPENDIR: 11,
  READDIR: 12,
  REMOVE: 13,
  MKDIR: 14,
  RMDIR: 15,
  REALPATH: 16,
  STAT: 17,
  RENAME: 18,
  READLINK: 19,
  SYMLINK: 20,
  STATUS: 101,
  HANDLE: 102,
  DATA: 103,
  NAME: 104,
  ATTRS: 105,
  EXTENDED: 200,
  EXTENDED_REPLY: 201,
} as const;

export const STATUS = {
  OK: 0,
  EOF: 1,
  NO_SUCH_FILE: 2,
  PERMISSION_DENIED: 3,
  FAILURE: 4,
  BAD_MESSAGE: 5,
  NO_CONNECTION: 6,
  CONNECTION_LOST: 7,
  OP_UNSUPPORTED: 8,
} as const;

/** The open flag that asks for reading; every other flag asks for writing. */
export const OPEN_READ = 1;

const ATTR_SIZE = 1;
const ATTR_OWNER = 2;
const ATTR_MODE = 4;
const ATTR_TIMES = 8;

/** Room that a DATA frame needs in front of its bytes: length, type, request id, data length. */
export const DATA_HEADROOM = 13;

/** What a server says of a file. Times are whole seconds since 1970, unsigned 32 bits as they travel. */
export interface Attributes {
  /** Left out when the server does not tell; -1 travels as 64 bits set. */
  size?: number;
  mode: number;
  accessed: number;
  modified: number;
}

export interface Entry {
  /** The raw bytes of the name: a misbehaving server may send anything. */
  name: Buffer;
  attributes: Attributes;
  /** What "ls -l" would print; made from the attributes when left out. */
  long?: Buffer;
}

/** A request as parsed. Fields that its type does not have are empty. */
export interface Request {
  type: number;
  /** Request id; of INIT the version. */
  id: number;
  path: string;
  handle: string;
  offset: number;
  length: number;
  flags: number;
  /** Name of an extended request. */
  extension: string;
}

export type Answer =
  | { kind: 'version'; version: number; extensions: Readonly<Record<string, string>> }
  | { kind: 'status'; code: number; text: string }
  | { kind: 'handle'; handle: string }
  | { kind: 'data'; bytes: Buffer; room?: Buffer }
  | { kind: 'names'; entries: readonly Entry[] }
  | { kind: 'attributes'; attributes: Attributes }
  | { kind: 'limits'; numbers: readonly number[] };

const statusTexts = [
  'OK',
  'End of file',
  'No such file',
  'Permission denied',
  'Failure',
  'Bad message',
  'No connection',
  'Connection lost',
  'Operation unsupported',
];

export function status(code: number, text = statusTexts[code] ?? 'Failure'): Answer {
  return { kind: 'status', code, text };
}

/**
 * A data answer whose bytes stand in a larger buffer with room for the frame's head in front of them,
 * so that nothing is copied on the way out.
 */
export function dataInRoom(room: Buffer, bytes: number): Answer {
  return { kind: 'data', bytes: room.subarray(DATA_HEADROOM, DATA_HEADROOM + bytes), room };
}

/** Cuts a stream of chunks into frame bodies (type byte first). */
export class FrameCutter {
  #pending: Buffer[] = [];
  #size = 0;
  readonly #limit: number;

  /** @param limit longest body accepted, bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The frames completed by this chunk. @throws Error when a frame announces more than the limit */
  push(chunk: Buffer): Buffer[] {
    this.#pending.push(chunk);
    this.#size += chunk.length;
    const frames: Buffer[] = [];
    if (this.#size < 4) return frames;
    let rest = this.#pending.length === 1 ? chunk : Buffer.concat(this.#pending, this.#size);
    while (rest.length >= 4) {
      const length = rest.readUInt32BE(0);
      if (length === 0 || length > this.#limit)
        throw new Error(`A frame of ${length} bytes is not acceptable`);
      if (rest.length < 4 + length) break;
      frames.push(rest.subarray(4, 4 + length));
      rest = rest.subarray(4 + length);
    }
    this.#pending = rest.length === 0 ? [] : [rest];
    this.#size = rest.length;
    return frames;
  }
}

/** @throws Error (RangeError) when the body ends too early */
export function parseRequest(body: Buffer): Request {
  const type = body.readUInt8(0);
  const request: Request = {
    type,
    id: body.readUInt32BE(1),
    path: '',
    handle: '',
    offset: 0,
    length: 0,
    flags: 0,
    extension: '',
  };
  let at = 5;
  const text = (encoding: BufferEncoding) => {
    const length = body.readUInt32BE(at);
    if (at + 4 + length > body.length) throw new RangeError('A string reaches beyond its frame');
    const value = body.toString(encoding, at + 4, at + 4 + length);
    at += 4 + length;
    return value;
  };
  switch (type) {
    case MESSAGE.OPEN:
      request.path = text('utf8');
      request.flags = body.readUInt32BE(at);
      break;
    case MESSAGE.READ:
      request.handle = text('latin1');
      request.offset = body.readUInt32BE(at) * 2 ** 32 + body.readUInt32BE(at + 4);
      request.length = body.readUInt32BE(at + 8);
      break;
    case MESSAGE.CLOSE:
    case MESSAGE.FSTAT:
    case MESSAGE.READDIR:
      request.handle = text('latin1');
      break;
    case MESSAGE.OPENDIR:
    case MESSAGE.STAT:
    case MESSAGE.LSTAT:
    case MESSAGE.REALPATH:
      request.path = text('utf8');
      break;
    case MESSAGE.EXTENDED:
      request.extension = text('latin1');
      break;
  }
  return request;
}

/** The whole frame of an answer, its length in front. */
export function encodeAnswer(id: number, answer: Answer): Buffer {
  switch (answer.kind) {
    case 'version':
      return frame(
        MESSAGE.VERSION,
        u32(answer.version),
        ...Object.entries(answer.extensions).flatMap(([name, value]) => [
          string(Buffer.from(name)),
          string(Buffer.from(value)),
        ]),
      );
    case 'status':
      return frame(
        MESSAGE.STATUS,
        u32(id),
        u32(answer.code),
        string(Buffer.from(answer.text)),
        string(Buffer.alloc(0)),
      );
    case 'handle':
      return frame(MESSAGE.HANDLE, u32(id), string(Buffer.from(answer.handle, 'latin1')));
    case 'attributes':
      return frame(MESSAGE.ATTRS, u32(id), attributes(answer.attributes));
    case 'names':
      return encodeNames(id, answer.entries);
    case 'limits':
      return frame(MESSAGE.EXTENDED_REPLY, u32(id), ...answer.numbers.map(u64));
    case 'data':
      return encodeData(id, answer.bytes, answer.room);
  }
}

function encodeData(id: number, bytes: Buffer, room?: Buffer): Buffer {
  let whole = room?.subarray(0, DATA_HEADROOM + bytes.length);
  if (whole === undefined) {
    whole = Buffer.allocUnsafe(DATA_HEADROOM + bytes.length);
    bytes.copy(whole, DATA_HEADROOM);
  }
  whole.writeUInt32BE(9 + bytes.length, 0);
  whole.writeUInt8(MESSAGE.DATA, 4);
  whole.writeUInt32BE(id, 5);
  whole.writeUInt32BE(bytes.length, 9);
  return whole;
}

/** A frame of any type and body, also of ones that no standard knows. */
export function frame(type: number, ...parts: Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 1);
  return Buffer.concat([u32(length), Buffer.from([type]), ...parts], 4 + length);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value >>> 0, 0);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(BigInt(value), 0);
  return bytes;
}

export function string(bytes: Buffer): Buffer {
  return Buffer.concat([u32(bytes.length), bytes], 4 + bytes.length);
}

function attributes(of: Attributes): Buffer {
  const bytes = Buffer.allocUnsafe(attributesLength(of));
  writeAttributes(bytes, 0, of);
  return bytes;
}

function attributesLength(of: Attributes): number {
  return of.size === undefined ? 24 : 32;
}

/** Returns where the next byte goes. */
function writeAttributes(into: Buffer, at: number, of: Attributes): number {
  const flags = (of.size === undefined ? 0 : ATTR_SIZE) | ATTR_OWNER | ATTR_MODE | ATTR_TIMES;
  let next = into.writeUInt32BE(flags, at);
  if (of.size !== undefined) next = into.writeBigUInt64BE(BigInt.asUintN(64, BigInt(of.size)), next);
  for (const value of [0, 0, of.mode, of.accessed, of.modified]) next = into.writeUInt32BE(value, next);
  return next;
}

/** One buffer for all entries: folders of 100,000 must not be slowed down by the simulator. */
function encodeNames(id: number, entries: readonly Entry[]): Buffer {
  const longNames = entries.map((entry) => entry.long ?? longName(entry));
  const lengths = entries.map(
    (entry, index) =>
      8 + entry.name.length + (longNames[index]?.length ?? 0) + attributesLength(entry.attributes),
  );
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const [index, { name, attributes: of }] of entries.entries()) {
    for (const text of [name, longNames[index] ?? name]) {
      at = bytes.writeUInt32BE(text.length, at);
      at += text.copy(bytes, at);
    }
    at = writeAttributes(bytes, at, of);
  }
  return frame(MESSAGE.NAME, u32(id), u32(entries.length), bytes);
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** The line that "ls -l" would print; people read it, programs should not. */
export function longName({ name, attributes: of }: Entry): Buffer {
  const kind = (of.mode & 0o170000) === 0o040000 ? 'd' : (of.mode & 0o170000) === 0o120000 ? 'l' : '-';
  const letters = [6, 3, 0].map((shift) => {
    const bits = (of.mode >> shift) & 7;
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${bits & 1 ? 'x' : '-'}`;
  });
  const time = new Date(of.modified * 1000);
  const date = `${MONTHS[time.getUTCMonth()]} ${String(time.getUTCDate()).padStart(2)} ${time.toISOString().slice(11, 16)}`;
  const head = `${kind}${letters.join('')}    1 rap      rap      ${String(of.size ?? 0).padStart(10)} ${date} `;
  return Buffer.concat([Buffer.from(head), name]);
}
