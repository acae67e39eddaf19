/** What a server offers for the key exchange: its first packet, which is not encrypted yet (RFC 4253, 4.2 and 7.1). */

const KEXINIT = 20;
/** Type of the message and cookie, in front of the lists. */
const HEAD = 17;
/** Longer than any first words with a first packet. */
const MOST = 64 * 1024;

export class ServerOffer {
  #opening: Buffer = Buffer.alloc(0);
  #hostKeys: string[] | undefined;

  /** Feed the server's bytes from the first one on. */
  take(bytes: Buffer): void {
    if (this.#hostKeys !== undefined || this.#opening.length > MOST) return;
    this.#opening = Buffer.concat([this.#opening, bytes]);
    this.#hostKeys = hostKeysIn(this.#opening);
  }

  /** The host key algorithms offered; undefined until the packet has come. */
  get hostKeys(): readonly string[] | undefined {
    return this.#hostKeys;
  }
}

/** The second list of the packet after the line that begins with "SSH-"; other lines may come before it. */
function hostKeysIn(opening: Buffer): string[] | undefined {
  const greeting = /^SSH-[^\n]*\n/m.exec(opening.toString('latin1'));
  if (greeting === null) return undefined;
  const packet = opening.subarray(greeting.index + greeting[0].length);
  if (packet.length < 6 || packet.length < 4 + packet.readUInt32BE(0)) return undefined;
  if (packet[5] !== KEXINIT) return undefined;
  let at = 5 + HEAD;
  let list = '';
  for (let count = 0; count < 2; count++) {
    if (at + 4 > packet.length) return undefined;
    const length = packet.readUInt32BE(at);
    list = packet.toString('latin1', at + 4, at + 4 + length);
    at += 4 + length;
  }
  return list.split(',');
}
