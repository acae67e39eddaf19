/** What a server offers for the key exchange: its first packet, which is not encrypted yet (RFC 4253, 4.2 and 7.1). */

import { wireStrings } from './ssh-wire.ts';

const KEXINIT = 20;
/** Type of the message and cookie, in front of the lists. */
const HEAD = 17;
/** Longer than any first words with a first packet. */
const MOST = 64 * 1024;

/** Says that a server keeps to strict key exchange (OpenSSH's PROTOCOL, 1.10). */
const STRICT = 'kex-strict-s-v00@openssh.com';

interface Offered {
  keyExchanges: readonly string[];
  hostKeys: readonly string[];
  /** Ciphers from the client, and from the server. */
  ciphers: readonly [readonly string[], readonly string[]];
}

export class ServerOffer {
  #opening: Buffer = Buffer.alloc(0);
  #offered: Offered | undefined;

  /** Feed the server's bytes from the first one on. */
  take(bytes: Buffer): void {
    if (this.#offered !== undefined || this.#opening.length > MOST) return;
    this.#opening = Buffer.concat([this.#opening, bytes]);
    this.#offered = offeredIn(this.#opening);
  }

  /** The host key algorithms offered; undefined until the packet has come. */
  get hostKeys(): readonly string[] | undefined {
    return this.#offered?.hostKeys;
  }

  /** Does the server keep to strict key exchange? A line that takes the word out breaks the key exchange. */
  get strict(): boolean {
    return this.#offered?.keyExchanges.includes(STRICT) === true;
  }

  /** The ciphers that a client with this list gets, one for each direction (RFC 4253, 7.1). */
  agreed(ciphers: readonly string[]): string[] {
    const offered = this.#offered?.ciphers ?? [];
    return offered.flatMap((theirs) => ciphers.find((one) => theirs.includes(one)) ?? []);
  }
}

/** The lists of the packet after the line that begins with "SSH-"; other lines may come before it. */
function offeredIn(opening: Buffer): Offered | undefined {
  const greeting = /^SSH-[^\n]*\n/m.exec(opening.toString('latin1'));
  if (greeting === null) return undefined;
  const packet = opening.subarray(greeting.index + greeting[0].length);
  if (packet.length < 6 || packet.length < 4 + packet.readUInt32BE(0)) return undefined;
  if (packet[5] !== KEXINIT) return undefined;
  const lists = wireStrings(packet.subarray(5 + HEAD), 4)?.map((list) => list.toString('latin1').split(','));
  if (lists === undefined) return undefined;
  const [keyExchanges = [], hostKeys = [], fromClient = [], fromServer = []] = lists;
  return { keyExchanges, hostKeys, ciphers: [fromClient, fromServer] };
}
