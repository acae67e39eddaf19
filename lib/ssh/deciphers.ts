/**
 * Our deciphers in the place of ssh2's. ssh2 1.17 hands the raw key to Node.js for every packet of AES-GCM, copies
 * packets that come in pieces, and decrypts and hashes each piece by itself. This is the one place that knows how ssh2
 * makes its ciphers; ciphers that are not here stay ssh2's.
 */
import { type CipherGCMTypes, createSecretKey, type KeyObject } from 'node:crypto';
import type { Client } from 'ssh2';
import { ChaChaDecipher } from './chacha.ts';
import { CtrDecipher } from './ctr.ts';
import { GcmDecipher } from './gcm.ts';
import { PacketDecipher, type Taker } from './packets.ts';
import { poly1305 } from './poly1305.ts';

/** Largest packet length taken, bytes (RFC 4253, 6.1); no more is announced (packet-size.ts). */
const LARGEST = 35_000;

/** What a key exchange brought for the receiving direction, as ssh2 hands it to its ciphers. */
interface Inbound {
  seqno: number;
  onPayload: Taker;
  /** Names are OpenSSL's. */
  decipherInfo: { sslName: string };
  decipherKey: Buffer;
  decipherIV: Buffer;
  macInfo?: { sslName: string; actualLen: number; isETM: boolean };
  macKey?: Buffer;
}

/** The part of ssh2 that makes ciphers, ssh2/lib/protocol/crypto.js; not in its typings. */
export interface CipherMakers {
  createCipher(config: unknown): { _encKey?: Buffer | KeyObject };
  createDecipher(config: { inbound: Inbound }): unknown;
}

/** Replaces how one copy of ssh2 makes its ciphers. To be called before anything else of that copy is loaded. */
export function makeOurDeciphers(makers: CipherMakers): void {
  const { createCipher, createDecipher } = makers;
  makers.createDecipher = (config) => ours(config.inbound) ?? createDecipher(config);
  makers.createCipher = (config) => {
    const cipher = createCipher(config);
    // Node.js prepares a raw key anew for every packet.
    if (Buffer.isBuffer(cipher._encKey)) cipher._encKey = createSecretKey(cipher._encKey);
    return cipher;
  };
}

function ours(inbound: Inbound): PacketDecipher | undefined {
  const { seqno, onPayload, decipherInfo, decipherKey: key, decipherIV: iv, macInfo, macKey } = inbound;
  const name = decipherInfo.sslName;
  if (/^aes-\d+-gcm$/.test(name)) {
    return new GcmDecipher(seqno, onPayload, { name: name as CipherGCMTypes, key, nonce: iv }, LARGEST);
  }
  if (/^aes-\d+-ctr$/.test(name) && macInfo !== undefined && macKey !== undefined) {
    const mac = { name: macInfo.sslName, key: macKey, length: macInfo.actualLen, ofSent: macInfo.isETM };
    return new CtrDecipher(seqno, onPayload, { name, key, counter: iv, mac }, LARGEST);
  }
  const authenticator = name === 'chacha20' ? poly1305() : undefined;
  if (authenticator === undefined) return undefined;
  return new ChaChaDecipher(seqno, onPayload, key, authenticator, LARGEST);
}

/** Does one of our deciphers take what this client receives? Then nothing refers to what was read after the next read. */
export function areDeciphered(client: Client): boolean {
  const { _protocol } = client as unknown as { _protocol?: { _decipher?: unknown } };
  return _protocol?._decipher instanceof PacketDecipher;
}
