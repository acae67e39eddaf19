/**
 * AES-CTR with an HMAC (RFC 4344, RFC 6668), of the plain text or, with "-etm@openssh.com", of what was sent. In the
 * first form the length is encrypted: it is told from one block of the key stream, so that the packet is decrypted in
 * one go all the same.
 */

import type { Cipheriv, Decipheriv, KeyObject } from 'node:crypto';
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { increase } from './gcm.ts';
import { PacketDecipher, type Taker } from './packets.ts';

const BLOCK = 16;

export interface CtrKeys {
  /** As OpenSSL calls it, "aes-128-ctr". */
  name: string;
  key: Buffer;
  counter: Buffer;
  mac: {
    /** As OpenSSL calls the hash. */
    name: string;
    key: Buffer;
    /** How many bytes of the hash are sent. */
    length: number;
    /** Is it the HMAC of what was sent? */
    ofSent: boolean;
  };
}

export class CtrDecipher extends PacketDecipher {
  readonly #decipher: Decipheriv;
  readonly #mac: CtrKeys['mac'];
  readonly #macKey: KeyObject;
  readonly #number = Buffer.alloc(4);
  /** Encrypts single blocks: of the counter, that gives the key stream. */
  readonly #blocks: Cipheriv;
  /** The counter of the next packet's first block. */
  readonly #counter: Buffer;

  constructor(seqno: number, onPayload: Taker, keys: CtrKeys, largest: number) {
    super(seqno, onPayload, 4, largest);
    this.#decipher = createDecipheriv(keys.name, keys.key, keys.counter);
    this.#blocks = createCipheriv(keys.name.replace('ctr', 'ecb'), keys.key, null);
    this.#counter = Buffer.from(keys.counter);
    this.#mac = keys.mac;
    this.#macKey = createSecretKey(keys.mac.key);
  }

  protected override lengthOf(head: Buffer): { length: number; whole: number } {
    const { ofSent, length: macLength } = this.#mac;
    const sent = head.readUInt32BE(0);
    const length = ofSent ? sent : (sent ^ this.#blocks.update(this.#counter).readUInt32BE(0)) >>> 0;
    const encrypted = ofSent ? length : 4 + length;
    if (length < 5 || encrypted % BLOCK !== 0) throw new Error('Bad packet length');
    return { length, whole: 4 + length + macLength };
  }

  protected override open(packet: Buffer): Buffer {
    const end = packet.length - this.#mac.length;
    const sent = packet.subarray(0, end);
    const mac = packet.subarray(end);
    if (this.#mac.ofSent) {
      this.#verify(sent, mac);
      return this.#decipher.update(sent.subarray(4));
    }
    const plain = this.#decipher.update(sent);
    this.#verify(plain, mac);
    increase(this.#counter, 0, end / BLOCK);
    return plain.subarray(4);
  }

  /** @throws Error when these bytes, as this packet, have another HMAC */
  #verify(bytes: Buffer, mac: Buffer): void {
    this.#number.writeUInt32BE(this.inSeqno);
    const hash = createHmac(this.#mac.name, this.#macKey).update(this.#number).update(bytes).digest();
    if (!timingSafeEqual(hash.subarray(0, mac.length), mac)) throw new Error('Invalid MAC');
  }
}
