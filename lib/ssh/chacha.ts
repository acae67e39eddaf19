/**
 * ChaCha20 with Poly1305 as OpenSSH defined it (PROTOCOL.chacha20poly1305): one key for the lengths, one for the
 * rest; the number of the packet is the nonce; the first block of the key stream is the key of the authenticator.
 */
import { createDecipheriv, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { PacketDecipher, type Taker } from './packets.ts';
import type { Poly1305 } from './poly1305.ts';

const KEY = 32;
const TAG = 16;
const BLOCK = 64;
const ZEROS = Buffer.alloc(BLOCK);

export class ChaChaDecipher extends PacketDecipher {
  readonly #lengths: KeyObject;
  readonly #contents: KeyObject;
  readonly #poly1305: Poly1305;
  /** Counter, then nonce: 16 bytes as OpenSSL takes them. */
  readonly #start = Buffer.alloc(16);

  /** @param key 64 bytes: of the contents, then of the lengths */
  constructor(seqno: number, onPayload: Taker, key: Buffer, poly1305: Poly1305, largest: number) {
    super(seqno, onPayload, 4, largest);
    this.#contents = createSecretKey(key.subarray(0, KEY));
    this.#lengths = createSecretKey(key.subarray(KEY));
    this.#poly1305 = poly1305;
  }

  protected override lengthOf(head: Buffer): { length: number; whole: number } {
    this.#start.writeUInt32BE(this.inSeqno, 12);
    const length = createDecipheriv('chacha20', this.#lengths, this.#start)
      .update(head.subarray(0, 4))
      .readUInt32BE(0);
    if (length < 8 || length % 8 !== 0) throw new Error('Bad packet length');
    return { length, whole: 4 + length + TAG };
  }

  protected override open(packet: Buffer): Buffer {
    const end = packet.length - TAG;
    this.#start.writeUInt32BE(this.inSeqno, 12);
    const stream = createDecipheriv('chacha20', this.#contents, this.#start);
    // The key stream goes on behind its first block, with the contents.
    const tag = this.#poly1305(stream.update(ZEROS).subarray(0, KEY), packet.subarray(0, end));
    if (!timingSafeEqual(tag, packet.subarray(end))) throw new Error('Invalid MAC');
    return stream.update(packet.subarray(4, end));
  }
}
