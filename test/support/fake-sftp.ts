/**
 * An SFTP server without a network, for tests of the client: it sees requests as decoded packets and answers
 * with frames that a test may bend in any way before they are sent.
 */
import type { ByteChannel } from '../../lib/rap/client/sftp-requests.ts';

export interface Request {
  type: number;
  id: number;
  /** Path or handle. */
  subject: Buffer;
  offset: number;
  length: number;
}

export function frame(type: number, id: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const out = Buffer.alloc(9);
  out.writeUInt32BE(5 + body.length, 0);
  out[4] = type;
  out.writeUInt32BE(id, 5);
  return Buffer.concat([out, body]);
}

export function uint32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
}

export function text(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

export function uint64(value: number): Buffer {
  return Buffer.concat([uint32(Math.floor(value / 2 ** 32)), uint32(value % 2 ** 32)]);
}

export function fileAttributes(size: number, seconds = 1_000): Buffer {
  return Buffer.concat([uint32(1 | 4 | 8), uint64(size), uint32(0o100644), uint32(seconds), uint32(seconds)]);
}

export const reply = {
  version: (version = 3) => {
    const out = Buffer.alloc(9);
    out.writeUInt32BE(5, 0);
    out[4] = 2;
    out.writeUInt32BE(version, 5);
    return out;
  },
  status: (id: number, code: number, words = '') => frame(101, id, uint32(code), text(words), text('')),
  handle: (id: number, handle: string) => frame(102, id, text(handle)),
  data: (id: number, content: Buffer) => frame(103, id, text(content)),
  names: (id: number, names: { name: Buffer | string; attributes: Buffer }[]) =>
    frame(
      104,
      id,
      uint32(names.length),
      ...names.flatMap((one) => [text(one.name), text(''), one.attributes]),
    ),
  attributes: (id: number, attributes: Buffer) => frame(105, id, attributes),
};

function parse(packet: Buffer): Request {
  const type = packet.readUInt8(4);
  if (type === 1) return { type, id: 0, subject: Buffer.alloc(0), offset: 0, length: 0 };
  const id = packet.readUInt32BE(5);
  const size = packet.readUInt32BE(9);
  const subject = packet.subarray(13, 13 + size);
  if (type !== 5) return { type, id, subject, offset: 0, length: 0 };
  const at = 13 + size;
  const offset = packet.readUInt32BE(at) * 2 ** 32 + packet.readUInt32BE(at + 4);
  return { type, id, subject, offset, length: packet.readUInt32BE(at + 8) };
}

/** What an honest server answers for these files. */
export function honest(files: ReadonlyMap<string, Buffer>): (request: Request) => Buffer {
  return (request) => {
    const name = request.subject.toString();
    const content = files.get(name.replace(/^handle:/, ''));
    switch (request.type) {
      case 1:
        return reply.version();
      case 3:
        return content === undefined
          ? reply.status(request.id, 2)
          : reply.handle(request.id, `handle:${name}`);
      case 4:
        return reply.status(request.id, 0);
      case 5: {
        const part = content?.subarray(request.offset, request.offset + request.length) ?? Buffer.alloc(0);
        return part.length === 0 ? reply.status(request.id, 1) : reply.data(request.id, part);
      }
      case 7:
      case 17:
        return content === undefined
          ? reply.status(request.id, 2)
          : reply.attributes(request.id, fileAttributes(content.length));
      default:
        return reply.status(request.id, 8);
    }
  };
}

/** A channel whose far end is `answer`; undefined means no answer. Answers come after the current turn. */
export class FakeChannel implements ByteChannel {
  destroyed = false;
  readonly seen: Request[] = [];
  readonly #answer: (request: Request, channel: FakeChannel) => Buffer | undefined;
  #receive: (bytes: Buffer) => void = () => {};
  #rest = Buffer.alloc(0);

  constructor(answer: (request: Request, channel: FakeChannel) => Buffer | undefined) {
    this.#answer = answer;
  }

  attach(receive: (bytes: Buffer) => void): void {
    this.#receive = receive;
  }

  write(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 4 && this.#rest.length >= 4 + this.#rest.readUInt32BE(0)) {
      const end = 4 + this.#rest.readUInt32BE(0);
      const request = parse(this.#rest.subarray(0, end));
      this.#rest = this.#rest.subarray(end);
      this.seen.push(request);
      const answer = this.#answer(request, this);
      if (answer !== undefined) this.send(answer);
    }
  }

  send(bytes: Buffer): void {
    setImmediate(() => {
      if (!this.destroyed) this.#receive(bytes);
    });
  }

  destroy(): void {
    this.destroyed = true;
  }
}
