/** The simplest SFTP client there is: frames out, frames in, nothing understood. */
import { duplexPair } from 'node:stream';
import type { ConnectionHandle } from '../../simulator/connection-handle.ts';
import { noCounts } from '../../simulator/counters.ts';
import { SftpSession, type SftpSessionOptions } from '../../simulator/sftp/session.ts';
import type { FileTree } from '../../simulator/sftp/tree.ts';
import { MESSAGE, string, u32, frame as wireFrame } from '../../simulator/sftp/wire.ts';

export interface Frame {
  type: number;
  id: number;
  /** After the id. */
  body: Buffer;
}

/** A session over a pair of streams in memory, and a hand to speak with it. */
export class RawSftp {
  readonly counters = noCounts();
  readonly calls: string[] = [];
  readonly frames: Frame[] = [];
  /** Everything received, unparsed. */
  received = Buffer.alloc(0);
  closed = false;
  readonly #mine;
  #nextId = 1;
  #waiting: (() => void)[] = [];

  constructor(tree: FileTree, options: Partial<SftpSessionOptions> = {}) {
    const [mine, theirs] = duplexPair();
    this.#mine = mine;
    const connection: ConnectionHandle = {
      cut: () => this.calls.push('cut'),
      disconnect: () => this.calls.push('disconnect'),
      rekey: () => this.calls.push('rekey'),
      changeHostKey: () => this.calls.push('changeHostKey'),
    };
    new SftpSession(theirs, { tree, counters: this.counters, connection, ...options });
    mine.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.#cut();
    });
    mine.on('close', () => this.#end());
    mine.on('end', () => this.#end());
    mine.on('error', () => this.#end());
  }

  /** Sends a request and returns its id. */
  send(type: number, ...parts: Buffer[]): number {
    const id = this.#nextId++;
    this.sendBytes(wireFrame(type, u32(id), ...parts));
    return id;
  }

  sendBytes(bytes: Buffer): void {
    this.#mine.write(bytes);
  }

  /** Waits until so many frames have come, or the session has closed. */
  async until(count: number): Promise<Frame[]> {
    while (this.frames.length < count && !this.closed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.frames;
  }

  /** One request, one answer: the next frame that comes. */
  async ask(type: number, ...parts: Buffer[]): Promise<Frame> {
    const before = this.frames.length;
    this.send(type, ...parts);
    const answer = (await this.until(before + 1))[before];
    if (answer === undefined) throw new Error('The session closed');
    return answer;
  }

  async open(path: string): Promise<Buffer> {
    const { type, body } = await this.ask(MESSAGE.OPEN, string(Buffer.from(path)), u32(1), u32(0));
    if (type !== MESSAGE.HANDLE) throw new Error(`OPEN was answered with ${type}`);
    return body;
  }

  /** Sends a READ and returns its id; `handle` as OPEN gave it. */
  read(handle: Buffer, offset: number, length: number): number {
    return this.send(MESSAGE.READ, handle, u32(0), u32(offset), u32(length));
  }

  end(): void {
    this.#mine.end();
  }

  #cut(): void {
    for (;;) {
      const length = this.received.length < 4 ? Number.POSITIVE_INFINITY : this.received.readUInt32BE(0);
      if (this.received.length < 4 + length) break;
      const body = this.received.subarray(4, 4 + length);
      this.frames.push({ type: body.readUInt8(0), id: body.readUInt32BE(1), body: body.subarray(5) });
      this.received = this.received.subarray(4 + length);
    }
    this.#wake();
  }

  #end(): void {
    this.closed = true;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
