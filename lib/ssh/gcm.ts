/** AES-GCM as SSH uses it (RFC 5647 with the names and the negotiation of OpenSSH). */
import { type CipherGCMTypes, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { PacketDecipher, type Taker } from './packets.ts';

const BLOCK = 16;
const TAG = 16;

export interface GcmKeys {
  name: CipherGCMTypes;
  key: Buffer;
  /** 12 bytes: a fixed part of four and a counter of eight. */
  nonce: Buffer;
}

/** The length is readable and authenticated with the rest; each packet has a nonce of its own. */
export class GcmDecipher extends PacketDecipher {
  readonly #name: CipherGCMTypes;
  readonly #key: KeyObject;
  readonly #nonce: Buffer;

  constructor(seqno: number, onPayload: Taker, keys: GcmKeys, largest: number) {
    super(seqno, onPayload, 4, largest);
    this.#name = keys.name;
    // Node.js prepares a raw key anew for every packet.
    this.#key = createSecretKey(keys.key);
    this.#nonce = Buffer.from(keys.nonce);
  }

  protected override lengthOf(head: Buffer): { length: number; whole: number } {
    const length = head.readUInt32BE(0);
    if (length < BLOCK || length % BLOCK !== 0) throw new Error('Bad packet length');
    return { length, whole: 4 + length + TAG };
  }

  protected override open(packet: Buffer): Buffer {
    const end = packet.length - TAG;
    const decipher = createDecipheriv(this.#name, this.#key, this.#nonce);
    decipher.setAAD(packet.subarray(0, 4));
    const content = decipher.update(packet.subarray(4, end));
    decipher.setAuthTag(packet.subarray(end));
    decipher.final(); // throws when the tag is another
    increase(this.#nonce, 4, 1);
    return content;
  }
}

/** Adds to the big-endian number that these bytes are from `first` on; it wraps around. */
export function increase(bytes: Buffer, first: number, by: number): void {
  let carry = by;
  for (let at = bytes.length - 1; carry > 0 && at >= first; at--) {
    carry += bytes[at] ?? 0;
    bytes[at] = carry & 0xff;
    carry = Math.floor(carry / 256);
  }
}
