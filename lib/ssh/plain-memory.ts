/**
 * Memory of deciphered packets, given back as soon as nothing of it is in use. Node.js makes new memory for each packet,
 * outside of the JavaScript heap. Left to V8, that memory makes it collect the whole heap once every few megabytes, which
 * costs as much processor time as all the rest of a transfer.
 */

/**
 * How many parts of a packet are in use, noted at its memory itself: a map beside it costs half as much again. Memory that
 * is not of a packet is never touched.
 */
const USERS = Symbol('users');
type Counted = ArrayBufferLike & { [USERS]?: number };

/** Smaller packets are not worth the count, bytes; none of their memory can be of a pool. */
const LEAST = 8 * 1024;

/** Counts the users of a packet's memory from now on, if the packet has that memory for itself. */
export function countUsers(packet: Buffer): void {
  const { byteOffset, length } = packet;
  const buffer: Counted = packet.buffer;
  if (length >= LEAST && byteOffset < 8 && byteOffset + length === buffer.byteLength) buffer[USERS] = 0;
}

/** Notes one more user, for a part that stays in use when what handed it over has returned. */
export function use(part: Buffer): void {
  const buffer: Counted = part.buffer;
  if (buffer[USERS] !== undefined) buffer[USERS]++;
}

/** Ends one use. With the last one the memory goes, and all that refers to it is empty. */
export function giveBack(part: Buffer): void {
  const buffer: Counted = part.buffer;
  const count = buffer[USERS];
  if (count === undefined) return;
  buffer[USERS] = count - 1;
  if (count === 1 && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
