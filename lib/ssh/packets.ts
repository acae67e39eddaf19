/**
 * Cuts what a server sends into encrypted packets (RFC 4253, 6) and opens each as a whole. A packet that lies in one
 * piece of memory, also one that came with several reads, is opened where it lies; only one that ends in other memory
 * than it began in is copied, once. Nothing of a packet is passed on before its authentication was verified.
 */

import { countUsers } from './plain-memory.ts';

/** Takes a message. What it returns is the library's: undefined to go on, false to stop here, a number to go on there. */
export type Taker = (payload: Buffer) => number | false | undefined;

const NOTHING = Buffer.alloc(0);

/** A cipher of the receiving direction. Its fields and methods of other case are those that ssh2 knows. */
export abstract class PacketDecipher {
  /** Number of the next packet; each is part of what authenticates it. */
  inSeqno: number;
  _onPayload: Taker;
  readonly #largest: number;
  /** Bytes from which the length of a packet can be told. */
  readonly #head: number;
  /** The beginning of a packet that came with earlier reads. */
  #held: Buffer = NOTHING;
  /** Memory for a packet that ends in other memory than it began in, kept for the next one. */
  #room: Buffer = NOTHING;
  /** Does `#held` lie there? */
  #inRoom = false;
  /** Bytes of the packet under way with all that belongs to it; 0 as long as that is not known. */
  #whole = 0;

  /**
   * @param head bytes from which `wholeLength` can tell the length
   * @param largest packet length that is taken
   */
  constructor(seqno: number, onPayload: Taker, head: number, largest: number) {
    this.inSeqno = seqno;
    this._onPayload = onPayload;
    this.#head = head;
    this.#largest = largest;
  }

  /**
   * Called once for each packet.
   * @returns the packet length (RFC 4253, 6), and how many bytes belong to the packet
   */
  protected abstract lengthOf(head: Buffer): { length: number; whole: number };

  /** Padding length, payload and padding of a whole packet. @throws Error when it is not authentic */
  protected abstract open(packet: Buffer): Buffer;

  /** How ssh2 hands over what was read: bytes of `data` from `at` up to `end`. Returns where to go on, if not at the end. */
  decrypt(data: Buffer, at: number, end: number): number | undefined {
    let place = at;
    while (place < end) {
      if (this.#whole === 0) {
        const head = this.#upTo(this.#head, data, place, end);
        place += head.taken;
        if (head.bytes === undefined) return undefined;
        const { length, whole } = this.lengthOf(head.bytes);
        if (length > this.#largest) throw new Error('Bad packet length');
        this.#whole = whole;
      }
      const { bytes: packet, taken } = this.#upTo(this.#whole, data, place, end);
      place += taken;
      if (packet === undefined) return undefined;
      if (this.#held.length === 0) place += packet.length;
      const content = this.open(packet);
      this.#held = NOTHING;
      this.#inRoom = false;
      this.#whole = 0;
      const payload = payloadOf(content);
      countUsers(content);
      this.inSeqno = (this.inSeqno + 1) >>> 0;
      const next = this._onPayload(payload);
      if (next !== undefined) return next === false ? place : next;
    }
    return undefined;
  }

  /** There is nothing to give back; ssh2 asks every cipher to do so. */
  free(): void {}

  /**
   * The first `wanted` bytes of the packet under way, or undefined when they have not all come; then what has come is
   * held. `taken` is how many bytes of `data` joined what was held; bytes that are returned without being held are not
   * counted.
   */
  #upTo(wanted: number, data: Buffer, at: number, end: number): { bytes: Buffer | undefined; taken: number } {
    const have = this.#held.length;
    if (have >= wanted) return { bytes: this.#held, taken: 0 };
    if (have === 0 && end - at >= wanted) return { bytes: data.subarray(at, at + wanted), taken: 0 };
    const more = Math.min(wanted - have, end - at);
    if (have === 0) {
      this.#held = data.subarray(at, at + more);
    } else if (!this.#inRoom && follows(this.#held, data, at)) {
      this.#held = Buffer.from(this.#held.buffer, this.#held.byteOffset, have + more);
    } else {
      this.#makeRoom(wanted);
      this.#room.set(data.subarray(at, at + more), have);
      this.#held = this.#room.subarray(0, have + more);
    }
    return { bytes: this.#held.length === wanted ? this.#held : undefined, taken: more };
  }

  /** Sees to it that so much of a packet has room, and that what is held lies there. */
  #makeRoom(wanted: number): void {
    if (this.#inRoom && this.#room.length >= wanted) return;
    const room = this.#room.length >= wanted ? this.#room : Buffer.allocUnsafeSlow(wanted);
    room.set(this.#held);
    this.#room = room;
    this.#inRoom = true;
  }
}

/** Does data[at] lie right behind these bytes in the same memory, as with reads into one buffer? */
function follows(bytes: Buffer, data: Buffer, at: number): boolean {
  return bytes.buffer === data.buffer && bytes.byteOffset + bytes.length === data.byteOffset + at;
}

function payloadOf(content: Buffer): Buffer {
  const padding = content[0] ?? 0;
  if (padding + 1 > content.length) throw new Error('Bad padding length');
  return content.subarray(1, content.length - padding);
}
