/**
 * Memory of deciphered packets, given back as soon as nothing of it is in use. Node.js makes new memory for each packet,
 * outside of the JavaScript heap. Left to V8, that memory makes it collect the whole heap once every few megabytes, which
 * costs as much processor time as all the rest of a transfer.
 */

/** How many parts of a packet are in use. Memory that is not of a packet is never touched. */
const users = new WeakMap<ArrayBufferLike, number>();

/** Smaller packets are not worth the count, bytes; none of their memory can be of a pool. */
const LEAST = 8 * 1024;

/** Counts the users of a packet's memory from now on, if the packet has that memory for itself. */
export function countUsers(packet: Buffer): void {
  const { buffer, byteOffset, length } = packet;
  if (length >= LEAST && byteOffset < 8 && byteOffset + length === buffer.byteLength) users.set(buffer, 0);
}

/** Notes one more user, for a part that stays in use when what handed it over has returned. */
export function use(part: Buffer): void {
  const count = users.get(part.buffer);
  if (count !== undefined) users.set(part.buffer, count + 1);
}

/** Ends one use. With the last one the memory goes, and all that refers to it is empty. */
export function giveBack(part: Buffer): void {
  const { buffer } = part;
  const count = users.get(buffer);
  if (count === undefined) return;
  users.set(buffer, count - 1);
  if (count === 1 && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
